// Vectors of one element type at one level, and the elementary functions on them.
//
// Included with LK_BYTES (a vector's size), LK_FMA (whether the level has fused multiply-add), LK_SINGLE (1 for float32, 0 for float64) and
// LK_NAME(x), which gives each copy names of its own.
#include <math.h>
#include <string.h>

#if LK_SINGLE
#define T float
#define TI int32_t
#define LK_LANES (LK_BYTES / 4)
#else
#define T double
#define TI int64_t
#define LK_LANES (LK_BYTES / 8)
#endif
#define VT LK_NAME(vt)
#define VI LK_NAME(vi)
typedef T VT __attribute__((ext_vector_type(LK_LANES)));
typedef TI VI __attribute__((ext_vector_type(LK_LANES)));
typedef T LK_NAME(vt_any) __attribute__((ext_vector_type(LK_LANES), aligned(sizeof(T))));

#define V1(x) ((VT)(T)(x))
#define INLINE static inline __attribute__((always_inline))

INLINE VT LK_NAME(load)(const T *p) { return *(const LK_NAME(vt_any) *)p; }
INLINE void LK_NAME(put)(T *p, VT x) { *(LK_NAME(vt_any) *)p = x; }
INLINE VI LK_NAME(bits)(VT x) { return (VI)x; }
INLINE VT LK_NAME(number)(VI x) { return (VT)x; }
#if LK_FMA
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif

/// To the nearest whole number, ties to even, for |x| below 2^22 (2^51).
INLINE VT LK_NAME(nearest)(VT x) {
    const VT magic = V1(LK_SINGLE ? 12582912.0 : 6755399441055744.0);
    return (x + magic) - magic;
}
/// The whole number that `nearest` gave, as an integer.
INLINE VI LK_NAME(whole)(VT n) {
    const VT magic = V1(LK_SINGLE ? 12582912.0 : 6755399441055744.0);
    return LK_NAME(bits)(n + magic) - LK_NAME(bits)(magic);
}
/// 2^n for whole n that gives a normal number.
INLINE VT LK_NAME(power_of_two)(VI n) {
    return LK_NAME(number)((n + (TI)(LK_SINGLE ? 127 : 1023)) << (LK_SINGLE ? 23 : 52));
}

/// e^r - 1 - r, over r^2, for |r| below ln(2) / 2: the Taylor series, cut where it is below rounding.
INLINE VT LK_NAME(exp_tail)(VT r) {
#if LK_SINGLE
    VT p = V1(1.0 / 5040);
    p = FMA(p, r, V1(1.0 / 720));
#else
    VT p = V1(1.0 / 87178291200.0);
    p = FMA(p, r, V1(1.0 / 6227020800.0));
    p = FMA(p, r, V1(1.0 / 479001600));
    p = FMA(p, r, V1(1.0 / 39916800));
    p = FMA(p, r, V1(1.0 / 3628800));
    p = FMA(p, r, V1(1.0 / 362880));
    p = FMA(p, r, V1(1.0 / 40320));
    p = FMA(p, r, V1(1.0 / 5040));
    p = FMA(p, r, V1(1.0 / 720));
#endif
    p = FMA(p, r, V1(1.0 / 120));
    p = FMA(p, r, V1(1.0 / 24));
    p = FMA(p, r, V1(1.0 / 6));
    return FMA(p, r, V1(0.5));
}

/// x = n ln 2 + r with |r| at most ln(2) / 2 (Cody and Waite: ln 2 in two parts, the first with zeros at its end).
INLINE VT LK_NAME(exp_reduce)(VT x, VT *n) {
    *n = LK_NAME(nearest)(x * V1(1.4426950408889634));
    VT r = FMA(*n, V1(LK_SINGLE ? -0.693145751953125 : -6.93147180369123816490e-01), x);
    return FMA(*n, V1(LK_SINGLE ? -1.428606820309417e-06 : -1.90821492927058770002e-10), r);
}

INLINE VT LK_NAME(exp)(VT x) {
    const VT top = V1(LK_SINGLE ? 88.72284 : 709.782712893384), bottom = V1(LK_SINGLE ? -103.98 : -745.14);
    VT clipped = __builtin_elementwise_min(__builtin_elementwise_max(x, bottom), V1(LK_SINGLE ? 89.0 : 710.0));
    VT n, r = LK_NAME(exp_reduce)(clipped, &n);
    VT y = FMA(LK_NAME(exp_tail)(r) * r, r, r) + V1(1);
    // In two steps, so that the smallest and the largest results come out.
    VI whole = LK_NAME(whole)(n), half = whole >> 1;
    y = y * LK_NAME(power_of_two)(half) * LK_NAME(power_of_two)(whole - half);
    y = x > top ? V1(INFINITY) : y;
    y = x < bottom ? V1(0) : y;
    return x != x ? x : y;
}

INLINE VT LK_NAME(expm1)(VT x) {
    const VT top = V1(LK_SINGLE ? 88.72284 : 709.782712893384), bottom = V1(LK_SINGLE ? -20.0 : -40.0);
    VT clipped = __builtin_elementwise_min(__builtin_elementwise_max(x, bottom), V1(LK_SINGLE ? 89.0 : 710.0));
    VT n, r = LK_NAME(exp_reduce)(clipped, &n);
    VT y = FMA(LK_NAME(exp_tail)(r) * r, r, r);
    // 2^n (e^r - 1) + 2^n - 1, in halves where 2^n is too large.
    VI whole = LK_NAME(whole)(n), half = whole > (TI)(LK_SINGLE ? 126 : 1022) ? whole - 1 : whole;
    VT scale = LK_NAME(power_of_two)(half), rest = whole > half ? V1(2) : V1(1);
    y = FMA(scale, y, scale - (whole > half ? V1(0.5) : V1(1))) * rest;
    y = whole == 0 ? FMA(LK_NAME(exp_tail)(r) * r, r, r) : y;
    y = x > top ? V1(INFINITY) : y;
    y = x < bottom ? V1(-1) : y;
    return ((x != x) | (x == V1(0))) ? x : y;
}

/// log(m 2^k) for m from sqrt(1/2) to sqrt(2), f = m - 1: with s = f / (2 + f), log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + R)), where R is the
/// series of the inverse hyperbolic tangent beyond its first term.
///
/// `rest` is added, and is small next to it.
INLINE VT LK_NAME(log_sum)(VT f, VT k, VT rest) {
    VT s = f / (f + V1(2)), z = s * s, half = V1(0.5) * f * f;
#if LK_SINGLE
    VT p = V1(2.0 / 9);
    p = FMA(p, z, V1(2.0 / 7));
    p = FMA(p, z, V1(2.0 / 5));
    p = FMA(p, z, V1(2.0 / 3));
#else
    // The coefficients of fdlibm's log, within 2^-58 of the series.
    VT p = V1(1.479819860511658591e-01);
    p = FMA(p, z, V1(1.531383769920937332e-01));
    p = FMA(p, z, V1(1.818357216161805012e-01));
    p = FMA(p, z, V1(2.222219843214978396e-01));
    p = FMA(p, z, V1(2.857142874366239149e-01));
    p = FMA(p, z, V1(3.999999999940941908e-01));
    p = FMA(p, z, V1(6.666666666666735130e-01));
#endif
    VT low = FMA(s, FMA(p, z, half), FMA(k, V1(LK_SINGLE ? -2.12194440e-4 : 1.90821492927058770002e-10), rest));
    return FMA(k, V1(LK_SINGLE ? 0.693359375 : 6.93147180369123816490e-01), f - (half - low));
}
INLINE VT LK_NAME(log_parts)(VT f, VT k) { return LK_NAME(log_sum)(f, k, V1(0)); }

/// The exponent of normal numbers, counted so that the fraction lies from sqrt(1/2) to sqrt(2), and the number without it.
INLINE VT LK_NAME(fraction)(VT x, VI *exponent) {
    const TI root = LK_SINGLE ? 0x3F3504F3 : (TI)0x3FE6A09E667F3BCD;
    VI raw = LK_NAME(bits)(x);
    *exponent = (raw - root) >> (LK_SINGLE ? 23 : 52);
    return LK_NAME(number)(raw - (*exponent << (LK_SINGLE ? 23 : 52)));
}
/// Logarithms of any numbers: below the normal ones they are scaled up first.
static __attribute__((noinline)) VT LK_NAME(any_log)(VT x) {
    VI k, small = x < V1(LK_SINGLE ? 1.17549435e-38 : 2.2250738585072014e-308);
    VT m = LK_NAME(fraction)(small ? x * V1(LK_SINGLE ? 8388608.0 : 4503599627370496.0) : x, &k);
    VT y = LK_NAME(log_parts)(m - V1(1), __builtin_convertvector(k, VT) - (small ? V1(LK_SINGLE ? 23 : 52) : V1(0)));
    y = x == V1(INFINITY) ? x : y;
    y = x == V1(0) ? V1(-INFINITY) : y;
    return ((x < V1(0)) | (x != x)) ? V1(NAN) : y;
}
/// Whether all numbers are at least `low`, and finite.
INLINE int LK_NAME(are_plain)(VT x, T low) { return __builtin_reduce_and((x >= V1(low)) & (x < V1(INFINITY))) != 0; }

INLINE VT LK_NAME(log)(VT x) {
    if (__builtin_expect(!LK_NAME(are_plain)(x, LK_SINGLE ? 1.17549435e-38 : 2.2250738585072014e-308), 0)) return LK_NAME(any_log)(x);
    VI k;
    VT m = LK_NAME(fraction)(x, &k);
    return LK_NAME(log_parts)(m - V1(1), __builtin_convertvector(k, VT));
}

/// log(1 + x) for x that `is_plain` tells. u = 1 + x rounded, u = m 2^k; where k is 0, f is x itself, and else what the rounding left out is
/// divided by m, for which 1/m = 2.06 - m is near enough.
INLINE VI LK_NAME(is_plain)(VT x) { return (x > V1(-1)) & (x < V1(1e30)) & (x != V1(0)); }
INLINE VT LK_NAME(plain_log1p)(VT x) {
    VT u = x + V1(1);
    VI k;
    VT m = LK_NAME(fraction)(u, &k), rest = x > V1(1) ? V1(1) - (u - x) : x - (u - V1(1));
    VT scale = LK_NAME(number)(((TI)(LK_SINGLE ? 127 : 1023) - k) << (LK_SINGLE ? 23 : 52));
    return LK_NAME(log_sum)(k == 0 ? x : m - V1(1), __builtin_convertvector(k, VT), k == 0 ? V1(0) : rest * scale * (V1(2.06) - m));
}
static __attribute__((noinline)) VT LK_NAME(any_log1p)(VT x) {
    VI is_plain = LK_NAME(is_plain)(x);
    // What is so large that 1 does not matter, -1, and what has no logarithm; zero keeps its sign.
    VT others = x == V1(0) ? x : LK_NAME(any_log)(x + V1(1));
    return is_plain ? LK_NAME(plain_log1p)(is_plain ? x : V1(1)) : others;
}
INLINE VT LK_NAME(log1p)(VT x) {
    return __builtin_expect(__builtin_reduce_and(LK_NAME(is_plain)(x)) == 0, 0) ? LK_NAME(any_log1p)(x) : LK_NAME(plain_log1p)(x);
}

INLINE VT LK_NAME(magnitude)(VT x) { return __builtin_elementwise_abs(x); }
INLINE VT LK_NAME(signed_as)(VT x, VT sign) {
    const VI mask = (VI)(TI)(LK_SINGLE ? (TI)0x80000000 : (TI)0x8000000000000000);
    return LK_NAME(number)((LK_NAME(bits)(x) & ~mask) | (LK_NAME(bits)(sign) & mask));
}

INLINE VT LK_NAME(tanh)(VT x) {
    VT a = LK_NAME(magnitude)(x);
    VT t = LK_NAME(expm1)(V1(2) * __builtin_elementwise_min(a, V1(22)));
    VT y = t / (t + V1(2));
    y = a > V1(LK_SINGLE ? 9.5 : 20) ? V1(1) : y;
    return x != x ? x : LK_NAME(signed_as)(y, x);
}

INLINE VT LK_NAME(sigmoid)(VT x) {
    VT e = LK_NAME(exp)(-LK_NAME(magnitude)(x));
    VT y = (x >= V1(0) ? V1(1) : e) / (e + V1(1));
    return x != x ? x : y;
}

INLINE VT LK_NAME(softplus)(VT x) {
    // log(1 + e) for e up to 1, with 1 + e halved where it is past sqrt(2): what is taken from 1 is then exact.
    VT e = LK_NAME(exp)(-LK_NAME(magnitude)(x));
    VI halved = e > V1(0.41421356);
    VT y = __builtin_elementwise_max(x, V1(0)) + LK_NAME(log_parts)(halved ? (e - V1(1)) * V1(0.5) : e, halved ? V1(1) : V1(0));
    return x != x ? x : y;
}

/// x / |x|, 0 as it is.
INLINE VT LK_NAME(sign)(VT x) {
    VT y = x > V1(0) ? V1(1) : x;
    return x < V1(0) ? V1(-1) : y;
}
// NaN in either operand is passed on.
INLINE VT LK_NAME(lesser)(VT x, VT y) {
    VT z = x < y ? x : y;
    return x != x ? x : z;
}
INLINE VT LK_NAME(larger)(VT x, VT y) {
    VT z = x > y ? x : y;
    return x != x ? x : z;
}

#if LK_SINGLE
/// Polynomials of best approximation (Chebyshev): erf(x) / x in x^2 below 1, log erfc(x) from 1 to 4.
INLINE VT LK_NAME(erf)(VT x) {
    VT a = LK_NAME(magnitude)(x), z = x * x;
    VT p = V1(-9.667044571486996e-06);
    p = FMA(p, z, V1(0.00011265959025606609));
    p = FMA(p, z, V1(-0.0008484080405535107));
    p = FMA(p, z, V1(0.005221031807858023));
    p = FMA(p, z, V1(-0.026865430727670243));
    p = FMA(p, z, V1(0.11283782495236845));
    p = FMA(p, z, V1(-0.3761263846802871));
    p = FMA(p, z, V1(1.1283791670615435));
    VT b = __builtin_elementwise_min(a, V1(4));
    VT q = V1(1.6371514145936436e-06);
    q = FMA(q, b, V1(-4.605804268918978e-05));
    q = FMA(q, b, V1(0.0005968056256607798));
    q = FMA(q, b, V1(-0.004759596293266265));
    q = FMA(q, b, V1(0.026421136005663898));
    q = FMA(q, b, V1(-0.11008008294882024));
    q = FMA(q, b, V1(-0.631826051559163));
    q = FMA(q, b, V1(-1.130233434841994));
    q = FMA(q, b, V1(0.00032013804967769883));
    VT far = LK_NAME(signed_as)(V1(1) - LK_NAME(exp)(q), x);
    VT y = a < V1(1) ? x * p : far;
    return x != x ? x : y;
}
#else
/// The quantile of the standard normal distribution by algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988), for p within 0.425 of 1/2.
INLINE VT LK_NAME(central_quantile)(VT p) {
    VT q = p - V1(0.5), r = V1(0.180625) - q * q;
    VT top = V1(2.5090809287301226727e+3);
    top = FMA(top, r, V1(3.3430575583588128105e+4));
    top = FMA(top, r, V1(6.7265770927008700853e+4));
    top = FMA(top, r, V1(4.5921953931549871457e+4));
    top = FMA(top, r, V1(1.3731693765509461125e+4));
    top = FMA(top, r, V1(1.9715909503065514427e+3));
    top = FMA(top, r, V1(1.3314166789178437745e+2));
    top = FMA(top, r, V1(3.3871328727963666080e+0));
    VT bottom = V1(5.2264952788528545610e+3);
    bottom = FMA(bottom, r, V1(2.8729085735721942674e+4));
    bottom = FMA(bottom, r, V1(3.9307895800092710610e+4));
    bottom = FMA(bottom, r, V1(2.1213794301586595867e+4));
    bottom = FMA(bottom, r, V1(5.3941960214247511077e+3));
    bottom = FMA(bottom, r, V1(6.8718700749205790830e+2));
    bottom = FMA(bottom, r, V1(4.2313330701600911252e+1));
    bottom = FMA(bottom, r, V1(1));
    return q * top / bottom;
}
/// The same for p farther out, but not nearer to 0 or 1 than e^-25; `is_far` tells where it is.
INLINE VT LK_NAME(outer_quantile)(VT p, VI *is_far) {
    VT q = p - V1(0.5);
    VT t = __builtin_elementwise_sqrt(-LK_NAME(log)(q < V1(0) ? p : V1(1) - p));
    *is_far = t > V1(5);
    t = t - V1(1.6);
    VT above = V1(7.74545014278341407640e-4);
    above = FMA(above, t, V1(2.27238449892691845833e-2));
    above = FMA(above, t, V1(2.41780725177450611770e-1));
    above = FMA(above, t, V1(1.27045825245236838258e+0));
    above = FMA(above, t, V1(3.64784832476320460504e+0));
    above = FMA(above, t, V1(5.76949722146069140550e+0));
    above = FMA(above, t, V1(4.63033784615654529590e+0));
    above = FMA(above, t, V1(1.42343711074968357734e+0));
    VT below = V1(1.05075007164441684324e-9);
    below = FMA(below, t, V1(5.47593808499534494600e-4));
    below = FMA(below, t, V1(1.51986665636164571966e-2));
    below = FMA(below, t, V1(1.48103976427480074590e-1));
    below = FMA(below, t, V1(6.89767334985100004550e-1));
    below = FMA(below, t, V1(1.67638483018380384940e+0));
    below = FMA(below, t, V1(2.05319162663775882187e+0));
    below = FMA(below, t, V1(1));
    VT y = above / below;
    return q < V1(0) ? -y : y;
}
#endif
