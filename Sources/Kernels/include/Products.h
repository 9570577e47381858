// Matrix products by our own loops, and what callers of other libraries need.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// C = A B (+ C) (+ a bias for each column), then max(0, .): A is m x k, B is k x n, C is m x n, in elements.
typedef struct {
    int64_t m, n, k;
    int64_t a_row, a_column;  ///< from one row of A to the next, and from one column to the next; one of the two is 1
    int64_t b_row, b_column;
    int64_t ldc;              ///< from one row of C to the next
    int32_t accumulate, relu;
} lk_gemm;

/// Bytes of scratch memory, 64-byte aligned, that `lk_gemm_run` needs.
size_t lk_gemm_scratch(int dtype, const lk_gemm *product);
/// Multiplies LK_FLOAT32 or LK_FLOAT64 matrices on the calling thread; `bias` may be NULL.
void lk_gemm_run(int dtype, const lk_gemm *product, const void *a, const void *b, void *c, const void *bias, void *scratch);

/// The geometry of a convolution over images of height x width x channels, of which neighbouring taps of a row meet neighbouring pixels.
typedef struct {
    int64_t height, width, channels;
    int64_t out_height, out_width;
    int64_t taps_high, taps_wide;
    int64_t stride_high, stride_wide, low_high, low_wide, dilation_high;
} lk_folding;

/// image[y, x, c] = the sum of columns[v, u, i, j, c] over output pixels (v, u) and taps (i, j) of the kernel that meet there.
void lk_fold(const lk_folding *geometry, const float *columns, float *image);

/// The same for one group of channels of float64 images, at any dilation: heights first, then widths.
typedef struct {
    int64_t height, width;
    int64_t channels, pixel;  ///< channels of the group, and elements from one pixel to the next
    int64_t out_height, out_width;
    int64_t taps[2], strides[2], low[2], dilations[2];
} lk_window;

/// A row of columns for each output pixel first ..< end (row-major): the channels that each tap of the kernel meets, zeros outside the image.
void lk_unfold(const lk_window *window, const double *image, double *columns, int64_t first, int64_t end);
/// Adds such rows to the pixels that they came from.
void lk_unfold_add(const lk_window *window, const double *columns, double *image, int64_t first, int64_t end);

/// Makes OpenMP run whatever this thread starts on this thread alone, if OpenMP is loaded: oneDNN is called once a chunk, and would
/// start threads of its own. Cheap after a thread's first call.
void lk_openmp_single(void);
