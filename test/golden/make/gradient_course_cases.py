"""Gradient norms along a training with shuffled batches: of each batch, of all samples, of single layers; from the weights and in the orders
of shared/random.ts, so that only a seed is given."""

import numpy as np
import torch

from cases import flat, gradient_of, put
from files import given, result, short
from networks import CE, MSE, Network, chain
from philox import epoch_order, pytorch_initialization


def layer_norms(net, gradient):
    """Of weights and bias of each layer together."""
    sizes = [p.numel() for p in net.parameters()]
    norms = torch.stack([part.square().sum() for part in gradient.split(sizes)])
    return norms.reshape(-1, 2).sum(dim=1).sqrt()


def course(name, words, loss, inputs, target, seed, batch_size, epochs, optimizer, full_every):
    net = Network(words)
    put(net, torch.tensor(pytorch_initialization(seed, net.weight_shapes())))
    at = flat(net).requires_grad_()
    kind, rate = optimizer["type"], optimizer["learningRate"]
    steps = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[kind]([at], lr=rate)
    x = torch.tensor(inputs)
    y = torch.tensor(target) if loss == MSE else torch.tensor(target, dtype=torch.long)
    losses, norms, layers, full = [], [], [], []
    for epoch in range(epochs):
        order = torch.tensor(epoch_order(seed, epoch, len(x)))
        for chosen in order.split(batch_size):
            put(net, at.detach())
            if len(norms) % full_every == 0:
                full.append([len(norms) + 1, gradient_of(net, loss, x, y)[1].norm().item()])
            value, gradient = gradient_of(net, loss, x[chosen], y[chosen])
            losses.append(value)
            norms.append(gradient.norm())
            layers.append(layer_norms(net, gradient))
            at.grad = gradient.clone()
            steps.step()
    kept = {"values": given(target)} if loss == MSE else {"labels": [int(label) for label in target]}
    return {
        "name": name,
        "model": words,
        "loss": loss,
        "optimizer": optimizer,
        "seed": seed,
        "batchSize": batch_size,
        "epochs": epochs,
        "fullEvery": full_every,
        "inputs": given(inputs),
        **kept,
        "batchLoss": result(torch.stack(losses), 9),
        "gradientNorm": result(torch.stack(norms), 9),
        "layerNorms": result(torch.stack(layers), 9),
        "fullSteps": [step for step, _ in full],
        "fullNorms": result(np.array([norm for _, norm in full]), 9),
    }


def gradient_course_cases():
    rng = np.random.default_rng(37)
    x = short(rng.uniform(-1, 1, (30, 1)))
    wave = short(np.sin(4 * x))
    points = short(rng.normal(size=(25, 3)))
    labels = rng.integers(0, 4, 25)
    adam = {"type": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    sgd = {"type": "sgd", "learningRate": 0.1, "momentum": 0}
    tanh, classes = chain([1, 6, 4, 1], ["tanh", "tanh", "linear"]), chain([3, 5, 4], ["sigmoid", "linear"])
    return [
        course("tanh with Adam", tanh, MSE, x, wave, 5, 8, 10, adam, 4),
        course("cross-entropy with SGD", classes, CE, points, labels, 6, 10, 12, sgd, 5),
    ]
