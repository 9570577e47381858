// The loops for processors with AVX512.
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "Kernels.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define LK_LEVEL(x) lk_avx512_##x
#define LK_BYTES 64
#define LK_FMA 1
#include "level.h"
#pragma clang attribute pop
#endif
