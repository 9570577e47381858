// Vectors of LANES elements T, and their transpose.
typedef T SUFFIX(vector) __attribute__((vector_size(BYTES)));
typedef T SUFFIX(loose) __attribute__((vector_size(BYTES), aligned(sizeof(T))));

#if LANES == 16
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif LANES == 4
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

/// Transposes LANES x LANES elements: each round interleaves the first half of the vectors with the second, which turns the bits of an
/// element's position by one place; after log2(LANES) rounds rows and columns have changed places.
static inline __attribute__((always_inline)) void SUFFIX(transpose)(SUFFIX(vector) *x) {
#pragma clang loop unroll(full)
    for (int round = 1; round < LANES; round *= 2) {
        SUFFIX(vector) y[LANES];
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES / 2; i++) {
            y[2 * i] = LOW(x[i], x[i + LANES / 2]);
            y[2 * i + 1] = HIGH(x[i], x[i + LANES / 2]);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) x[i] = y[i];
    }
}

/// The sum of a vector's elements: each round adds element i + n/2 to element i, and interleaving leaves every sum twice.
static inline __attribute__((always_inline)) T SUFFIX(total)(SUFFIX(vector) x) {
#pragma clang loop unroll(full)
    for (int n = LANES; n > 1; n /= 2) x = LOW(x, x) + HIGH(x, x);
    return x[0];
}

#undef LOW
#undef HIGH

// The last vector of a row, of which only the first elements exist: `loose` reads and writes no others.
#if BYTES == 64
#define MASKED(name) NAME(_mm512, name, PACKED)
#if LANES == 16
typedef __mmask16 SUFFIX(mask);
#define PACKED ps
#else
typedef __mmask8 SUFFIX(mask);
#define PACKED pd
#endif
static inline __attribute__((always_inline)) SUFFIX(mask) SUFFIX(first)(int64_t count) { return (SUFFIX(mask))((1u << count) - 1); }
static inline __attribute__((always_inline)) SUFFIX(vector) SUFFIX(load)(SUFFIX(mask) mask, const T *from) {
    return (SUFFIX(vector))MASKED(maskz_loadu)(mask, from);
}
static inline __attribute__((always_inline)) void SUFFIX(store)(SUFFIX(mask) mask, T *to, SUFFIX(vector) x) { MASKED(mask_storeu)(to, mask, x); }
#undef MASKED
#undef PACKED
#elif BYTES == 32
typedef __m256i SUFFIX(mask);
#if LANES == 8
static inline __attribute__((always_inline)) SUFFIX(mask) SUFFIX(first)(int64_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline __attribute__((always_inline)) SUFFIX(vector) SUFFIX(load)(SUFFIX(mask) mask, const T *from) { return _mm256_maskload_ps(from, mask); }
static inline __attribute__((always_inline)) void SUFFIX(store)(SUFFIX(mask) mask, T *to, SUFFIX(vector) x) { _mm256_maskstore_ps(to, mask, x); }
#else
static inline __attribute__((always_inline)) SUFFIX(mask) SUFFIX(first)(int64_t count) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline __attribute__((always_inline)) SUFFIX(vector) SUFFIX(load)(SUFFIX(mask) mask, const T *from) { return _mm256_maskload_pd(from, mask); }
static inline __attribute__((always_inline)) void SUFFIX(store)(SUFFIX(mask) mask, T *to, SUFFIX(vector) x) { _mm256_maskstore_pd(to, mask, x); }
#endif
#else
typedef int64_t SUFFIX(mask);
static inline __attribute__((always_inline)) SUFFIX(mask) SUFFIX(first)(int64_t count) { return count; }
static inline __attribute__((always_inline)) SUFFIX(vector) SUFFIX(load)(SUFFIX(mask) count, const T *from) {
    SUFFIX(vector) x = {0};
    for (int i = 0; i < LANES; i++)
        if (i < count) x[i] = from[i];
    return x;
}
static inline __attribute__((always_inline)) void SUFFIX(store)(SUFFIX(mask) count, T *to, SUFFIX(vector) x) {
    for (int i = 0; i < LANES; i++)
        if (i < count) to[i] = x[i];
}
#endif
