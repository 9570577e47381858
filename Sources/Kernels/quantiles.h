// Normal quantiles of an array, at one level.
#if !LK_SINGLE
static void LK_NAME(normal_quantiles)(int64_t n, const T *a, T *out) {
    for (int64_t i = 0; i < n; i += LK_LANES) {
        const int64_t count = n - i < LK_LANES ? n - i : LK_LANES;
        VT p = V1(0.5);
        memcpy(&p, a + i, (size_t)count * sizeof(T));
        VI far;
        VT y = LK_NAME(normal_quantile)(p, &far);
        int any = 0;
        for (int j = 0; j < LK_LANES; j++) any |= far[j] != 0;
        if (any)
            for (int j = 0; j < count; j++)
                if (far[j]) y[j] = lk_scalar_far_quantile(p[j]);
        memcpy(out + i, &y, (size_t)count * sizeof(T));
    }
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
