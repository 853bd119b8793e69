"""Loss, accuracy and mean input gradient norms of networks on training and test samples."""

import numpy as np
import torch
from torch.func import grad, jacrev, vmap

from cases import described, drawn, samples
from files import given, number
from networks import CE, MSE, batch_norm, chain, conv, dense, dropout, loss_value, model, pool


def measured(net, loss, inputs, target):
    """Means over samples; each gradient is of one sample alone."""

    def loss_of(x, t):
        return loss_value(loss, net(x[None]), t[None])

    def outputs_of(x):
        return net(x[None])[0]

    with torch.no_grad():
        outputs = net(inputs)
        accuracy = number((outputs.argmax(1) == target).double().mean()) if loss == CE else None
    return {
        "loss": number(loss_value(loss, outputs, target)),
        "accuracy": accuracy,
        "ofLoss": number(vmap(grad(loss_of))(inputs, target).norm(dim=1).mean()),
        "ofOutputs": number(vmap(jacrev(outputs_of))(inputs).flatten(1).norm(dim=1).mean()),
    }


def sensitivity_case(rng, name, words, loss, count, chosen):
    """`chosen` of the training samples are also measured alone: those at floor(i * count / chosen)."""
    net = drawn(rng, words)
    inputs, target = samples(rng, net, loss, count)
    test = samples(rng, net, loss, count // 2)
    rows = [i * count // chosen for i in range(chosen)]
    return {
        **described(name, net, loss, inputs, target),
        "testInputs": given(test[0]),
        "testTargets": given(test[1]) if loss == MSE else test[1].tolist(),
        "training": measured(net, loss, inputs, target),
        "test": measured(net, loss, *test),
        "chosen": chosen,
        "ofChosen": measured(net, loss, inputs[rows], target[rows]),
    }


def sensitivity_cases():
    rng = np.random.default_rng(32)
    image = [
        conv(4, 3, padding=1, activation="relu"),
        pool("max", 2),
        conv(5, 3, padding=1, activation="linear"),
        batch_norm("gelu"),
        pool("average", 2),
        dropout(0.3),
        dense(7, "tanh"),
        dense(3),
    ]
    return [
        sensitivity_case(rng, "dense, mean squared error", chain([2, 7, 2], ["tanh", "linear"]), MSE, 20, 7),
        sensitivity_case(rng, "dense, cross-entropy", chain([6, 9, 8, 4], ["relu", "relu", "linear"]), CE, 41, 10),
        sensitivity_case(rng, "convolutions, cross-entropy", model((2, 8, 8), image), CE, 22, 9),
    ]
