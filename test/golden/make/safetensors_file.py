"""A small file as the Python package `safetensors` 0.8 writes it, and the tensors in it."""

import base64

import numpy as np
from safetensors.numpy import save

TENSORS = {
    "layer0.weight": np.array([[0.5, -1.25, 3e-39], [np.inf, -0.0, 1e38]], dtype=np.float32),
    "layer0.bias": np.array([1 / 3, -2e-308], dtype=np.float64),
    "layer1.0.weight": np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2) / 7,
    "scalar": np.array(2.5, dtype=np.float32),
    "empty": np.zeros((0, 5), dtype=np.float64),
}


def as_text(value):
    """JSON knows no infinities."""
    return float(value) if np.isfinite(value) else str(float(value))


def safetensors_file():
    file = save(TENSORS, metadata={"spec": '{"a": [1, 2]}', "name": "Grüße →"})
    tensors = [
        {
            "name": name,
            "type": {"float32": "F32", "float64": "F64"}[str(values.dtype)],
            "shape": list(values.shape),
            "values": [as_text(value) for value in values.ravel()],
        }
        for name, values in TENSORS.items()
    ]
    return {"file": base64.b64encode(file).decode(), "tensors": tensors}
