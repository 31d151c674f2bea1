import numpy as np
import pytest
from app.backprop_scene import subject
from app.ink import painted, where
from app.painted import texts_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.backprop.bias import paint_bias
from nnviz.app.graphics.backprop.words import figures, signed_figures
from nnviz.core.sensitivity import avenues

AREA = QRectF(20, 20, 160, 300)


def asked_of(found, neuron):
    return avenues(found.network, found.trace, 2, neuron)


def both_ways(found):
    """Return an output that is to rise, and one that is to fall."""
    ways = [asked_of(found, j) for j in range(3)]
    return next(w for w in ways if w.bias > 0), next(w for w in ways if w.bias < 0)


def shot(theme, found, asked, limit=None, area=AREA):
    limit = abs(asked.bias) if limit is None else limit
    return painted(lambda p, _: paint_bias(p, theme, area, asked, limit, found, 11), 220, 360)


def said(theme, found, asked, area=AREA):
    texts = texts_of(lambda p: paint_bias(p, theme, area, asked, abs(asked.bias), found, 11), 220, 360)
    return "".join(text.text for text in texts)


def test_the_arrow_has_the_colour_of_the_way_it_points(theme):
    found = subject()
    up, down = both_ways(found)
    rising, falling = shot(theme, found, up), shot(theme, found, down)
    assert where(rising, theme.colours.positive).any()
    assert not where(rising, theme.colours.negative).any()
    assert where(falling, theme.colours.negative).any()
    assert not where(falling, theme.colours.positive).any()


def test_the_arrow_points_up_where_the_bias_is_to_rise(theme):
    found = subject()
    for asked, role in zip(both_ways(found), ("positive", "negative"), strict=True):
        marks = where(shot(theme, found, asked), getattr(theme.colours, role))[:108]
        widths = marks.sum(axis=1)
        rows = np.flatnonzero(widths)
        middle = (rows[0] + rows[-1]) / 2
        assert bool(widths.argmax() < middle) is (asked.bias > 0)


def test_a_smaller_nudge_has_a_shorter_arrow(theme):
    found = subject()
    up, _ = both_ways(found)
    whole, half = (
        where(shot(theme, found, up, limit), theme.colours.positive)[:108].any(axis=1).sum()
        for limit in (up.bias, 2 * up.bias)
    )
    assert half == pytest.approx(whole / 2, abs=3)


def test_the_nudge_and_the_neuron_s_numbers_are_written(theme):
    found = subject()
    up, _ = both_ways(found)
    text = said(theme, found, up)
    assert signed_figures(up.bias) in text
    for layers in (found.trace.z, found.trace.a, found.trace.error):
        assert figures(float(layers[1][up.neuron]), 5) in text


def test_numbers_that_have_no_room_are_left_out(theme):
    found = subject()
    up, _ = both_ways(found)
    assert "∂C/∂a" not in said(theme, found, up, QRectF(20, 20, 160, 90))


def test_a_nudge_of_nothing_and_one_that_is_no_number_have_no_arrow(theme):
    found = subject()
    for value in (0.0, np.nan):
        found.trace.delta[1].flags.writeable = True
        found.trace.delta[1][0] = value
        picture = shot(theme, found, asked_of(found, 0), 1.0)
        assert not where(picture, theme.colours.positive).any()
        assert not where(picture, theme.colours.negative).any()
