// The vector loops of plans: row programs, copies, gathers, random bits, and the threads that run them.
//
// One table of functions a level of the processor (baseline, AVX2, AVX-512), chosen once; `LATENT_CPU` forces one.
// Nothing here allocates, except `lk_pool_create`; whatever a call needs beside its operands is scratch memory that the caller gives.
// Results never depend on the number of threads: work is cut into chunks by its shape alone.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "Products.h"

typedef enum { LK_BOOL, LK_INT32, LK_FLOAT32, LK_FLOAT64 } lk_dtype;

// MARK: The processor

typedef enum { LK_BASELINE, LK_AVX2, LK_AVX512 } lk_level;
/// The level in use: the best that the processor has, or what `LATENT_CPU` (baseline, avx2, avx512) asks for if the processor has it.
lk_level lk_cpu_level(void);
/// "baseline", "avx2" or "avx512".
const char *lk_cpu_name(lk_level level);
/// The value of `LATENT_CPU` where it names no level, or one that the processor does not have, so that the best is in use; else NULL.
const char *lk_cpu_refused(void);
/// For tests: this thread's calls use a level from now on, until it is released; 0 where the processor does not have it. Other threads and
/// other libraries keep theirs.
int lk_cpu_force(lk_level level);
void lk_cpu_release(void);

// MARK: Row programs

/// What a register of a row program holds for the rows of one tile.
typedef enum {
    LK_TILE,    ///< a value for each element: rows x columns, row-major
    LK_ROW,     ///< a value for each row
    LK_COLUMN,  ///< a value for each column, the same in every row
    LK_SCALAR,  ///< one value
} lk_kind;

typedef enum {
    // Moving: `load` reads memory `operand` into register `to`; `store` writes register `a` to memory `operand`.
    LK_LOAD, LK_STORE,
    /// to = immediate (a scalar)
    LK_CONSTANT,
    // One operand.
    LK_NEGATE, LK_ABS, LK_SIGN, LK_RECIPROCAL, LK_SQUARE, LK_SQRT, LK_RSQRT, LK_CBRT, LK_EXP, LK_EXP2, LK_EXPM1, LK_LOG, LK_LOG2, LK_LOG10, LK_LOG1P,
    LK_SIN, LK_COS, LK_TAN, LK_ASIN, LK_ACOS, LK_ATAN, LK_SINH, LK_COSH, LK_TANH, LK_ASINH, LK_ACOSH, LK_ATANH, LK_SIGMOID, LK_SOFTPLUS, LK_RELU,
    LK_ERF, LK_ERFC, LK_LGAMMA, LK_DIGAMMA, LK_TRIGAMMA, LK_FLOOR, LK_CEIL, LK_ROUND, LK_TRUNC, LK_NOT, LK_ISFINITE, LK_ISNAN, LK_ISINF, LK_WRAP, LK_NORMAL_QUANTILE,
    // `wrap` gives a whole number as int32 holds it, in a float64 program; `wrap_multiply` so the product of two.
    // Two operands; tests give 1 or 0. `remainder` takes the divisor's sign; minimum and maximum pass NaN on.
    LK_ADD, LK_SUBTRACT, LK_MULTIPLY, LK_DIVIDE, LK_REMAINDER, LK_POWER, LK_MINIMUM, LK_MAXIMUM, LK_ATAN2,
    LK_EQUAL, LK_NOT_EQUAL, LK_LESS, LK_LESS_EQUAL, LK_GREATER, LK_GREATER_EQUAL, LK_AND, LK_OR, LK_WRAP_MULTIPLY,
    // Three operands: to = a != 0 ? b : c, and a * b + c in one rounding where the level has it (the planner asks for it, so that levels may differ in the last bit).
    LK_SELECT, LK_MULTIPLY_ADD,
    // Along each row: from a tile to a row register. The order of additions depends on the number of columns alone.
    LK_ROW_SUM, LK_ROW_MAX, LK_ROW_MIN, LK_ROW_ARGMAX,
    // Over all rows of the chunk: added in row order to memory `operand`, which holds a column, or one for each step of its row strides (COLUMN_SUM, from a tile), or one float64 (TOTAL_SUM,
    // from a tile or a row register). The caller clears the memory before the chunk, has one such memory a chunk, and adds these up by `lk_combine`.
    LK_COLUMN_SUM, LK_TOTAL_SUM,
} lk_op;

typedef struct {
    uint16_t op;      ///< an lk_op
    uint16_t kind;    ///< the lk_kind of `to`; every operand is of the same kind or of one that broadcasts to it
    uint16_t to, a, b, c;
    uint16_t operand; ///< for moves and sums over rows: the memory
    uint16_t reserved; ///< for computing steps: 1 + a memory operand that the result is written to as well, which no later load reads; 0 for none
    double immediate;
} lk_step;

enum { LK_MAX_RANK = 6, LK_MAX_REGISTERS = 48, LK_MAX_OPERANDS = 48 };

/// How a program finds a memory operand's elements: strides in elements for the axes of the rows, outermost first, and for the columns (0 broadcasts).
/// The register that it is loaded into has the kind that the strides say: a column stride of 0 makes a row, row strides of 0 a column, both a scalar.
typedef struct {
    int32_t dtype;  ///< converted to the program's type when loaded, from it when stored (int32 truncates towards zero and wraps around, bool is != 0)
    int32_t reserved;
    int64_t row_strides[LK_MAX_RANK];
    int64_t column_stride;
} lk_operand;

/// A program over a grid of rows and columns: every step is done for a tile of whole rows before the next tile is begun.
/// Memories that are stored may be the same as memories that are loaded, element for element (in place).
typedef struct {
    int32_t dtype;  ///< what it computes in: LK_FLOAT32 or LK_FLOAT64
    int32_t step_count, register_count, operand_count;
    int32_t rank;   ///< the number of row axes, at least 1
    int32_t reserved;
    int64_t rows[LK_MAX_RANK];  ///< sizes of the row axes, outermost first
    int64_t columns;
    const lk_step *steps;
    const lk_operand *operands;
} lk_program;

/// Bytes of scratch memory (64-byte aligned) that one thread needs to run the program.
size_t lk_program_scratch(const lk_program *program);
/// Runs rows first ..< end (counted over all row axes, row-major). `memory[i]` is operand i's address of row 0, column 0.
void lk_program_run(const lk_program *program, void *const *memory, int64_t first, int64_t end, void *scratch);
/// to[j] = the sum over chunks, in order, of partial[chunk * count + j]; `to` is converted to its dtype.
void lk_combine(lk_dtype partial_dtype, const void *partial, int64_t chunks, int64_t count, lk_dtype dtype, void *to);

// MARK: Copies

/// Copies (and converts) a strided block: `rank` sizes, strides in elements; axis 0 is outermost. Two-dimensional transposes are done in blocks.
void lk_copy(int rank, const int64_t *sizes, lk_dtype to_dtype, void *to, const int64_t *to_strides, lk_dtype from_dtype, const void *from, const int64_t *from_strides);
/// Fills a strided block with a number.
void lk_fill(int rank, const int64_t *sizes, lk_dtype dtype, void *to, const int64_t *strides, double value);
/// Rows of a table: to[i] = table[index[i]], each `width` elements of `size` bytes; index counts from 0. Returns the first i whose index is outside 0 ..< rows, or -1.
int64_t lk_gather(void *to, const void *table, int64_t rows, int64_t width, size_t size, const int32_t *index, int64_t count);
/// table[index[i]] += from[i] in the order of i, for table rows first ..< end only, so that threads may share a table.
void lk_scatter_add(lk_dtype dtype, void *table, int64_t rows, int64_t width, const int32_t *index, int64_t count, const void *from, int64_t first, int64_t end);
/// A reduction along the middle axis of [outer, middle, inner]: op is LK_ROW_SUM, LK_ROW_MAX, LK_ROW_MIN or LK_ROW_ARGMAX (to int32); for outer indices first ..< end.
void lk_reduce(lk_op op, lk_dtype dtype, const void *from, void *to, int64_t outer, int64_t middle, int64_t inner, int64_t first, int64_t end);
/// Running sums along the middle axis, from its start or from its end, of int32 or floats; for outer indices first ..< end.
void lk_cumulative_sum(lk_dtype dtype, const void *from, void *to, int64_t middle, int64_t inner, int reverse, int64_t first, int64_t end);

/// to[i] = op(from[i]) for an operation of one operand; `to` may be `from`.
void lk_map(lk_op op, int64_t count, const double *from, double *to);
/// Tells the system that a large new array will be written whole, so that it may give memory in large pages.
void lk_expect_use(void *start, size_t bytes);

// MARK: Pooling

/// Windows over images [n, height, width, channels]: the mean of each, or the largest (of several the first; NaN counts as largest).
typedef struct {
    int64_t height, width, channels, out_height, out_width;
    int64_t window[2], strides[2];
    int64_t mean;
} lk_pool_shape;
/// For images first ..< end.
void lk_pool_forward(lk_dtype dtype, const lk_pool_shape *shape, const void *x, void *y, int64_t first, int64_t end);
/// The gradient in the images, from what pooling gave and its gradient.
void lk_pool_backward(lk_dtype dtype, const lk_pool_shape *shape, const void *x, const void *y, const void *g, void *dx, int64_t first, int64_t end);

// MARK: Random numbers

/// Draws first ..< end of a key's stream, uniform on the open interval (0, 1): word i is half of Philox 4x32-10's block i / 2 for the counter
/// (i / 2, stream) and the key `cipher`; the number is ((word >> 12) + 0.5) / 2^52, rounded to float32 below 1 where that is asked for.
void lk_uniform(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end);
/// The same words through the normal quantile function.
void lk_normal(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end);
/// Gamma draws of rate 1, or their logarithms: element i has shape `shapes[i % period]` and takes block i, a normal and a uniform number, and
/// block i + t 2^48 where t attempts were refused; for shapes below 1 also block i + 2^63. Never 0. Shapes must be above 0 and finite.
void lk_gamma(double *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, const double *shapes, int64_t period, int logs);

/// A distribution over lowest, lowest + 1, ... by its cumulated probabilities, and a guide to them: for each of 2^bits equal cells of the unit
/// interval the first place whose probability exceeds the cell's start, as ~place where more than one place lies in the cell.
typedef struct {
    const double *cumulated;
    const int32_t *guide;
    int32_t size, bits;
    double lowest;
} lk_guided_table;
/// Writes the guide, 2^bits entries, and sets it.
void lk_guide(lk_guided_table *table, int32_t *guide);
/// Draws by inversion: element i is the first place whose cumulated probability exceeds uniform draw i, plus `lowest`; the last place where none does.
void lk_lookup(const lk_guided_table *table, double *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end);

// MARK: Threads

/// How many processors this process may use.
int lk_processors(void);

/// Workers that spin while a plan runs and park afterwards. One thread at a time has their help: what another runs meanwhile, or what a task
/// runs itself, stays on that thread.
typedef struct lk_pool lk_pool;
typedef void (*lk_task)(void *context, int64_t chunk, int worker);
/// A pool of `threads` in all, the caller included; NULL where none can be made.
lk_pool *lk_pool_create(int threads);
void lk_pool_destroy(lk_pool *pool);
int lk_pool_threads(const lk_pool *pool);
/// Wakes the workers; they spin until some time after `lk_pool_end`, and park where no work comes. Calls may nest.
void lk_pool_begin(lk_pool *pool);
void lk_pool_end(lk_pool *pool);
/// Runs task(context, 0 ..< chunks) on all threads and waits; chunk i is always done whole by one thread. Outside begin and end it runs on the caller.
void lk_pool_run(lk_pool *pool, int64_t chunks, lk_task task, void *context);
