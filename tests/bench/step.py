"""How long a training step takes nnviz, beside the bare matrix products in it and beside its peers.

Run as `python tests/bench/step.py`; prints one JSON object. Every contestant makes the same step, on one
thread and, but for the book's loop, in float32: gather a mini-batch from the bytes of MNIST by shuffled
indices, compute its cost and its gradient, update the parameters.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from _measure import Contestant, fastest, for_comparison, not_measured, one_blas_thread, ratio, report

from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.encoding import one_hot
from nnviz.core.network import Network
from nnviz.data.dataset import Samples, load_mnist

ETA = 3.0
SMALL = ((784, 16, 16, 10), 10)
LARGE = ((784, 100, 10), 100)
SUBSET = 3000
"""Training samples that scikit-learn is given at once: 300 steps share what a call costs."""

Sizes = tuple[int, ...]
Product = Callable[..., Any]


def batches(n: int, m: int) -> Iterator[np.ndarray]:
    """Yield the mini-batches of one shuffled epoch after another, without end."""
    order = np.random.default_rng(0)
    while True:
        epoch = order.permutation(n)
        for start in range(0, n - m + 1, m):
            yield epoch[start : start + m]


def nnviz(sizes: Sizes, m: int, samples: Samples, steps: int) -> Contestant:
    """Return nnviz's own step."""
    descent = Descent(Network(sizes), samples.images, samples.labels)
    hyper = HyperParameters(eta=ETA, batch_size=m)
    mini_batches = batches(len(samples), m)

    def run() -> int:
        with np.errstate(all="ignore"):
            for step in range(steps):
                descent.step(next(mini_batches), hyper, step)
        return steps

    return run


def products(multiply: Product, sizes: Sizes, m: int, steps: int) -> Contestant:
    """Return the matrix products of a step and nothing else, from and into contiguous arrays made before."""
    random = np.random.default_rng(0)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.standard_normal((rows, columns)).astype(np.float32)

    forward = [(matrix(n, k), matrix(k, m), matrix(n, m)) for k, n in zip(sizes, sizes[1:], strict=False)]
    gradients = [(matrix(n, m), matrix(m, k), matrix(n, k)) for k, n in zip(sizes, sizes[1:], strict=False)]
    deltas = [(matrix(k, n), matrix(n, m), matrix(k, m)) for k, n in zip(sizes[1:], sizes[2:], strict=False)]
    triples = [*forward, *gradients, *deltas]

    def run() -> int:
        for _ in range(steps):
            for left, right, out in triples:
                multiply(left, right, out=out)
        return steps

    return run


def book_style(sizes: Sizes, m: int, samples: Samples, steps: int) -> Contestant:
    """Return a step in the style of the book's programs: sample by sample, column vectors, float64."""
    random = np.random.default_rng(0)
    weights = [random.standard_normal((n, k)) for k, n in zip(sizes, sizes[1:], strict=False)]
    biases = [random.standard_normal((n, 1)) for n in sizes[1:]]
    mini_batches = batches(len(samples), m)

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-z))

    def one_sample(x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray], list[np.ndarray]]:
        activations = [x]
        for w, b in zip(weights, biases, strict=True):
            activations.append(sigmoid(np.dot(w, activations[-1]) + b))
        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        cost = 0.5 * float(np.sum((activations[-1] - y) ** 2))
        delta = (activations[-1] - y) * activations[-1] * (1 - activations[-1])
        for layer in reversed(range(len(weights))):
            nabla_b[layer] = delta
            nabla_w[layer] = np.dot(delta, activations[layer].T)
            if layer:
                slope = activations[layer] * (1 - activations[layer])
                delta = np.dot(weights[layer].T, delta) * slope
        return cost, nabla_b, nabla_w

    def step(indices: np.ndarray) -> float:
        cost = 0.0
        sum_b = [np.zeros(b.shape) for b in biases]
        sum_w = [np.zeros(w.shape) for w in weights]
        for index in indices:
            x = samples.images[index].reshape(-1, 1) / 255
            y = np.zeros((sizes[-1], 1))
            y[samples.labels[index]] = 1.0
            sample_cost, nabla_b, nabla_w = one_sample(x, y)
            cost += sample_cost / m
            sum_b = [total + nabla for total, nabla in zip(sum_b, nabla_b, strict=True)]
            sum_w = [total + nabla for total, nabla in zip(sum_w, nabla_w, strict=True)]
        weights[:] = [w - ETA / m * nabla for w, nabla in zip(weights, sum_w, strict=True)]
        biases[:] = [b - ETA / m * nabla for b, nabla in zip(biases, sum_b, strict=True)]
        return cost

    def run() -> int:
        for _ in range(steps):
            step(next(mini_batches))
        return steps

    return run


def pytorch(sizes: Sizes, m: int, samples: Samples, steps: int) -> Contestant:
    """Return a step of eager PyTorch, with the whole training set in tensors of bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
    torch.set_num_threads(1)
    layers: list[Any] = []
    for k, n in zip(sizes, sizes[1:], strict=False):
        layers += [torch.nn.Linear(k, n), torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(model.parameters(), lr=ETA)
    images = torch.from_numpy(samples.images.copy())
    targets = torch.from_numpy(one_hot(samples.labels, sizes[-1]))
    mini_batches = (torch.from_numpy(indices) for indices in batches(len(samples), m))

    def run() -> int:
        for _ in range(steps):
            indices = next(mini_batches)
            x = images[indices].float() / 255
            loss = 0.5 * ((model(x) - targets[indices]) ** 2).sum() / m
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            loss.item()
        return steps

    return run


def scikit_learn(sizes: Sizes, m: int, samples: Samples) -> Contestant:
    """Return scikit-learn's epoch over a subset, already in floats; its cost is the log-likelihood."""
    from sklearn.neural_network import MLPClassifier

    X = (samples.images[:SUBSET] / 255).astype(np.float32)
    y = samples.labels[:SUBSET]
    classifier = MLPClassifier(
        sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=m,
        learning_rate_init=0.1,
        momentum=0,
    )
    classifier.partial_fit(X, y, classes=np.arange(sizes[-1]))

    def run() -> int:
        classifier.partial_fit(X, y)
        return SUBSET // m

    return run


def main() -> None:
    """Measure and report."""
    samples = load_mnist().training
    contestants = {
        "nnviz": nnviz(*SMALL, samples, steps=500),
        "matmul": products(np.matmul, *SMALL, steps=1000),
        "dot": products(np.dot, *SMALL, steps=1000),
        "book": book_style(*SMALL, samples, steps=20),
        "nnviz large": nnviz(*LARGE, samples, steps=50),
        "matmul large": products(np.matmul, *LARGE, steps=50),
    }
    absent = {}
    for name, make in (
        ("pytorch", lambda: pytorch(*SMALL, samples, steps=100)),
        ("scikit-learn", lambda: scikit_learn(*SMALL, samples)),
    ):
        try:
            contestants[name] = make()
        except ImportError as error:
            absent[name] = str(error)

    with one_blas_thread():  # after the imports above: it holds the libraries that are loaded
        seconds = fastest(contestants)

    def compare(above: str, below: str, **target: float) -> dict[str, Any]:
        missing = absent.get(above) or absent.get(below)
        return (
            not_measured(missing, **target) if missing else ratio(seconds[above] / seconds[below], **target)
        )

    ratios = {
        "nnviz / bare np.matmul, 784-16-16-10, batch 10": compare("nnviz", "matmul", at_most=2.2),
        "nnviz / bare np.dot, 784-16-16-10, batch 10": for_comparison(seconds["nnviz"] / seconds["dot"]),
        "eager PyTorch / nnviz, 784-16-16-10, batch 10": compare("pytorch", "nnviz", at_least=7),
        "the book's loop / nnviz, 784-16-16-10, batch 10": compare("book", "nnviz", at_least=10),
        "scikit-learn / nnviz, 784-16-16-10, batch 10": compare("scikit-learn", "nnviz", at_least=4),
        "nnviz / bare np.matmul, 784-100-10, batch 100": compare("nnviz large", "matmul large", at_most=1.6),
    }
    microseconds = {name: round(value * 1e6, 2) for name, value in seconds.items()}
    packages = ("numpy", "threadpoolctl", "torch", "scikit-learn")
    report(ratios, packages, microseconds_a_step=microseconds)


if __name__ == "__main__":
    main()
