"""A neuron's response whose numbers are set by hand."""

import math

import numpy as np

from nnviz.core.response import NeuronResponse


def neuron_of(weights, inputs, bias=0.0, **changes):
    """Return the response of a sigmoid neuron; `changes` are numbers that are to be others."""
    weights, inputs = np.array(weights, np.float32), np.array(inputs, np.float32)
    with np.errstate(all="ignore"):
        contributed = weights * inputs
        weighted_sum = float(contributed.sum())
    z = changes.get("z", weighted_sum + bias)
    a = 1 / (1 + math.exp(-max(min(z, 500.0), -500.0)))
    slope = a * (1 - a)
    numbers = {
        "weighted_sum": weighted_sum,
        "pushed_up": float(contributed[contributed > 0].sum()),
        "pushed_down": float(contributed[contributed < 0].sum()),
        "bias": bias,
        "z": z,
        "a": a,
        "slope": slope,
        "saturated": slope < 0.025,
        "slope_cancels": False,
    }
    return NeuronResponse(weights, inputs, contributed, **{**numbers, **changes})
