// oneDNN's C interface, as its header gives it, and its functions found when they are first wanted: the library is 40 MB of which
// most programs need nothing, and linking it would cost each start 1.3 ms.
#pragma once
#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>
#include <string.h>

#define ONEDNN_FUNCTIONS(each)                                                                                                     \
    each(engine_create) each(stream_create) each(stream_destroy) each(set_max_cpu_isa) each(memory_desc_init_by_strides) each(memory_desc_init_by_tag)  \
    each(memory_desc_get_size) each(memory_desc_equal) each(memory_create) each(memory_destroy) each(memory_set_data_handle)       \
    each(dilated_convolution_forward_desc_init) each(dilated_convolution_backward_data_desc_init)           \
    each(dilated_convolution_backward_weights_desc_init) each(reorder_primitive_desc_create) each(primitive_attr_create)           \
    each(primitive_attr_destroy) each(primitive_attr_set_scratchpad_mode) each(primitive_attr_set_post_ops)                        \
    each(post_ops_create) each(post_ops_destroy) each(post_ops_append_eltwise)                           \
    each(primitive_desc_create) each(primitive_desc_destroy) each(primitive_desc_query_md) each(primitive_desc_query)              \
    each(primitive_create) each(primitive_destroy) each(primitive_execute)

typedef struct {
#define ONEDNN_FIELD(name) __typeof__(&dnnl_##name) name;
    ONEDNN_FUNCTIONS(ONEDNN_FIELD)
#undef ONEDNN_FIELD
} onednn_functions;

/// Loads the library and finds its functions. Gives NULL, or what is missing.
static inline const char *onednn_load(onednn_functions *to) {
    void *library = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libdnnl.so.2";
#define ONEDNN_FIND(name)                                        \
    {                                                            \
        void *found = dlsym(library, "dnnl_" #name);             \
        if (!found) return "dnnl_" #name;                        \
        memcpy(&to->name, &found, sizeof found);                 \
    }
    ONEDNN_FUNCTIONS(ONEDNN_FIND)
#undef ONEDNN_FIND
    return NULL;
}
