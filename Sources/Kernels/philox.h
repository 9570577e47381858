// Philox 4x32-10 at one level: blocks of a key's stream side by side.
// Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.

/// How many blocks are made at a time; and the words of a block that lie side by side in one vector.
enum { LK_LEVEL(blocks) = 64, LK_LEVEL(word_lanes) = LK_BYTES / 8 };
typedef uint64_t LK_LEVEL(words) __attribute__((ext_vector_type(LK_BYTES / 8)));

/// The two words of each block: words[i] and words[64 + i] belong to blocks[i], for i up to `count` rounded up to a whole vector.
static void LK_LEVEL(philox)(uint64_t cipher, uint64_t stream, int64_t count, const uint64_t *blocks, uint64_t *words) {
    typedef LK_LEVEL(words) W;
    const W low = (W)(uint64_t)0xFFFFFFFFu;
    for (int64_t i = 0; i < count; i += LK_LEVEL(word_lanes)) {
        // Two products a round hold the whole state: the upper half of `a` and `b` is carried in c1 and c3, of which only the lower half counts.
        W c0, c1, c2 = (W)(stream & 0xFFFFFFFFu), c3 = (W)(stream >> 32);
        memcpy(&c0, blocks + i, sizeof c0);
        c1 = c0 >> 32;
        uint32_t k0 = (uint32_t)cipher, k1 = (uint32_t)(cipher >> 32);
        for (int round = 0; round < 10; round++) {
            W a = (c0 & low) * (W)(uint64_t)0xD2511F53u, b = (c2 & low) * (W)(uint64_t)0xCD9E8D57u;
            c0 = (b >> 32) ^ c1 ^ (W)(uint64_t)k0;
            c1 = b;
            c2 = (a >> 32) ^ c3 ^ (W)(uint64_t)k1;
            c3 = a;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        W first = (c0 & low) | (c1 << 32), second = (c2 & low) | (c3 << 32);
        memcpy(words + i, &first, sizeof first);
        memcpy(words + 64 + i, &second, sizeof second);
    }
}

/// The middle of one of 2^52 equal cells of the unit interval: the exponent of 1 and the word's upper bits make a number from 1 to 2.
static inline __attribute__((always_inline)) double LK_LEVEL(open_uniform)(uint64_t word) {
    uint64_t bits = (word >> 12) | 0x3FF0000000000000u;
    double x;
    memcpy(&x, &bits, 8);
    return (x - 1.0) + 0x1p-53;
}
