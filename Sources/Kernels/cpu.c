// The level of the processor: what its vector instructions allow, and what `LATENT_CPU` forbids.
#include "Kernels.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static lk_level best(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return LK_BASELINE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl"))
        return LK_AVX2;
    return LK_AVX512;
#else
    return LK_BASELINE;
#endif
}

lk_level lk_cpu_level(void) {
    static _Atomic int known = -1;
    int level = atomic_load_explicit(&known, memory_order_relaxed);
    if (level >= 0) return (lk_level)level;
    level = (int)best();
    const char *asked = getenv("LATENT_CPU");
    if (asked && !strcmp(asked, "baseline")) level = LK_BASELINE;
    if (asked && !strcmp(asked, "avx2") && level > LK_AVX2) level = LK_AVX2;
    atomic_store_explicit(&known, level, memory_order_relaxed);
    return (lk_level)level;
}
