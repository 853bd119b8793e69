"""PyTorch's side of the bench: eager, fused Adam, oneDNN and MKL as its package has them. Usage: torch_peer.py THREADS

A step of training is what it is everywhere: zero the gradients, forward, loss, backward, update. Small networks train on one batch
that stays where it is; images come in shuffled batches, fetched from one tensor, since a DataLoader would be slower.
"""

import sys

import numpy as np
import torch
from torch import nn

from protocol import serve


def dense(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convolutional():
    convolutions = [nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    convolutions += [nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10))


def stepper(net, loss):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)

    def step(inputs, targets):
        optimizer.zero_grad(set_to_none=True)
        loss(net(inputs), targets).backward()
        optimizer.step()

    return step


def shuffled(inputs, labels, batch):
    """Batches without end, epoch after epoch."""
    while True:
        for chosen in torch.randperm(len(labels)).split(batch):
            if len(chosen) == batch:
                yield inputs.index_select(0, chosen), labels.index_select(0, chosen)


def train_in_place(case):
    step = stepper(dense(case["sizes"]), nn.MSELoss())
    inputs, targets = (torch.randn(case["batch"], case["sizes"][i]) for i in (0, -1))

    def run(steps):
        for _ in range(steps):
            step(inputs, targets)

    return {"eager": run}


def train_on_images(case, net, inputs, labels, shape=lambda batch: batch):
    step = stepper(net, nn.CrossEntropyLoss())
    batches = shuffled(inputs, labels, case["batch"])

    def run(steps):
        for _ in range(steps):
            inputs, targets = next(batches)
            step(shape(inputs), targets)

    return run


def images(case):
    labels = torch.from_numpy(np.fromfile(case["labels"], np.uint8).astype(np.int64))
    return torch.from_numpy(np.fromfile(case["inputs"], np.float32)).reshape(len(labels), -1), labels


def train_dense(case):
    return {"eager": train_on_images(case, dense(case["sizes"]), *images(case))}


def train_convolutional(case):
    inputs, labels = images(case)
    planes = train_on_images(case, convolutional(), inputs.view(-1, 3, 32, 32), labels)
    # Pixels are stored channels last, so that a fetched batch already has this layout when its axes are named in PyTorch's order.
    pixels = inputs.view(-1, 3, 32, 32).permute(0, 2, 3, 1).contiguous()
    last = convolutional().to(memory_format=torch.channels_last)
    channels_last = train_on_images(case, last, pixels, labels, lambda batch: batch.permute(0, 3, 1, 2))
    return {"eager": planes, "eager, channels last": channels_last}


def hessian(case):
    dtype = getattr(torch, case["precision"])
    net = dense(case["sizes"]).to(dtype)
    names = [name for name, _ in net.named_parameters()]
    shapes = [p.shape for p in net.parameters()]
    flat = nn.utils.parameters_to_vector(net.parameters()).detach()
    inputs, targets = (torch.randn(case["batch"], case["sizes"][i], dtype=dtype) for i in (0, -1))

    def loss(vector):
        parts = vector.split([shape.numel() for shape in shapes])
        parameters = {name: part.view(shape) for name, part, shape in zip(names, parts, shapes)}
        return nn.functional.mse_loss(torch.func.functional_call(net, parameters, (inputs,)), targets)

    compute = torch.func.hessian(loss)

    def run(steps):
        for _ in range(steps):
            compute(flat)

    return {f"func.hessian, {case['precision']}": run}


def eigenvalues(case):
    matrix = torch.from_numpy(np.fromfile(case["matrix"]).reshape(case["size"], case["size"]))

    def run(steps):
        for _ in range(steps):
            torch.linalg.eigvalsh(matrix)

    return {"linalg.eigvalsh": run}


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    kinds = {
        "train-in-place": train_in_place,
        "train-dense": train_dense,
        "train-convolutional": train_convolutional,
        "hessian": hessian,
        "eigenvalues": eigenvalues,
    }
    serve(f"PyTorch {torch.__version__.split('+')[0]}", kinds)
