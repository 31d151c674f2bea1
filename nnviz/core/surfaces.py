"""Toy surfaces: costs of one or two parameters, given by a formula, on which descent can be understood by eye.

Each stands for something that happens on the cost surface of a network: a local minimum, a narrow ravine, a saddle,
a plateau. For all of them value and gradient take points as (…, d) arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.plane import Window

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Toy:
    """A surface given by a formula.

    Parameters
    ----------
    name : str
    formula : str
        In LaTeX.
    lesson : str
        What there is to be seen, in one sentence.
    value : callable, (…, d) to (…)
    gradient : callable, (…, d) to (…, d)
    window : Window
        What is worth looking at. For a curve of one variable its left and right are those of x, its bottom and top
        those of the value.
    start : tuple of float, (d,)
        A good place to let a ball go.
    etas : (float, float, float)
        From here, a learning rate that is too small, one that does well, and one that is too large.
    """

    name: str
    formula: str
    lesson: str
    value: Callable[[Doubles], Doubles]
    gradient: Callable[[Doubles], Doubles]
    window: Window
    start: tuple[float, ...]
    etas: tuple[float, float, float]

    @property
    def dimensions(self) -> int:
        """Of how many variables the value is a function, 1 or 2."""
        return len(self.start)

    def __call__(self, point: Doubles, step: int) -> tuple[float, Doubles]:
        """Return value and gradient at a point, the same at every step: a `balls.Slope`."""
        return float(self.value(point)), self.gradient(point)


def _two_valleys(p: Doubles) -> Doubles:
    x = p[..., 0]
    return x**4 / 4 - x**2 + 0.3 * x + 1.5


def _two_valleys_gradient(p: Doubles) -> Doubles:
    return p**3 - 2 * p + 0.3


BOWL = np.array([1.0, 1.0])
RAVINE = np.array([1.0, 25.0])
"""The curvature along each axis. Descent converges where η is below 2 by the largest."""


def _quadratic(curvatures: Doubles) -> tuple[Callable[[Doubles], Doubles], Callable[[Doubles], Doubles]]:
    """Return ½ Σ κ_i x_i² and its gradient κ ⊙ x."""
    return lambda p: (curvatures * p**2).sum(axis=-1) / 2, lambda p: curvatures * p


def _saddle(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    return x**2 / 2 - y**2 / 2 + y**4 / 16


def _saddle_gradient(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x, y**3 / 4 - y], axis=-1)


def _rosenbrock(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    off = y - x**2
    return np.stack([-2 * (1 - x) - 400 * x * off, 200 * off], axis=-1)


BASINS = ((1.0, np.array([-1.2, -0.6]), 0.7), (0.6, np.array([1.2, 0.7]), 0.6))
"""Depth, middle and width of each."""


def _two_basins(p: Doubles) -> Doubles:
    rim: Doubles = 1 + 0.05 * (p**2).sum(axis=-1)
    return rim - sum((_dent(p, *basin) for basin in BASINS), np.zeros(p.shape[:-1]))


def _two_basins_gradient(p: Doubles) -> Doubles:
    slope: Doubles = 0.1 * p
    for depth, middle, width in BASINS:
        slope = slope + _dent(p, depth, middle, width)[..., np.newaxis] * (p - middle) / width**2
    return slope


def _dent(p: Doubles, depth: float, middle: Doubles, width: float) -> Doubles:
    """Return a Gaussian, depth · e^(−‖p − middle‖² / 2 width²)."""
    dent: Doubles = depth * np.exp(-((p - middle) ** 2).sum(axis=-1) / (2 * width**2))
    return dent


STEEP = 8.0


def _cliff(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    return _edge(x) + 0.01 * (x + 1) ** 2 + 0.1 * y**2


def _cliff_gradient(p: Doubles) -> Doubles:
    x, y = p[..., 0], p[..., 1]
    edge = _edge(x)
    return np.stack([STEEP * edge * (1 - edge) + 0.02 * (x + 1), 0.2 * y], axis=-1)


def _edge(x: Doubles) -> Doubles:
    """Return σ(8x), from 0 to 1 over a short way; by tanh, which overflows nowhere."""
    edge: Doubles = (1 + np.tanh(STEEP * x / 2)) / 2
    return edge


CURVE = Toy(
    "Two valleys",
    r"C(x) = \frac{1}{4}x^4 - x^2 + 0.3\,x + 1.5",
    "A ball ends in the valley it starts above, which need not be the deeper one.",
    _two_valleys,
    _two_valleys_gradient,
    Window(-2.4, 2.4, 0.0, 4.0),
    (2.1,),
    (0.01, 0.12, 1.0),
)
TOYS = (
    CURVE,
    Toy(
        "Bowl",
        r"C(x, y) = \frac{1}{2}(x^2 + y^2)",
        "With η = 1 a single step reaches the bottom, and with η above 2 every step leads further away.",
        *_quadratic(BOWL),
        Window.square(3.0),
        (2.4, 1.6),
        (0.02, 0.5, 2.1),
    ),
    Toy(
        "Ravine",
        r"C(x, y) = \frac{1}{2}(x^2 + 25\,y^2)",
        "The steep sides allow only small steps, with which the way along the floor is long; momentum helps.",
        *_quadratic(RAVINE),
        Window(-3.0, 3.0, -1.5, 1.5),
        (-2.6, 0.9),
        (0.005, 0.07, 0.085),
    ),
    Toy(
        "Saddle",
        r"C(x, y) = \frac{1}{2}x^2 - \frac{1}{2}y^2 + \frac{1}{16}y^4",
        "The middle is flat, but no minimum: descent lingers there before it finds the way down.",
        _saddle,
        _saddle_gradient,
        Window.square(3.6),
        (3.0, 0.01),
        (0.02, 0.3, 2.2),
    ),
    Toy(
        "Rosenbrock",
        r"C(x, y) = (1 - x)^2 + 100\,(y - x^2)^2",
        "Down into the bent valley is easy, along its floor to the minimum at (1, 1) is not.",
        _rosenbrock,
        _rosenbrock_gradient,
        Window(-2.0, 2.0, -1.0, 3.0),
        (-1.2, 1.0),
        (0.0001, 0.0015, 0.02),
    ),
    Toy(
        "Two basins",
        r"C(x, y) = 1 + \frac{1}{20}(x^2 + y^2) - e^{-\frac{d_1^2}{0.98}} - \frac{3}{5}\,e^{-\frac{d_2^2}{0.72}}",
        "A small difference at the start decides between the deep basin and the shallow one.",
        _two_basins,
        _two_basins_gradient,
        Window.square(2.8),
        (0.3, 1.9),
        (0.02, 0.4, 9.0),
    ),
    Toy(
        "Plateau and cliff",
        r"C(x, y) = \sigma(8x) + 0.01\,(x + 1)^2 + 0.1\,y^2",
        "On the plateau steps are tiny; at the cliff the same η throws the ball far.",
        _cliff,
        _cliff_gradient,
        Window(-3.0, 3.0, -2.0, 2.0),
        (2.2, 1.2),
        (0.1, 1.0, 10.5),
    ),
)
