import math
from dataclasses import replace

import numpy as np
import pytest
from app.painted import colour_at, colours_in, picture_of, strings, texts_of
from app.stage_by_hand import ALL_KINDS, HOSTILE, shown_of, trace_of
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.batch import BatchPicture
from nnviz.app.graphics.stages.cost import CostPicture
from nnviz.app.graphics.stages.gradient import DOMINANT, GradientPicture
from nnviz.app.graphics.stages.pictures import make_picture
from nnviz.app.graphics.stages.shown import exact
from nnviz.app.graphics.stages.strips import StripsPicture
from nnviz.app.graphics.stages.update import UpdatePicture, parameter_name
from nnviz.core.components import Component, index_of
from nnviz.core.stages import Kind

AREA = QRectF(5, 5, 800, 360)


def painted(theme, shown, area=AREA):
    picture = make_picture(theme, shown)
    image = picture_of(lambda painter: picture.paint(painter, area), 820, 380)
    return picture, image


def texts(picture, area=AREA):
    return strings(texts_of(lambda painter: picture.paint(painter, area), 820, 380))


def test_every_stage_has_its_picture(theme):
    kinds = {kind: type(make_picture(theme, shown_of(kind))) for kind in ALL_KINDS}
    strips = dict.fromkeys((Kind.FORWARD, Kind.OUTPUT_ERROR, Kind.BACKWARD), StripsPicture)
    assert kinds == strips | {
        Kind.MINI_BATCH: BatchPicture,
        Kind.COST: CostPicture,
        Kind.GRADIENT: GradientPicture,
        Kind.UPDATE: UpdatePicture,
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_step_can_be_painted_in_any_size(theme, name, kind):
    made = trace_of(**HOSTILE[name])
    if kind not in [stage.kind for stage in made[0].stages]:
        pytest.skip("a network without hidden layers has no such stage")
    for shape in ((5, 4), None):
        picture = make_picture(theme, shown_of(kind, shape=shape, made=made))
        for size in ((20, 10), (276, 80), (300, 600), (800, 360)):
            area = QRectF(0, 0, *size)
            picture_of(lambda painter, one=picture, area=area: one.paint(painter, area), *size)
            for x in range(0, size[0], 37):
                picture.at(QPointF(x, size[1] / 2))


# The mini-batch.


def test_the_mini_batch_shows_its_images_with_their_labels(theme):
    shown = shown_of(Kind.MINI_BATCH, place=2)
    picture, image = painted(theme, shown)
    assert texts(picture) == [str(label) for label in shown.trace.labels]
    for place, where in enumerate(picture.images):
        pixel = QPointF(where.left() + where.width() / 8, where.top() + where.height() / 10)
        level = QColor(colour_at(image, pixel)).red()
        assert abs(level - (10 + 245 * float(shown.trace.inputs[place, 0]))) < 4
    frame = picture.images[2]
    assert theme.colours.highlight in colours_in(image, frame.adjusted(-4, 10, -frame.width(), -10))


def test_a_click_on_an_image_means_its_sample(theme):
    shown = shown_of(Kind.MINI_BATCH)
    picture, _ = painted(theme, shown)
    for place, where in enumerate(picture.images):
        spot = picture.at(where.center())
        assert spot.sample == place
        assert spot.lines[0] == shown.sample_name(place)
    assert picture.at(QPointF(-1, -1)) is None


def test_a_few_images_do_not_become_huge(theme):
    picture, _ = painted(theme, shown_of(Kind.MINI_BATCH, made=trace_of(batch_size=1)))
    assert picture.images[0].width() <= 151


# The cost.


def test_the_cost_is_made_up_of_each_outputs_part(theme):
    for cost in ("quadratic", "cross-entropy", "log-likelihood"):
        shown = shown_of(Kind.COST, place=4, made=trace_of(cost=cost))
        picture, _ = painted(theme, shown)
        a, y, terms = (strip.cells.values[0] for strip in picture.strips)
        assert np.array_equal(a, shown.trace.a[-1][:, 4])
        assert y.argmax() == shown.label
        assert terms.sum() == pytest.approx(shown.trace.costs[4], rel=1e-5)


def test_bars_are_as_high_as_the_samples_costs(theme):
    shown = shown_of(Kind.COST, place=1)
    picture, image = painted(theme, shown)
    chart, costs = picture._chart, shown.trace.costs
    for place, cost in enumerate(costs):
        middle = chart.across(place + 0.5)
        colour = theme.colours.highlight if place == 1 else theme.colours.muted
        assert colour_at(image, QPointF(middle, chart.down(float(cost) * 0.2))) == colour
        spot = picture.at(QPointF(middle, chart.box.center().y()))
        assert spot.sample == place
        assert spot.lines[1] == f"Cₓ = {exact(cost)}"
    assert any(f"mean C = {exact(shown.trace.mean_cost)}" in text for text in texts(picture))


# The gradient.


def test_the_nudges_of_all_samples_stand_above_their_mean(theme):
    shown = shown_of(Kind.GRADIENT, gradient_layer=2, pinned=Neuron(2, 3))
    picture, _ = painted(theme, shown)
    table, trace = picture.table, shown.trace
    assert (table.layer, table.neuron) == (2, 3)
    for column, k in enumerate(table.inputs):
        a = 1.0 if k is None else trace.a[0][k]
        assert np.allclose(table.cells.values[:, column], -trace.delta[1][3] * a, atol=1e-7)
        gradient = trace.mean_gradient[index_of(trace.network, Component(2, 3, k))]
        assert table.mean.values[0, column] == pytest.approx(-gradient, abs=1e-6)
    assert table.inputs[-1] is None
    assert table.cells.limit == table.mean.limit


def test_a_nudge_tells_its_sample_and_its_number(theme):
    shown = shown_of(Kind.GRADIENT)
    picture, _ = painted(theme, shown)
    table = picture.table
    spot = picture.at(table.cells.cell(3, 0).center())
    assert spot.sample == 3
    assert spot.lines[0] == shown.sample_name(3)
    assert spot.lines[1].endswith(exact(table.nudges.each[3, 0]))
    assert exact(picture.agreement.cosines[3]) in spot.lines[2]
    mean = picture.at(table.mean.cell(0, 0).center())
    assert mean.lines[1].endswith(exact(table.nudges.mean[0]))


def test_the_norms_of_the_layers_make_up_that_of_the_gradient(theme):
    shown = shown_of(Kind.GRADIENT)
    picture, _ = painted(theme, shown)
    assert math.hypot(*picture.norms) == pytest.approx(
        float(np.linalg.norm(shown.trace.mean_gradient)), rel=1e-5
    )
    for place, row in enumerate(picture._bars):
        assert picture.at(row.center()).layer == place + 1
    assert len(picture._bars) == 3
    lost = f"{100 * picture.agreement.cancelled:.0f} %"
    assert any(text.startswith(lost) for text in texts(picture))


def test_the_first_layers_gradient_is_images_and_the_others_are_matrices(theme):
    shown = shown_of(Kind.GRADIENT, gradient_layer=1)
    picture, _ = painted(theme, shown)
    assert len(picture._mosaic) == 6
    spot = picture.at(picture._mosaic.rectangles[2].center())
    assert spot.neuron == Neuron(1, 2)
    k = int(spot.lines[0].split()[2])
    gradient = shown.trace.network.views(shown.trace.mean_gradient)[0][0]
    assert spot.lines[1] == f"∂C/∂w = {exact(gradient[2, k])}"
    picture, _ = painted(theme, shown_of(Kind.GRADIENT, gradient_layer=2))
    assert picture._matrix.values.shape == (5, 6)
    assert picture.at(picture._matrix.cell(4, 5).center()).neuron == Neuron(2, 4)


# The update.


def test_the_largest_changes_are_listed_before_and_after(theme):
    shown = shown_of(Kind.UPDATE)
    picture, _ = painted(theme, shown)
    trace = shown.trace
    order = np.argsort(-np.abs(trace.update), kind="stable")
    count = len(picture._cells[0].values)
    assert count > 5
    assert picture.places[:count] == order[:count].tolist()
    before, change, after = (cells.values[:, 0] for cells in picture._cells)
    assert np.array_equal(before + change, after)
    spot = picture.at(QPointF(picture._rows.left() + 3, picture._rows.top() + 3))
    assert spot.lines[0] == parameter_name(picture.components[0])
    assert spot.lines[2] == f"−η ∂C/∂θ = {exact(trace.update[order[0]])}"
    assert spot.neuron.layer == picture.components[0].layer


def test_the_promise_stands_beside_what_happens(theme):
    shown = shown_of(Kind.UPDATE)
    picture, _ = painted(theme, shown)
    told = shown.forecast
    (promised_at, promised), (actual_at, actual), (fixed_at, fixed) = picture._bars
    assert promised.lines[0] == f"Promised: {exact(told.by_gradient)}"
    assert actual.lines[0] == f"Actual: {exact(told.mini_batch.actual)}"
    assert fixed.lines[0] == f"Evaluation: {exact(told.evaluation.actual)}"
    for where, spot in ((promised_at, promised), (actual_at, actual), (fixed_at, fixed)):
        assert picture.at(where.center()) is spot
    assert any("of what the slope promises" in text for text in texts(picture))
    for said in ("promised", "this mini-batch", "31 test images"):
        assert any(said in text for text in texts(picture)), said


def test_with_momentum_both_promises_are_shown(theme):
    shown = shown_of(Kind.UPDATE, made=trace_of(momentum=0.5))
    picture, _ = painted(theme, shown)
    promised = [spot.lines[0] for _, spot in picture._bars[:2]]
    told = shown.forecast
    assert promised == [f"Promised: {exact(told.by_gradient)}", f"With momentum: {exact(told.by_update)}"]


@pytest.mark.parametrize("kind", [Kind.GRADIENT, Kind.UPDATE])
@pytest.mark.parametrize("area", [QRectF(0, 0, 280, 90), QRectF(0, 0, 400, 160), AREA], ids=str)
def test_until_a_step_is_examined_the_picture_says_so_where_it_would_tell_of_it(theme, kind, area):
    shown = replace(shown_of(kind), agreement=None, forecast=None)
    picture, _ = painted(theme, shown, area)
    said = any("omputed …" in text or text == "…" for text in texts(picture, area))
    assert said or (kind is Kind.GRADIENT and area is not AREA), "there is room for the table alone"


def test_the_sample_that_dominates_is_named_and_a_click_chooses_it(theme):
    shown = shown_of(Kind.GRADIENT)
    picture, _ = painted(theme, shown)
    most = shown.agreement.dominant
    part = shown.agreement.projections[most] / shown.agreement.projections.sum()
    label = shown.trace.labels[most]
    most_said = "dominates" if part >= DOMINANT else "pulls most"
    said = f"A {label} {most_said}: it makes up {100 * part:.3g} % of the mean"
    assert any(said in text for text in texts(picture))
    assert picture.at(picture._most.center()).sample == most


def test_the_table_says_how_to_choose_other_parameters(theme):
    picture, _ = painted(theme, shown_of(Kind.GRADIENT))
    assert any("another neuron" in text for text in texts(picture))


def test_a_step_too_far_is_told_as_that(theme):
    picture, _ = painted(theme, shown_of(Kind.UPDATE, made=trace_of(steps=1, eta=20.0, cost="cross-entropy")))
    assert picture.forecast.mini_batch.actual > 0
    assert any("too far" in text for text in texts(picture))


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("place", [0, 52])
def test_of_a_large_mini_batch_the_first_samples_have_rows(theme, monkeypatch, kind, place):
    monkeypatch.setattr("nnviz.app.graphics.stages.shown.MOST_ROWS", 20)
    shown = shown_of(kind, place=place, made=trace_of(batch_size=53))
    assert (shown.rows, shown.samples_text) == (20, "the first 20 of 53 samples")
    picture, _ = painted(theme, shown, QRectF(5, 5, 500, 360))
    if kind is Kind.GRADIENT:
        assert picture.table.cells.values.shape[0] == 20
        mean = picture.table.nudges.each.mean(axis=0)
        np.testing.assert_allclose(picture.table.nudges.mean, mean), "the mean is that of all"
    elif kind in (Kind.FORWARD, Kind.BACKWARD, Kind.OUTPUT_ERROR):
        assert picture.batch.values.shape[0] == 20


def test_where_a_pixel_holds_several_samples_its_bar_is_as_high_as_their_highest_cost(theme):
    shown = shown_of(Kind.COST, made=trace_of(batch_size=53))
    narrow = QRectF(5, 5, 90, 360)
    picture, image = painted(theme, shown, narrow)
    box = picture._chart.box
    assert box.width() < 53
    bars = QColor(theme.colours.muted)
    height = picture._chart.down(float(np.sort(shown.trace.costs)[-1]))
    column = [image.pixelColor(x, round(height) + 2) for x in range(round(box.left()), round(box.right()))]
    assert any(abs(c.red() - bars.red()) < 40 for c in column)
