// What a level of the processor does with loops of its own.
#pragma once
#include "Kernels.h"

typedef struct {
    size_t (*program_scratch)(const lk_program *);
    void (*program_run)(const lk_program *, void *const *, int64_t, int64_t, void *);
    void (*draw)(lk_dtype, void *, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, int is_normal);
    void (*gamma)(double *, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, const double *shapes, int64_t period, int logs);
    void (*lookup)(const lk_guided_table *, double *, uint64_t cipher, uint64_t stream, int64_t first, int64_t end);
    void (*map)(lk_op, int64_t count, const double *from, double *to);
    /// The sum, largest or smallest of an array.
    double (*reduce)(lk_op, lk_dtype, int64_t count, const void *from);
    /// to = to + from, or the larger or smaller of each pair.
    void (*combine)(lk_op, lk_dtype, int64_t count, const void *from, void *to);
} lk_table;

extern const lk_table lk_baseline_table, lk_avx2_table, lk_avx512_table;
/// The table of the level in use.
const lk_table *lk_loops(void);
