// Convolutions as matrix products: the pixels that a kernel meets, laid out in rows (Chellapilla, Puri and Simard, High Performance
// Convolutional Neural Networks for Document Processing, 2006).
#include <string.h>

#include "Kernels.h"

/// A row of a kernel at one output pixel: where its first tap lies in the image, and which of its taps lie inside.
typedef struct { int64_t start, from, end; } lk_taps;

static inline lk_taps lk_meet(const lk_window *w, int64_t pixel, int64_t row) {
    const int64_t y = pixel / w->out_width * w->strides[0] + row * w->dilations[0] - w->low[0];
    const int64_t x = pixel % w->out_width * w->strides[1] - w->low[1], step = w->dilations[1];
    lk_taps taps = {(y * w->width + x) * w->pixel, 0, 0};
    if (y < 0 || y >= w->height) return taps;
    taps.from = x < 0 ? (-x + step - 1) / step : 0;
    taps.end = x < w->width ? (w->width - 1 - x) / step + 1 : 0;
    if (taps.end > w->taps[1]) taps.end = w->taps[1];
    if (taps.from > taps.end) taps.from = taps.end;
    return taps;
}

void lk_unfold(const lk_window *w, const double *image, double *columns, int64_t first, int64_t end) {
    const int64_t c = w->channels, step = w->dilations[1] * w->pixel;
    for (int64_t pixel = first; pixel < end; pixel++)
        for (int64_t i = 0; i < w->taps[0]; i++, columns += w->taps[1] * c) {
            const lk_taps taps = lk_meet(w, pixel, i);
            for (int64_t k = 0; k < taps.from * c; k++) columns[k] = 0;
            if (step == c) memcpy(columns + taps.from * c, image + taps.start + taps.from * c, (size_t)((taps.end - taps.from) * c) * sizeof(double));
            else
                for (int64_t j = taps.from; j < taps.end; j++)
                    for (int64_t k = 0; k < c; k++) columns[j * c + k] = image[taps.start + j * step + k];
            for (int64_t k = taps.end * c; k < w->taps[1] * c; k++) columns[k] = 0;
        }
}

void lk_unfold_add(const lk_window *w, const double *columns, double *image, int64_t first, int64_t end) {
    const int64_t c = w->channels, step = w->dilations[1] * w->pixel;
    for (int64_t pixel = first; pixel < end; pixel++)
        for (int64_t i = 0; i < w->taps[0]; i++, columns += w->taps[1] * c) {
            const lk_taps taps = lk_meet(w, pixel, i);
            for (int64_t j = taps.from; j < taps.end; j++)
                for (int64_t k = 0; k < c; k++) image[taps.start + j * step + k] += columns[j * c + k];
        }
}
