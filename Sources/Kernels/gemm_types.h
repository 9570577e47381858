// Both element types of one level: LEVEL, and BYTES of a vector.
#define ELEMENT float
#define T float
#define LANES (BYTES / 4)
#include "gemm_vectors.h"
#include "gemm_tiles.h"
#undef ELEMENT
#undef T
#undef LANES

#define ELEMENT double
#define T double
#define LANES (BYTES / 8)
#include "gemm_vectors.h"
#include "gemm_tiles.h"
#undef ELEMENT
#undef T
#undef LANES
