#include <string.h>
#include <sys/mman.h>

#include "Kernels.h"
#include "dispatch_table.h"

static size_t lk_size(lk_dtype dtype) { return dtype == LK_BOOL ? 1 : dtype == LK_FLOAT64 ? 8 : 4; }

static double lk_get(lk_dtype dtype, const void *p, int64_t i) {
    switch (dtype) {
    case LK_BOOL: return ((const uint8_t *)p)[i];
    case LK_INT32: return ((const int32_t *)p)[i];
    case LK_FLOAT32: return ((const float *)p)[i];
    case LK_FLOAT64: return ((const double *)p)[i];
    }
    return 0;
}

static void lk_set(lk_dtype dtype, void *p, int64_t i, double x) {
    switch (dtype) {
    case LK_BOOL: ((uint8_t *)p)[i] = x != 0; break;
    case LK_INT32: ((int32_t *)p)[i] = x > -0x1p63 && x < 0x1p63 ? (int32_t)(int64_t)x : 0; break;
    case LK_FLOAT32: ((float *)p)[i] = (float)x; break;
    case LK_FLOAT64: ((double *)p)[i] = x; break;
    }
}

// MARK: Strided copies

/// The two innermost axes of one type: rows where both walk element by element, blocks where they walk across each other.
#define LK_PLANE(name, TYPE)                                                                                                         \
    static void name(int64_t rows, int64_t columns, TYPE *to, int64_t to_row, int64_t to_column, const TYPE *from, int64_t from_row, \
                     int64_t from_column) {                                                                                          \
        if (to_column == 1 && from_column == 1) {                                                                                    \
            for (int64_t i = 0; i < rows; i++) memcpy(to + i * to_row, from + i * from_row, (size_t)columns * sizeof(TYPE));         \
            return;                                                                                                                  \
        }                                                                                                                            \
        enum { block = 16 };                                                                                                         \
        for (int64_t i = 0; i < rows; i += block) {                                                                                  \
            const int64_t i_end = i + block < rows ? i + block : rows;                                                               \
            for (int64_t j = 0; j < columns; j += block) {                                                                           \
                const int64_t j_end = j + block < columns ? j + block : columns;                                                     \
                for (int64_t r = i; r < i_end; r++)                                                                                  \
                    for (int64_t c = j; c < j_end; c++) to[r * to_row + c * to_column] = from[r * from_row + c * from_column];       \
            }                                                                                                                        \
        }                                                                                                                            \
    }
LK_PLANE(lk_plane8, uint8_t)
LK_PLANE(lk_plane32, uint32_t)
LK_PLANE(lk_plane64, uint64_t)

void lk_copy(int rank, const int64_t *sizes, lk_dtype to_dtype, void *to, const int64_t *to_strides, lk_dtype from_dtype, const void *from, const int64_t *from_strides) {
    for (int axis = 0; axis < rank; axis++)
        if (sizes[axis] == 0) return;
    if (rank > 2) {
        for (int64_t i = 0; i < sizes[0]; i++)
            lk_copy(
                rank - 1, sizes + 1, to_dtype, (char *)to + i * to_strides[0] * (int64_t)lk_size(to_dtype), to_strides + 1, from_dtype,
                (const char *)from + i * from_strides[0] * (int64_t)lk_size(from_dtype), from_strides + 1);
        return;
    }
    const int64_t rows = rank > 1 ? sizes[0] : 1, columns = rank > 0 ? sizes[rank - 1] : 1;
    const int64_t to_row = rank > 1 ? to_strides[0] : 0, to_column = rank > 0 ? to_strides[rank - 1] : 1;
    const int64_t from_row = rank > 1 ? from_strides[0] : 0, from_column = rank > 0 ? from_strides[rank - 1] : 1;
    if (to_dtype != from_dtype) {
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < columns; j++)
                lk_set(to_dtype, to, i * to_row + j * to_column, lk_get(from_dtype, from, i * from_row + j * from_column));
        return;
    }
    switch (lk_size(to_dtype)) {
    case 1: lk_plane8(rows, columns, to, to_row, to_column, from, from_row, from_column); break;
    case 4: lk_plane32(rows, columns, to, to_row, to_column, from, from_row, from_column); break;
    default: lk_plane64(rows, columns, to, to_row, to_column, from, from_row, from_column); break;
    }
}

void lk_fill(int rank, const int64_t *sizes, lk_dtype dtype, void *to, const int64_t *strides, double value) {
    if (rank > 1) {
        for (int64_t i = 0; i < sizes[0]; i++)
            lk_fill(rank - 1, sizes + 1, dtype, (char *)to + i * strides[0] * (int64_t)lk_size(dtype), strides + 1, value);
        return;
    }
    const int64_t count = rank > 0 ? sizes[0] : 1, stride = rank > 0 ? strides[0] : 1;
    if (value == 0 && stride == 1) {
        memset(to, 0, (size_t)count * lk_size(dtype));
        return;
    }
    for (int64_t i = 0; i < count; i++) lk_set(dtype, to, i * stride, value);
}

// MARK: Rows by number

int64_t lk_gather(void *to, const void *table, int64_t rows, int64_t width, size_t size, const int32_t *index, int64_t count) {
    const size_t bytes = (size_t)width * size;
    for (int64_t i = 0; i < count; i++) {
        if (index[i] < 0 || index[i] >= rows) return i;
        memcpy((char *)to + (size_t)i * bytes, (const char *)table + (size_t)index[i] * bytes, bytes);
    }
    return -1;
}

void lk_scatter_add(lk_dtype dtype, void *table, int64_t rows, int64_t width, const int32_t *index, int64_t count, const void *from, int64_t first, int64_t end) {
    (void)rows;
    const size_t bytes = (size_t)width * lk_size(dtype);
    for (int64_t i = 0; i < count; i++) {
        if (index[i] < first || index[i] >= end) continue;
        char *to = (char *)table + (size_t)index[i] * bytes;
        const char *row = (const char *)from + (size_t)i * bytes;
        if (dtype == LK_FLOAT32 || dtype == LK_FLOAT64) lk_loops()->combine(LK_ROW_SUM, dtype, width, row, to);
        else
            for (int64_t j = 0; j < width; j++) lk_set(dtype, to, j, lk_get(dtype, to, j) + lk_get(dtype, row, j));
    }
}

// MARK: Along a middle axis

// The place of the largest of each line: of several the first; NaN counts as largest.
#define LK_ARGMAX(name, TYPE)                                                                                          \
    static void name(const TYPE *block, int32_t *to, int64_t middle, int64_t inner) {                                  \
        memset(to, 0, (size_t)inner * sizeof(int32_t));                                                                \
        for (int64_t j = 1; j < middle; j++)                                                                           \
            for (int64_t k = 0; k < inner; k++) {                                                                      \
                const TYPE x = block[j * inner + k], largest = block[to[k] * inner + k];                               \
                if (x > largest || (x != x && largest == largest)) to[k] = (int32_t)j;                                 \
            }                                                                                                          \
    }
LK_ARGMAX(lk_argmax_bool, uint8_t)
LK_ARGMAX(lk_argmax_int32, int32_t)
LK_ARGMAX(lk_argmax_float32, float)
LK_ARGMAX(lk_argmax_float64, double)

static void lk_argmax(lk_dtype dtype, const void *block, int32_t *to, int64_t middle, int64_t inner) {
    switch (dtype) {
    case LK_BOOL: lk_argmax_bool(block, to, middle, inner); break;
    case LK_INT32: lk_argmax_int32(block, to, middle, inner); break;
    case LK_FLOAT32: lk_argmax_float32(block, to, middle, inner); break;
    case LK_FLOAT64: lk_argmax_float64(block, to, middle, inner); break;
    }
}

static void lk_reduce_int32(lk_op op, const int32_t *block, int32_t *to, int64_t middle, int64_t inner) {
    memcpy(to, block, (size_t)inner * sizeof(int32_t));
    for (int64_t j = 1; j < middle; j++)
        for (int64_t k = 0; k < inner; k++) {
            const int32_t x = block[j * inner + k];
            // Sums wrap around.
            if (op == LK_ROW_SUM) to[k] = (int32_t)((uint32_t)to[k] + (uint32_t)x);
            else if (op == LK_ROW_MAX ? x > to[k] : x < to[k]) to[k] = x;
        }
}

void lk_reduce(lk_op op, lk_dtype dtype, const void *from, void *to, int64_t outer, int64_t middle, int64_t inner, int64_t first, int64_t end) {
    (void)outer;
    const size_t size = lk_size(dtype);
    for (int64_t i = first; i < end; i++) {
        const char *block = (const char *)from + (size_t)(i * middle * inner) * size;
        if (op == LK_ROW_ARGMAX) {
            lk_argmax(dtype, block, (int32_t *)to + i * inner, middle, inner);
        } else if (dtype == LK_INT32) {
            lk_reduce_int32(op, (const int32_t *)block, (int32_t *)to + i * inner, middle, inner);
        } else if (inner == 1) {
            lk_set(dtype, to, i, lk_loops()->reduce(op, dtype, middle, block));
        } else {
            char *row = (char *)to + (size_t)(i * inner) * size;
            memcpy(row, block, (size_t)inner * size);
            for (int64_t j = 1; j < middle; j++) lk_loops()->combine(op, dtype, inner, block + (size_t)(j * inner) * size, row);
        }
    }
}

// Lines side by side, some at a time, so that memory is read in order; each has a running sum of its own, wider than its elements.
#define LK_CUMULATIVE(name, TYPE, SUM)                                                                                 \
    static void name(const TYPE *from, TYPE *to, int64_t middle, int64_t inner, int reverse) {                         \
        enum { LINES = 64 };                                                                                           \
        for (int64_t k = 0; k < inner; k += LINES) {                                                                   \
            const int64_t lines = inner - k < LINES ? inner - k : LINES;                                               \
            SUM sums[LINES] = {0};                                                                                     \
            for (int64_t step = 0; step < middle; step++) {                                                            \
                const int64_t row = (reverse ? middle - 1 - step : step) * inner + k;                                  \
                for (int64_t line = 0; line < lines; line++) {                                                         \
                    sums[line] += (SUM)from[row + line];                                                               \
                    to[row + line] = (TYPE)sums[line];                                                                 \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
LK_CUMULATIVE(lk_cumulative_int32, int32_t, uint32_t)
LK_CUMULATIVE(lk_cumulative_float32, float, double)
LK_CUMULATIVE(lk_cumulative_float64, double, double)

void lk_cumulative_sum(lk_dtype dtype, const void *from, void *to, int64_t middle, int64_t inner, int reverse, int64_t first, int64_t end) {
    for (int64_t i = first; i < end; i++) {
        const int64_t start = i * middle * inner;
        switch (dtype) {
        case LK_BOOL: break;
        case LK_INT32: lk_cumulative_int32((const int32_t *)from + start, (int32_t *)to + start, middle, inner, reverse); break;
        case LK_FLOAT32: lk_cumulative_float32((const float *)from + start, (float *)to + start, middle, inner, reverse); break;
        case LK_FLOAT64: lk_cumulative_float64((const double *)from + start, (double *)to + start, middle, inner, reverse); break;
        }
    }
}

void lk_combine(lk_dtype partial_dtype, const void *partial, int64_t chunks, int64_t count, lk_dtype dtype, void *to) {
    for (int64_t j = 0; j < count; j++) {
        double sum = 0;
        for (int64_t chunk = 0; chunk < chunks; chunk++) sum += lk_get(partial_dtype, partial, chunk * count + j);
        lk_set(dtype, to, j, sum);
    }
}

void lk_expect_use(void *start, size_t bytes) {
    const uintptr_t page = 1 << 21, first = ((uintptr_t)start + page - 1) & ~(page - 1), end = ((uintptr_t)start + bytes) & ~(page - 1);
    // A wish that the system may refuse: nothing depends on it.
    if (bytes >= 2 * page && first < end) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
}
