// oneDNN's C interface, as its header gives it.
#pragma once
#include <oneapi/dnnl/dnnl.h>
