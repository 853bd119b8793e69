"""Writes the numbers that the engines are judged by: dense networks, losses and optimisers as PyTorch computes them in float64.

Run by hand with PyTorch 2.13 and NumPy (python test/golden/make_golden.py) when a case is added; the JSON files are committed, so
neither the app nor its tests need Python. Flat parameters are in the order of torch.nn.utils.parameters_to_vector.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

HERE = Path(__file__).parent
torch.set_default_dtype(torch.float64)

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "leaky-relu": nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": nn.functional.softplus,
    "gelu": nn.functional.gelu,
    "sin": torch.sin,
    "softmax": lambda x: torch.softmax(x, dim=-1),
}


def single(values):
    """What float32 keeps of values, as float64: both sides then start from the same numbers."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def listed(values):
    return [float(v) for v in np.asarray(values.detach() if torch.is_tensor(values) else values).ravel()]


class Dense(nn.Module):
    """A chain of dense layers: sizes [I, units...], one activation name for each layer."""

    def __init__(self, sizes, activations):
        super().__init__()
        self.sizes, self.activations = sizes, activations
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer, activation in zip(self.layers, self.activations):
            x = ACTIVATIONS[activation](layer(x))
        return x

    def model(self):
        """The same network in the words of shared/models/model.ts."""
        layers = [{"type": "dense", "units": u, "activation": a} for u, a in zip(self.sizes[1:], self.activations)]
        return {"inputSize": self.sizes[0], "layers": layers, "initialization": "pytorch"}


def network(rng, sizes, activations, gain=1.0):
    net = Dense(sizes, activations)
    size = sum(p.numel() for p in net.parameters())
    widths = np.concatenate([np.full((a + 1) * b, gain / np.sqrt(a)) for a, b in zip(sizes, sizes[1:])])
    vector_to_parameters(torch.tensor(single(rng.uniform(-1, 1, size) * widths)), net.parameters())
    return net


def loss_of(net, loss, inputs, target):
    outputs = net(inputs)
    if loss == "mean-squared-error":
        return outputs, nn.functional.mse_loss(outputs, target)
    return outputs, nn.functional.cross_entropy(outputs, target)


def samples(rng, net, loss, count, spread=1.5):
    inputs = torch.tensor(single(rng.normal(0, spread, (count, net.sizes[0]))))
    if loss == "mean-squared-error":
        return inputs, torch.tensor(single(rng.normal(0, 1, (count, net.sizes[-1]))))
    return inputs, torch.tensor(rng.integers(0, net.sizes[-1], count))


def data(loss, inputs, target):
    return {"inputs": listed(inputs), "values" if loss == "mean-squared-error" else "labels": target.flatten().tolist()}


def gradient_case(name, net, loss, inputs, target):
    outputs, value = loss_of(net, loss, inputs, target)
    gradient = torch.autograd.grad(value, list(net.parameters()))
    right = float("nan") if loss == "mean-squared-error" else float((outputs.argmax(1) == target).double().mean())
    return {
        "name": name,
        "model": net.model(),
        "loss": loss,
        "parameters": listed(parameters_to_vector(net.parameters())),
        **data(loss, inputs, target),
        "outputs": listed(outputs),
        "lossValue": float(value.detach()),
        "accuracy": None if np.isnan(right) else right,
        "gradient": listed(parameters_to_vector(gradient)),
    }


def gradient_cases():
    rng = np.random.default_rng(20)
    mse, ce = "mean-squared-error", "softmax-cross-entropy"
    cases = []
    for activation in ACTIVATIONS:
        net = network(rng, [3, 5, 2], [activation, "linear"], 2)
        cases.append(gradient_case(f"{activation} hidden layer", net, mse, *samples(rng, net, mse, 7)))
        net = network(rng, [2, 4, 3], ["tanh", activation], 2)
        cases.append(gradient_case(f"{activation} output layer", net, mse, *samples(rng, net, mse, 9)))
    for activation in ("relu", "gelu", "softmax"):
        net = network(rng, [4, 6, 5], [activation, "linear"], 3)
        cases.append(gradient_case(f"cross-entropy over {activation}", net, ce, *samples(rng, net, ce, 33)))
    net = network(rng, [1, 28, 1], ["softmax", "linear"], 4)
    cases.append(gradient_case("1-28-1 with softmax", net, mse, *samples(rng, net, mse, 20)))
    every = list(ACTIVATIONS)
    net = network(rng, [2] + [4] * len(every) + [3], every + ["linear"], 2)
    cases.append(gradient_case("all activations one after the other", net, ce, *samples(rng, net, ce, 16)))
    net = network(rng, [30, 40, 35, 10], ["relu", "tanh", "linear"], 1.5)
    cases.append(gradient_case("layers wide enough for matrix products", net, ce, *samples(rng, net, ce, 50)))
    return cases


def activation_tables():
    """f and f' on a grid, each function alone."""
    grid = single(np.concatenate([np.linspace(-30, 30, 121) + 0.013, [1e-3, -1e-3, 1e-6, -1e-6, 0.6249, 0.6251, 100, -100]]))
    tables = []
    for name, function in ACTIVATIONS.items():
        if name == "softmax":
            continue
        x = torch.tensor(grid, requires_grad=True)
        y = function(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        tables.append({"activation": name, "values": listed(y), "slopes": listed(slope)})
    return {"inputs": listed(grid), "tables": tables}


OPTIMIZERS = {
    "SGD": (lambda p: torch.optim.SGD(p, lr=0.1), {"type": "sgd", "learningRate": 0.1, "momentum": 0}),
    "SGD with momentum": (
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        {"type": "sgd", "learningRate": 0.05, "momentum": 0.9},
    ),
    "RMSprop": (
        lambda p: torch.optim.RMSprop(p, lr=0.01),
        {"type": "rmsprop", "learningRate": 0.01, "alpha": 0.99, "epsilon": 1e-8},
    ),
    "Adam": (
        lambda p: torch.optim.Adam(p, lr=0.01),
        {"type": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    ),
    "Adam with other constants": (
        lambda p: torch.optim.Adam(p, lr=0.003, betas=(0.8, 0.95), eps=1e-3),
        {"type": "adam", "learningRate": 0.003, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    ),
}


def course(name, net, loss, inputs, target, batches, make, words, keep):
    """Losses, gradient norms and parameters after the steps `keep` of a training over the given batches of sample indices."""
    start = listed(parameters_to_vector(net.parameters()))
    optimizer = make(net.parameters())
    losses, norms, kept = [], [], []
    for step, batch in enumerate(batches, 1):
        optimizer.zero_grad()
        _, value = loss_of(net, loss, inputs[batch], target[batch])
        value.backward()
        losses.append(float(value.detach()))
        norms.append(float(torch.sqrt(sum((p.grad**2).sum() for p in net.parameters()))))
        optimizer.step()
        if step in keep:
            kept.append({"step": step, "parameters": listed(parameters_to_vector(net.parameters()))})
    return {
        "name": name,
        "model": net.model(),
        "loss": loss,
        "optimizer": words,
        "parameters": start,
        **data(loss, inputs, target),
        "batchLoss": losses,
        "gradientNorm": norms,
        "kept": kept,
    }


def optimizer_cases():
    rng = np.random.default_rng(21)
    cases = []
    for name, (make, words) in OPTIMIZERS.items():
        for loss, sizes in (("mean-squared-error", [2, 6, 3]), ("softmax-cross-entropy", [3, 5, 4])):
            net = network(rng, sizes, ["tanh", "linear"], 1.5)
            inputs, target = samples(rng, net, loss, 22)
            # Five samples a batch, the last batch of an epoch has two.
            epoch = [list(range(i, min(i + 5, 22))) for i in range(0, 22, 5)]
            cases.append(course(f"{name}, {loss}", net, loss, inputs, target, epoch * 4, make, words, (1, 20)))
    return cases


def philox(key, counter):
    """Philox4x32-10, written from the paper alone, to check shared/random.ts and native/src/random.h from outside."""
    k0, k1 = key
    c = list(counter)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k1, p0 & 0xFFFFFFFF]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def words(key, stream, count):
    blocks = [philox(key, [b, 0, stream, 0]) for b in range((count + 3) // 4)]
    return [w for block in blocks for w in block][:count]


SHUFFLE, INITIALIZATION = 2, 1


def epoch_order(seed, epoch, size):
    order = list(range(size))
    for i, word in zip(range(size - 1, 0, -1), words((seed, SHUFFLE), epoch, size - 1)):
        j = word * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return order


def pytorch_initialization(seed, sizes):
    """Uniform on +-1/sqrt(I), weights then bias, one stream for each layer, as shared/models/initialization.ts has it."""
    values = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        uniform = [(w >> 8) / 2**24 for w in words((seed, INITIALIZATION), index, (inputs + 1) * outputs)]
        values += [(2 * u - 1) / np.sqrt(inputs) for u in uniform]
    return single(values)


def random_numbers():
    return {
        "words": {"key": [7, 3], "stream": 5, "values": words((7, 3), 5, 11)},
        "orders": [{"seed": s, "epoch": e, "order": epoch_order(s, e, 23)} for s, e in ((0, 0), (1, 4), (4294967295, 2))],
        "initial": {"seed": 3, "sizes": [2, 3, 1], "parameters": listed(pytorch_initialization(3, [2, 3, 1]))},
    }


def long_course():
    """200 steps of Adam, 1-5-10-10-10-10-10-5-1 with ReLU on sinc, shuffled batches of 128."""
    sizes = [1, 5, 10, 10, 10, 10, 10, 5, 1]
    net = Dense(sizes, ["relu"] * 7 + ["linear"])
    vector_to_parameters(torch.tensor(pytorch_initialization(11, sizes)), net.parameters())
    x = single(np.linspace(-1, 1, 500))
    inputs, target = torch.tensor(x)[:, None], torch.tensor(single(np.sinc(5 * x)))[:, None]
    batches = []
    for epoch in range(50):
        order = epoch_order(11, epoch, 500)
        batches += [order[i : i + 128] for i in range(0, 500, 128)]
    make, words_of_it = OPTIMIZERS["Adam"]
    case = course("571 parameters", net, "mean-squared-error", inputs, target, batches, make, words_of_it, (200,))
    return {**case, "seed": 11, "batchSize": 128}


def write(name, value):
    path = HERE / f"{name}.json"
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    write("gradients", gradient_cases())
    write("activations", activation_tables())
    write("optimizers", optimizer_cases())
    write("random", random_numbers())
    write("adam-571", long_course())
