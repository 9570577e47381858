// The interpreter of row programs for one element type at one level. Included after loops.h.

/// What a register is, for the tile at hand.
typedef struct {
    /// Where its values lie: scratch memory, or an operand's own memory where that can be read in place.
    T *at;
    /// Its own scratch memory.
    T *home;
    /// For a column: the values repeated for every row of a tile, where that has been done.
    T *tiled;
    lk_kind kind;
} LK_NAME(reg);

/// The offset of a row's first element in an operand, from its place counted over all row axes.
INLINE int64_t LK_NAME(row_offset)(const lk_program *p, const lk_operand *o, int64_t row) {
    if (p->rank == 1) return row * o->row_strides[0];
    int64_t offset = 0;
    for (int axis = p->rank - 1; axis >= 0; axis--) {
        offset += row % p->rows[axis] * o->row_strides[axis];
        row /= p->rows[axis];
    }
    return offset;
}

/// Whether rows follow each other at one distance, over all row axes; it is then `*step`.
INLINE int LK_NAME(is_regular)(const lk_program *p, const lk_operand *o, int64_t *step) {
    int64_t stride = o->row_strides[p->rank - 1];
    *step = stride;
    for (int axis = p->rank - 2; axis >= 0; axis--) {
        stride *= p->rows[axis + 1];
        if (o->row_strides[axis] != stride && p->rows[axis] != 1) return 0;
    }
    return 1;
}

/// Reads `count` elements at a distance, converting.
static void LK_NAME(read)(int64_t count, lk_dtype dtype, const void *from, int64_t offset, int64_t stride, T *to) {
    switch (dtype) {
    case LK_FLOAT32: {
        const float *p = (const float *)from + offset;
        if (stride == 1) for (int64_t i = 0; i < count; i++) to[i] = (T)p[i];
        else for (int64_t i = 0; i < count; i++) to[i] = (T)p[i * stride];
        break;
    }
    case LK_FLOAT64: {
        const double *p = (const double *)from + offset;
        if (stride == 1) for (int64_t i = 0; i < count; i++) to[i] = (T)p[i];
        else for (int64_t i = 0; i < count; i++) to[i] = (T)p[i * stride];
        break;
    }
    case LK_INT32: {
        const int32_t *p = (const int32_t *)from + offset;
        for (int64_t i = 0; i < count; i++) to[i] = (T)p[i * stride];
        break;
    }
    case LK_BOOL: {
        const uint8_t *p = (const uint8_t *)from + offset;
        for (int64_t i = 0; i < count; i++) to[i] = (T)p[i * stride];
        break;
    }
    }
}

INLINE int32_t LK_NAME(to_int32)(T x) { return x > (T)-0x1p63 && x < (T)0x1p63 ? (int32_t)(int64_t)x : 0; }

/// Writes `count` elements at a distance, converting.
static void LK_NAME(write)(int64_t count, const T *from, lk_dtype dtype, void *to, int64_t offset, int64_t stride) {
    switch (dtype) {
    case LK_FLOAT32: {
        float *p = (float *)to + offset;
        for (int64_t i = 0; i < count; i++) p[i * stride] = (float)from[i];
        break;
    }
    case LK_FLOAT64: {
        double *p = (double *)to + offset;
        for (int64_t i = 0; i < count; i++) p[i * stride] = (double)from[i];
        break;
    }
    case LK_INT32: {
        int32_t *p = (int32_t *)to + offset;
        for (int64_t i = 0; i < count; i++) p[i * stride] = LK_NAME(to_int32)(from[i]);
        break;
    }
    case LK_BOOL: {
        uint8_t *p = (uint8_t *)to + offset;
        for (int64_t i = 0; i < count; i++) p[i * stride] = from[i] != 0;
        break;
    }
    }
}

#define LK_OWN_TYPE (LK_SINGLE ? LK_FLOAT32 : LK_FLOAT64)

/// What a run works on.
typedef struct {
    const lk_program *p;
    void *const *memory;
    LK_NAME(reg) regs[LK_MAX_REGISTERS + 1];
    /// The rows and columns of the tile at hand.
    int64_t row, rows, column, columns;
    /// Room for an operand that has to be spread over a tile, one for each place.
    T *spare[3];
    /// Rows of a full tile.
    int64_t full_rows;
} LK_NAME(run);

/// Points a register at an operand's elements for the tile, or copies them to its scratch memory.
static void LK_NAME(load_step)(LK_NAME(run) *r, const lk_step *s) {
    const lk_operand *o = &r->p->operands[s->operand];
    const void *memory = r->memory[s->operand];
    LK_NAME(reg) *to = &r->regs[s->to];
    to->tiled = 0;
    to->kind = (lk_kind)s->kind;
    const int own = o->dtype == LK_OWN_TYPE;
    switch (to->kind) {
    case LK_SCALAR:
        LK_NAME(read)(1, (lk_dtype)o->dtype, memory, 0, 1, to->home);
        to->at = to->home;
        return;
    case LK_COLUMN:
        if (own && o->column_stride == 1) {
            to->at = (T *)memory + r->column;
        } else {
            LK_NAME(read)(r->columns, (lk_dtype)o->dtype, memory, r->column * o->column_stride, o->column_stride, to->home);
            to->at = to->home;
        }
        return;
    case LK_ROW: {
        int64_t step;
        if (LK_NAME(is_regular)(r->p, o, &step)) {
            if (own && step == 1) {
                to->at = (T *)memory + r->row;
                return;
            }
            LK_NAME(read)(r->rows, (lk_dtype)o->dtype, memory, r->row * step, step, to->home);
        } else {
            for (int64_t k = 0; k < r->rows; k++) LK_NAME(read)(1, (lk_dtype)o->dtype, memory, LK_NAME(row_offset)(r->p, o, r->row + k), 1, to->home + k);
        }
        to->at = to->home;
        return;
    }
    case LK_TILE: {
        int64_t step, across = o->column_stride;
        const int regular = LK_NAME(is_regular)(r->p, o, &step);
        if (own && across == 1 && (r->rows == 1 || (regular && step == r->columns))) {
            to->at = (T *)memory + LK_NAME(row_offset)(r->p, o, r->row) + r->column;
            // What the next tile reads comes while this one is worked on; in order, the processor would wait for memory in the first step of each.
            const int64_t count = r->rows * r->columns;
            for (int64_t i = 0; i < count; i += 64 / (int64_t)sizeof(T)) __builtin_prefetch(to->at + count + i);
            return;
        }
        to->at = to->home;
        if (regular && across == 1 && step == r->columns) {
            LK_NAME(read)(r->rows * r->columns, (lk_dtype)o->dtype, memory, r->row * step + r->column, 1, to->home);
            return;
        }
        for (int64_t k = 0; k < r->rows; k++) {
            int64_t offset = LK_NAME(row_offset)(r->p, o, r->row + k) + r->column * across;
            if (own && across == 1) memcpy(to->home + k * r->columns, (const T *)memory + offset, (size_t)r->columns * sizeof(T));
            else LK_NAME(read)(r->columns, (lk_dtype)o->dtype, memory, offset, across, to->home + k * r->columns);
        }
        return;
    }
    }
}

static void LK_NAME(store_step)(LK_NAME(run) *r, const lk_step *s) {
    const lk_operand *o = &r->p->operands[s->operand];
    void *memory = r->memory[s->operand];
    const LK_NAME(reg) *a = &r->regs[s->a];
    const int own = o->dtype == LK_OWN_TYPE;
    int64_t step, across = o->column_stride;
    const int regular = LK_NAME(is_regular)(r->p, o, &step);
    if (a->kind == LK_TILE) {
        if (across == 1 && (r->rows == 1 || (regular && step == r->columns))) {
            int64_t offset = LK_NAME(row_offset)(r->p, o, r->row) + r->column, count = r->rows * r->columns;
            if (own) memmove((T *)memory + offset, a->at, (size_t)count * sizeof(T));
            else LK_NAME(write)(count, a->at, (lk_dtype)o->dtype, memory, offset, 1);
            return;
        }
        for (int64_t k = 0; k < r->rows; k++)
            LK_NAME(write)(r->columns, a->at + k * r->columns, (lk_dtype)o->dtype, memory, LK_NAME(row_offset)(r->p, o, r->row + k) + r->column * across, across);
        return;
    }
    if (a->kind == LK_ROW) {
        if (regular) LK_NAME(write)(r->rows, a->at, (lk_dtype)o->dtype, memory, r->row * step, step);
        else for (int64_t k = 0; k < r->rows; k++) LK_NAME(write)(1, a->at + k, (lk_dtype)o->dtype, memory, LK_NAME(row_offset)(r->p, o, r->row + k), 1);
        return;
    }
    if (a->kind == LK_COLUMN) LK_NAME(write)(r->columns, a->at, (lk_dtype)o->dtype, memory, r->column * across, across);
    else LK_NAME(write)(1, a->at, (lk_dtype)o->dtype, memory, 0, 1);
}

/// Below so many columns, a row's number is spread over the row rather than one loop run for each row.
enum { LK_NAME(few_columns) = 4 * LK_LANES };

/// An operand of a tile as a tile or one number; `spare` is where it may be spread.
INLINE const T *LK_NAME(spread)(LK_NAME(run) *r, LK_NAME(reg) *a, int spare, int *is_scalar) {
    *is_scalar = a->kind == LK_SCALAR;
    if (a->kind == LK_TILE || a->kind == LK_SCALAR || (a->kind == LK_COLUMN && r->rows == 1)) return a->at;
    if (a->kind == LK_ROW && r->rows == 1) {
        *is_scalar = 1;
        return a->at;
    }
    T *to = r->spare[spare];
    if (a->kind == LK_COLUMN) {
        // The same for every tile of these columns.
        if (a->tiled) return a->tiled;
        for (int64_t k = 0; k < r->full_rows; k++) memcpy(a->home + (k + 1) * r->columns, a->at, (size_t)r->columns * sizeof(T));
        a->tiled = a->home + r->columns;
        return a->tiled;
    }
    for (int64_t k = 0; k < r->rows; k++) {
        T x = a->at[k];
        for (int64_t j = 0; j < r->columns; j++) to[k * r->columns + j] = x;
    }
    return to;
}

static void LK_NAME(binary_step)(LK_NAME(run) *r, const lk_step *s, int64_t count) {
    LK_NAME(reg) *a = &r->regs[s->a], *b = &r->regs[s->b];
    T *out = r->regs[s->to].at;
    const LK_NAME(binary_row) *row = &LK_NAME(binaries)[s->op];
    if (s->kind == LK_TILE && r->rows > 1 && r->columns >= LK_NAME(few_columns) && (a->kind == LK_ROW || b->kind == LK_ROW)) {
        for (int64_t k = 0; k < r->rows; k++) {
            const T *x = a->kind == LK_TILE ? a->at + k * r->columns : a->kind == LK_ROW ? a->at + k : a->at;
            const T *y = b->kind == LK_TILE ? b->at + k * r->columns : b->kind == LK_ROW ? b->at + k : b->at;
            const int sx = a->kind == LK_ROW || a->kind == LK_SCALAR, sy = b->kind == LK_ROW || b->kind == LK_SCALAR;
            T *to = out + k * r->columns;
            if (sx && sy) {
                T z;
                row->vv(1, x, y, &z);
                for (int64_t j = 0; j < r->columns; j++) to[j] = z;
            } else {
                (sx ? row->sv : sy ? row->vs : row->vv)(r->columns, x, y, to);
            }
        }
        return;
    }
    int sx, sy;
    const T *x, *y;
    if (s->kind == LK_TILE) {
        x = LK_NAME(spread)(r, a, 0, &sx);
        y = LK_NAME(spread)(r, b, 1, &sy);
    } else {
        (x = a->at, sx = a->kind == LK_SCALAR && s->kind != LK_SCALAR);
        (y = b->at, sy = b->kind == LK_SCALAR && s->kind != LK_SCALAR);
    }
    if (sx && sy) {
        T z;
        row->vv(1, x, y, &z);
        for (int64_t j = 0; j < count; j++) out[j] = z;
    } else {
        (sx ? row->sv : sy ? row->vs : row->vv)(count, x, y, out);
    }
}

static void LK_NAME(ternary_step)(LK_NAME(run) *r, const lk_step *s, int64_t count) {
    LK_NAME(reg) *regs[3] = {&r->regs[s->a], &r->regs[s->b], &r->regs[s->c]};
    const T *at[3];
    int scalar[3];
    for (int j = 0; j < 3; j++) {
        if (s->kind == LK_TILE) {
            at[j] = LK_NAME(spread)(r, regs[j], j, &scalar[j]);
        } else {
            at[j] = regs[j]->at;
            scalar[j] = regs[j]->kind == LK_SCALAR;
        }
    }
    (s->op == LK_SELECT ? LK_NAME(ternary_select) : LK_NAME(ternary_multiply_add))(count, at[0], at[1], at[2], r->regs[s->to].at, scalar[0], scalar[1], scalar[2]);
}

static void LK_NAME(normal_quantiles)(int64_t n, const T *a, T *out);

/// One step for the tile at hand.
static void LK_NAME(step)(LK_NAME(run) *r, const lk_step *s) {
    LK_NAME(reg) *to = &r->regs[s->to];
    int64_t count = 1;
    switch ((lk_kind)s->kind) {
    case LK_TILE: count = r->rows * r->columns; break;
    case LK_ROW: count = r->rows; break;
    case LK_COLUMN: count = r->columns; break;
    case LK_SCALAR: break;
    }
    switch ((lk_op)s->op) {
    case LK_LOAD: LK_NAME(load_step)(r, s); return;
    case LK_STORE: LK_NAME(store_step)(r, s); return;
    case LK_ROW_SUM: case LK_ROW_MAX: case LK_ROW_MIN: case LK_ROW_ARGMAX: {
        const LK_NAME(reg) *a = &r->regs[s->a];
        to->at = to->home;
        to->kind = LK_ROW;
        for (int64_t k = 0; k < r->rows; k++) {
            const T *x = a->at + k * r->columns;
            to->at[k] = s->op == LK_ROW_SUM ? LK_NAME(sum)(r->columns, x) : s->op == LK_ROW_MAX ? LK_NAME(largest)(r->columns, x)
                : s->op == LK_ROW_MIN ? LK_NAME(smallest)(r->columns, x) : (T)LK_NAME(place_of_largest)(r->columns, x, 1);
        }
        return;
    }
    case LK_COLUMN_SUM: {
        const lk_operand *o = &r->p->operands[s->operand];
        T *sums = (T *)r->memory[s->operand] + r->column;
        for (int64_t k = 0; k < r->rows; k++)
            LK_NAME(accumulate)(r->columns, r->regs[s->a].at + k * r->columns, sums + LK_NAME(row_offset)(r->p, o, r->row + k));
        return;
    }
    case LK_TOTAL_SUM:
        *(double *)r->memory[s->operand] += (double)LK_NAME(sum)(r->regs[s->a].kind == LK_ROW ? r->rows : r->rows * r->columns, r->regs[s->a].at);
        return;
    default: break;
    }
    // Where a later store of the same operand would copy, the planner names the operand here.
    T *target = to->home;
    if (s->reserved) {
        const lk_operand *o = &r->p->operands[s->reserved - 1];
        int64_t step;
        if (o->dtype == LK_OWN_TYPE && o->column_stride == 1 && (r->rows == 1 || (LK_NAME(is_regular)(r->p, o, &step) && step == r->columns)))
            target = (T *)r->memory[s->reserved - 1] + LK_NAME(row_offset)(r->p, o, r->row) + r->column;
    }
    const lk_op op = (lk_op)s->op;
    // Operands are looked at before the register that they may share is pointed elsewhere.
    LK_NAME(reg) before = *to;
    LK_NAME(reg) result = {target, to->home, 0, (lk_kind)s->kind};
    const int shares = s->to == s->a || s->to == s->b || s->to == s->c;
    if (op == LK_CONSTANT) {
        *to = result;
        to->at = to->home;
        to->home[0] = (T)s->immediate;
    } else if (op < LK_ADD) {
        const T *x = r->regs[s->a].at;
        if (r->regs[s->a].kind != (lk_kind)s->kind) {
            int scalar;
            x = LK_NAME(spread)(r, &r->regs[s->a], 0, &scalar);
            if (scalar) {
                for (int64_t j = 0; j < count; j++) r->spare[0][j] = x[0];
                x = r->spare[0];
            }
        }
        if (op == LK_NORMAL_QUANTILE) LK_NAME(normal_quantiles)(count, x, target);
        else LK_NAME(unaries)[op](count, x, target);
        *to = result;
    } else if (shares) {
        // The operands still name the register: work through a copy of it beside the others.
        LK_NAME(reg) keep = before;
        lk_step moved = *s;
        r->regs[LK_MAX_REGISTERS] = keep;
        if (s->a == s->to) moved.a = LK_MAX_REGISTERS;
        if (s->b == s->to) moved.b = LK_MAX_REGISTERS;
        if (s->c == s->to) moved.c = LK_MAX_REGISTERS;
        *to = result;
        if (op < LK_SELECT) LK_NAME(binary_step)(r, &moved, count); else LK_NAME(ternary_step)(r, &moved, count);
    } else {
        *to = result;
        if (op < LK_SELECT) LK_NAME(binary_step)(r, s, count); else LK_NAME(ternary_step)(r, s, count);
    }
    if (s->reserved && to->at != to->home) return;
    if (s->reserved) {
        lk_step store = *s;
        store.op = LK_STORE;
        store.a = s->to;
        store.operand = (uint16_t)(s->reserved - 1);
        LK_NAME(store_step)(r, &store);
    }
}

/// Elements of a tile: a register of 4 KiB, so that a dozen of them stay in the nearest caches.
#define LK_TILE_SIZE (4096 / (int64_t)sizeof(T))

/// How a program is cut into tiles.
typedef struct {
    int64_t rows, columns;
    size_t register_size;
} LK_NAME(tiling);

static LK_NAME(tiling) LK_NAME(tiles)(const lk_program *p) {
    int has_rows = 0;
    for (int i = 0; i < p->step_count; i++)
        has_rows |= p->steps[i].kind == LK_ROW || (p->steps[i].op >= LK_ROW_SUM && p->steps[i].op <= LK_ROW_ARGMAX);
    LK_NAME(tiling) t;
    t.columns = p->columns > LK_TILE_SIZE && !has_rows ? LK_TILE_SIZE : p->columns > 0 ? p->columns : 1;
    t.rows = t.columns >= LK_TILE_SIZE ? 1 : LK_TILE_SIZE / t.columns;
    // A column register also holds itself repeated over a tile.
    size_t elements = (size_t)(t.rows + 1) * (size_t)t.columns;
    t.register_size = (elements * sizeof(T) + 63) & ~(size_t)63;
    return t;
}

size_t LK_NAME(program_scratch)(const lk_program *p) { return LK_NAME(tiles)(p).register_size * (size_t)(p->register_count + 3) + 64; }

void LK_NAME(program_run)(const lk_program *p, void *const *memory, int64_t first, int64_t end, void *scratch) {
    const LK_NAME(tiling) t = LK_NAME(tiles)(p);
    LK_NAME(run) run;
    LK_NAME(run) *const r = &run;
    r->p = p;
    r->memory = memory;
    r->full_rows = t.rows;
    char *room = scratch;
    for (int i = 0; i < p->register_count; i++, room += t.register_size) {
        r->regs[i].at = r->regs[i].home = (T *)room;
        r->regs[i].tiled = 0;
        r->regs[i].kind = LK_TILE;
    }
    for (int i = 0; i < 3; i++, room += t.register_size) r->spare[i] = (T *)room;
    for (int64_t column = 0; column < p->columns; column += t.columns) {
        r->column = column;
        r->columns = p->columns - column < t.columns ? p->columns - column : t.columns;
        r->row = first;
        r->rows = end - first < t.rows ? end - first : t.rows;
        // Columns and numbers are the same for all rows.
        for (int i = 0; i < p->step_count; i++) {
            const lk_step *s = &p->steps[i];
            if ((s->kind == LK_COLUMN || s->kind == LK_SCALAR) && s->op != LK_STORE) LK_NAME(step)(r, s);
        }
        for (int64_t row = first; row < end; row += t.rows) {
            r->row = row;
            r->rows = end - row < t.rows ? end - row : t.rows;
            for (int i = 0; i < p->step_count; i++) {
                const lk_step *s = &p->steps[i];
                if (s->kind == LK_TILE || s->kind == LK_ROW || s->op == LK_STORE) LK_NAME(step)(r, s);
            }
        }
    }
}
