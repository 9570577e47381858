// Matrix products by our own loops: small ones, vectors times matrices, and float64. See gemm_tiles.h.
#include "Kernels.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// One tile of C and what it is the product of.
typedef struct {
    const void *a, *b, *bias;
    void *c;
    int64_t a_row, a_column, b_row, ldc, k, columns;
    int accumulate, relu;
} lk_gemm_tile;

enum {
    DEPTH = 384,        // rows of B that are read at a time
    BLOCK_COLUMNS = 4,  // tiles of columns of B that are read at a time: 300 KB with DEPTH, which the second cache holds beside A
    PACK_ROWS = 192,    // from so many rows of C, and ...
    PACK_STRIDE = 4096, // ... so many bytes between rows of B, a copy of B pays
    WIDE = 8,           // vectors of the tiles of one or two rows: enough sums to hide the time that an addition takes
    HALF = 4,           // the same where fewer columns are left
    AHEAD = 64,         // vectors of B that a tile of one or two rows asks for before it reads them
    DOT_ROWS = 4,       // up to so many rows of C, a transposed B is read as it lies
};

/// Whether B is copied before it is read. It is where its columns do not lie element by element; and where its rows are so far apart that
/// they meet in the same lines of the first cache, if they are read often enough.
static int lk_gemm_packs(const lk_gemm *p, size_t size) {
    return p->b_column != 1 || (p->m >= PACK_ROWS && p->b_row * (int64_t)size >= PACK_STRIDE);
}

#define CONCATENATE(a, b, c) a##_##b##_##c
#define NAME(a, b, c) CONCATENATE(a, b, c)
#define SUFFIX(name) NAME(name, ELEMENT, LEVEL)

#define LEVEL baseline
#define BYTES 16
// Tiles as large as the registers allow beside a row of B, one element of A and a mask or a product.
#define ROWS 6
#define VECTORS 2
#include "gemm_types.h"
#undef LEVEL
#undef BYTES

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define BYTES 32
#include "gemm_types.h"
#undef LEVEL
#undef BYTES
#undef ROWS
#undef VECTORS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define LEVEL avx512
#define BYTES 64
#define ROWS 8
#define VECTORS 3
#include "gemm_types.h"
#pragma clang attribute pop
#endif

size_t lk_gemm_scratch(int dtype, const lk_gemm *p) {
    const int64_t size = dtype == LK_FLOAT32 ? 4 : 8, lanes = 64 / size, most = lanes * 3 * BLOCK_COLUMNS;
    const int64_t columns = p->n < most ? (p->n + lanes - 1) / lanes * lanes : most;
    return (size_t)(size * (DEPTH * 8 + (lk_gemm_packs(p, (size_t)size) ? (p->k < DEPTH ? p->k : DEPTH) * columns : 0)));
}

void lk_gemm_run(int dtype, const lk_gemm *p, const void *a, const void *b, void *c, const void *bias, void *scratch) {
    const int single = dtype == LK_FLOAT32;
    switch (lk_cpu_level()) {
#if defined(__x86_64__)
    case LK_AVX512: (single ? gemm_float_avx512 : gemm_double_avx512)(p, a, b, c, bias, scratch); return;
    case LK_AVX2: (single ? gemm_float_avx2 : gemm_double_avx2)(p, a, b, c, bias, scratch); return;
#endif
    default: (single ? gemm_float_baseline : gemm_double_baseline)(p, a, b, c, bias, scratch);
    }
}
