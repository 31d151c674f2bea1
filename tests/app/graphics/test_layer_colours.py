from itertools import pairwise

import numpy as np
import pytest

from nnviz.app.graphics.contrast import contrast
from nnviz.app.graphics.layer_colours import RAMP, layer_colours, layer_name

THEMES = [(name, safe) for name in ("dark", "light") for safe in (False, True)]


def channels(colour):
    return np.array([colour.red(), colour.green(), colour.blue()], float)


@pytest.mark.parametrize(("name", "safe"), THEMES)
def test_layers_have_colours_of_the_theme_from_the_first_to_the_last(theme, name, safe):
    theme.choose(name, safe)
    for n_layers in (2, 3, 5):
        colours = layer_colours(theme, n_layers)
        assert len(colours) == n_layers
        assert colours[0] == theme.colour(RAMP[0])
        assert colours[-1] == theme.colour(RAMP[-1])
    assert layer_colours(theme, 3)[1] == theme.colour(RAMP[1])
    assert layer_colours(theme, 1) == [theme.colour(RAMP[-1])]


@pytest.mark.parametrize(("name", "safe"), THEMES)
@pytest.mark.parametrize("n_layers", [2, 3, 4, 5])
def test_neighbouring_layers_can_be_told_apart_and_all_can_be_read(theme, name, safe, n_layers):
    theme.choose(name, safe)
    colours = layer_colours(theme, n_layers)
    assert all(np.abs(channels(one) - channels(other)).max() >= 30 for one, other in pairwise(colours))
    ground = channels(theme.colour("surface"))
    assert all(contrast(channels(colour), ground) >= 4.5 for colour in colours)


def test_the_last_layer_is_called_the_output():
    assert [layer_name(layer, 3) for layer in (1, 2, 3)] == ["layer 1", "layer 2", "output"]
    assert layer_name(1, 1) == "output"
