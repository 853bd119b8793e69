"""Full-batch methods: where PyTorch's L-BFGS ends, and the steps of Levenberg-Marquardt from a reference in NumPy."""

import numpy as np
import torch

from cases import described, drawn, flat, gradient_of, put, samples
from files import number, result, single
from layer_cases import gauss_newton
from networks import CE, MSE, chain, loss_value


def lbfgs_end(net, loss, inputs, target):
    """Loss and gradient norm where PyTorch's L-BFGS ends."""
    optimizer = torch.optim.LBFGS(
        net.parameters(),
        max_iter=2000,
        history_size=10,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-9,
        tolerance_change=0,
    )

    def closure():
        optimizer.zero_grad()
        value = loss_value(loss, net(inputs), target)
        value.backward()
        return value

    optimizer.step(closure)
    value, gradient = gradient_of(net, loss, inputs, target)
    return {"endLoss": number(value), "endNorm": number(gradient.norm(), 4)}


def noisy_labels(rng, count, classes):
    """Classes that no plane separates, so that the loss has a minimum at finite weights."""
    return torch.tensor(rng.permutation(np.arange(count) % classes))


def lbfgs_cases():
    rng = np.random.default_rng(22)
    cases = []
    for name, loss, sizes, activations, count in (
        ("least squares", MSE, [4, 2], ["linear"], 20),
        ("logistic regression", CE, [3, 3], ["linear"], 30),
        ("a network of 25 parameters", MSE, [1, 8, 1], ["tanh", "linear"], 40),
    ):
        net = drawn(rng, chain(sizes, activations))
        inputs, target = samples(rng, net, loss, count)
        if loss == CE:
            target = noisy_labels(rng, count, sizes[-1])
        if len(sizes) == 3:
            inputs = torch.tensor(single(np.round(np.linspace(-2, 2, count), 3)))[:, None]
            target = torch.tensor(single(np.round(np.sin(2 * np.linspace(-2, 2, count)), 3)))[:, None]
        case = described(name, net, loss, inputs, target)
        cases.append({**case, **lbfgs_end(net, loss, inputs, target)})
    return cases


def marquardt(net, loss, inputs, target, settings, steps):
    """
    Marquardt 1963 with the identity as the scale of the damping: (G + (c + d) 1) s = -(g + c t) for Gauss-Newton matrix G, gradient g,
    parameters t, weight decay c and damping d. A step that lowers the loss (with c/2 ||t||^2) is taken and lowers d; otherwise d grows
    and the step is tried again.
    """
    decay, damping = settings["weightDecay"], settings["damping"]

    def objective(at):
        put(net, at)
        value, gradient = gradient_of(net, loss, inputs, target)
        return float(value.detach()), float((value + decay / 2 * (at @ at)).detach()), (gradient + decay * at).numpy()

    at = flat(net)
    losses, points = [], []
    for _ in range(steps):
        plain, value, gradient = objective(at)
        losses.append(plain)
        matrix = gauss_newton(net, loss, inputs, target).numpy()
        while True:
            step = np.linalg.solve(matrix + (decay + damping) * np.eye(len(at)), -gradient)
            if objective(at + torch.tensor(step))[1] < value:
                at = at + torch.tensor(step)
                damping *= settings["decrease"]
                break
            damping *= settings["increase"]
        points.append(at)
    put(net, at)
    return losses, points


def marquardt_cases():
    rng = np.random.default_rng(23)
    cases = []
    for name, loss, sizes, damping, decay in (
        ("mean squared error", MSE, [2, 5, 2], 1e-2, 0),
        ("cross-entropy", CE, [3, 4, 3], 0.1, 0),
        ("weight decay and a first damping that is too small", MSE, [1, 5, 1], 1e-9, 1e-3),
    ):
        net = drawn(rng, chain(sizes, ["tanh", "linear"]))
        inputs, target = samples(rng, net, loss, 30)
        if loss == CE:
            target = noisy_labels(rng, 30, sizes[-1])
        settings = {"damping": damping, "decrease": 0.1, "increase": 10, "weightDecay": decay}
        case = described(name, net, loss, inputs, target)
        losses, points = marquardt(net, loss, inputs, target, settings, 8)
        kept = [{"step": step, "parameters": result(points[step - 1])} for step in (1, 8)]
        optimizer = {"type": "levenberg-marquardt", **settings}
        cases.append({**case, "optimizer": optimizer, "batchLoss": result(losses, 9), "kept": kept})
    return cases
