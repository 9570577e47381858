#include "Kernels.h"

lk_level lk_cpu_level(void) { return LK_BASELINE; }
