// The loops for processors with SSE2 (or NEON), which every one of the family has.
#define LK_LEVEL(x) lk_baseline_##x
#define LK_BYTES 16
#define LK_FMA 0
#include "level.h"
