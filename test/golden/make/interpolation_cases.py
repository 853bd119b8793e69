"""Loss and accuracy between two networks, (1 - a) t1 + a t2, with batch normalisation by the statistics of the whole training set."""

import numpy as np
import torch

from cases import described, drawn, flat, put, samples
from files import given, number, result
from networks import CE, MSE, batch_norm, chain, conv, dense, loss_value, model, pool, residual

ALPHAS = [-0.5, 0, 0.3, 0.5, 1, 1.25]


def statistics(net, inputs):
    """Running statistics as one batch of all inputs normalises by them; PyTorch keeps the unbiased variance, which is undone."""
    counts = []
    hooks = [
        norm.register_forward_hook(lambda _, args, __: counts.append(args[0].numel() // args[0].shape[1]))
        for norm in net.norms()
    ]
    for norm in net.norms():
        norm.momentum = 1
    net.train()(inputs)
    for hook in hooks:
        hook.remove()
    for norm, count in zip(net.norms(), counts):
        norm.running_var *= (count - 1) / count
    net.eval()


def measured(net, loss, inputs, target):
    with torch.no_grad():
        outputs = net(inputs)
        accuracy = number((outputs.argmax(1) == target).double().mean()) if loss == CE else None
        return number(loss_value(loss, outputs, target)), accuracy


def interpolation_case(rng, name, words, loss, count):
    first, second = drawn(rng, words), drawn(rng, words)
    training, test = samples(rng, first, loss, count), samples(rng, first, loss, count // 2)
    case = described(name, first, loss, *training)
    case["secondParameters"] = given(flat(second))
    case["testInputs"] = given(test[0])
    case["testTargets"] = given(test[1]) if loss == MSE else test[1].tolist()
    ends = flat(first), flat(second)
    points = []
    for alpha in ALPHAS:
        put(first, (1 - alpha) * ends[0] + alpha * ends[1])
        if first.norms():
            statistics(first, training[0])
        train_loss, train_accuracy = measured(first, loss, *training)
        test_loss, test_accuracy = measured(first, loss, *test)
        point = {"trainLoss": train_loss, "trainAccuracy": train_accuracy, "testLoss": test_loss, "testAccuracy": test_accuracy}
        if first.norms():
            point["buffers"] = result(first.buffer_vector())
        points.append({"alpha": alpha, **point})
    put(first, ends[0])
    return {**case, "points": points}


def interpolation_cases():
    rng = np.random.default_rng(31)
    normalised = [
        batch_norm("tanh"),
        conv(3, 3, padding=1, activation="linear"),
        batch_norm("relu"),
        residual([conv(3, 3, padding=1, activation="linear"), batch_norm("relu"), conv(3, 3, padding=1, activation="linear"), batch_norm()], "relu"),
        pool("max", 2),
        dense(6, "linear"),
        batch_norm("tanh"),
        dense(3),
    ]
    return [
        interpolation_case(rng, "dense, mean squared error", chain([2, 7, 2], ["tanh", "linear"]), MSE, 20),
        interpolation_case(rng, "dense, cross-entropy", chain([4, 8, 3], ["relu", "linear"]), CE, 40),
        interpolation_case(rng, "batch normalisation", model((1, 4, 4), normalised), CE, 30),
    ]
