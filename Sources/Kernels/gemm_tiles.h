// Matrix products for one level of the processor and one element type.
//
// The including file defines T (the element), SUFFIX(name), LANES (elements of a vector), ROWS x VECTORS (the largest tile of C that
// registers hold) and vectors of LANES elements as SUFFIX(vector). The scheme is that of Goto and van de Geijn, "Anatomy of
// high-performance matrix multiplication" (ACM TOMS 34, 2008), with one level of blocking less: tiles of A are small enough to be
// packed again for each block of B.

enum { SUFFIX(tile) = LANES * VECTORS };

/// One tile of C: rows x (vectors * LANES), of which the first `columns` exist: all of them, unless it is ragged. The constants are
/// known where this is inlined.
static inline __attribute__((always_inline)) void SUFFIX(tile_of)(
    const int rows, const int vectors, const int ragged, const lk_gemm_tile *t) {
    const int end = vectors - 1;
    const SUFFIX(mask) mask = SUFFIX(first)(t->columns - end * LANES);
    SUFFIX(vector) sum[ROWS][WIDE];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[i][v] = (SUFFIX(vector)){0};
    const T *left[ROWS], *b = t->b;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
        left[i] = (const T *)t->a + i * t->a_row;
        __asm__("" : "+r"(left[i]));  // else the compiler finds each address from the one before, a chain longer than the arithmetic
    }
    const int64_t a_column = t->a_column, b_row = t->b_row;
    const int64_t a_count = t->k * a_column;
    for (int64_t at = 0; at < a_count; at += a_column) {
        SUFFIX(vector) right[WIDE];
#pragma clang loop unroll(full)
        for (int v = 0; v < end; v++) right[v] = *(const SUFFIX(loose) *)(b + v * LANES);
        right[end] = ragged ? SUFFIX(load)(mask, b + end * LANES) : *(const SUFFIX(loose) *)(b + end * LANES);
        // A vector's product reads B once, and as fast as memory gives it: the processor does not guess the jump from row to row.
        if (rows <= 2)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors * LANES * (int)sizeof(T); v += 64) __builtin_prefetch((const char *)(b + AHEAD / vectors * b_row) + v);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const SUFFIX(vector) x = left[i][at] - (SUFFIX(vector)){0};
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[i][v] = x * right[v] + sum[i][v];
        }
        b += b_row;
    }
    T *c = t->c;
    const int accumulate = t->accumulate;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++, c += t->ldc) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            T *to = c + v * LANES;
            if (v < end || !ragged) *(SUFFIX(loose) *)to = accumulate ? sum[i][v] + *(const SUFFIX(loose) *)to : sum[i][v];
            else SUFFIX(store)(mask, to, accumulate ? sum[i][v] + SUFFIX(load)(mask, to) : sum[i][v]);
        }
    }
}

/// Adds the bias and applies max(0, .) to a tile that is finished but for these.
static void SUFFIX(finish_tile)(int rows, const lk_gemm_tile *t) {
    const T *bias = t->bias;
    for (int i = 0; i < rows; i++) {
        T *c = (T *)t->c + i * t->ldc;
        for (int64_t j = 0; j < t->columns; j += LANES) {
            const SUFFIX(mask) mask = SUFFIX(first)(t->columns - j < LANES ? t->columns - j : LANES);
            SUFFIX(vector) x = SUFFIX(load)(mask, c + j);
            if (bias) x += SUFFIX(load)(mask, bias + j);
            if (t->relu) x = (SUFFIX(vector))((__typeof__(x < 0))x & ~(x < 0));
            SUFFIX(store)(mask, c + j, x);
        }
    }
}

/// Picks the code for a tile's rows and vectors. AVX-512 masks cost nothing, so that all its tiles may be ragged.
static __attribute__((noinline)) void SUFFIX(run_tile)(int rows, int vectors, const lk_gemm_tile *t) {
    const int ragged = BYTES == 64 || t->columns < vectors * LANES;
    switch ((vectors * 16 + rows) * 2 + ragged) {
#if BYTES == 64
#define CASE(v, r) \
    case (v * 16 + r) * 2 + 1: SUFFIX(tile_of)(r, v, 1, t); return;
        CASE(1, 7) CASE(1, 8) CASE(2, 7) CASE(2, 8) CASE(3, 7) CASE(3, 8)
        CASE(3, 1) CASE(3, 2) CASE(3, 3) CASE(3, 4) CASE(3, 5) CASE(3, 6)
#else
#define CASE(v, r) \
    case (v * 16 + r) * 2: SUFFIX(tile_of)(r, v, 0, t); return; \
    case (v * 16 + r) * 2 + 1: SUFFIX(tile_of)(r, v, 1, t); return;
#endif
        CASE(1, 1) CASE(1, 2) CASE(1, 3) CASE(1, 4) CASE(1, 5) CASE(1, 6)
        CASE(2, 1) CASE(2, 2) CASE(2, 3) CASE(2, 4) CASE(2, 5) CASE(2, 6)
        CASE(WIDE, 1) CASE(WIDE, 2) CASE(HALF, 1) CASE(HALF, 2)
#undef CASE
    }
}

/// Copies `columns` columns of B, `depth` deep, into a panel of whole vectors, filled up with zeros.
static void SUFFIX(pack_right)(T *to, const T *b, int64_t row, int64_t column, int64_t depth, int64_t columns) {
    const int64_t end = (columns - 1) / LANES * LANES, width = end + LANES;
    const SUFFIX(mask) mask = SUFFIX(first)(columns - end);
    if (column == 1) {
        for (int64_t k = 0; k < depth; k++, to += width, b += row) {
            for (int64_t j = 0; j < end; j += LANES) *(SUFFIX(loose) *)(to + j) = *(const SUFFIX(loose) *)(b + j);
            *(SUFFIX(loose) *)(to + end) = SUFFIX(load)(mask, b + end);
        }
        return;
    }
    for (int64_t j = 0; j < width; j += LANES) {
        int64_t k = 0;
        if (row == 1)
            for (; k + LANES <= depth; k += LANES) {
                SUFFIX(vector) x[LANES];
#pragma clang loop unroll(full)
                for (int i = 0; i < LANES; i++) {
                    x[i] = (SUFFIX(vector)){0};
                    if (j + i < columns) x[i] = *(const SUFFIX(loose) *)(b + (j + i) * column + k);
                }
                SUFFIX(transpose)(x);
#pragma clang loop unroll(full)
                for (int i = 0; i < LANES; i++) *(SUFFIX(loose) *)(to + (k + i) * width + j) = x[i];
            }
        for (; k < depth; k++)
            for (int64_t i = j; i < j + LANES; i++) to[k * width + i] = i < columns ? b[k * row + i * column] : 0;
    }
}

/// Copies `rows` rows of A, `depth` deep, so that the elements that meet the same row of B lie side by side.
static void SUFFIX(pack_left)(T *to, const T *a, int64_t row, int64_t column, int64_t depth, int64_t rows) {
    if (rows == ROWS && row == 1) {
        for (int64_t k = 0; k < depth; k++) memcpy(to + k * ROWS, a + k * column, sizeof(T) * ROWS);
        return;
    }
    for (int64_t k = 0; k < depth; k++)
        for (int64_t i = 0; i < rows; i++) to[k * rows + i] = a[i * row + k * column];
}

/// Inner products of rows of A with columns of B, where both lie element by element: vectors run along k.
static inline __attribute__((always_inline)) void SUFFIX(dot_tile)(const int rows, const int columns, const lk_gemm_tile *t, T *to) {
    SUFFIX(vector) sum[4][4];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) sum[i][j] = (SUFFIX(vector)){0};
    for (int64_t k = 0; k < t->k; k += LANES) {
        const SUFFIX(mask) mask = SUFFIX(first)(t->k - k < LANES ? t->k - k : LANES);
        SUFFIX(vector) right[4];
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; j++) right[j] = SUFFIX(load)(mask, (const T *)t->b + j * t->b_row + k);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const SUFFIX(vector) x = SUFFIX(load)(mask, (const T *)t->a + i * t->a_row + k);
#pragma clang loop unroll(full)
            for (int j = 0; j < columns; j++) sum[i][j] = x * right[j] + sum[i][j];
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; j++) to[i * 4 + j] = SUFFIX(total)(sum[i][j]);
}

/// A product of a few rows with a matrix that lies transposed, without copying the matrix.
static void SUFFIX(dots)(const lk_gemm *p, const T *a, const T *b, T *c, const T *bias) {
    T sums[16];
    for (int64_t i = 0; i < p->m; i += 4)
        for (int64_t j = 0; j < p->n; j += 4) {
            const int rows = p->m - i < 4 ? (int)(p->m - i) : 4, columns = p->n - j < 4 ? (int)(p->n - j) : 4;
            const lk_gemm_tile t = {.a = a + i * p->a_row, .b = b + j * p->b_column, .a_row = p->a_row, .b_row = p->b_column, .k = p->k};
            if (rows == 4 && columns == 4) {
                SUFFIX(dot_tile)(4, 4, &t, sums);
            } else {
                for (int x = 0; x < rows; x++) {
                    lk_gemm_tile one = t;
                    one.a = (const T *)t.a + x * t.a_row;
                    if (columns == 4) {
                        SUFFIX(dot_tile)(1, 4, &one, sums + x * 4);
                    } else {
                        for (int y = 0; y < columns; y++, one.b = (const T *)one.b + t.b_row) SUFFIX(dot_tile)(1, 1, &one, sums + x * 4 + y);
                    }
                }
            }
            for (int x = 0; x < rows; x++)
                for (int y = 0; y < columns; y++) {
                    T *to = c + (i + x) * p->ldc + j + y;
                    T value = sums[x * 4 + y] + (p->accumulate ? *to : 0);
                    if (bias) value += bias[j + y];
                    *to = p->relu && value < 0 ? 0 : value;
                }
        }
}

/// How many vectors of the `left` that remain in a row the next tile takes: two and two are faster than three and one.
static inline int SUFFIX(next_tile)(int64_t left, int wide) {
    if (wide && left >= HALF) return left >= WIDE ? WIDE : HALF;
    return left == 4 ? 2 : left < VECTORS ? (int)left : VECTORS;
}

static void SUFFIX(gemm)(const lk_gemm *p, const void *a_, const void *b_, void *c_, const void *bias, void *scratch) {
    const T *a = a_, *b = b_;
    if (p->m <= DOT_ROWS && p->b_row == 1 && p->b_column != 1 && p->a_column == 1 && p->k >= LANES) {
        SUFFIX(dots)(p, a, b, c_, bias);
        return;
    }
    T *c = c_, *left = scratch, *right = left + DEPTH * ROWS;
    const int packs = lk_gemm_packs(p, sizeof(T));
    const int wide = !packs && p->m <= 2;
    for (int64_t from = 0; from < p->n; from += BLOCK_COLUMNS * SUFFIX(tile)) {
        const int64_t end = p->n - from < BLOCK_COLUMNS * SUFFIX(tile) ? p->n : from + BLOCK_COLUMNS * SUFFIX(tile);
        for (int64_t deep = 0; deep < p->k || deep == 0; deep += DEPTH) {
            const int64_t depth = p->k - deep < DEPTH ? p->k - deep : DEPTH;
            const int last = deep + depth >= p->k;
            for (int64_t i = 0; i < p->m; i += ROWS) {
                const int rows = p->m - i < ROWS ? (int)(p->m - i) : ROWS;
                lk_gemm_tile t = {
                    .a = a + i * p->a_row + deep * p->a_column, .a_row = p->a_row, .a_column = p->a_column, .k = depth, .ldc = p->ldc,
                    .accumulate = p->accumulate || deep > 0, .relu = p->relu && last};
                if (p->a_column != 1 && end - from > SUFFIX(tile)) {
                    SUFFIX(pack_left)(left, t.a, p->a_row, p->a_column, depth, rows);
                    t.a = left;
                    t.a_row = 1;
                    t.a_column = rows;
                }
                T *panel = right;
                for (int64_t j = from; j < end;) {
                    const int vectors = SUFFIX(next_tile)((end - j + LANES - 1) / LANES, wide);
                    const int64_t width = vectors * LANES;
                    t.columns = end - j < width ? end - j : width;
                    t.b = b + deep * p->b_row + j * p->b_column;
                    t.b_row = p->b_row;
                    t.c = c + i * p->ldc + j;
                    t.bias = last && bias ? (const T *)bias + j : NULL;
                    if (packs) {
                        if (i == 0) SUFFIX(pack_right)(panel, t.b, p->b_row, p->b_column, depth, t.columns);
                        t.b = panel;
                        t.b_row = width;
                        panel += depth * width;
                    }
                    SUFFIX(run_tile)(rows, vectors, &t);
                    if (t.bias || t.relu) SUFFIX(finish_tile)(rows, &t);
                    j += t.columns;
                }
            }
        }
    }
}
