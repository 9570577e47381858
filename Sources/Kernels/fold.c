// Adding what each pixel of a convolution's output says about the pixels of its image: the second half of a transposed convolution whose
// first half is a matrix product. It is the faster way where images have few channels, which leave vectors over channels empty.
#include "Products.h"
#include <string.h>

void lk_fold(const lk_folding *f, const float *columns, float *image) {
    const int64_t run = f->taps_wide * f->channels, row = f->width * f->channels;
    memset(image, 0, (size_t)(f->height * row) * sizeof(float));
    for (int64_t y = 0; y < f->out_height; y++)
        for (int64_t x = 0; x < f->out_width; x++, columns += f->taps_high * run) {
            // The taps of one row of the kernel lie side by side, in the image as in the columns.
            const int64_t left = (x * f->stride_wide - f->low_wide) * f->channels;
            const int64_t from = left < 0 ? -left : 0, end = left + run > row ? row - left : run;
            for (int64_t i = 0; i < f->taps_high; i++) {
                const int64_t to = y * f->stride_high + i * f->dilation_high - f->low_high;
                if (to < 0 || to >= f->height) continue;
                float *restrict pixels = image + to * row + left;
                const float *restrict add = columns + i * run;
                for (int64_t j = from; j < end; j++) pixels[j] += add[j];
            }
        }
}
