// Gamma draws of rate 1, at one level.
// Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM Transactions on Mathematical Software 26, 2000.
//
// Attempt t at element i takes block i + t 2^48 of the key's stream, a normal and a uniform number: every element can be made alone.
// The elements of a tile are tried side by side; those refused, one of twenty at most, are gathered and tried again.

enum { LK_NAME(gamma_tile) = 256, LK_NAME(gamma_attempts) = 64 };

/// The numbers of one round of attempts at some elements.
typedef struct {
    /// The elements, by their place in the tile.
    int32_t places[256 + LK_LANES];
    T x[256 + LK_LANES], u[256 + LK_LANES];
} LK_NAME(gamma_round);

/// Two uniform numbers for each place: the normal quantile of the first, and the second.
static void LK_NAME(gamma_numbers)(LK_NAME(gamma_round) *r, int64_t n, uint64_t cipher, uint64_t stream, uint64_t block) {
    uint64_t blocks[64], words[128];
    for (int64_t start = 0; start < n; start += 64) {
        const int64_t count = n - start < 64 ? n - start : 64;
        for (int j = 0; j < 64; j++) blocks[j] = block + (uint64_t)(uint32_t)r->places[start + (j < count ? j : 0)];
        LK_LEVEL(philox)(cipher, stream, count, blocks, words);
        for (int64_t j = 0; j < count; j++) r->x[start + j] = LK_LEVEL(open_uniform)(words[j]);
        for (int64_t j = 0; j < count; j++) r->u[start + j] = LK_LEVEL(open_uniform)(words[64 + j]);
    }
    LK_NAME(normal_quantiles)(n, r->x, r->x);
}

/// Tries the places of a round: out[place] = v where that is accepted. Leaves the places refused, and gives their number.
static int64_t LK_NAME(gamma_try)(LK_NAME(gamma_round) *r, int64_t n, const T *d, const T *c, T *out) {
    int32_t unsure[256 + LK_LANES];
    T v[256 + LK_LANES], dv[256 + LK_LANES];
    for (int64_t i = 0; i < n; i++) {
        T root = 1 + c[r->places[i]] * r->x[i];
        v[i] = root * root * root;
        dv[i] = d[r->places[i]];
    }
    for (int64_t i = 0; i < n; i++) out[r->places[i]] = v[i];
    // A bound on the logarithms accepts nine of ten without them.
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        T square = r->x[i] * r->x[i];
        unsure[found] = (int32_t)i;
        found += !(v[i] > 0 && r->u[i] < 1 - (T)0.0331 * square * square);
    }
    for (int j = 0; j < LK_LANES; j++) unsure[found + j] = 0;
    int64_t refused = 0;
    for (int64_t i = 0; i < found; i += LK_LANES) {
        VT x, u, cube, scale;
        for (int j = 0; j < LK_LANES; j++) {
            const int32_t k = unsure[i + j];
            x[j] = r->x[k];
            u[j] = r->u[k];
            cube[j] = v[k];
            scale[j] = dv[k];
        }
        VI accepted = (cube > V1(0)) & (LK_NAME(log)(u) < V1(0.5) * x * x + scale * (V1(1) - cube + LK_NAME(log)(cube)));
        for (int64_t j = 0; j < LK_LANES && i + j < found; j++) {
            r->places[refused] = r->places[unsure[i + j]];
            refused += !accepted[j];
        }
    }
    return refused;
}

/// For shapes below 1, a draw of the shape above by one is multiplied by U^(1 / shape); or its logarithm is asked for.
static void LK_NAME(gamma_finish)(LK_NAME(gamma_round) *r, int64_t n, uint64_t cipher, uint64_t stream, uint64_t block, const T *shapes, const T *d, int logs, T *out) {
    int is_small = 0;
    for (int64_t i = 0; i < n; i++) is_small |= shapes[i] < 1;
    if (!is_small && !logs) {
        for (int64_t i = 0; i < n; i++) out[i] *= d[i];
        return;
    }
    for (int64_t i = 0; i < n; i++) r->places[i] = (int32_t)i;
    if (is_small) LK_NAME(gamma_numbers)(r, n, cipher, stream, block + (1ull << 63));
    for (int64_t i = 0; i < n; i += LK_LANES) {
        VT shape = LK_NAME(load)(shapes + i), x = LK_NAME(load)(out + i) * LK_NAME(load)(d + i);
        VT boost = V1(0);
        if (is_small) boost = shape < V1(1) ? LK_NAME(log)(LK_NAME(load)(r->u + i)) / shape : V1(0);
        LK_NAME(put)(out + i, logs ? LK_NAME(log)(x) + boost : __builtin_elementwise_max(x * LK_NAME(exp)(boost), V1(0x1p-1022)));
    }
}

/// What the attempts take from each shape; a stretch of a short period is written once, repeated, and read from any place.
typedef struct {
    T shape[1280 + LK_LANES], d[1280 + LK_LANES], c[1280 + LK_LANES];
} LK_NAME(gamma_shapes);

/// Writes `n` shapes from shapes[place] on, begun again at the period's end, and 1 after them.
static void LK_NAME(gamma_prepare)(LK_NAME(gamma_shapes) *s, int64_t n, const T *shapes, int64_t period, int64_t place) {
    for (int64_t i = 0; i < n;) {
        const int64_t run = period - place < n - i ? period - place : n - i;
        for (int64_t j = 0; j < run; j++) s->shape[i + j] = shapes[place + j];
        i += run;
        place = 0;
    }
    for (int j = 0; j < LK_LANES; j++) s->shape[n + j] = 1;
    for (int64_t i = 0; i < n + LK_LANES; i++) {
        s->d[i] = (s->shape[i] < 1 ? s->shape[i] + 1 : s->shape[i]) - (T)(1.0 / 3);
        s->c[i] = 1 / __builtin_sqrt(9 * s->d[i]);
    }
}

/// Elements first ..< end; element i has shape `shapes[i % period]`.
static void LK_NAME(gamma)(T *to, uint64_t cipher, uint64_t stream, int64_t first, int64_t end, const T *shapes, int64_t period, int logs) {
    LK_NAME(gamma_round) round;
    LK_NAME(gamma_shapes) s;
    T out[256 + LK_LANES];
    const int is_short = period <= 1024;
    if (is_short) LK_NAME(gamma_prepare)(&s, end - first < 256 ? period - 1 + (end - first) : period + 255, shapes, period, 0);
    for (int64_t start = first; start < end; start += 256) {
        const int64_t n = end - start < 256 ? end - start : 256, place = start % period, from = is_short ? place : 0;
        if (!is_short) LK_NAME(gamma_prepare)(&s, n, shapes, period, place);
        for (int64_t i = 0; i < n; i++) round.places[i] = (int32_t)i;
        int64_t left = n;
        for (uint64_t attempt = 0; left > 0 && attempt < LK_NAME(gamma_attempts); attempt++) {
            LK_NAME(gamma_numbers)(&round, left, cipher, stream, (uint64_t)start + (attempt << 48));
            left = LK_NAME(gamma_try)(&round, left, s.d + from, s.c + from, out);
        }
        LK_NAME(gamma_finish)(&round, n, cipher, stream, (uint64_t)start, s.shape + from, s.d + from, logs, out);
        memcpy(to + (start - first), out, (size_t)n * sizeof(T));
    }
}
