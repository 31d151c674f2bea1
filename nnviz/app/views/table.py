"""All views of the run: one table, from which the window's docks and the command line's figures are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.app.views.view import View

# A view's module is imported with the view: all of them together take longer to load than the window to open.
if TYPE_CHECKING:
    from nnviz.app.views.backprop import BackpropView
    from nnviz.app.views.cost_plot import CostPlot
    from nnviz.app.views.diagram import DiagramView
    from nnviz.app.views.edit import EditView
    from nnviz.app.views.evaluation import EvaluationView
    from nnviz.app.views.landscape import LandscapeView
    from nnviz.app.views.pad import PadView
    from nnviz.app.views.samples import SamplesView
    from nnviz.app.views.slice import SliceView
    from nnviz.app.views.weights import WeightsView

FIGURES = {
    "diagram": "the network, lit up by one sample",
    "neuron": "one neuron: weights, sample, product, weighted input and activation",
    "weights": "the weights of the first layer as images",
    "backprop": "one sample's cost on its way back: errors, derivatives, and whether they are right",
    "samples": "images with their labels and what the network says",
    "pad": "the chosen sample as the network gets it, and its answer",
    "evaluation": "confusion matrix, accuracy and the worst mistakes",
    "costs": "cost and accuracy over the steps of the run",
    "health": "gradient norms, update ratios and saturation over the steps of the run",
    "landscape": "the cost on a plane through the parameters",
    "slice": "the cost along the negative gradient, and the steps of half of η, η and the double",
}
"""What each view shows, by the key that layouts and the command line call it."""
TITLES = {
    "setup": "Setup",
    "diagram": "Network",
    "neuron": "Neuron",
    "weights": "Weights",
    "backprop": "Backprop",
    "samples": "Samples",
    "pad": "Draw a digit",
    "evaluation": "Evaluation",
    "costs": "Cost and accuracy",
    "health": "Gradient and health",
    "landscape": "Cost surface",
    "slice": "Downhill slice",
    "stages": "Stages of a step",
    "edit": "Edit",
    "breakpoints": "Breakpoints",
    "toys": "Toy surfaces",
}
"""What a view is called above it and in menus, by the keys of docks."""
ABOUT = {
    "setup": "What the network is, and how it learns",
    "diagram": "How an image becomes an answer",
    "neuron": "What one neuron adds up",
    "weights": "What each neuron looks for",
    "samples": "What each image is taken for",
    "pad": "What a drawing is taken for",
    "evaluation": "What is recognised, and what is not",
    "costs": "How wrong the network is, step by step",
    "health": "How much each layer still learns",
    "backprop": "Why each parameter is to change",
    "edit": "What changes with a parameter",
    "landscape": "Where the cost is lower",
    "slice": "Where the next step leads",
    "stages": "What happens inside one step",
    "breakpoints": "Where the run pauses by itself",
    "toys": "How a ball finds its way down",
}
"""What a view is about, for its title bar, by the keys of docks."""
SHORT = {"costs": "Cost", "health": "Health"}
"""Names for tabs where there is little room."""
NEED_HISTORY = ("costs", "health")
"""Views that show nothing without the steps that came before."""


def _diagram(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.diagram import DiagramView

    return DiagramView(theme, choice)


def _neuron(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.neuron import NeuronView

    return NeuronView(theme, choice)


def _weights(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.weights import WeightsView

    return WeightsView(theme, choice)


def _backprop(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.backprop import BackpropView

    return BackpropView(theme, choice)


def _samples(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.samples import SamplesView

    return SamplesView(theme, choice)


def _pad(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.pad import PadView

    return PadView(theme, choice)


def _evaluation(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.evaluation import EvaluationView

    return EvaluationView(theme, choice)


def _costs(theme: Theme, _: Choice) -> View:
    from nnviz.app.views.cost_plot import CostPlot

    return CostPlot(theme)


def _health(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.health import HealthView

    return HealthView(theme, choice)


def _landscape(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.landscape import LandscapeView

    return LandscapeView(theme, choice)


def _slice(theme: Theme, choice: Choice) -> View:
    from nnviz.app.views.slice import SliceView

    return SliceView(theme, choice)


_MAKERS: Mapping[str, Callable[[Theme, Choice], View]] = {
    "diagram": _diagram,
    "neuron": _neuron,
    "weights": _weights,
    "backprop": _backprop,
    "samples": _samples,
    "pad": _pad,
    "evaluation": _evaluation,
    "costs": _costs,
    "health": _health,
    "landscape": _landscape,
    "slice": _slice,
}


class Views(Mapping[str, View]):
    """One of each by its key, made when it is first asked for.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    more : mapping, optional
        By key, what makes views that are no figures of a model.

    Attributes
    ----------
    made : dict of View
        Those that there are already.
    """

    def __init__(
        self, theme: Theme, choice: Choice, more: Mapping[str, Callable[[], View]] | None = None
    ) -> None:
        self.made: dict[str, View] = {}
        self._makers: dict[str, Callable[[], View]] = {
            **{key: partial(make, theme, choice) for key, make in _MAKERS.items()},
            **(more or {}),
        }
        self._heard: list[Callable[[str, View], None]] = []

    def when_made(self, hear: Callable[[str, View], None]) -> None:
        """Have each view that is made from now on told of."""
        self._heard.append(hear)

    def __getitem__(self, key: str) -> View:
        if key not in self.made:
            self.made[key] = self._makers[key]()
            for hear in self._heard:
                hear(key, self.made[key])
        return self.made[key]

    def __contains__(self, key: object) -> bool:  # without making it
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    @property
    def diagram(self) -> DiagramView:
        """The network diagram."""
        return cast("DiagramView", self["diagram"])

    @property
    def costs(self) -> CostPlot:
        """The cost plot."""
        return cast("CostPlot", self["costs"])

    @property
    def weights(self) -> WeightsView:
        """The gallery of weights."""
        return cast("WeightsView", self["weights"])

    @property
    def backprop(self) -> BackpropView:
        """The backprop inspector."""
        return cast("BackpropView", self["backprop"])

    @property
    def samples(self) -> SamplesView:
        """The grid of samples."""
        return cast("SamplesView", self["samples"])

    @property
    def pad(self) -> PadView:
        """The pad."""
        return cast("PadView", self["pad"])

    @property
    def evaluation(self) -> EvaluationView:
        """The evaluation."""
        return cast("EvaluationView", self["evaluation"])

    @property
    def edit(self) -> EditView:
        """What changes parameters by hand, where there is one."""
        return cast("EditView", self["edit"])

    @property
    def landscape(self) -> LandscapeView:
        """The cost surface."""
        return cast("LandscapeView", self["landscape"])

    @property
    def slice(self) -> SliceView:
        """The cost downhill."""
        return cast("SliceView", self["slice"])
