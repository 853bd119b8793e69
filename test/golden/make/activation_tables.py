"""f and f' on a grid, each function alone."""

import numpy as np
import torch

from files import given, result, single
from networks import ACTIVATIONS, ELEMENTWISE


def activation_tables():
    special = [1e-3, -1e-3, 1e-6, -1e-6, 0.6249, 0.6251, 100, -100]
    grid = single(np.concatenate([np.round(np.linspace(-30, 30, 121) + 0.013, 3), special]))
    tables = []
    for name in ELEMENTWISE:
        x = torch.tensor(grid, requires_grad=True)
        y = ACTIVATIONS[name](x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        tables.append({"activation": name, "values": result(y), "slopes": result(slope)})
    return {"inputs": given(grid), "tables": tables}
