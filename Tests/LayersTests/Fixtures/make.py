"""Makes the fixtures: tensors of each type, as the safetensors package for Python writes them (safetensors 0.8, numpy 2.4)."""

import pathlib

import numpy as np
from safetensors import TensorSpec, serialize
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent

tensors = {
    "float64": np.array([[0.1, -2.5, 1e300], [np.pi, 5e-324, -np.inf]], np.float64),
    "float32": np.array([0.1, -2.5, 3.4028235e38, 1e-45], np.float32),
    "float16": np.array([0.1, -65504, 6e-8, np.inf], np.float16),
    "int64": np.array([-(2**31), 2**31 - 1, 0], np.int64),
    "int32": np.array([[-(2**31)], [2**31 - 1]], np.int32),
    "int16": np.array([-32768, 32767], np.int16),
    "int8": np.array([-128, 127], np.int8),
    "uint64": np.array([0, 2**31 - 1], np.uint64),
    "uint32": np.array([0, 2**31 - 1], np.uint32),
    "uint16": np.array([0, 65535], np.uint16),
    "uint8": np.array([[[0, 255, 7]]], np.uint8),
    "bool": np.array([True, False, True], np.bool_),
    "number": np.array(42.5, np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "layer.0.标签": np.array([np.nan, 1], np.float64),
}
save_file(tensors, folder / "types.safetensors", metadata={"origin": "numpy", "quote": 'a "b"'})

# NumPy has no bfloat16: the upper halves of 1, -2.5 and 3.140625 as float32.
bits = np.array([0x3F80, 0xC020, 0x4049], np.uint16)
(folder / "bfloat16.safetensors").write_bytes(serialize({"b": TensorSpec(dtype="bfloat16", shape=[3], data_ptr=bits.ctypes.data, data_len=bits.nbytes)}))
save_file({"steps": np.array([2**31], np.int64)}, folder / "wide.safetensors")
