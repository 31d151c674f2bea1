import numpy as np
import pytest
from app.backprop_scene import diverged, subject
from app.ink import GROUND, painted, where
from app.painted import colours_in, overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.subject import Spot, spot_of
from nnviz.app.graphics.backprop.table import Checks, CheckTable, checked, tell_check, verdict
from nnviz.app.graphics.backprop.words import figures
from nnviz.core.components import Component, index_of

AREA = QRectF(10, 10, 480, 240)


def by_hand(backpropagated, differences, step=7, rounding=1e-11):
    one, other = np.array(backpropagated, np.float64), np.array(differences, np.float64)
    larger = np.maximum(np.abs(one), np.abs(other))
    with np.errstate(all="ignore"):
        errors = np.where(larger == 0, 0.0, np.abs(one - other) / larger)
    entries = tuple(Component(1, 0, k) for k in range(len(one)))
    return Checks(step, entries, one, other, errors, rounding)


def table_of(theme, chosen=None, drawn=None, wanted=0, area=AREA):
    made = CheckTable(theme)
    made.show(by_hand([0.5], [0.5]) if chosen is None else chosen, drawn, wanted)
    made.lay_out(area)
    return made


def said(made):
    return "".join(text.text for text in texts_of(made.paint, 520, 280)).replace(" ", "")


def test_backpropagation_agrees_with_central_differences():
    found = subject()
    checks = checked(found, range(found.network.theta.size))
    assert len(checks.components) == 43
    assert checks.agrees.all()
    assert checks.errors[checks.can_be_checked].max() < 1e-6
    weight = Component(2, 1, 3)
    place = index_of(found.network, weight)
    assert checks.components[place] == weight
    assert checks.backpropagated[place] == pytest.approx(found.derivative(weight), rel=1e-5)


def test_a_wrong_derivative_does_not_agree():
    checks = by_hand([0.5, 0.25, 0.1], [0.5, 0.2501, 0.1])
    assert checks.agrees.tolist() == [True, False, True]
    texts, is_bad = verdict(checks, 3)
    assert is_bad
    assert texts[0].startswith("1 of 3 do not agree, w(1, 0, 1) the least.")


def test_what_is_no_number_does_not_agree():
    checks = by_hand([0.5, np.nan], [0.5, np.nan])
    assert checks.agrees.tolist() == [True, False]
    assert verdict(checks, 2)[1]


def test_what_rounding_keeps_apart_agrees_and_says_nothing():
    checks = by_hand([3e-11, 0.0], [1e-11, 0.0])
    assert checks.agrees.all()
    assert not checks.can_be_checked.any()
    texts, is_bad = verdict(checks, 2)
    assert not is_bad
    assert "too small to be told from rounding" in texts[0]


def test_the_verdict_names_the_largest_relative_error():
    texts, is_bad = verdict(by_hand([0.5, 0.25, 0.0], [0.5, 0.2500005, 0.0]), 3)
    assert not is_bad
    assert texts[0] == "All 3 agree: the relative error is at most 2·10⁻⁶. (1 are 0 or too small to tell.)"
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)


def test_while_it_runs_the_verdict_says_how_far_it_is():
    assert verdict(by_hand([0.5] * 4, [0.5] * 4), 100)[0][0] == "Checked 4 of 100 …"


def test_checks_can_be_joined():
    joined = by_hand([0.5], [0.5], rounding=1e-12).and_also(by_hand([0.1, 0.2], [0.1, 0.3], rounding=1e-11))
    assert joined.backpropagated.tolist() == [0.5, 0.1, 0.2]
    assert len(joined.components) == len(joined.errors) == 3
    assert joined.rounding == 1e-11


def test_the_chosen_component_comes_first_and_is_marked(theme):
    found = subject()
    chosen = checked(found, [index_of(found.network, Component(2, 1, 3))])
    made = table_of(theme, chosen, by_hand([0.1], [0.1]), 1)
    text = said(made)
    assert text.index("w(2,1,3)") < text.index("w(1,0,0)")
    assert figures(float(chosen.backpropagated[0]), 5) in text
    row = made.where(Spot("parameter", 2, 1, 3))
    ground = colours_in(
        painted(lambda p, _: made.paint(p), 520, 280), QRectF(row.left(), row.top() + 1, 3, 3)
    )
    assert GROUND not in ground
    assert made.where(Spot("parameter", 2, 1, 3)).top() < made.where(Spot("parameter", 1, 0, 0)).top()


def test_components_that_say_something_come_first_the_worst_at_the_top(theme):
    drawn = by_hand([0.7, 0.0, 0.5, 0.25], [0.7, 0.0, 0.5000001, 0.2500025])
    made = table_of(theme, drawn=drawn, wanted=4)
    tops = [made.where(spot_of(Component(1, 0, k))).top() for k in (3, 2, 1)]
    assert tops == sorted(tops)


def test_what_cannot_be_checked_has_no_relative_error(theme):
    assert "–" in said(table_of(theme, chosen=by_hand([0.0], [0.0])))
    assert "–" not in said(table_of(theme))


def test_a_wrong_one_makes_the_verdict_a_warning(theme):
    good, bad = (table_of(theme, drawn=by_hand([0.5], [other]), wanted=1) for other in (0.5, 0.6))
    pictures = [painted(lambda p, _, m=made: m.paint(p), 520, 280) for made in (good, bad)]
    assert [where(picture, theme.colours.warning).any() for picture in pictures] == [False, True]


def test_where_training_has_gone_on_the_verdict_says_from_when_it_is(theme):
    made = table_of(theme, drawn=by_hand([0.5], [0.5], step=3), wanted=1)
    assert made.verdict()[0][0].endswith("(At step 3.)")
    assert "step" not in table_of(theme, drawn=by_hand([0.5], [0.5], step=7), wanted=1).verdict()[0][0]


def test_before_a_hundred_are_checked_the_verdict_is_about_the_chosen_one(theme):
    assert table_of(theme).verdict()[0][0].startswith("They agree")
    assert table_of(theme, wanted=100).verdict()[0] == ["Checked 0 of 100 …"]


def test_random_rows_scroll_and_the_chosen_one_stays(theme):
    drawn = by_hand(np.linspace(1, 2, 50), np.linspace(1, 2, 50))
    made = table_of(theme, drawn=drawn, wanted=50)
    assert made.count == 50
    assert made.in_sight < 20
    first = made.where(Spot("parameter", 1, 0, 0))
    made.scroll_to(1000)
    assert made.first == 50 - made.in_sight
    assert made.where(Spot("parameter", 1, 0, 0)) == first, "the chosen one"
    made.scroll_to(-5)
    assert made.first == 0


def test_a_point_belongs_to_the_component_of_its_row(theme):
    made = table_of(theme, drawn=by_hand([0.1, 0.2], [0.1, 0.2]), wanted=2)
    for entry in (Component(1, 0, 1),):
        assert made.at(made.where(spot_of(entry)).center()) == spot_of(entry)
    assert made.at(QPointF(20, 245)) is None


def test_a_check_tells_its_exact_numbers():
    lines = tell_check(by_hand([0.5, 0.0], [0.5000001, 0.0]))
    assert lines == ["central difference 0.5000001", "relative error 2.0·10⁻⁷"]
    assert tell_check(by_hand([0.0], [0.0]))[-1] == "too small for a relative error"


@pytest.mark.parametrize("size", [(130, 40), (200, 90), (284, 130), (292, 150), (480, 240)])
@pytest.mark.parametrize("values", [[0.5, 0.25], [1.234e-12, -9.876e-9], [0.0, -1234.5]])
def test_no_text_runs_into_another(theme, size, values):
    made = table_of(theme, by_hand(values[:1], values[:1]), by_hand(values, values), 2, QRectF(0, 0, *size))
    texts = texts_of(made.paint, 520, 280)
    assert overlapping(texts) == []
    assert all(text.where.right() <= size[0] + 1 for text in texts)


def test_a_network_that_has_diverged_can_be_checked(theme):
    found = subject(network=diverged())
    checks = checked(found, [0, 5, 40])
    assert not checks.agrees.all()
    assert verdict(checks, 3) == (
        ["There is nothing to compare: training has diverged.", "Training has diverged."],
        True,
    )
    said(table_of(theme, checks, checks, 3))
