// Normal quantiles of an array, at one level.
#if !LK_SINGLE
/// Up to 128 of them: the central formula for all, and the outer one for those that lie out there, side by side (15 of 100 uniform numbers).
static void LK_NAME(some_normal_quantiles)(int64_t n, const T *a, T *out) {
    T outer[128 + LK_LANES];
    uint8_t places[128 + LK_LANES];
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        outer[found] = a[i];
        places[found] = (uint8_t)i;
        found += !(fabs(a[i] - 0.5) <= 0.425);
    }
    for (int64_t i = 0; i < n; i += LK_LANES) {
        const int64_t count = n - i < LK_LANES ? n - i : LK_LANES;
        VT p = V1(0.5);
        memcpy(&p, a + i, (size_t)count * sizeof(T));
        VT y = LK_NAME(central_quantile)(p);
        memcpy(out + i, &y, (size_t)count * sizeof(T));
    }
    for (int j = 0; j < LK_LANES; j++) outer[found + j] = 0.5;
    for (int64_t i = 0; i < found; i += LK_LANES) {
        VI far;
        VT p = LK_NAME(load)(outer + i), y = LK_NAME(outer_quantile)(p, &far);
        for (int64_t j = 0; j < LK_LANES && i + j < found; j++) out[places[i + j]] = far[j] ? lk_scalar_far_quantile(p[j]) : y[j];
    }
}
static void LK_NAME(normal_quantiles)(int64_t n, const T *a, T *out) {
    for (int64_t i = 0; i < n; i += 128) LK_NAME(some_normal_quantiles)(n - i < 128 ? n - i : 128, a + i, out + i);
}
#else
static void LK_DOUBLE(normal_quantiles)(int64_t n, const double *a, double *out);
static void LK_NAME(normal_quantiles)(int64_t n, const T *a, T *out) {
    double wide[256];
    for (int64_t i = 0; i < n; i += 256) {
        const int64_t count = n - i < 256 ? n - i : 256;
        for (int64_t j = 0; j < count; j++) wide[j] = a[i + j];
        LK_DOUBLE(normal_quantiles)(count, wide, wide);
        for (int64_t j = 0; j < count; j++) out[i + j] = (T)wide[j];
    }
}
#endif
