"""All views of the run: one table, from which the window's docks and the command line's figures are made."""

from __future__ import annotations

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.app.views.backprop import BackpropView
from nnviz.app.views.cost_plot import CostPlot
from nnviz.app.views.diagram import DiagramView
from nnviz.app.views.evaluation import EvaluationView
from nnviz.app.views.health import HealthView
from nnviz.app.views.landscape import LandscapeView
from nnviz.app.views.neuron import NeuronView
from nnviz.app.views.pad import PadView
from nnviz.app.views.samples import SamplesView
from nnviz.app.views.view import View
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
}
"""What each view shows, by the key that layouts and the command line call it."""
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
    "landscape": "Where the cost is lower",
    "stages": "What happens inside one step",
}
"""What a view is about, for its title bar, by the keys of docks."""
NEED_HISTORY = ("costs", "health")
"""Views that show nothing without the steps that came before."""


class Views:
    """One of each.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    def __init__(self, theme: Theme, choice: Choice) -> None:
        self.diagram = DiagramView(theme, choice)
        self.neuron = NeuronView(theme, choice)
        self.weights = WeightsView(theme, choice)
        self.backprop = BackpropView(theme, choice)
        self.samples = SamplesView(theme, choice)
        self.pad = PadView(theme, choice)
        self.evaluation = EvaluationView(theme, choice)
        self.costs = CostPlot(theme)
        self.health = HealthView(theme, choice)
        self.landscape = LandscapeView(theme, choice)

    def by_key(self) -> dict[str, View]:
        """Return the views by the keys of FIGURES, in that order."""
        return {key: getattr(self, key) for key in FIGURES}
