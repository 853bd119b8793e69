"""Descent on half the squared gradient norm, whose gradient is H g: one product, and a course of Adam on it."""

import numpy as np
import torch

from cases import described, drawn, flat, gradient_of, put, samples
from files import number, result
from layer_cases import hessian_product
from networks import CE, MSE, chain, conv, dense, model, pool

STEPS = 60


def gradient_norm_case(rng, name, words, loss, count, rate):
    net = drawn(rng, words)
    inputs, target = samples(rng, net, loss, count)
    case = described(name, net, loss, inputs, target)
    at = flat(net).requires_grad_()
    optimizer = torch.optim.Adam([at], lr=rate)
    losses, norms, kept = [], [], []
    for step in range(1, STEPS + 1):
        put(net, at.detach())
        value, gradient = gradient_of(net, loss, inputs, target)
        at.grad = hessian_product(net, loss, inputs, target, gradient)
        losses.append(number(value, 9))
        norms.append(number(gradient.norm(), 9))
        optimizer.step()
        if step in (1, STEPS):
            kept.append({"step": step, "parameters": result(at)})
    return {**case, "learningRate": rate, "batchLoss": losses, "gradientNorm": norms, "kept": kept}


def gradient_norm_cases():
    rng = np.random.default_rng(25)
    layers = [conv(2, 2, activation="tanh"), pool("average", 2, 1), dense(2)]
    return [
        gradient_norm_case(rng, "tanh", chain([2, 5, 2], ["tanh", "linear"]), MSE, 12, 0.01),
        gradient_norm_case(rng, "gelu with cross-entropy", chain([2, 4, 3], ["gelu", "linear"]), CE, 12, 0.003),
        gradient_norm_case(rng, "convolution", model((1, 4, 4), layers), MSE, 6, 0.01),
    ]
