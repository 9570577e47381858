// `LATENT_CPU` for OpenBLAS. It is linked, so that it has chosen its loops when this program's first lines run; it is asked to choose
// again, by a variable of the environment that can only be set safely while there is one thread: before `main`.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "Kernels.h"

static int lk_find(void *function, const char *name) {
    void *found = dlsym(RTLD_DEFAULT, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

__attribute__((constructor)) static void lk_choose_blas(void) {
    void (*forget)(void), (*choose)(void);
    const char *wish = getenv("LATENT_CPU");
    if (!wish || !*wish || lk_cpu_refused() || !lk_find(&forget, "gotoblas_dynamic_quit") || !lk_find(&choose, "gotoblas_dynamic_init")) return;
    const char *before = getenv("OPENBLAS_CORETYPE");
    char *kept = before ? strdup(before) : NULL;
    const lk_level level = lk_cpu_level();
    setenv("OPENBLAS_CORETYPE", level == LK_AVX512 ? "SkylakeX" : level == LK_AVX2 ? "Haswell" : "Nehalem", 1);
    forget();
    choose();
    if (kept) setenv("OPENBLAS_CORETYPE", kept, 1);
    else unsetenv("OPENBLAS_CORETYPE");
    free(kept);
}
