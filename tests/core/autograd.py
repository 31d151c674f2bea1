"""Another oracle: PyTorch, in float64, with the network and its cost as a PyTorch user would write them."""

import warnings
from dataclasses import dataclass
from typing import Any

import pytest
from core.plain import plain


def torch_or_skip():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what PyTorch deprecates is not this program's concern
        return pytest.importorskip("torch")


@dataclass
class Passes:
    """Tensors of one forward pass that hold their gradients after `total.backward()`; a sample is a row."""

    layers: list
    zs: list
    activations: list
    costs: Any


def passes(network, X, Y, masks=None):
    """Run a batch through the network; `masks` as `nnviz.core.backprop.forward` takes them."""
    torch = torch_or_skip()
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
    hidden, y = functions[network.activation_name], torch.tensor(Y, dtype=torch.float64)
    layers = [
        (torch.tensor(w.tolist(), dtype=torch.float64, requires_grad=True),
         torch.tensor(b.tolist(), dtype=torch.float64, requires_grad=True))
        for w, b in plain(network).layers(network.theta)
    ]  # fmt: skip
    a = torch.tensor(X, dtype=torch.float64)
    zs, activations = [], []
    for place, (w, b) in enumerate(layers):
        z = torch.nn.functional.linear(a, w, b)
        z.retain_grad()
        zs.append(z)
        if place < len(layers) - 1:
            a = hidden(z)
            if masks is not None:
                a = a * torch.tensor(masks[place].ravel(), dtype=torch.float64)
        else:
            a = torch.softmax(z, 1) if network.cost.name == "log-likelihood" else torch.sigmoid(z)
        a.retain_grad()
        activations.append(a)
    if network.cost.name == "quadratic":
        costs = ((a - y) ** 2).sum(dim=1) / 2
    elif network.cost.name == "cross-entropy":
        costs = torch.nn.functional.binary_cross_entropy(a, y, reduction="none").sum(dim=1)
    else:
        costs = -(y * torch.log(a)).sum(dim=1)
    return Passes(layers, zs, activations, costs)


def flat_gradient(layers):
    """Return the gradient of the layers' parameters in the order of θ."""
    torch = torch_or_skip()
    return torch.cat([torch.cat([w.grad, b.grad[:, None]], dim=1).ravel() for w, b in layers]).numpy()
