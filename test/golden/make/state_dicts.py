"""State dicts of PyTorch networks as `safetensors.torch` writes them: other names than ours, numbers of 16 bits, counters of batches."""

import base64

import torch
from safetensors.torch import save
from torch import nn


class Named(nn.Module):
    """Layers by names of a program; each has shapes of its own."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(2, 2)
        self.fc1 = nn.Linear(3, 4)
        self.norm = nn.BatchNorm1d(4)
        self.fc2 = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(torch.relu(self.fc2(torch.relu(self.norm(self.fc1(x))))))


def state_dict_file(name, network, dtype, order, hidden, shape, prefix=""):
    """`order`: the layers with parameters in the order of the forward pass."""
    network.train()
    for _ in range(3):
        network(torch.rand(8, *shape))
    network.to(dtype)
    state = {prefix + key: value.contiguous() for key, value in network.state_dict().items()}
    layers = [network.get_submodule(layer) for layer in order]
    norms = [layer for layer in layers if hasattr(layer, "running_mean")]
    return {
        "name": name,
        "file": base64.b64encode(save(state)).decode(),
        "inputShape": [*shape] if len(shape) == 3 else [shape[0], 1, 1],
        "hidden": hidden,
        "outputs": layers[-1].out_features,
        "parameters": [p for layer in layers for part in (layer.weight, layer.bias) for p in part.double().flatten().tolist()],
        "buffers": [b for norm in norms for part in (norm.running_mean, norm.running_var) for b in part.double().flatten().tolist()],
    }


def state_dicts():
    torch.manual_seed(1)
    # More than ten entries: the names of safetensors come in the order of their letters, 10 before 2.
    deep = nn.Sequential(*[layer for _ in range(6) for layer in (nn.Linear(2, 2), nn.Tanh())], nn.Linear(2, 1))
    cnn = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))
    norm = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    return [
        state_dict_file("dense, half", deep, torch.float16, [str(i) for i in range(0, 13, 2)], ", ".join(["dense 2 tanh"] * 6), (2,)),
        state_dict_file("images, bfloat16", cnn, torch.bfloat16, ["0", "1", "4", "6"], "conv 2 3x3 linear, batch norm relu, dense 4", (1, 4, 4), "module."),
        state_dict_file("batch norm, float", norm, torch.float32, ["0", "1", "3"], "dense 4 linear, batch norm relu", (3,)),
        state_dict_file("names of a program, double", Named(), torch.float64, ["fc1", "norm", "fc2", "out"], "dense 4 linear, batch norm relu, dense 2", (3,), "_orig_mod.module."),
    ]
