"""Critical points and error surfaces of small networks on a function: Hessians at given points, losses on planes laid here anew."""

import numpy as np
import torch
from torch.nn.utils import vector_to_parameters

from cases import as_function, described, drawn, flat, gradient_of, put
from curvature_cases import full_hessian
from files import number, result
from networks import MSE, chain, loss_value
from philox import uniforms

DIRECTIONS = 11


def task(expression, function, low, high, points):
    """What a run says of its data, and its samples: an even grid in float32."""
    x = low + (high - low) * np.arange(points) / (points - 1)
    x[-1] = high
    column = lambda values: torch.tensor(np.float32(values).astype(float))[:, None]
    data = {"type": "function", "expression": expression, "domain": [low, high], "points": points, "noise": 0}
    return {**data, "sampling": "grid"}, column(x), column(function(x))


def refined(net, inputs, target, steps=400):
    """Adam on the loss, then damped Newton steps on the gradient, the best of many dampings each: near some critical point."""
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_value(MSE, net(inputs), target).backward()
        optimizer.step()
    norm_at = lambda vector: (put(net, vector), gradient_of(net, MSE, inputs, target)[1].norm().item())[1]
    for _ in range(200):
        here = flat(net)
        _, gradient = gradient_of(net, MSE, inputs, target)
        values, vectors = torch.linalg.eigh(full_hessian(net, MSE, inputs, target))
        along = vectors.T @ gradient
        steps = [vectors @ (along * values / (values**2 + 10.0**power)) for power in range(-16, 3)]
        best = min(steps, key=lambda step: norm_at(here - step))
        if norm_at(here - best) >= gradient.norm():
            put(net, here)
            return


def minimal_ratio(eigenvalues, tolerance):
    return float(np.mean(eigenvalues > tolerance * np.abs(eigenvalues).max()))


def critical_point_case(rng, name, sizes, data, refine):
    words = chain(sizes, ["tanh"] * (len(sizes) - 2) + ["linear"])
    net = drawn(rng, words)
    spec, inputs, target = data
    if refine:
        refined(net, inputs, target)
    value, gradient = gradient_of(net, MSE, inputs, target)
    eigenvalues = np.linalg.eigvalsh(full_hessian(net, MSE, inputs, target).numpy())
    return {
        **described(name, net, MSE, inputs, target),
        "data": spec,
        "parameters": result(flat(net), 17),
        "lossValue": number(value),
        "gradientNorm": number(gradient.norm()),
        "eigenvalues": result(eigenvalues),
        "minimalRatios": [{"tolerance": t, "ratio": minimal_ratio(eigenvalues, t)} for t in (1e-8, 1e-4, 1e-2)],
    }


def critical_point_cases():
    rng = np.random.default_rng(27)
    sine = task("sin(2*x)", lambda x: np.sin(2 * x), -2, 2, 40)
    return [
        critical_point_case(rng, "two layers of tanh where the gradient vanishes", [1, 4, 3, 1], sine, True),
        critical_point_case(rng, "a slope", [1, 5, 1], sine, False),
    ]


def gaussian(seed, axis, size):
    """Box and Muller's pairs, as RandomStream.normal has them."""
    u = uniforms((seed, DIRECTIONS), axis, 2 * ((size + 1) // 2))
    radius, angle = np.sqrt(-2 * np.log(1 - u[0::2])), 2 * np.pi * u[1::2]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()[:size]


def filter_normalized(net, direction):
    """Rows of weights as long as those of the network; nothing else moves."""
    parts = torch.split(torch.tensor(direction), [p.numel() for p in net.parameters()])
    moved = []
    for part, p in zip(parts, net.parameters()):
        if p.dim() == 1:
            moved.append(torch.zeros_like(part))
            continue
        rows = part.reshape(len(p), -1)
        norms = p.detach().reshape(len(p), -1).norm(dim=1, keepdim=True)
        moved.append((rows / rows.norm(dim=1, keepdim=True) * norms).ravel())
    return torch.cat(moved).numpy()


def losses_on(net, data, origin, directions, grids):
    """[second axis, first axis]"""
    _, inputs, target = data
    outputs = as_function(net)
    at = lambda x, y: torch.tensor(origin + x * directions[0] + y * directions[1])
    return [number(loss_value(MSE, outputs(at(x, y), inputs), target)) for y in grids[1] for x in grids[0]]


def surface_cases():
    rng = np.random.default_rng(28)
    data = task("sin(2*x)", lambda x: np.sin(2 * x), -2, 2, 40)
    net = drawn(rng, chain([1, 5, 4, 1], ["tanh", "tanh", "linear"]))
    snapshots = [flat(net).numpy()]
    while len(snapshots) < 6:
        snapshots.append(np.float32(snapshots[-1] + rng.normal(0, 0.1, len(snapshots[0]))).astype(float))
    end = snapshots[-1]
    vector_to_parameters(torch.tensor(end), net.parameters())
    even = np.linspace(-1, 1, 7)
    common = {"data": data[0], "model": net.words, "snapshots": [result(s, 17) for s in snapshots], "resolution": 7}
    by_filter = [filter_normalized(net, gaussian(5, axis, len(end))) for axis in (0, 1)]
    by_norm = [d / np.linalg.norm(d) * np.linalg.norm(end) for d in (gaussian(5, axis, len(end)) for axis in (0, 1))]
    cases = [
        {"directions": "random", "normalization": name, "seed": 5, "values": losses_on(net, data, end, axes, [even, even])}
        for name, axes in (("filter", by_filter), ("none", by_norm))
    ]
    rows = np.array(snapshots)
    _, singular, axes = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    way = (rows - end) @ axes[:2].T
    middle, half = (way.max(axis=0) + way.min(axis=0)) / 2, 1.1 * (way.max(axis=0) - way.min(axis=0)) / 2
    grids = [middle[k] + half[k] * even for k in (0, 1)]
    cases.append(
        {
            "directions": "pca",
            "normalization": "filter",
            "seed": 0,
            "values": losses_on(net, data, end, axes[:2], grids),
            "way": result(way),
            "explained": result((singular**2 / (singular**2).sum())[:2]),
        }
    )
    return [{**common, **case} for case in cases]
