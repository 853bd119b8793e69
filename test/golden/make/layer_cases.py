"""Every layer: outputs, loss, gradients, products with both curvature matrices, and the gradients with respect to the inputs."""

import numpy as np
import torch
from torch.func import hessian, jacrev, vmap

from cases import as_function, described, drawn, flat, gradient_of, put, samples
from files import number, result
from networks import (
    ACTIVATIONS,
    CE,
    ELEMENTWISE,
    FLATTEN,
    MSE,
    batch_norm,
    chain,
    conv,
    dense,
    dropout,
    loss_value,
    model,
    pool,
    residual,
)

DROPOUT_KEY = [41, 7]
TRAINING_RATE = 0.25
TRAINING_STEPS = 4


def direction(size):
    """The vector that matrices are multiplied with: whole numbers over 50, which are the same everywhere."""
    return torch.tensor([((37 * i) % 101 - 50) / 50 for i in range(size)])


def hessian_product(net, loss, inputs, target, vector):
    _, gradient = gradient_of(net, loss, inputs, target, create_graph=True)
    parts = torch.autograd.grad(gradient @ vector, list(net.parameters()), materialize_grads=True)
    return torch.cat([part.reshape(-1) for part in parts])


def gauss_newton(net, loss, inputs, target):
    """J^T (second derivative of the mean loss by the outputs) J, [P, P]."""
    outputs = as_function(net)
    jacobian = jacrev(outputs)(flat(net), inputs)
    points = outputs(flat(net), inputs).detach()
    inner = hessian(lambda o: loss_value(loss, o, target))(points)
    return torch.einsum("nop,nomq,mqr->pr", jacobian, inner, jacobian)


def input_gradients(net, loss, inputs, target):
    """For each sample the norms of the gradient of its own loss and of the Jacobian of its outputs."""

    def outputs(x):
        return net(x[None])[0]

    of_loss = [
        torch.func.grad(lambda x, t=t: loss_value(loss, net(x[None]), t[None]))(x) for x, t in zip(inputs, target)
    ]
    jacobians = vmap(jacrev(outputs))(inputs)
    return {"loss": result([g.norm() for g in of_loss]), "output": result(jacobians.flatten(1).norm(dim=1))}


def training(net, loss, inputs, target):
    """Plain gradient descent in training mode on the whole set: masks, batch statistics, running statistics."""
    net.train()
    course = {"batchLoss": [], "gradientNorm": []}
    for step in range(TRAINING_STEPS):
        for layer in net.dropouts:
            layer.key, layer.step = DROPOUT_KEY, step
        value, gradient = gradient_of(net, loss, inputs, target)
        course["batchLoss"].append(number(value, 9))
        course["gradientNorm"].append(number(gradient.norm(), 9))
        if step == 0:
            course["gradient"] = result(gradient)
        put(net, flat(net) - TRAINING_RATE * gradient)
    course["parameters"] = result(flat(net))
    if net.norms():
        course["buffers"] = result(net.buffer_vector())
    net.eval()
    return {"dropoutKey": DROPOUT_KEY, "learningRate": TRAINING_RATE, **course}


def layer_case(rng, name, words, loss, count, gain=1.5):
    net = drawn(rng, words, gain)
    inputs, target = samples(rng, net, loss, count)
    value, gradient = gradient_of(net, loss, inputs, target)
    outputs = net(inputs)
    vector = direction(len(gradient))
    case = {
        **described(name, net, loss, inputs, target),
        "outputs": result(outputs),
        "lossValue": number(value),
        "accuracy": None if loss == MSE else float((outputs.argmax(1) == target).double().mean()),
        "gradient": result(gradient),
        "hessianProduct": result(hessian_product(net, loss, inputs, target, vector)),
        "gaussNewtonProduct": result(gauss_newton(net, loss, inputs, target) @ vector),
        "inputGradients": input_gradients(net, loss, inputs, target),
    }
    if net.norms() or net.dropouts:
        case["training"] = training(net, loss, inputs, target)
    return case


def dense_cases():
    for activation in ACTIVATIONS:
        yield f"{activation} hidden layer", chain([3, 5, 2], [activation, "linear"]), MSE, 7, 2
        yield f"{activation} output layer", chain([2, 4, 3], ["tanh", activation]), MSE, 9, 2
    for activation in ("relu", "gelu", "softmax"):
        yield f"cross-entropy over {activation}", chain([4, 6, 5], [activation, "linear"]), CE, 12, 3
    yield "1-28-1 with softmax", chain([1, 28, 1], ["softmax", "linear"]), MSE, 20, 4
    every = list(ACTIVATIONS)
    yield "all activations one after the other", chain([2] + [4] * len(every) + [3], every + ["linear"]), CE, 8
    yield "cross-entropy with two classes", chain([3, 4, 2], ["tanh", "linear"]), CE, 5
    yield "one sample", chain([3, 4, 2], ["tanh", "linear"]), MSE, 1
    yield "a single layer", chain([4, 3], ["linear"]), CE, 6


def convolution_cases():
    for activation in ELEMENTWISE:
        layers = [conv(3, 3, activation=activation), dense(2)]
        yield f"convolution with {activation}", model((2, 5, 4), layers), MSE, 4, 2
    # name, image, filters, kernel, stride, padding
    for name, image, *where in [
        ("1 x 1", (3, 3, 4), 4, 1),
        ("3 x 3 with padding 1", (2, 5, 5), 2, 3, 1, 1),
        ("5 x 5 with padding 2", (1, 6, 5), 2, 5, 1, 2),
        ("2 x 3, stride 2 x 1, padding 1 x 0", (2, 5, 6), 3, (2, 3), (2, 1), (1, 0)),
        ("3 x 2, stride 1 x 3, padding 0 x 1", (2, 4, 7), 3, (3, 2), (1, 3), (0, 1)),
        ("3 x 3, stride 2, padding 1", (2, 6, 6), 3, 3, 2, 1),
        ("stride past the kernel", (1, 7, 7), 2, 2, 3),
        ("padding wider than the kernel", (1, 2, 2), 2, 2, 2, 3),
        ("as large as the image", (3, 4, 3), 5, (4, 3)),
        ("pixels left over by the stride", (1, 8, 6), 2, 3, 3),
        ("1 x 5 on a single row", (2, 1, 9), 3, (1, 5)),
    ]:
        yield f"convolution {name}", model(image, [conv(*where), dense(2)]), MSE, 3
    many = [conv(17, 2), pool("average", 3), dense(2)]
    yield "convolution 17 filters", model((2, 4, 4), many), MSE, 3
    two = [conv(4, 3, 1, 1, "relu"), conv(3, 2, 2, 0, "gelu"), dense(3)]
    yield "two convolutions", model((2, 5, 5), two), CE, 5, 2
    yield "convolution as output", model((1, 4, 5), [conv(2, 3, 1, 1), conv(1, 2, activation="linear")]), MSE, 3


def pool_cases():
    for kind in ("max", "average"):
        for name, image, *where in [
            ("2 x 2", (2, 4, 6), 2),
            ("2 x 2 on odd sizes", (2, 5, 7), 2),
            ("3 x 3, stride 2, padding 1", (2, 5, 6), 3, 2, 1),
            ("2 x 3, stride 1 x 2, padding 1 x 1", (1, 4, 5), (2, 3), (1, 2), (1, 1)),
            ("overlapping 3 x 3", (2, 5, 5), 3, 1),
            ("with gaps", (1, 8, 7), 2, 3),
        ]:
            layers = [conv(2, 1, activation="tanh"), pool(kind, *where), dense(2)]
            yield f"{kind} pooling {name}", model(image, layers), MSE, 4, 2
        yield f"{kind} pooling of the input", model((2, 4, 4), [pool(kind, 2), FLATTEN, dense(3)]), CE, 6
    layers = [conv(3, 2, activation="relu"), pool("average", (3, 4))]
    yield "average pooling as output", model((1, 4, 5), layers), CE, 5, 2


def dropout_cases():
    for rate in (0, 0.1, 0.5, 0.9):
        yield f"dropout of {rate}", chain_with(dropout(rate), 6), MSE, 5
    layers = [dropout(0.2), conv(3, 2), dropout(0.3), pool("max", 2), dropout(0.4), dense(2)]
    yield "dropout of inputs, of channels, after pooling", model((2, 4, 4), layers), CE, 3


def chain_with(layer, units, activation="tanh"):
    return model(3, [dense(units, activation), layer, dense(2)])


def batch_norm_cases():
    yield "batch normalisation", chain_with(batch_norm(), 4, "linear"), MSE, 7
    yield "batch normalisation, other constants", chain_with(batch_norm("tanh", 0.1, 0.5), 4, "linear"), CE, 6
    yield "batch normalisation, momentum 0", chain_with(batch_norm("sin", 1e-3, 0), 4), MSE, 6
    yield "batch normalisation, momentum 1", chain_with(batch_norm("relu", 1e-3, 1), 4), MSE, 6
    yield "batch normalisation of the input", model(4, [batch_norm(), dense(3, "tanh"), dense(2)]), MSE, 6
    yield "batch normalisation as output", model(3, [dense(4, "tanh"), dense(3), batch_norm()]), CE, 8
    for activation in ELEMENTWISE:
        layers = [conv(3, 2, activation="linear"), batch_norm(activation), pool("max", 2), dense(2)]
        yield f"batch normalisation of channels with {activation}", model((1, 5, 4), layers), MSE, 4
    layers = [dense(5), batch_norm("gelu"), dropout(0.3), dense(4), batch_norm("softplus"), dense(3)]
    yield "batch normalisation and dropout", model(3, layers), CE, 8


def residual_cases():
    for activation in ELEMENTWISE:
        layers = [dense(4), residual([dense(3, "tanh"), dense(4)], activation), dense(2)]
        yield f"residual block with {activation}", model(3, layers), MSE, 6
    block = [conv(2, 3, 1, 1, "linear"), batch_norm("relu"), conv(2, 3, 1, 1, "linear"), batch_norm()]
    layers = [conv(2, 2, activation="linear"), residual(block, "relu"), pool("average", 2), dense(3)]
    yield "residual block of convolutions and batch normalisation", model((1, 5, 5), layers), CE, 5
    layers = [residual([dense(3, "sin")]), residual([dense(5, "gelu"), dropout(0.4), dense(3)], "linear"), dense(2)]
    yield "two residual blocks, the first on the input", model(3, layers), MSE, 5
    layers = [conv(2, 1), residual([pool("max", 3, 1, 1)], "linear"), residual([dropout(0.5)], "sin"), dense(2)]
    yield "residual blocks around pooling and dropout", model((1, 3, 3), layers), MSE, 4
    yield "residual block as output", model(3, [dense(3, "tanh"), residual([dense(3)], "linear")]), CE, 6


GROUPS = {
    "dense": dense_cases,
    "convolution": convolution_cases,
    "pooling": pool_cases,
    "dropout": dropout_cases,
    "batch-norm": batch_norm_cases,
    "residual": residual_cases,
}


def layer_cases(group):
    rng = np.random.default_rng(20)
    return [layer_case(rng, *case) for case in GROUPS[group]()]
