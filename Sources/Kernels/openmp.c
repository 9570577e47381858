// OpenMP is never used here, but oneDNN uses it unless each thread that calls it says no.
#define _GNU_SOURCE
#include "Products.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

void lk_openmp_single(void) {
    static _Thread_local bool done = false;
    if (done) return;
    void *library = dlopen("libgomp.so.1", RTLD_NOW | RTLD_NOLOAD);
    void *found = library ? dlsym(library, "omp_set_num_threads") : NULL;
    if (!found) return;
    void (*set)(int);
    memcpy(&set, &found, sizeof found);
    set(1);
    done = true;
}
