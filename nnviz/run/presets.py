"""The networks of the sources, to start from."""

from nnviz.core.descent import HyperParameters
from nnviz.run.spec import RunSpec

PRESETS: dict[str, RunSpec] = {
    "3Blue1Brown 784-16-16-10": RunSpec((784, 16, 16, 10), hyper=HyperParameters(eta=3.0, batch_size=10)),
    "The book's first network 784-30-10, η = 3": RunSpec(
        (784, 30, 10), hyper=HyperParameters(eta=3.0, batch_size=10)
    ),
    "784-15-10": RunSpec((784, 15, 10), hyper=HyperParameters(eta=3.0, batch_size=10)),
    "The book's improved network (cross-entropy, scaled, λ = 5, 100 hidden)": RunSpec(
        (784, 100, 10),
        cost="cross-entropy",
        init="scaled",
        hyper=HyperParameters(eta=0.5, batch_size=10, l2=5.0),
    ),
}
DEFAULT_PRESET = "3Blue1Brown 784-16-16-10"
