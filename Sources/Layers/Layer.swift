// Filled by the layers.
