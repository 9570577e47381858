// Loops over arrays of one element type at one level: each operation's own, in a table.
//
// Included after vector.h. An array's last few elements go through a vector that is filled up, so that they get the same bits as the rest.
#include "scalar.h"

/// Runs `body` on vectors x (and y, z) of the operands; a scalar operand is one number for all.
#define LK_EACH(count, BODY_LOAD, BODY)                              \
    int64_t i = 0;                                                   \
    for (; i + LK_LANES <= (count); i += LK_LANES) {                 \
        BODY_LOAD(LK_NAME(load))                                     \
        LK_NAME(put)(out + i, (BODY));                               \
    }                                                                \
    if (i < (count)) {                                               \
        size_t rest = (size_t)((count) - i) * sizeof(T);             \
        BODY_LOAD(LK_PART)                                           \
        VT result = (BODY);                                          \
        memcpy(out + i, &result, rest);                              \
    }
#define LK_PART(p) LK_NAME(part)(p, rest)
INLINE VT LK_NAME(part)(const T *p, size_t bytes) {
    VT x = V1(1);
    memcpy(&x, p, bytes);
    return x;
}

// MARK: One operand

#define LK_UNARY(name, BODY)                                                   \
    static void LK_NAME(unary_##name)(int64_t n, const T *a, T *out) {         \
        LK_EACH(n, LK_LOAD_A, BODY)                                            \
    }
#define LK_LOAD_A(get) VT x = get(a + i);
#define LK_FALLBACK(name, CALL)                                                \
    static void LK_NAME(unary_##name)(int64_t n, const T *a, T *out) {         \
        for (int64_t i = 0; i < n; i++) {                                      \
            double x = a[i];                                                   \
            out[i] = (T)(CALL);                                                \
        }                                                                      \
    }
#define LK_TEST(c) ((c) ? V1(1) : V1(0))

LK_UNARY(copy, x)
LK_UNARY(negate, -x)
LK_UNARY(abs, LK_NAME(magnitude)(x))
LK_UNARY(sign, LK_NAME(sign)(x))
LK_UNARY(reciprocal, V1(1) / x)
LK_UNARY(square, x *x)
LK_UNARY(sqrt, __builtin_elementwise_sqrt(x))
LK_UNARY(rsqrt, V1(1) / __builtin_elementwise_sqrt(x))
LK_UNARY(exp, LK_NAME(exp)(x))
LK_UNARY(expm1, LK_NAME(expm1)(x))
LK_UNARY(log, LK_NAME(log)(x))
LK_UNARY(log1p, LK_NAME(log1p)(x))
LK_UNARY(tanh, LK_NAME(tanh)(x))
LK_UNARY(sigmoid, LK_NAME(sigmoid)(x))
LK_UNARY(softplus, LK_NAME(softplus)(x))
LK_UNARY(relu, x < V1(0) ? V1(0) : x)
LK_UNARY(not, LK_TEST(x == V1(0)))
LK_UNARY(isfinite, LK_TEST(LK_NAME(magnitude)(x) < V1(INFINITY)))
LK_UNARY(isnan, LK_TEST(x != x))
LK_UNARY(isinf, LK_TEST(LK_NAME(magnitude)(x) == V1(INFINITY)))
LK_UNARY(floor, __builtin_elementwise_floor(x))
LK_UNARY(ceil, __builtin_elementwise_ceil(x))
LK_UNARY(round, __builtin_elementwise_roundeven(x))
LK_UNARY(trunc, __builtin_elementwise_trunc(x))
#if LK_SINGLE
LK_UNARY(erf, LK_NAME(erf)(x))
#else
LK_FALLBACK(erf, erf(x))
#endif
LK_FALLBACK(cbrt, cbrt(x))
LK_FALLBACK(exp2, exp2(x))
LK_FALLBACK(log2, log2(x))
LK_FALLBACK(log10, log10(x))
LK_FALLBACK(sin, sin(x))
LK_FALLBACK(cos, cos(x))
LK_FALLBACK(tan, tan(x))
LK_FALLBACK(asin, asin(x))
LK_FALLBACK(acos, acos(x))
LK_FALLBACK(atan, atan(x))
LK_FALLBACK(sinh, sinh(x))
LK_FALLBACK(cosh, cosh(x))
LK_FALLBACK(asinh, asinh(x))
LK_FALLBACK(acosh, acosh(x))
LK_FALLBACK(atanh, atanh(x))
LK_FALLBACK(erfc, erfc(x))
LK_FALLBACK(lgamma, lk_scalar_lgamma(x))
LK_FALLBACK(digamma, lk_scalar_digamma(x))
LK_FALLBACK(trigamma, lk_scalar_trigamma(x))
LK_FALLBACK(wrap, lk_scalar_wrap(x))

typedef void (*LK_NAME(unary_t))(int64_t, const T *, T *);
static const LK_NAME(unary_t) LK_NAME(unaries)[] = {
#define ROW(OP, name) [OP] = LK_NAME(unary_##name),
    ROW(LK_NEGATE, negate) ROW(LK_ABS, abs) ROW(LK_SIGN, sign) ROW(LK_RECIPROCAL, reciprocal) ROW(LK_SQUARE, square) ROW(LK_SQRT, sqrt)
    ROW(LK_RSQRT, rsqrt) ROW(LK_CBRT, cbrt) ROW(LK_EXP, exp) ROW(LK_EXP2, exp2) ROW(LK_EXPM1, expm1) ROW(LK_LOG, log) ROW(LK_LOG2, log2)
    ROW(LK_LOG10, log10) ROW(LK_LOG1P, log1p) ROW(LK_SIN, sin) ROW(LK_COS, cos) ROW(LK_TAN, tan) ROW(LK_ASIN, asin) ROW(LK_ACOS, acos)
    ROW(LK_ATAN, atan) ROW(LK_SINH, sinh) ROW(LK_COSH, cosh) ROW(LK_TANH, tanh) ROW(LK_ASINH, asinh) ROW(LK_ACOSH, acosh)
    ROW(LK_ATANH, atanh) ROW(LK_SIGMOID, sigmoid) ROW(LK_SOFTPLUS, softplus) ROW(LK_RELU, relu) ROW(LK_ERF, erf) ROW(LK_ERFC, erfc)
    ROW(LK_LGAMMA, lgamma) ROW(LK_DIGAMMA, digamma) ROW(LK_TRIGAMMA, trigamma) ROW(LK_FLOOR, floor) ROW(LK_CEIL, ceil)
    ROW(LK_ROUND, round) ROW(LK_TRUNC, trunc) ROW(LK_NOT, not) ROW(LK_ISFINITE, isfinite) ROW(LK_ISNAN, isnan) ROW(LK_ISINF, isinf)
    ROW(LK_WRAP, wrap)
    [LK_NORMAL_QUANTILE] = 0
#undef ROW
};

// MARK: Two operands, of which one may be a number: vector and vector, vector and number, number and vector

#define LK_LOAD_VV(get) VT x = get(a + i), y = get(b + i);
#define LK_LOAD_VS(get) VT x = get(a + i), y = right;
#define LK_LOAD_SV(get) VT x = left, y = get(b + i);
#define LK_BINARY(name, BODY)                                                                  \
    static void LK_NAME(vv_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        LK_EACH(n, LK_LOAD_VV, BODY)                                                           \
    }                                                                                          \
    static void LK_NAME(vs_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        const VT right = V1(*b);                                                               \
        LK_EACH(n, LK_LOAD_VS, BODY)                                                           \
    }                                                                                          \
    static void LK_NAME(sv_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        const VT left = V1(*a);                                                                \
        LK_EACH(n, LK_LOAD_SV, BODY)                                                           \
    }
#define LK_BINARY_FALLBACK(name, CALL)                                                         \
    static void LK_NAME(vv_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        for (int64_t i = 0; i < n; i++) {                                                      \
            double x = a[i], y = b[i];                                                         \
            out[i] = (T)(CALL);                                                                \
        }                                                                                      \
    }                                                                                          \
    static void LK_NAME(vs_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        double y = *b;                                                                         \
        for (int64_t i = 0; i < n; i++) {                                                      \
            double x = a[i];                                                                   \
            out[i] = (T)(CALL);                                                                \
        }                                                                                      \
    }                                                                                          \
    static void LK_NAME(sv_##name)(int64_t n, const T *a, const T *b, T *out) {                \
        double x = *a;                                                                         \
        for (int64_t i = 0; i < n; i++) {                                                      \
            double y = b[i];                                                                   \
            out[i] = (T)(CALL);                                                                \
        }                                                                                      \
    }

LK_BINARY(add, x + y)
LK_BINARY(subtract, x - y)
LK_BINARY(multiply, x *y)
LK_BINARY(divide, x / y)
LK_BINARY(minimum, LK_NAME(lesser)(x, y))
LK_BINARY(maximum, LK_NAME(larger)(x, y))
LK_BINARY(equal, LK_TEST(x == y))
LK_BINARY(not_equal, LK_TEST(x != y))
LK_BINARY(less, LK_TEST(x < y))
LK_BINARY(less_equal, LK_TEST(x <= y))
LK_BINARY(greater, LK_TEST(x > y))
LK_BINARY(greater_equal, LK_TEST(x >= y))
LK_BINARY(and, LK_TEST((x != V1(0)) & (y != V1(0))))
LK_BINARY(or, LK_TEST((x != V1(0)) | (y != V1(0))))
LK_BINARY_FALLBACK(remainder, lk_scalar_remainder(x, y))
LK_BINARY_FALLBACK(power, pow(x, y))
LK_BINARY_FALLBACK(atan2, atan2(x, y))
LK_BINARY_FALLBACK(wrap_multiply, lk_scalar_wrap_product(x, y))

typedef void (*LK_NAME(binary_t))(int64_t, const T *, const T *, T *);
typedef struct {
    LK_NAME(binary_t) vv, vs, sv;
} LK_NAME(binary_row);
static const LK_NAME(binary_row) LK_NAME(binaries)[] = {
#define ROW(OP, name) [OP] = {LK_NAME(vv_##name), LK_NAME(vs_##name), LK_NAME(sv_##name)},
    ROW(LK_ADD, add) ROW(LK_SUBTRACT, subtract) ROW(LK_MULTIPLY, multiply) ROW(LK_DIVIDE, divide) ROW(LK_REMAINDER, remainder)
    ROW(LK_POWER, power) ROW(LK_MINIMUM, minimum) ROW(LK_MAXIMUM, maximum) ROW(LK_ATAN2, atan2) ROW(LK_EQUAL, equal)
    ROW(LK_NOT_EQUAL, not_equal) ROW(LK_LESS, less) ROW(LK_LESS_EQUAL, less_equal) ROW(LK_GREATER, greater)
    ROW(LK_GREATER_EQUAL, greater_equal) ROW(LK_AND, and) ROW(LK_OR, or) ROW(LK_WRAP_MULTIPLY, wrap_multiply)
#undef ROW
};

// MARK: Three operands; each of them may be a number

/// Whether an operand is a number for all elements.
#define LK_GET(p, is_scalar) ((is_scalar) ? V1(*(p)) : LK_NAME(load)((p) + i))
#define LK_GET_PART(p, is_scalar) ((is_scalar) ? V1(*(p)) : LK_NAME(part)((p) + i, rest))
#define LK_TERNARY(name, BODY)                                                                                          \
    INLINE void LK_NAME(each_##name)(int64_t n, const T *a, const T *b, const T *c, T *out, int sa, int sb, int sc) {   \
        int64_t i = 0;                                                                                                  \
        for (; i + LK_LANES <= n; i += LK_LANES) {                                                                      \
            VT x = LK_GET(a, sa), y = LK_GET(b, sb), z = LK_GET(c, sc);                                                 \
            LK_NAME(put)(out + i, (BODY));                                                                              \
        }                                                                                                               \
        if (i < n) {                                                                                                    \
            size_t rest = (size_t)(n - i) * sizeof(T);                                                                  \
            VT x = LK_GET_PART(a, sa), y = LK_GET_PART(b, sb), z = LK_GET_PART(c, sc);                                  \
            VT result = (BODY);                                                                                         \
            memcpy(out + i, &result, rest);                                                                             \
        }                                                                                                               \
    }                                                                                                                   \
    static void LK_NAME(ternary_##name)(int64_t n, const T *a, const T *b, const T *c, T *out, int sa, int sb, int sc) { \
        if (sa) return LK_NAME(each_##name)(n, a, b, c, out, 1, sb, sc);                                                \
        if (sb) return sc ? LK_NAME(each_##name)(n, a, b, c, out, 0, 1, 1) : LK_NAME(each_##name)(n, a, b, c, out, 0, 1, 0); \
        return sc ? LK_NAME(each_##name)(n, a, b, c, out, 0, 0, 1) : LK_NAME(each_##name)(n, a, b, c, out, 0, 0, 0);    \
    }
LK_TERNARY(select, x != V1(0) ? y : z)
LK_TERNARY(multiply_add, FMA(x, y, z))

// MARK: Reductions. Lanes are added in a fixed order, so that the result depends on the length alone

INLINE T LK_NAME(lanes_sum)(VT x) {
    T parts[LK_LANES];
    memcpy(parts, &x, sizeof x);
    for (int width = LK_LANES / 2; width > 0; width /= 2)
        for (int j = 0; j < width; j++) parts[j] += parts[j + width];
    return parts[0];
}
static T LK_NAME(sum)(int64_t n, const T *a) {
    VT s0 = V1(0), s1 = V1(0), s2 = V1(0), s3 = V1(0);
    int64_t i = 0;
    for (; i + 4 * LK_LANES <= n; i += 4 * LK_LANES) {
        s0 += LK_NAME(load)(a + i);
        s1 += LK_NAME(load)(a + i + LK_LANES);
        s2 += LK_NAME(load)(a + i + 2 * LK_LANES);
        s3 += LK_NAME(load)(a + i + 3 * LK_LANES);
    }
    for (; i + LK_LANES <= n; i += LK_LANES) s0 += LK_NAME(load)(a + i);
    T rest = 0;
    for (; i < n; i++) rest += a[i];
    return LK_NAME(lanes_sum)((s0 + s1) + (s2 + s3)) + rest;
}
#define LK_EXTREME(name, better, start)                                                  \
    static T LK_NAME(name)(int64_t n, const T *a) {                                      \
        VT s0 = V1(start), s1 = V1(start);                                               \
        int64_t i = 0;                                                                   \
        for (; i + 2 * LK_LANES <= n; i += 2 * LK_LANES) {                               \
            s0 = LK_NAME(better)(s0, LK_NAME(load)(a + i));                              \
            s1 = LK_NAME(better)(s1, LK_NAME(load)(a + i + LK_LANES));                   \
        }                                                                                \
        s0 = LK_NAME(better)(s0, s1);                                                    \
        VT last = V1(start);                                                             \
        for (; i < n; i += LK_LANES) {                                                   \
            size_t rest = (size_t)(n - i < LK_LANES ? n - i : LK_LANES) * sizeof(T);     \
            memcpy(&last, a + i, rest);                                                  \
            s0 = LK_NAME(better)(s0, last);                                              \
        }                                                                                \
        T parts[LK_LANES];                                                               \
        memcpy(parts, &s0, sizeof s0);                                                   \
        T best = parts[0];                                                               \
        for (int j = 1; j < LK_LANES; j++) {                                             \
            VT both = LK_NAME(better)(V1(best), V1(parts[j]));                           \
            best = both[0];                                                              \
        }                                                                                \
        return best;                                                                     \
    }
LK_EXTREME(largest, larger, -INFINITY)
LK_EXTREME(smallest, lesser, INFINITY)

/// The first place of the largest value; of the first NaN if there is one.
static int64_t LK_NAME(place_of_largest)(int64_t n, const T *a, int64_t stride) {
    int64_t best = 0;
    for (int64_t i = 0; i < n; i++) {
        T x = a[i * stride];
        if (x != x) return i;
        if (x > a[best * stride]) best = i;
    }
    return best;
}

/// to += from
static void LK_NAME(accumulate)(int64_t n, const T *from, T *to) {
    int64_t i = 0;
    for (; i + LK_LANES <= n; i += LK_LANES) LK_NAME(put)(to + i, LK_NAME(load)(to + i) + LK_NAME(load)(from + i));
    for (; i < n; i++) to[i] += from[i];
}
