#include <math.h>
#include <string.h>

#include "Kernels.h"

// Windows without padding over images [n, height, width, channels]; the channels lie side by side, so that loops over them are vectors.

#define LK_POOL(T, name)                                                                                                                    \
    static void name##_forward(const lk_pool_shape *s, const T *x, T *y, int64_t first, int64_t end) {                                      \
        const int64_t c = s->channels, row = s->width * c;                                                                                  \
        const T scale = (T)(1.0 / (double)(s->window[0] * s->window[1]));                                                                   \
        for (int64_t n = first; n < end; n++)                                                                                               \
            for (int64_t i = 0; i < s->out_height; i++)                                                                                     \
                for (int64_t j = 0; j < s->out_width; j++) {                                                                                \
                    const T *from = x + n * s->height * row + i * s->strides[0] * row + j * s->strides[1] * c;                              \
                    T *to = y + ((n * s->out_height + i) * s->out_width + j) * c;                                                           \
                    memcpy(to, from, (size_t)c * sizeof(T));                                                                                \
                    for (int64_t a = 0; a < s->window[0]; a++)                                                                              \
                        for (int64_t b = a == 0; b < s->window[1]; b++) {                                                                   \
                            const T *p = from + a * row + b * c;                                                                            \
                            if (s->mean) for (int64_t k = 0; k < c; k++) to[k] += p[k];                                                     \
                            else for (int64_t k = 0; k < c; k++) to[k] = to[k] != to[k] || to[k] >= p[k] ? to[k] : p[k];                    \
                        }                                                                                                                   \
                    if (s->mean) for (int64_t k = 0; k < c; k++) to[k] *= scale;                                                            \
                }                                                                                                                           \
    }                                                                                                                                       \
    static void name##_backward(const lk_pool_shape *s, const T *x, const T *y, const T *g, T *dx, int64_t first, int64_t end) {            \
        const int64_t c = s->channels, row = s->width * c;                                                                                  \
        const T scale = (T)(1.0 / (double)(s->window[0] * s->window[1]));                                                                   \
        memset(dx + first * s->height * row, 0, (size_t)((end - first) * s->height * row) * sizeof(T));                                     \
        for (int64_t n = first; n < end; n++)                                                                                               \
            for (int64_t i = 0; i < s->out_height; i++)                                                                                     \
                for (int64_t j = 0; j < s->out_width; j++) {                                                                                \
                    const int64_t place = n * s->height * row + i * s->strides[0] * row + j * s->strides[1] * c;                            \
                    const int64_t out = ((n * s->out_height + i) * s->out_width + j) * c;                                                   \
                    for (int64_t k = 0; k < c; k++) {                                                                                       \
                        int done = 0;                                                                                                       \
                        for (int64_t a = 0; a < s->window[0]; a++)                                                                          \
                            for (int64_t b = 0; b < s->window[1]; b++) {                                                                    \
                                const int64_t at = place + a * row + b * c + k;                                                             \
                                if (s->mean) {                                                                                              \
                                    dx[at] += g[out + k] * scale;                                                                           \
                                } else if (!done && (x[at] == y[out + k] || x[at] != x[at])) {                                              \
                                    /* Of several that are largest the first one has it all. */                                             \
                                    dx[at] += g[out + k];                                                                                   \
                                    done = 1;                                                                                               \
                                }                                                                                                           \
                            }                                                                                                               \
                    }                                                                                                                       \
                }                                                                                                                           \
    }
LK_POOL(float, lk_pool_f32)
LK_POOL(double, lk_pool_f64)

void lk_pool_forward(lk_dtype dtype, const lk_pool_shape *shape, const void *x, void *y, int64_t first, int64_t end) {
    if (dtype == LK_FLOAT32) lk_pool_f32_forward(shape, x, y, first, end);
    else lk_pool_f64_forward(shape, x, y, first, end);
}

void lk_pool_backward(lk_dtype dtype, const lk_pool_shape *shape, const void *x, const void *y, const void *g, void *dx, int64_t first, int64_t end) {
    if (dtype == LK_FLOAT32) lk_pool_f32_backward(shape, x, y, g, dx, first, end);
    else lk_pool_f64_backward(shape, x, y, g, dx, first, end);
}
