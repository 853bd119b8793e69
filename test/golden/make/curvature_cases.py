"""Whole Hessians (torch.func.hessian) and Gauss-Newton matrices, and their eigenvalues (LAPACK)."""

import numpy as np
import torch
from torch.func import hessian

from cases import as_function, described, drawn, flat, gradient_of, put, samples
from files import number, result
from layer_cases import direction, gauss_newton, hessian_product
from networks import CE, MSE, batch_norm, chain, conv, dense, dropout, loss_value, model, pool, residual
from philox import pytorch_initialization


def full_hessian(net, loss, inputs, target):
    outputs = as_function(net)
    matrix = hessian(lambda vector: loss_value(loss, outputs(vector, inputs), target))(flat(net)).detach()
    return (matrix + matrix.T) / 2


def lower(matrix):
    """Row by row up to the diagonal."""
    rows, columns = np.tril_indices(len(matrix))
    return result(matrix.numpy()[rows, columns])


def curvature_case(rng, name, words, loss, count):
    net = drawn(rng, words)
    inputs, target = samples(rng, net, loss, count)
    value, gradient = gradient_of(net, loss, inputs, target)
    true, gauss = full_hessian(net, loss, inputs, target), gauss_newton(net, loss, inputs, target).detach()
    return {
        **described(name, net, loss, inputs, target),
        "lossValue": number(value),
        "gradient": result(gradient),
        "hessian": lower(true),
        "gaussNewton": lower(gauss),
        "eigenvalues": result(np.linalg.eigvalsh(true.numpy())),
        "gaussNewtonEigenvalues": result(np.linalg.eigvalsh(gauss.numpy())),
    }


def networks():
    for i, activation in enumerate(("relu", "leaky-relu", "tanh", "gelu", "sin", "softplus", "sigmoid")):
        yield f"two layers of {activation}", chain([2, 3, 3, 2], [activation] * 2 + ["linear"]), (MSE, CE)[i % 2], 8
    yield "tanh with cross-entropy", chain([2, 4, 3], ["tanh", "linear"]), CE, 9
    yield "softmax as output", chain([2, 4, 3], ["tanh", "softmax"]), MSE, 9
    yield "softmax hidden layer", chain([2, 4, 3], ["softmax", "linear"]), CE, 9
    layers = [conv(2, 2, 1, 1, "tanh"), pool("max", 2), conv(2, 2, activation="gelu"), pool("average", (1, 2))]
    layers.append(dense(2))
    yield "convolutions with both kinds of pooling", model((1, 5, 5), layers), CE, 5
    layers = [conv(2, 3, 2, 1, "sigmoid"), pool("average", 2, 1), dense(2)]
    yield "convolution with stride and padding", model((1, 5, 4), layers), MSE, 5
    layers = [conv(2, 2, activation="linear"), batch_norm("sin"), pool("max", 2, 1)]
    layers += [dense(2, "softplus"), dropout(0.5), dense(2)]
    yield "batch normalisation of channels, and dropout", model((1, 4, 3), layers), MSE, 5
    yield "batch normalisation", model(2, [dense(4), batch_norm("tanh"), dense(3)]), CE, 8
    layers = [dense(3, "tanh"), residual([dense(2, "sin"), dense(3)], "gelu"), dense(2)]
    yield "residual block", model(2, layers), MSE, 7


def curvature_cases():
    rng = np.random.default_rng(24)
    return [curvature_case(rng, *case) for case in networks()]


def spectrum_case():
    """All eigenvalues of the exact Hessian of 1-5-10-10-10-10-10-5-1 with tanh, at first weights by seed; 128 samples."""
    net_words = chain([1, 5, 10, 10, 10, 10, 10, 5, 1], ["tanh"] * 7 + ["linear"])
    net = drawn(np.random.default_rng(0), net_words)
    put(net, torch.tensor(3 * pytorch_initialization(12, net.weight_shapes())))
    x = np.round(np.linspace(-1, 1, 128), 4)
    inputs = torch.tensor(np.float32(x).astype(float))[:, None]
    target = torch.tensor(np.float32(np.round(np.sinc(5 * x), 5)).astype(float))[:, None]
    matrix = full_hessian(net, MSE, inputs, target)
    vector = direction(len(matrix))
    case = described("571 parameters", net, MSE, inputs, target)
    del case["parameters"]
    return {
        **case,
        "seed": 12,
        "scale": 3,
        "eigenvalues": result(np.linalg.eigvalsh(matrix.numpy())),
        "trace": number(torch.trace(matrix)),
        "squaredNorm": number((matrix**2).sum()),
        "squaredDiagonal": number((torch.diagonal(matrix) ** 2).sum()),
        "hessianProduct": result(hessian_product(net, MSE, inputs, target, vector)),
        "gaussNewtonProduct": result(gauss_newton(net, MSE, inputs, target) @ vector),
    }
