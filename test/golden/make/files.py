"""How numbers get into the JSON files. Inputs of a computation are short decimals that both sides take as float32; results have 13 digits."""

import json
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent.parent


def array(values):
    if isinstance(values, list):
        return np.array([float(array(v)) for v in values])
    return np.asarray(values.detach() if torch.is_tensor(values) else values, dtype=np.float64)


def single(values):
    """What float32 keeps of values, as float64: both sides then start from the same numbers."""
    return array(values).astype(np.float32).astype(np.float64)


def short(values, decimals=3):
    """Few decimals, as float32 has them."""
    return single(np.round(array(values), decimals))


def given(values):
    """Inputs: the shortest decimals that mean the same float32."""
    return [float(str(v)) for v in array(values).ravel().astype(np.float32)]


def result(values, digits=13):
    return [float(f"{v:.{digits}g}") for v in array(values).ravel()]


def number(value, digits=13):
    return result(value, digits)[0]


def write(name, value):
    path = HERE / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n")
    print(f"{name}.json: {path.stat().st_size / 1000:.0f} kB")
