"""Indicators of generalization around given weights: spectra of H and T H T, traces, spectral norms, the highest loss in a ball."""

import numpy as np
import torch

from cases import as_function, described, drawn, flat, samples
from curvature_cases import full_hessian
from files import given, number, result, short
from networks import CE, MSE, batch_norm, chain, conv, dense, loss_value, model, pool, residual

RADIUS, RELATIVE_RADIUS = 0.3, 0.2


def filter_norms(net):
    """For each parameter the norm of the filter it belongs to; 0 for biases and batch normalisation."""
    parts = []
    for p in net.parameters():
        norms = torch.zeros_like(p)
        if p.dim() > 1:
            norms += p.detach().flatten(1).norm(dim=1).reshape(-1, *[1] * (p.dim() - 1))
        parts.append(norms.flatten())
    return torch.cat(parts)


def projected_ascent(loss_at, start, radius, steps=200):
    """The highest loss along plain projected gradient ascent with unit gradients; w + scale * u is inside loss_at."""
    point, highest = torch.tensor(start), -np.inf
    for _ in range(steps):
        point = point.detach().requires_grad_(True)
        value = loss_at(point)
        highest = max(highest, value.item())
        gradient = torch.autograd.grad(value, point)[0]
        point = point + 0.1 * radius * gradient / gradient.norm()
        point = point * min(1, radius / point.norm().item())
    return highest


def linear_map_norm(layer, shape):
    """Largest singular value of a layer without its bias, as the matrix of all its outputs by all its inputs."""
    zero = torch.zeros(1, *shape)
    with torch.no_grad():
        origin = layer(zero)
    matrix = torch.func.jacrev(lambda x: layer(x) - origin)(zero).reshape(origin.numel(), zero.numel())
    return float(np.linalg.norm(matrix.detach().numpy(), 2))


def norms_of(layers, shape):
    """Norms of the layers with weights, their product, and the shape behind them; x + f(x) counts as 1 + the product in f."""
    norms, product = [], 1
    for layer in layers:
        inner = getattr(layer, "inner", None)
        if hasattr(inner, "inner"):
            within, block, _ = norms_of(inner.inner, shape)
            norms += within
            product *= 1 + block
        elif isinstance(inner, torch.nn.BatchNorm2d):
            norms.append((inner.weight.abs() / (inner.running_var + inner.eps).sqrt()).max().item())
            product *= norms[-1]
        elif inner is not None:
            norms.append(linear_map_norm(inner, shape))
            product *= norms[-1]
        with torch.no_grad():
            shape = tuple(layer(torch.zeros(1, *shape)).shape[1:])
    return norms, product, shape


def local(loss_at, scale, matrix, start, radius):
    """In coordinates u of w + scale * u."""
    scaled = scale[:, None] * matrix * scale[None, :]
    eigenvalues = np.linalg.eigvalsh(scaled.numpy())
    return {
        "radius": radius,
        "largestEigenvalue": number(eigenvalues[-1]),
        "smallestEigenvalue": number(eigenvalues[0]),
        "trace": number(torch.trace(scaled)),
        "highestLoss": number(projected_ascent(loss_at, start, radius)),
    }


def sharpness_case(rng, name, words, loss, count):
    net = drawn(rng, words)
    training, test = samples(rng, net, loss, count), samples(rng, net, loss, count // 2)
    used = count - 3
    inputs, target = training[0][:used], training[1][:used]
    outputs, weights = as_function(net), flat(net)
    matrix = full_hessian(net, loss, inputs, target)
    scale = filter_norms(net)
    direction = short(rng.normal(0, 1, len(weights)))
    value = loss_value(loss, net(inputs), target)
    norms, product, _ = norms_of(net.layers, net.shape)
    around = {}
    for key, unit, radius in (("plain", torch.ones_like(scale), RADIUS), ("normalized", scale, RELATIVE_RADIUS)):
        loss_at = lambda u: loss_value(loss, outputs(weights + unit * u, inputs), target)
        start = direction * (unit.numpy() > 0)
        around[key] = local(loss_at, unit, matrix, start / np.linalg.norm(start) * radius, radius)
    with torch.no_grad():
        losses = {key: number(loss_value(loss, net(x), y)) for key, (x, y) in (("trainLoss", training), ("testLoss", test))}
    return {
        **described(name, net, loss, *training),
        "testInputs": given(test[0]),
        "testTargets": given(test[1]) if loss == MSE else test[1].tolist(),
        **losses,
        "samples": used,
        "lossValue": number(value),
        "direction": given(direction),
        "filterNorms": result(scale),
        **around,
        "layerNorms": result(norms),
        "spectralNormProduct": number(product),
        "weightNorm": number(weights.norm()),
    }


def sharpness_cases():
    rng = np.random.default_rng(37)
    convolutions = [conv(3, 3, (2, 1), (1, 0), "tanh"), pool("max", 2, 1), conv(2, 2, activation="sin"), dense(3)]
    normalised = [conv(2, 3, padding=1, activation="linear"), batch_norm("tanh")]
    normalised += [residual([conv(2, (3, 1), padding=(1, 0), activation="linear"), batch_norm()], "tanh"), dense(2)]
    return [
        sharpness_case(rng, "dense, mean squared error", chain([2, 6, 2], ["tanh", "linear"]), MSE, 15),
        sharpness_case(rng, "dense, cross-entropy", chain([3, 8, 5, 3], ["relu", "relu", "linear"]), CE, 30),
        sharpness_case(rng, "convolutions with stride and padding", model((2, 6, 5), convolutions), CE, 12),
        sharpness_case(rng, "batch normalisation and a residual block", model((1, 4, 3), normalised), MSE, 12),
    ]
