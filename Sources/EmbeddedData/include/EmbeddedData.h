#pragma once
#include <stddef.h>

/// A file of the folder `data`, carried inside the program.
typedef struct {
    /// Its path in the folder.
    const char *name;
    const unsigned char *bytes;
    size_t length;
} EmbeddedFile;

/// The file of this path, or NULL where there is none. The bytes live as long as the program.
const EmbeddedFile *embedded_file(const char *name);
