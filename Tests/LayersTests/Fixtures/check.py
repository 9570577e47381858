"""Checks that the safetensors package for Python reads what Latent writes: check.py LATENT."""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

PROGRAM = """
net = MLP(3, 4, 2)
save(net, "net.safetensors")
save((y: net(float32([[1, 2, 3]])), x: [0.1, 1 / 3], i: int32([-1, 2]), b: [true, false], n: 2.5, m: [1, missing]), "data.safetensors")
twice = load("twice.safetensors")
print(restore(net, twice)([[1, 2, 3]])[0, 0])
"""

latent = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    weights = {"0.weight": np.full((3, 4), 0.5, np.float16), "0.bias": np.zeros(4), "2.weight": np.ones((4, 2), np.float32), "2.bias": np.zeros(2)}
    save_file(weights, f"{folder}/twice.safetensors")
    printed = subprocess.run([latent, "-e", PROGRAM], cwd=folder, check=True, capture_output=True, text=True).stdout
    net, data = load_file(f"{folder}/net.safetensors"), load_file(f"{folder}/data.safetensors")
    with safe_open(f"{folder}/net.safetensors", framework="numpy") as file:
        assert '"label":"MLP(3, 4, 2)"' in file.metadata()["network"], file.metadata()

assert {name: (x.shape, x.dtype.name) for name, x in net.items()} == {
    "0.weight": ((3, 4), "float32"), "0.bias": ((4,), "float32"), "2.weight": ((4, 2), "float32"), "2.bias": ((2,), "float32"),
}, net
hidden = np.maximum(np.array([[1, 2, 3]], np.float32) @ net["0.weight"] + net["0.bias"], 0)
np.testing.assert_allclose(data["y"], hidden @ net["2.weight"] + net["2.bias"], rtol=1e-5, atol=1e-6)
np.testing.assert_array_equal(data["x"], np.array([0.1, 1 / 3]))
np.testing.assert_array_equal(data["i"], np.array([-1, 2], np.int32))
np.testing.assert_array_equal(data["b"], np.array([True, False]))
np.testing.assert_array_equal(data["m"], np.array([1, np.nan]))
assert data["n"] == 2.5 and data["n"].shape == () and data["i"].dtype == np.int32 and data["b"].dtype == np.bool_, data
assert printed.strip() == "12", printed  # 4 hidden units of 0.5 (1 + 2 + 3)
print("safetensors: the Python package and Latent read each other's files")
