"""Courses of 200 steps of every optimiser that takes minibatches, with weight decay and with every schedule."""

import math

import numpy as np
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, StepLR

from cases import described, drawn, flat, put, samples
from files import number, result, single
from networks import CE, MSE, Network, chain, loss_value
from philox import epoch_order, pytorch_initialization

BATCH, SAMPLES, STEPS = 5, 22, 200


def sgd(rate=0.05, **more):
    words = {"type": "sgd", "learningRate": rate, "momentum": more.get("momentum", 0)}
    words.update({key: more[key] for key in ("weightDecay", "nesterov") if key in more})
    torch_words = {"lr": rate, "momentum": words["momentum"], "weight_decay": more.get("weightDecay", 0)}
    return words, lambda p: torch.optim.SGD(p, nesterov=more.get("nesterov", False), **torch_words)


def rmsprop(rate=0.01, alpha=0.99, epsilon=1e-8, **more):
    words = {"type": "rmsprop", "learningRate": rate, "alpha": alpha, "epsilon": epsilon, **more}
    decay = more.get("weightDecay", 0)
    return words, lambda p: torch.optim.RMSprop(p, lr=rate, alpha=alpha, eps=epsilon, weight_decay=decay)


def adam(rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8, kind="adam", **more):
    words = {"type": kind, "learningRate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon, **more}
    make = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
    decay = more.get("weightDecay", 0)
    return words, lambda p: make(p, lr=rate, betas=(beta1, beta2), eps=epsilon, weight_decay=decay)


def adamw(rate=0.01, weightDecay=0.01, **more):
    return adam(rate, kind="adamw", weightDecay=weightDecay, **more)


PLAIN = {
    "SGD": sgd(0.1),
    "SGD with momentum": sgd(momentum=0.9),
    "SGD with Nesterov's momentum": sgd(momentum=0.9, nesterov=True),
    "SGD with weight decay": sgd(weightDecay=0.03),
    "SGD with all of these": sgd(momentum=0.8, nesterov=True, weightDecay=0.01),
    "RMSprop": rmsprop(),
    "RMSprop with weight decay": rmsprop(weightDecay=0.02),
    "RMSprop with other constants": rmsprop(0.003, 0.9, 1e-3),
    "Adam": adam(),
    "Adam with weight decay": adam(weightDecay=0.02),
    "Adam with other constants": adam(0.003, 0.8, 0.95, 1e-3),
    "AdamW": adamw(),
    "AdamW with strong decay and other constants": adamw(0.005, 0.5, beta1=0.7, beta2=0.98, epsilon=1e-6),
}


def stepped(unit, every, factor):
    return {"type": "step", "unit": unit, "every": every, "factor": factor}


def cosine(unit, length, final):
    return {"type": "cosine", "unit": unit, "length": length, "final": final}


SCHEDULED = {
    "SGD, constant after a warm-up": (sgd(momentum=0.9), {"type": "constant", "warmUpSteps": 30}),
    "SGD, steps by epochs": (sgd(momentum=0.9), stepped("epoch", 7, 0.5)),
    "Adam, steps by steps": (adam(), stepped("step", 30, 0.3)),
    "RMSprop, cosine by epochs": (rmsprop(), cosine("epoch", 40, 0)),
    "AdamW, cosine by steps to a tenth": (adamw(weightDecay=0.2), cosine("step", 200, 0.1)),
    "Adam, cosine that ends early": (adam(), cosine("step", 120, 0.25)),
    "AdamW, cosine after a warm-up": (adamw(weightDecay=0.1), {**cosine("epoch", 30, 0.05), "warmUpSteps": 25}),
    "SGD, steps after a warm-up": (sgd(0.2, weightDecay=0.01), {**stepped("step", 50, 0.5), "warmUpSteps": 10}),
}


def scheduler(optimizer, words):
    """PyTorch's own classes where one alone says it; otherwise the formula of shared/models/schedule.ts in LambdaLR."""
    rate = optimizer.param_groups[0]["lr"]
    if words["type"] == "step" and "warmUpSteps" not in words:
        return StepLR(optimizer, words["every"], words["factor"])
    if words["type"] == "cosine" and "warmUpSteps" not in words and words["length"] >= length_of(words):
        return CosineAnnealingLR(optimizer, words["length"], words["final"] * rate)
    per_epoch = math.ceil(SAMPLES / BATCH)

    def factor(step):
        warm = min(1, (step + 1) / words["warmUpSteps"]) if words.get("warmUpSteps") else 1
        time = step if words.get("unit") == "step" else step // per_epoch
        if words["type"] == "step":
            return warm * words["factor"] ** (time // words["every"])
        if words["type"] == "cosine":
            way = min(1, time / words["length"])
            return warm * (words["final"] + (1 - words["final"]) * (1 + math.cos(math.pi * way)) / 2)
        return warm

    return LambdaLR(optimizer, factor)


def length_of(words):
    return STEPS if words["unit"] == "step" else STEPS // math.ceil(SAMPLES / BATCH)


def follows_steps(schedule, of):
    """Whether a scheduler is to be stepped after every step, or after every epoch."""
    return isinstance(of, LambdaLR) or schedule["unit"] == "step"


def course(net, loss, inputs, target, batches, make, schedule=None):
    """Yields (step, loss, gradient norm) of each batch, before its update; the network has been updated when it goes on."""
    optimizer = make(net.parameters())
    rates = scheduler(optimizer, schedule) if schedule else None
    per_epoch = math.ceil(SAMPLES / BATCH)
    for step, batch in enumerate(batches, 1):
        optimizer.zero_grad()
        value = loss_value(loss, net(inputs[batch]), target[batch])
        value.backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in net.parameters()))
        optimizer.step()
        if rates and (follows_steps(schedule, rates) or step % per_epoch == 0):
            rates.step()
        yield step, value, norm


def recorded(steps, net, keep):
    losses, norms, kept = [], [], []
    for step, value, norm in steps:
        losses.append(number(value, 9))
        norms.append(number(norm, 9))
        if step in keep:
            kept.append({"step": step, "parameters": result(flat(net))})
    return {"batchLoss": losses, "gradientNorm": norms, "kept": kept}


def growth(start, net, run):
    """How much a small change of the first parameters has grown after the whole course, as a ratio of norms."""
    rng = np.random.default_rng(1)
    ends = []
    change = torch.tensor(rng.normal(0, 1e-9, len(start)))
    for first in (start, start + change):
        put(net, first)
        for _ in run():
            pass
        ends.append(flat(net))
    put(net, start)
    return number((ends[1] - ends[0]).norm() / change.norm(), 2)


def optimizer_case(rng, name, loss, optimizer, schedule=None):
    words, make = optimizer
    words = {**words, "schedule": schedule} if schedule else words
    sizes = [2, 6, 3] if loss == MSE else [3, 5, 4]
    net = drawn(rng, chain(sizes, ["tanh", "linear"]))
    inputs, target = samples(rng, net, loss, SAMPLES)
    # Five samples a batch; the last batch of an epoch has two.
    epoch = [list(range(i, min(i + BATCH, SAMPLES))) for i in range(0, SAMPLES, BATCH)]
    batches = epoch * (STEPS // len(epoch))
    case = {**described(name, net, loss, inputs, target), "optimizer": words, "batchSize": BATCH}
    case["growth"] = growth(flat(net), net, lambda: course(net, loss, inputs, target, batches, make, schedule))
    return {**case, **recorded(course(net, loss, inputs, target, batches, make, schedule), net, (1, 20, STEPS))}


def optimizer_cases():
    rng = np.random.default_rng(21)
    cases = [(name, optimizer, None) for name, optimizer in PLAIN.items()]
    cases += [(name, optimizer, schedule) for name, (optimizer, schedule) in SCHEDULED.items()]
    return [
        optimizer_case(rng, name, (MSE, CE)[i % 2], optimizer, schedule)
        for i, (name, optimizer, schedule) in enumerate(cases)
    ]


def long_course():
    """200 steps of Adam, 1-5-10-10-10-10-10-5-1 with ReLU on sinc, shuffled batches of 128, first weights by seed."""
    seed = 11
    net = Network(chain([1, 5, 10, 10, 10, 10, 10, 5, 1], ["relu"] * 7 + ["linear"]))
    start = torch.tensor(pytorch_initialization(seed, net.weight_shapes()))
    put(net, start)
    x = np.round(np.linspace(-1, 1, 500), 4)
    inputs, target = torch.tensor(single(x))[:, None], torch.tensor(single(np.round(np.sinc(5 * x), 5)))[:, None]
    orders = [epoch_order(seed, epoch, 500) for epoch in range(50)]
    batches = [order[i : i + 128] for order in orders for i in range(0, 500, 128)]
    words, make = PLAIN["Adam"]
    case = described("571 parameters", net, MSE, inputs, target)
    del case["parameters"]
    case = {**case, "optimizer": words, "seed": seed, "batchSize": 128}
    case["growth"] = growth(start, net, lambda: course(net, MSE, inputs, target, batches, make))
    return {**case, **recorded(course(net, MSE, inputs, target, batches, make), net, (STEPS,))}
