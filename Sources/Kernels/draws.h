// Uniform and normal draws at one level: element i is made of word i of a key's stream, so that any part can be made alone.

static void LK_LEVEL(draw)(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, int is_normal) {
    uint64_t blocks[64], words[128];
    double numbers[128];
    for (int64_t place = first; place < end;) {
        const uint64_t block = (uint64_t)place / 2;
        const int64_t skip = place - (int64_t)block * 2;
        const int64_t count = end - place < 128 - skip ? end - place : 128 - skip;
        for (int j = 0; j < 64; j++) blocks[j] = block + (uint64_t)j;
        LK_LEVEL(philox)(cipher, stream, (skip + count + 1) / 2, blocks, words);
        // Whole stretches of doubles are made where they belong.
        const int is_direct = dtype == LK_FLOAT64 && count == 128;
        double *made = is_direct ? (double *)to + (place - first) : numbers;
        for (int j = 0; j < 64; j++) {
            made[2 * j] = LK_LEVEL(open_uniform)(words[j]);
            made[2 * j + 1] = LK_LEVEL(open_uniform)(words[64 + j]);
        }
        if (is_normal) LK_LEVEL(f64_normal_quantiles)(skip + count, made, made);
        if (dtype == LK_FLOAT32) {
            float *p = (float *)to + (place - first);
            // Uniform draws stay below 1 when they are rounded.
            const float top = is_normal ? INFINITY : 0x1.fffffep-1f;
            for (int64_t j = 0; j < count; j++) {
                float x = (float)numbers[skip + j];
                p[j] = x < top ? x : top;
            }
        } else if (!is_direct) {
            memcpy((double *)to + (place - first), numbers + skip, (size_t)count * sizeof(double));
        }
        place += count;
    }
}
