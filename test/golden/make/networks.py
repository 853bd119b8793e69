"""The networks of shared/models/layers.ts in PyTorch, built from the same JSON. Between layers a batch is [N, C, H, W]."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from philox import dropout_mask

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

MSE, CE = "mean-squared-error", "softmax-cross-entropy"

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "leaky-relu": functional.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    # The function itself: PyTorch's default threshold of 20 cuts off up to 2e-9.
    "softplus": lambda x: functional.softplus(x, threshold=200),
    "gelu": functional.gelu,
    "sin": torch.sin,
    "softmax": lambda x: torch.softmax(x, dim=1),
}
ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]


class Activated(nn.Module):
    """A layer and its activation."""

    def __init__(self, inner, activation):
        super().__init__()
        self.inner, self.activation = inner, ACTIVATIONS[activation]

    def forward(self, x):
        return self.activation(self.inner(x))


class Dense(nn.Linear):
    def forward(self, x):
        return super().forward(x.flatten(1))[:, :, None, None]


class Flatten(nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :, None, None]


class Dropout(nn.Module):
    """With the masks of dropoutMask in shared/random.ts. `index` counts the dropout layers of a network."""

    def __init__(self, rate, index):
        super().__init__()
        self.rate, self.index, self.key, self.step = rate, index, None, 0

    def forward(self, x):
        if not self.training:
            return x
        mask = dropout_mask(self.key, self.rate, self.step, self.index, x[0].numel(), len(x))
        return x * torch.tensor(mask.T.reshape(x.shape), dtype=x.dtype) / (1 - self.rate)


class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


class Network(nn.Module):
    """`words` is a model as shared/models/model.ts has it."""

    def __init__(self, words):
        super().__init__()
        self.words = words
        self.shape = tuple(words.get("inputShape", (words["inputSize"], 1, 1)))
        self.dropouts = []
        self.layers, self.output_shape = self._sequence(words["layers"], self.shape)

    def _sequence(self, layers, shape):
        made = []
        for layer in layers:
            made.append(self._layer(layer, shape))
            was_training = made[-1].training
            with torch.no_grad():
                shape = tuple(made[-1].eval()(torch.zeros(1, *shape)).shape[1:])
            made[-1].train(was_training)
        return nn.Sequential(*made), shape

    def _layer(self, layer, shape):
        kind = layer["type"]
        if kind == "dense":
            return Activated(Dense(int(np.prod(shape)), layer["units"]), layer["activation"])
        if kind == "conv2d":
            where = [tuple(layer[key]) for key in ("kernel", "stride", "padding")]
            return Activated(nn.Conv2d(shape[0], layer["filters"], *where), layer["activation"])
        if kind in ("max-pool", "average-pool"):
            pool = nn.MaxPool2d if kind == "max-pool" else nn.AvgPool2d
            return pool(tuple(layer["size"]), tuple(layer.get("stride", layer["size"])), tuple(layer["padding"]))
        if kind == "flatten":
            return Flatten()
        if kind == "dropout":
            self.dropouts.append(Dropout(layer["rate"], len(self.dropouts)))
            return self.dropouts[-1]
        if kind == "batch-norm":
            norm = nn.BatchNorm2d(shape[0], eps=layer["epsilon"], momentum=layer["momentum"])
            return Activated(norm, layer["activation"])
        return Activated(Residual(self._sequence(layer["layers"], shape)[0]), layer["activation"])

    def forward(self, x):
        """[N, I] to [N, O]."""
        return self.layers(x.reshape(len(x), *self.shape)).flatten(1)

    @property
    def outputs(self):
        return int(np.prod(self.output_shape))

    def norms(self):
        return [module for module in self.modules() if isinstance(module, nn.BatchNorm2d)]

    def weight_shapes(self):
        return [tuple(p.shape) for name, p in self.named_parameters() if name.endswith("weight")]

    def buffer_vector(self):
        """Running means and variances of each batch normalisation, in order."""
        return torch.cat([b for norm in self.norms() for b in (norm.running_mean, norm.running_var)])


def loss_value(loss, outputs, target):
    return functional.mse_loss(outputs, target) if loss == MSE else functional.cross_entropy(outputs, target)


# The words for layers, with the defaults of the schemas.


def dense(units, activation="linear"):
    return {"type": "dense", "units": units, "activation": activation}


def pair(size):
    return [size, size] if isinstance(size, int) else list(size)


def conv(filters, kernel, stride=1, padding=0, activation="tanh"):
    where = {"kernel": pair(kernel), "stride": pair(stride), "padding": pair(padding)}
    return {"type": "conv2d", "filters": filters, **where, "activation": activation}


def pool(kind, size, stride=None, padding=0):
    words = {"type": f"{kind}-pool", "size": pair(size), "padding": pair(padding)}
    return words if stride is None else {**words, "stride": pair(stride)}


def batch_norm(activation="linear", epsilon=1e-5, momentum=0.1):
    return {"type": "batch-norm", "epsilon": epsilon, "momentum": momentum, "activation": activation}


def dropout(rate):
    return {"type": "dropout", "rate": rate}


def residual(layers, activation="tanh"):
    return {"type": "residual", "layers": layers, "activation": activation}


FLATTEN = {"type": "flatten"}


def model(shape, layers):
    """`shape`: a number of inputs, or (channels, height, width)."""
    words = {"inputSize": int(np.prod(shape)), "layers": layers, "initialization": "pytorch"}
    return words if isinstance(shape, int) else {**words, "inputShape": list(shape)}


def chain(sizes, activations):
    return model(sizes[0], [dense(u, a) for u, a in zip(sizes[1:], activations)])
