// OpenBLAS: cblas as its header gives it, and the LAPACK routines that Tensors calls, by their Fortran symbols
// (Debian's OpenBLAS has no LAPACKE). Matrices are column-major; a trailing size_t is the length of a Fortran string.
#pragma once
#include <cblas.h>
#include <stddef.h>

void dgetrf_(const int *m, const int *n, double *a, const int *lda, int *pivots, int *info);
void dgetrs_(const char *trans, const int *n, const int *nrhs, const double *a, const int *lda, const int *pivots, double *b, const int *ldb, int *info, size_t);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void spotrf_(const char *uplo, const int *n, float *a, const int *lda, int *info, size_t);
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork, int *info);
void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work, const int *lwork, int *info);
void dgesdd_(const char *job, const int *m, const int *n, double *a, const int *lda, double *s, double *u, const int *ldu, double *vt, const int *ldvt,
             double *work, const int *lwork, int *iwork, int *info, size_t);
void dsyevd_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work, const int *lwork, int *iwork,
             const int *liwork, int *info, size_t, size_t);
void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi, double *vl, const int *ldvl, double *vr,
            const int *ldvr, double *work, const int *lwork, int *info, size_t, size_t);

// The same by value, square leading dimensions filled in; each returns LAPACK's `info`.
// A `lwork` of -1 asks for the best workspace, given back in work[0] (and iwork[0]).

/// Factors a square matrix into P L U in place.
static inline int latent_lu(int n, double *a, int *pivots) {
    int info = 0;
    dgetrf_(&n, &n, a, &n, pivots, &info);
    return info;
}

/// Solves with the factors of `latent_lu`; `transposed` solves with the transpose.
static inline int latent_lu_solve(int transposed, int n, int nrhs, const double *a, const int *pivots, double *b) {
    int info = 0;
    dgetrs_(transposed ? "T" : "N", &n, &nrhs, a, &n, pivots, b, &n, &info, 1);
    return info;
}

/// Factors a positive definite matrix into U' U, read from and written to the upper triangle (column-major).
static inline int latent_cholesky(int n, double *a) {
    int info = 0;
    dpotrf_("U", &n, a, &n, &info, 1);
    return info;
}

static inline int latent_cholesky_single(int n, float *a) {
    int info = 0;
    spotrf_("U", &n, a, &n, &info, 1);
    return info;
}

static inline int latent_qr(int m, int n, double *a, double *tau, double *work, int lwork) {
    int info = 0;
    dgeqrf_(&m, &n, a, &m, tau, work, &lwork, &info);
    return info;
}

static inline int latent_qr_q(int m, int n, int k, double *a, const double *tau, double *work, int lwork) {
    int info = 0;
    dorgqr_(&m, &n, &k, a, &m, tau, work, &lwork, &info);
    return info;
}

/// The thin singular value decomposition; iwork holds 8 min(m, n).
static inline int latent_svd(int m, int n, double *a, double *s, double *u, double *vt, double *work, int lwork, int *iwork) {
    int info = 0, k = m < n ? m : n;
    dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &k, work, &lwork, iwork, &info, 1);
    return info;
}

/// Eigenvalues, ascending, and eigenvectors (the columns of `a`) of a symmetric matrix.
static inline int latent_eigen_symmetric(int n, double *a, double *w, double *work, int lwork, int *iwork, int liwork) {
    int info = 0;
    dsyevd_("V", "U", &n, a, &n, w, work, &lwork, iwork, &liwork, &info, 1, 1);
    return info;
}

/// Eigenvalues, as real and imaginary parts, of any square matrix; `a` is destroyed.
static inline int latent_eigenvalues(int n, double *a, double *wr, double *wi, double *work, int lwork) {
    int info = 0, one = 1;
    dgeev_("N", "N", &n, a, &n, wr, wi, NULL, &one, NULL, &one, work, &lwork, &info, 1, 1);
    return info;
}
