// Everything at one level, and its table. Included with LK_LEVEL(x), LK_BYTES and LK_FMA.
#include <math.h>
#include <string.h>

#include "Kernels.h"
#include "dispatch_table.h"

#define LK_DOUBLE(x) LK_LEVEL(f64_##x)

#include "philox.h"

#define LK_SINGLE 0
#define LK_NAME(x) LK_LEVEL(f64_##x)
#include "vector.h"
#include "loops.h"
#include "program.h"
#include "quantiles.h"
#include "gamma.h"
#include "undefine.h"

#define LK_SINGLE 1
#define LK_NAME(x) LK_LEVEL(f32_##x)
#include "vector.h"
#include "loops.h"
#include "program.h"
#include "quantiles.h"
#include "undefine.h"

#include "draws.h"
#include "lookup.h"

static size_t LK_LEVEL(scratch)(const lk_program *p) {
    return p->dtype == LK_FLOAT32 ? LK_LEVEL(f32_program_scratch)(p) : LK_LEVEL(f64_program_scratch)(p);
}
static void LK_LEVEL(run)(const lk_program *p, void *const *memory, int64_t first, int64_t end, void *scratch) {
    if (p->dtype == LK_FLOAT32) LK_LEVEL(f32_program_run)(p, memory, first, end, scratch);
    else LK_LEVEL(f64_program_run)(p, memory, first, end, scratch);
}
static void LK_LEVEL(map_run)(lk_op op, int64_t count, const double *from, double *to) {
    if (op == LK_NORMAL_QUANTILE) LK_LEVEL(f64_normal_quantiles)(count, from, to);
    else LK_LEVEL(f64_unaries)[op](count, from, to);
}
static double LK_LEVEL(reduce_run)(lk_op op, lk_dtype dtype, int64_t count, const void *from) {
    if (dtype == LK_FLOAT32)
        return op == LK_ROW_SUM ? LK_LEVEL(f32_sum)(count, from) : op == LK_ROW_MAX ? LK_LEVEL(f32_largest)(count, from) : LK_LEVEL(f32_smallest)(count, from);
    return op == LK_ROW_SUM ? LK_LEVEL(f64_sum)(count, from) : op == LK_ROW_MAX ? LK_LEVEL(f64_largest)(count, from) : LK_LEVEL(f64_smallest)(count, from);
}
static void LK_LEVEL(combine_run)(lk_op op, lk_dtype dtype, int64_t count, const void *from, void *to) {
    const lk_op pairwise = op == LK_ROW_SUM ? LK_ADD : op == LK_ROW_MAX ? LK_MAXIMUM : LK_MINIMUM;
    if (dtype == LK_FLOAT32) LK_LEVEL(f32_binaries)[pairwise].vv(count, to, from, to);
    else LK_LEVEL(f64_binaries)[pairwise].vv(count, to, from, to);
}

const lk_table LK_LEVEL(table) = {LK_LEVEL(scratch), LK_LEVEL(run), LK_LEVEL(draw), LK_LEVEL(f64_gamma), LK_LEVEL(lookup), LK_LEVEL(map_run), LK_LEVEL(reduce_run), LK_LEVEL(combine_run)};
