// The functions of one number that have no vector form of their own.
#pragma once
#include <math.h>
#include <stdint.h>

static inline double lk_scalar_lgamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

/// The derivative of lgamma: recurrence up to 10 and the asymptotic series (Abramowitz and Stegun 6.3.5, 6.3.18), reflection below 0 (6.3.7).
static inline double lk_scalar_digamma(double x) {
    double reflected = 0;
    if (x <= 0) {
        if (x == rint(x)) return x == 0 && !isinf(x) ? (signbit(x) ? INFINITY : -INFINITY) : NAN;
        reflected = -M_PI / tan(M_PI * (x - rint(x)));
        x = 1 - x;
    }
    double shift = 0;
    for (; x < 10; x += 1) shift += 1 / x;
    double z = 1 / (x * x);
    double tail = z * (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z * (1.0 / 12 - z * 3617.0 / 8160)))))));
    return log(x) - 0.5 / x - tail - shift + reflected;
}

/// The derivative of digamma (Abramowitz and Stegun 6.4.6, 6.4.12, 6.4.7).
static inline double lk_scalar_trigamma(double x) {
    double sign = 1, reflected = 0;
    if (x <= 0) {
        if (x == rint(x)) return INFINITY;
        double wave = sin(M_PI * (x - rint(x)));
        reflected = M_PI * M_PI / (wave * wave);
        sign = -1;
        x = 1 - x;
    }
    double shift = 0;
    for (; x < 12; x += 1) shift += 1 / (x * x);
    double z = 1 / (x * x);
    double tail = z / x * (1.0 / 6 - z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 - z * (5.0 / 66 - z * (691.0 / 2730 - z * (7.0 / 6 - z * 3617.0 / 510)))))));
    return reflected + sign * (shift + 1 / x + z / 2 + tail);
}

/// A whole number as int32 holds it: it wraps around; what is not finite becomes 0.
static inline double lk_scalar_wrap(double x) { return x > -0x1p63 && x < 0x1p63 ? (double)(int32_t)(int64_t)x : 0; }

/// The product of two int32: it may need more bits than a double has.
static inline double lk_scalar_wrap_product(double x, double y) { return (double)(int32_t)((int64_t)x * (int64_t)y); }

/// What is left of a division, with the divisor's sign.
static inline double lk_scalar_remainder(double x, double y) {
    double rest = fmod(x, y);
    if (rest == 0) return copysign(0, y);
    return (rest < 0) == (y < 0) ? rest : rest + y;
}

/// The quantile of the standard normal distribution for p within e^-25 of 0 or 1: algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988).
static inline double lk_scalar_far_quantile(double p) {
    if (p == 0 || p == 1) return p == 0 ? -INFINITY : INFINITY;
    double q = p - 0.5, r = sqrt(-log(q < 0 ? p : 1 - p)) - 5;
    double top = 2.01033439929228813265e-7, bottom = 2.04426310338993978564e-15;
    top = top * r + 2.71155556874348757815e-5;
    top = top * r + 1.24266094738807843860e-3;
    top = top * r + 2.65321895265761230930e-2;
    top = top * r + 2.96560571828504891230e-1;
    top = top * r + 1.78482653991729133580e+0;
    top = top * r + 5.46378491116411436990e+0;
    top = top * r + 6.65790464350110377720e+0;
    bottom = bottom * r + 1.42151175831644588870e-7;
    bottom = bottom * r + 1.84631831751005468180e-5;
    bottom = bottom * r + 7.86869131145613259100e-4;
    bottom = bottom * r + 1.48753612908506148525e-2;
    bottom = bottom * r + 1.36929880922735805310e-1;
    bottom = bottom * r + 5.99832206555887937690e-1;
    bottom = bottom * r + 1;
    return q < 0 ? -top / bottom : top / bottom;
}
