// Philox 4x32-10 at one level: blocks of a key's stream side by side.
// Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.

enum { LK_LEVEL(blocks) = 64 };

/// The words of blocks first ..< first + 64 of a stream, two 64-bit words a block.
static void LK_LEVEL(philox)(uint64_t cipher, uint64_t stream, uint64_t first, uint64_t *words) {
    uint32_t c0[64], c1[64], c2[64], c3[64];
    for (int j = 0; j < 64; j++) {
        c0[j] = (uint32_t)(first + (uint64_t)j);
        c1[j] = (uint32_t)((first + (uint64_t)j) >> 32);
        c2[j] = (uint32_t)stream;
        c3[j] = (uint32_t)(stream >> 32);
    }
    uint32_t k0 = (uint32_t)cipher, k1 = (uint32_t)(cipher >> 32);
    for (int round = 0; round < 10; round++) {
        for (int j = 0; j < 64; j++) {
            uint64_t a = (uint64_t)c0[j] * 0xD2511F53u, b = (uint64_t)c2[j] * 0xCD9E8D57u;
            c0[j] = (uint32_t)(b >> 32) ^ c1[j] ^ k0;
            c1[j] = (uint32_t)b;
            c2[j] = (uint32_t)(a >> 32) ^ c3[j] ^ k1;
            c3[j] = (uint32_t)a;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int j = 0; j < 64; j++) {
        words[2 * j] = (uint64_t)c0[j] | (uint64_t)c1[j] << 32;
        words[2 * j + 1] = (uint64_t)c2[j] | (uint64_t)c3[j] << 32;
    }
}

static void LK_LEVEL(draw)(lk_dtype dtype, void *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, int is_normal) {
    uint64_t words[128];
    double numbers[128];
    for (int64_t place = first; place < end;) {
        uint64_t block = (uint64_t)place / 2;
        LK_LEVEL(philox)(cipher, stream, block, words);
        const int64_t skip = place - (int64_t)block * 2;
        const int64_t count = end - place < 128 - skip ? end - place : 128 - skip;
        // The exponent of 1 and the word's upper bits make a number from 1 to 2, in the middle of its cell.
        for (int j = 0; j < 128; j++) {
            uint64_t bits = (words[j] >> 12) | 0x3FF0000000000000u;
            double x;
            memcpy(&x, &bits, 8);
            numbers[j] = (x - 1.0) + 0x1p-53;
        }
        if (is_normal) LK_LEVEL(f64_normal_quantiles)(128, numbers, numbers);
        if (dtype == LK_FLOAT64) {
            memcpy((double *)to + (place - first), numbers + skip, (size_t)count * sizeof(double));
        } else {
            float *p = (float *)to + (place - first);
            // Uniform draws stay below 1 when they are rounded.
            const float top = is_normal ? INFINITY : 0x1.fffffep-1f;
            for (int64_t j = 0; j < count; j++) {
                float x = (float)numbers[skip + j];
                p[j] = x < top ? x : top;
            }
        }
        place += count;
    }
}
