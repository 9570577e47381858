// Matrix products, and what their callers need of other libraries.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Makes OpenMP run whatever this thread starts on this thread alone, if OpenMP is loaded: oneDNN is called once a chunk, and would
/// start threads of its own. Cheap after a thread's first call.
void lk_openmp_single(void);
