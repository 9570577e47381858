#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "Kernels.h"
#include "dispatch_table.h"

static int lk_has(lk_level level) {
#if defined(__x86_64__)
    switch (level) {
    case LK_BASELINE: return 1;
    case LK_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case LK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    }
#endif
    return level == LK_BASELINE;
}

static const char *const names[] = {"baseline", "avx2", "avx512"};

/// The level that `LATENT_CPU` asks for: -1 where it is not set, -2 where that is nothing that can be had.
static int lk_wish(void) {
    const char *wish = getenv("LATENT_CPU");
    if (!wish || !*wish) return -1;
    for (int level = LK_BASELINE; level <= LK_AVX512; level++)
        if (strcmp(wish, names[level]) == 0 && lk_has((lk_level)level)) return level;
    return -2;
}

const char *lk_cpu_refused(void) { return lk_wish() == -2 ? getenv("LATENT_CPU") : NULL; }
const char *lk_cpu_name(lk_level level) { return names[level]; }

/// 1 + the level that a test set for its thread; 0 for none.
static _Thread_local int forced = 0;

int lk_cpu_force(lk_level level) {
    if (!lk_has(level)) return 0;
    forced = 1 + (int)level;
    return 1;
}
void lk_cpu_release(void) { forced = 0; }

lk_level lk_cpu_level(void) {
    if (forced) return (lk_level)(forced - 1);
    // Every thread finds the same answer, so it does not matter which of them writes it.
    static atomic_int known = -1;
    int level = atomic_load_explicit(&known, memory_order_relaxed);
    if (level >= 0) return (lk_level)level;
    level = lk_wish();
    if (level < 0) level = lk_has(LK_AVX512) ? LK_AVX512 : lk_has(LK_AVX2) ? LK_AVX2 : LK_BASELINE;
    atomic_store_explicit(&known, level, memory_order_relaxed);
    return (lk_level)level;
}

const lk_table *lk_loops(void) {
#if defined(__x86_64__)
    switch (lk_cpu_level()) {
    case LK_BASELINE: return &lk_baseline_table;
    case LK_AVX2: return &lk_avx2_table;
    case LK_AVX512: return &lk_avx512_table;
    }
#endif
    return &lk_baseline_table;
}

size_t lk_program_scratch(const lk_program *program) { return lk_loops()->program_scratch(program); }
void lk_program_run(const lk_program *program, void *const *memory, int64_t first, int64_t end, void *scratch) {
    lk_loops()->program_run(program, memory, first, end, scratch);
}
void lk_uniform(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end) {
    lk_loops()->draw(dtype, to, cipher, stream, first, end, 0);
}
void lk_normal(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end) {
    lk_loops()->draw(dtype, to, cipher, stream, first, end, 1);
}
void lk_gamma(double *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, const double *shapes, int64_t period, int logs) {
    lk_loops()->gamma(to, cipher, stream, first, end, shapes, period, logs);
}
void lk_guide(lk_guided_table *table, int32_t *guide) {
    const int64_t cells = (int64_t)1 << table->bits;
    int32_t place = 0;
    for (int64_t cell = 0; cell < cells; cell++) {
        while (place < table->size - 1 && table->cumulated[place] <= (double)cell / (double)cells) place++;
        const int is_certain = place == table->size - 1 || table->cumulated[place] >= (double)(cell + 1) / (double)cells;
        guide[cell] = is_certain ? place : ~place;
    }
    table->guide = guide;
}
void lk_lookup(const lk_guided_table *table, double *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end) {
    lk_loops()->lookup(table, to, cipher, stream, first, end);
}
void lk_map(lk_op op, int64_t count, const double *from, double *to) { lk_loops()->map(op, count, from, to); }
