"""What all cases share: drawing a network's parameters and samples, and writing them down."""

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from files import given, short
from networks import MSE, Network, loss_value


def drawn(rng, words, gain=1.5):
    """A network with weights and biases uniform on +-gain/sqrt(fan-in); batch normalisation has scales near 1 and used statistics."""
    net = Network(words)
    fan_in = 1
    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.dim() > 1:
                fan_in = p[0].numel()
            p.copy_(torch.tensor(short(rng.uniform(-1, 1, p.shape) * gain / np.sqrt(fan_in))))
        for norm in net.norms():
            norm.weight.copy_(torch.tensor(short(rng.uniform(0.5, 1.5, norm.weight.shape))))
            norm.bias.copy_(torch.tensor(short(rng.uniform(-0.5, 0.5, norm.bias.shape))))
            norm.running_mean.copy_(torch.tensor(short(rng.uniform(-0.5, 0.5, norm.bias.shape))))
            norm.running_var.copy_(torch.tensor(short(rng.uniform(0.5, 2, norm.bias.shape))))
    return net.eval()


def samples(rng, net, loss, count, spread=1.5):
    inputs = torch.tensor(short(rng.normal(0, spread, (count, net.words["inputSize"])), 4))
    if loss == MSE:
        return inputs, torch.tensor(short(rng.normal(0, 1, (count, net.outputs))))
    return inputs, torch.tensor(rng.integers(0, net.outputs, count))


def flat(net):
    return parameters_to_vector(net.parameters()).detach()


def put(net, vector):
    vector_to_parameters(torch.as_tensor(vector).clone(), net.parameters())


def gradient_of(net, loss, inputs, target, create_graph=False):
    """Value and flat gradient of the mean loss."""
    value = loss_value(loss, net(inputs), target)
    return value, parameters_to_vector(torch.autograd.grad(value, list(net.parameters()), create_graph=create_graph))


def described(name, net, loss, inputs, target):
    """The given side of a case."""
    case = {"name": name, "model": net.words, "loss": loss, "parameters": given(flat(net)), "inputs": given(inputs)}
    if net.norms():
        case["buffers"] = given(net.buffer_vector())
    if loss == MSE:
        return {**case, "values": given(target)}
    return {**case, "labels": target.tolist()}


def as_function(net):
    """outputs(parameters [P], inputs [N, I]), for torch.func."""
    names = [name for name, _ in net.named_parameters()]
    shapes = [p.shape for p in net.parameters()]
    buffers = dict(net.named_buffers())

    def outputs(vector, inputs):
        parts = torch.split(vector, [shape.numel() for shape in shapes])
        parameters = {name: part.reshape(shape) for name, part, shape in zip(names, parts, shapes)}
        return torch.func.functional_call(net, {**parameters, **buffers}, (inputs,))

    return outputs
