import numpy as np
import pytest
from app.painted import colour_at, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.edit.bars import WeightBars

AREA = QRectF(0, 0, 400, 240)


def bars(theme, weights, bias=0.0, area=AREA):
    made = WeightBars(theme, len(weights), "neuron of layer 1")
    made.show(np.array(weights, np.float32), bias)
    made.lay_out(area)
    return made


def test_a_bar_is_as_high_as_its_weight_and_has_the_colour_of_its_sign(theme):
    made = bars(theme, [0.5, -0.25, 0.9])
    picture = picture_of(lambda painter: made.paint(painter, None), 400, 240)
    for slot, value, role in ((0, 0.5, "positive"), (1, -0.25, "negative")):
        inside = QPointF(made.where(slot).center().x(), made.height_of(0.6 * value))
        beyond = QPointF(made.where(slot).center().x(), made.height_of(1.4 * value))
        assert colour_at(picture, inside) == getattr(theme.colours, role)
        assert colour_at(picture, beyond) == "#808080"


@pytest.mark.parametrize("value", [-0.7, 0.0, 0.31])
def test_heights_and_values_belong_together(theme, value):
    made = bars(theme, [0.5, -0.25, 0.9])
    assert made.value_at(made.height_of(value)) == pytest.approx(value)


def test_beyond_the_scale_a_bar_ends_but_a_drag_goes_on(theme):
    made = bars(theme, [0.5, -0.25, 0.9])
    assert made.height_of(50.0) == pytest.approx(made.place.top())
    assert made.value_at(made.place.top() - made.place.height()) == pytest.approx(3.0)


@pytest.mark.parametrize("n", [1, 16, 100, 784, 5000])
def test_every_parameter_has_a_column_of_its_own(theme, n):
    made = bars(theme, [0.1] * n)
    slots = [0, n // 2, n - 1, n]
    assert [made.at(made.where(slot).center()) for slot in slots] == slots
    assert made.where(n).right() <= AREA.right()
    assert made.where(n).width() >= 12
    assert made.at(QPointF(AREA.right() - 1, AREA.bottom() - 1)) is None


def test_the_scale_has_room_and_stays_while_a_bar_is_dragged(theme):
    made = bars(theme, [4.9])
    assert made.value_at(made.place.top()) == pytest.approx(10)
    made.show(np.array([0.1], np.float32), 0.0, keep_limit=True)
    assert made.value_at(made.place.top()) == pytest.approx(10)
    made.show(np.array([0.1], np.float32), 0.0)
    assert made.value_at(made.place.top()) == pytest.approx(1)


def test_the_arrows_lead_from_bar_to_bar_and_end_at_the_bias(theme):
    made = bars(theme, [0.1] * 3)
    assert [made.beside(slot, 1, 0) for slot in (0, 2, 3)] == [1, 3, 3]
    assert [made.beside(slot, -1, 0) for slot in (0, 2)] == [0, 1]


def test_the_ends_of_the_scale_and_the_sources_are_written(theme):
    texts = strings(texts_of(lambda painter: bars(theme, [0.5, -3.0]).paint(painter, 1), 400, 240))
    assert texts == ["5", "0", "−5", "0", "1", "b", "weight from neuron of layer 1"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_what_is_no_number_is_painted_as_nothing(theme, value):
    made = bars(theme, [value, 0.5], value)
    picture_of(lambda painter: made.paint(painter, 0), 400, 240)
    assert np.isfinite(made.height_of(value))
