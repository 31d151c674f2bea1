"""L2 and L1 regularisation: what is added to the cost so that weights stay small."""

from dataclasses import dataclass

import numpy as np

from nnviz.core.encoding import Floats


@dataclass(frozen=True)
class Regularisation:
    """λ/(2n) Σ w² + λ₁/n Σ |w|, over the weights and not the biases.

    Parameters
    ----------
    l2, l1 : float
        λ of either kind; 0 for none.
    n : int
        The number of training samples.
    """

    l2: float = 0.0
    l1: float = 0.0
    n: int = 1

    def __bool__(self) -> bool:
        return self.l2 != 0 or self.l1 != 0

    def cost_of(self, weights: list[Floats]) -> float:
        """Return what is added to the cost, given the weights of every layer."""
        squares = sum(float(np.vdot(w, w)) for w in weights) if self.l2 else 0.0
        sizes = sum(float(np.abs(w).sum()) for w in weights) if self.l1 else 0.0
        return self.l2 / (2 * self.n) * squares + self.l1 / self.n * sizes

    def add_gradient(self, theta: Floats, is_weight: Floats, gradient: Floats, scratch: Floats) -> None:
        """Add λ/n w + λ₁/n sign w to a flat gradient.

        Parameters
        ----------
        theta, gradient, scratch : float arrays, (P,)
            The parameters, the gradient to add to, and a buffer that is overwritten.
        is_weight : float array, (P,)
            1 where the parameter is a weight, 0 where it is a bias.
        """
        if self.l2:
            np.multiply(theta, is_weight, scratch)
            np.multiply(scratch, self.l2 / self.n, scratch)
            np.add(gradient, scratch, gradient)
        if self.l1:
            np.sign(theta, scratch)
            np.multiply(scratch, is_weight, scratch)
            np.multiply(scratch, self.l1 / self.n, scratch)
            np.add(gradient, scratch, gradient)


NONE = Regularisation()
