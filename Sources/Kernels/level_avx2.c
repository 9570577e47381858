// The loops for processors with AVX2.
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "Kernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LK_LEVEL(x) lk_avx2_##x
#define LK_BYTES 32
#define LK_FMA 1
#include "level.h"
#pragma clang attribute pop
#endif
