"""One training step of a dense network in PyTorch (eager, fused Adam), timed for build/bench.mjs.

Reads one JSON object a line from standard input: {"sizes", "loss", "batch", "steps", "threads"}; answers each with {"microseconds"},
the mean time of a step over `steps` steps. Says {"version"} first. What a step is: zero the gradients, forward, loss, backward, update.
"""

import json
import sys
import time

import torch
from torch import nn


def build(case):
    torch.manual_seed(1)
    layers = []
    for inputs, outputs in zip(case["sizes"], case["sizes"][1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    inputs = torch.randn(case["batch"], case["sizes"][0])
    if case["loss"] == "mean-squared-error":
        return net, inputs, torch.randn(case["batch"], case["sizes"][-1]), nn.MSELoss()
    return net, inputs, torch.randint(0, case["sizes"][-1], (case["batch"],)), nn.CrossEntropyLoss()


def trainer(case):
    torch.set_num_threads(case["threads"])
    net, inputs, target, loss = build(case)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)

    def run(steps):
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss(net(inputs), target).backward()
            optimizer.step()
        return (time.perf_counter() - start) / steps * 1e6

    run(20)
    return run


def main():
    print(json.dumps({"version": torch.__version__}), flush=True)
    trainers = {}
    for line in sys.stdin:
        case = json.loads(line)
        key = json.dumps({name: case[name] for name in ("sizes", "loss", "batch", "threads")})
        torch.set_num_threads(case["threads"])
        run = trainers.setdefault(key, None) or trainer(case)
        trainers[key] = run
        print(json.dumps({"microseconds": run(case["steps"])}), flush=True)


if __name__ == "__main__":
    main()
