// Draws of whole numbers by inversion of a table, at one level.
// Chen and Asau, On Generating Random Variates from an Empirical Distribution, AIIE Transactions 6, 1974.

/// The first place whose cumulated probability exceeds u, between two places.
static int32_t LK_LEVEL(first_above)(const lk_guided_table *t, int32_t low, int32_t high, double u) {
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (t->cumulated[middle] > u) high = middle;
        else low = middle + 1;
    }
    return low;
}

static void LK_LEVEL(lookup)(const lk_guided_table *t, double *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end) {
    uint64_t blocks[64], words[128];
    int32_t found[128];
    const int shift = 64 - t->bits;
    for (int64_t place = first; place < end;) {
        const uint64_t block = (uint64_t)place / 2;
        const int64_t skip = place - (int64_t)block * 2;
        const int64_t count = end - place < 128 - skip ? end - place : 128 - skip;
        for (int j = 0; j < 64; j++) blocks[j] = block + (uint64_t)j;
        LK_LEVEL(philox)(cipher, stream, 64, blocks, words);
        // A word's upper bits are its cell of the guide. Few cells hold a step of the distribution function; their entries are negative.
        int32_t any = 0;
        for (int j = 0; j < 64; j++) {
            const int32_t a = t->guide[words[j] >> shift], b = t->guide[words[64 + j] >> shift];
            found[2 * j] = a;
            found[2 * j + 1] = b;
            any |= a | b;
        }
        if (any < 0)
            for (int j = 0; j < 128; j++)
                if (found[j] < 0) {
                    const uint64_t word = words[j % 2 * 64 + j / 2];
                    const uint64_t cell = word >> shift;
                    const int32_t next = cell + 1 < 1ull << t->bits ? t->guide[cell + 1] : t->size - 1;
                    found[j] = LK_LEVEL(first_above)(t, ~found[j], next < 0 ? ~next : next, LK_LEVEL(open_uniform)(word));
                }
        double *p = to + (place - first);
        for (int64_t j = 0; j < count; j++) p[j] = t->lowest + (double)found[skip + j];
        place += count;
    }
}
