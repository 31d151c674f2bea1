from dataclasses import replace

import numpy as np
import pytest
from app.ink import painted, pixels
from app.painted import overlapping, texts_of
from app.small_window import move_mouse, receive, small_trainer
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from run.small import small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.backprop.avenues import WISH
from nnviz.app.graphics.backprop.layers import Part
from nnviz.app.graphics.backprop.list import SHARE
from nnviz.app.graphics.backprop.subject import (
    BEFORE_DATA,
    NEURON,
    NO_LABEL,
    NO_SAMPLE,
    PARAMETER,
    PIXEL,
    Spot,
    spot_of,
)
from nnviz.app.views.backprop import BackpropView
from nnviz.app.views.backprop_controls import Page
from nnviz.app.views.backprop_pages import PACE
from nnviz.core.components import Component
from nnviz.core.network import UNTRAINABLE, Network

SIZES = (20, 6, 5, 10)


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = BackpropView(theme, choice)
    qtbot.addWidget(view)
    view.resize(820, 560)
    view.show()
    yield view
    view.close()


@pytest.fixture
def sized(theme):
    yield theme
    theme.choose_text_scale(1.0)


def snapshot_of(sizes=SIZES, network=None, **changes):
    snapshot = small_trainer(sizes, **changes).snapshot()
    return snapshot if network is None else replace(snapshot, network=network)


def show(qtbot, view, snapshot=None, page=None):
    receive(qtbot, view, snapshot_of() if snapshot is None else snapshot)
    if page is not None:
        view.show_page(page)
    view.grab()


def read(view):
    """Return all that is written on the canvas, without blanks."""
    size = view.canvas.size()
    area = QRectF(0, 0, size.width(), size.height())
    texts = texts_of(lambda painter: view._paint(painter, area), size.width(), size.height())
    return "".join(text.text for text in texts).replace(" ", "")


def heard(signal):
    got = []
    signal.connect(lambda *args: got.append(args[0] if args else None))
    return got


def where(view, spot):
    view.grab()
    return view._pages.picture(view.page).where(spot).center().toPoint()


def click(view, spot):
    point = where(view, spot)
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def hover(view, spot):
    move_mouse(view.canvas, QPointF(where(view, spot)))


def press(view, *keys):
    for key in keys:
        QTest.keyClick(view.canvas, key)


Key = Qt.Key


# Before there is anything to show


def test_before_data_a_sentence_says_what_will_come(view):
    assert read(view) == BEFORE_DATA.replace(" ", "")
    for page in Page:
        view.show_page(page)
        view.grab()


def test_without_a_sample_it_asks_for_one(qtbot, theme):
    view = BackpropView(theme, Choice())
    qtbot.addWidget(view)
    view.show()
    show(qtbot, view)
    assert read(view) == NO_SAMPLE.replace(" ", "")


def test_a_sample_of_another_size_is_said_not_to_fit_until_one_fits(qtbot, view):
    show(qtbot, view, snapshot_of(network=Network((12, 4, 10))))
    assert "12inputs" in read(view)
    assert not view.bar.isVisible()
    assert not view.move_row.isVisible()
    show(qtbot, view)
    assert "Layer1" in read(view)


def test_a_network_of_steps_says_why_it_cannot_be_shown(qtbot, view):
    show(qtbot, view, snapshot_of(network=Network(SIZES, activation="step")))
    assert read(view) == UNTRAINABLE.replace(" ", "")


# A drawn digit


def test_a_drawn_digit_is_shown_when_somebody_says_what_it_is(qtbot, view, choice):
    show(qtbot, view)
    assert not view.controls.label.isVisible()
    choice.choose_drawn(np.full(20, 200, np.uint8))
    assert read(view) == NO_LABEL.replace(" ", "")
    assert view.controls.label.isVisible()
    view.controls.label.setCurrentIndex(4)
    view.controls.label.activated.emit(4)
    assert (choice.sample.source, choice.sample.label) == ("drawn", 3)
    assert "labelled3:itscost" in read(view)
    view.controls.label.activated.emit(0)
    assert choice.sample.label is None
    assert read(view) == NO_LABEL.replace(" ", "")


def test_a_drawn_digit_that_has_a_label_can_be_given_another(qtbot, view, choice):
    show(qtbot, view)
    choice.choose_drawn(np.full(20, 200, np.uint8), label=6)
    assert view.controls.label.currentText() == "It is a 6"
    choice.choose("test", 0)
    assert not view.controls.label.isVisible()


def test_labels_are_offered_only_where_they_help(qtbot, view, choice):
    choice.choose_drawn(np.full(20, 200, np.uint8))
    show(qtbot, view, snapshot_of(network=Network(SIZES, activation="step")))
    assert not view.controls.label.isVisible()
    show(qtbot, view, snapshot_of(network=Network((20, 6, 2))))
    assert view.controls.label.isVisible()
    assert view.controls.label.count() == 3


# Pages


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (Page.LAYERS, "itscostC="),
        (Page.NEURON, "Changetheweights"),
        (Page.GRADIENT, "componentsof∇C"),
        (Page.CHECK, "reachesthecost"),
    ],
)
def test_each_page_shows_what_it_is_about(qtbot, view, page, part):
    show(qtbot, view)
    view.controls.buttons[page].click()
    assert view.page is page
    assert part in read(view)


def test_only_the_page_that_is_shown_is_computed(qtbot, view):
    show(qtbot, view)
    assert view._pages.list.count == 0
    assert view._pages.check.walk is None
    view.show_page(Page.GRADIENT)
    assert view._pages.list.count == 221
    assert view._pages.check.walk is None


def test_each_page_has_its_pace(qtbot, view):
    show(qtbot, view)
    for page, pace in PACE.items():
        view.show_page(page)
        assert view.least_ms >= pace
    assert PACE[Page.LAYERS] == 150
    assert PACE[Page.CHECK] == 300


def test_the_numbers_follow_the_training_the_sample_and_the_pin(qtbot, view, choice):
    trainer = small_trainer(SIZES)
    seen = set()
    for page in Page:
        view.show_page(page)
        show(qtbot, view, trainer.snapshot())
        seen.add(read(view))
        trainer.advance(20)
        show(qtbot, view, trainer.snapshot())
        seen.add(read(view))
        choice.choose("training", 7 + len(seen))
        seen.add(read(view))
    assert len(seen) == 12
    view.show_page(Page.NEURON)
    choice.pin(Neuron(1, 3))
    assert "Neuron3oflayer1" in read(view)


def test_what_is_shown_of_the_layers_can_be_chosen(qtbot, view):
    show(qtbot, view)
    view.controls.part.setCurrentIndex(list(Part).index(Part.GRADIENT))
    assert "BP2" not in read(view)
    view.controls.part.setCurrentIndex(list(Part).index(Part.ERRORS))
    before = read(view)
    assert "BP4" not in before
    view.controls.one_scale.click()
    assert read(view) != before


# Pointing and choosing


def test_a_click_pins_the_neuron_under_the_pointer_and_another_one_unpins_it(qtbot, view, choice):
    show(qtbot, view)
    click(view, Spot(NEURON, 2, 3))
    assert choice.neuron == Neuron(2, 3)
    click(view, Spot(NEURON, 2, 3))
    assert choice.neuron is None


def test_a_click_on_a_weight_chooses_it_and_pins_its_neuron(qtbot, view, choice):
    show(qtbot, view)
    got = heard(choice.component_changed)
    click(view, Spot(PARAMETER, 2, 1, 4))
    assert len(got) == 1
    assert choice.component == Component(2, 1, 4)
    assert choice.neuron == Neuron(2, 1)
    view.show_page(Page.CHECK)
    assert "w(2,1,4)reachesthecost" in read(view)


def test_a_click_on_a_pixel_or_on_nothing_chooses_nothing(qtbot, view, choice):
    show(qtbot, view)
    got = heard(choice.component_changed)
    click(view, Spot(PIXEL, index=3))
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(2, 2))
    assert got == []
    assert choice.neuron is None


def test_a_wish_leads_to_the_neuron_that_it_is_about(qtbot, view, choice):
    choice.pin(Neuron(3, 2))
    show(qtbot, view, page=Page.NEURON)
    wished = view._pages.avenues._panels[1].rows.shown[0]
    click(view, Spot(WISH, 3, 2, wished))
    assert choice.neuron == Neuron(2, wished)
    assert f"Neuron{wished}oflayer2" in read(view)
    choice.pin(Neuron(1, 0))
    view.grab()
    pixel = view._pages.avenues._panels[1].rows.shown[0]
    click(view, Spot(WISH, 1, 0, pixel))
    assert choice.neuron == Neuron(1, 0), "pixels cannot be pinned"


def test_a_row_of_the_list_is_chosen_by_a_click(qtbot, view, choice):
    show(qtbot, view, page=Page.GRADIENT)
    entry = view._pages.list.component_at_rank(3)
    got = heard(choice.component_changed)
    click(view, spot_of(entry))
    assert len(got) == 1
    assert choice.component == entry
    assert choice.neuron == Neuron(entry.layer, entry.neuron)
    assert "Chosen:" in read(view)
    click(view, spot_of(entry))
    assert choice.component is None, "chosen again, it is let go"


def test_escape_lets_the_chosen_component_go(qtbot, view, choice):
    show(qtbot, view, page=Page.GRADIENT)
    choice.choose_component(Component(2, 1, 4))
    view.activateWindow()
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert choice.component is None
    assert "Chosen:" not in read(view)


def test_what_is_chosen_elsewhere_is_brought_into_sight_in_the_list(qtbot, view, choice):
    show(qtbot, view, page=Page.GRADIENT)
    last = view._pages.list.component_at_rank(view._pages.list.count - 1)
    choice.choose_component(last)
    assert view._pages.list.first + view._pages.list.in_sight == view._pages.list.count


def test_a_layer_s_share_leads_to_its_largest_component(qtbot, view, choice):
    show(qtbot, view, page=Page.GRADIENT)
    click(view, Spot(SHARE, 1))
    first = view._pages.list.first_of_layer(1)
    assert choice.component == first
    place = view._pages.list.rank_of(first)
    assert view._pages.list.first <= place < view._pages.list.first + view._pages.list.in_sight


def test_a_component_can_be_chosen_from_elsewhere(qtbot, view, choice):
    show(qtbot, view, page=Page.CHECK)
    got = heard(choice.component_changed)
    choice.choose_component(Component(3, 4))
    assert "b(3,4)reachesthecost" in read(view)
    assert view.move_row._name.text() == "Δb"
    assert len(got) == 1
    assert choice.neuron is None
    choice.choose_component(Component(8, 0, 0))
    assert "reachesthecost" in read(view)


def test_what_is_pointed_at_tells_its_exact_numbers(qtbot, view):
    show(qtbot, view)
    hover(view, Spot(NEURON, 2, 3))
    assert "Neuron3oflayer2" in read(view)
    described = view.canvas.accessibleDescription()
    assert described.startswith("Neuron 3 of layer 2; z = ")
    assert "δ = " in described
    move_mouse(view.canvas, QPointF(2, 2))
    assert "Neuron3oflayer2" not in read(view)
    assert view.canvas.accessibleDescription() == ""


def test_the_weight_under_the_pointer_is_checked(qtbot, view):
    show(qtbot, view)
    hover(view, Spot(PARAMETER, 2, 1, 4))
    said = view.canvas.accessibleDescription()
    assert said.startswith("w(2, 1, 4); from neuron 4 to neuron 1 of layer 2")
    assert "central difference" in said
    assert "relative error" in said


def test_what_is_told_follows_the_training(qtbot, view):
    trainer = small_trainer(SIZES)
    show(qtbot, view, trainer.snapshot())
    hover(view, Spot(NEURON, 3, 3))
    before = view.canvas.accessibleDescription()
    trainer.advance(30)
    show(qtbot, view, trainer.snapshot())
    assert view.canvas.accessibleDescription() != before


def test_another_network_forgets_what_was_pointed_at(qtbot, view):
    show(qtbot, view)
    hover(view, Spot(NEURON, 2, 4))
    show(qtbot, view, snapshot_of((20, 10)))
    assert view.canvas.accessibleDescription() == ""


# Keys


def test_arrow_keys_lead_through_the_layers_and_enter_pins(qtbot, view, choice):
    show(qtbot, view)
    label = choice.sample.label
    press(view, Key.Key_Up)
    assert view.canvas.accessibleDescription().startswith(f"Output neuron {label};")
    press(view, Key.Key_Left, Key.Key_Up, Key.Key_Return)
    assert choice.neuron == Neuron(2, max(min(label, 4) - 1, 0))


def test_arrow_keys_lead_through_the_avenues(qtbot, view, choice):
    choice.pin(Neuron(3, 2))
    show(qtbot, view, page=Page.NEURON)
    press(view, Key.Key_Down, Key.Key_Right)
    assert view.canvas.accessibleDescription().startswith("w(3, 2, ")
    press(view, Key.Key_Right, Key.Key_Return)
    assert choice.neuron.layer == 2


def test_arrow_keys_choose_in_the_list_and_page_keys_scroll_it(qtbot, view, choice):
    show(qtbot, view, page=Page.GRADIENT)
    picture = view._pages.list
    press(view, Key.Key_Down)
    assert choice.component == picture.component_at_rank(0)
    press(view, Key.Key_Down, Key.Key_Down, Key.Key_Up)
    assert choice.component == picture.component_at_rank(1)
    press(view, Key.Key_PageDown)
    assert choice.component == picture.component_at_rank(1 + picture.in_sight)
    assert picture.first > 0
    press(view, Key.Key_End)
    assert choice.component == picture.component_at_rank(220)
    press(view, Key.Key_Home)
    assert choice.component == picture.component_at_rank(0)
    assert picture.first == 0


def test_on_the_check_arrow_keys_move_the_parameter(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    press(view, Key.Key_Right, Key.Key_Right, Key.Key_Left)
    assert view._pages.check.walk.change == pytest.approx(0.05)


# Scrolling


def test_the_scroll_bar_scrolls_the_list(qtbot, view):
    show(qtbot, view, page=Page.GRADIENT)
    assert view.bar.isVisible()
    assert view.bar.maximum() == 221 - view._pages.list.in_sight
    view.bar.setValue(17)
    assert view._pages.list.first == 17
    view.canvas.turned.emit(3)
    assert view.bar.value() == 20
    view.show_page(Page.LAYERS)
    assert not view.bar.isVisible()


def test_what_lies_under_the_pointer_changes_when_the_list_scrolls(qtbot, view):
    show(qtbot, view, page=Page.GRADIENT)
    hover(view, spot_of(view._pages.list.component_at_rank(2)))
    before = view.canvas.accessibleDescription()
    view.bar.setValue(5)
    assert view.canvas.accessibleDescription() != before


def test_a_lower_view_has_fewer_rows(qtbot, view):
    show(qtbot, view, page=Page.GRADIENT)
    before = view.bar.maximum()
    view.resize(820, 300)
    view.grab()
    assert view.bar.maximum() > before


# The check


def test_a_hundred_are_checked_at_the_press_of_a_button(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    view.controls.check.click()
    assert "of100…" in read(view)
    qtbot.waitUntil(lambda: "All100agree" in read(view), timeout=5000)
    assert view._pages.check.table.count == 100
    assert view.bar.isVisible()


def test_the_hundred_stay_while_training_goes_on_and_say_from_when_they_are(qtbot, view):
    trainer = small_trainer(SIZES)
    show(qtbot, view, trainer.snapshot(), Page.CHECK)
    view.controls.check.click()
    qtbot.waitUntil(lambda: view._pages.check.table.count == 100, timeout=5000)
    trainer.advance(30)
    show(qtbot, view, trainer.snapshot())
    assert view._pages.check.table.count == 100
    assert "Atstep0." in read(view)


@pytest.mark.parametrize("what", ["sample", "network"])
def test_the_hundred_are_forgotten_with_what_they_were_about(qtbot, view, choice, what):
    show(qtbot, view, page=Page.CHECK)
    view.controls.check.click()
    qtbot.waitUntil(lambda: view._pages.check.table.count == 100, timeout=5000)
    if what == "sample":
        choice.choose("training", 3)
    else:
        show(qtbot, view, snapshot_of((20, 7, 10)))
    assert view._pages.check.table.count == 0
    assert "Theyagree" in read(view)


def test_the_hundred_are_forgotten_with_their_run(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    view.controls.check.click()
    qtbot.waitUntil(lambda: view._pages.check.table.count == 100, timeout=5000)
    show(qtbot, view, snapshot_of(seed=5))
    assert view._pages.check.table.count == 0


def test_a_hidden_view_checks_nothing(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    view.controls.check.click()
    view.hide()
    qtbot.wait(30)
    assert view._checking.checks is None
    view.show()
    qtbot.waitUntil(lambda: view._pages.check.table.count == 100, timeout=5000)


def test_the_slider_moves_the_parameter_and_another_choice_puts_it_back(qtbot, view, choice):
    show(qtbot, view, page=Page.CHECK)
    assert view.move_row.isVisible()
    view.move_row.slider.setValue(150)
    assert view._pages.check.walk.change == 1.5
    assert "Movedby+1.50" in read(view)
    choice.choose_component(Component(3, 1, 2))
    assert view._pages.check.walk.change == 0
    assert view.move_row.change == 0


def test_a_moved_parameter_stays_moved_while_training_goes_on(qtbot, view):
    trainer = small_trainer(SIZES)
    show(qtbot, view, trainer.snapshot(), Page.CHECK)
    view.move_row.move_to(0.75)
    trainer.advance(10)
    show(qtbot, view, trainer.snapshot())
    assert view._pages.check.walk.change == 0.75


def test_the_chart_can_be_dragged(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    box = view._pages.check._tangent.box
    at = QPoint(int(box.left() + 0.75 * box.width()), int(box.center().y()))
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert view.move_row.change == pytest.approx(1.5, abs=0.05)
    view.canvas.dragged.emit(QPointF(box.left(), box.center().y()))
    assert view.move_row.change == -3.0


def test_what_is_told_does_not_cover_what_is_dragged(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    parameter = view._pages.check.walk.chain.parameter
    hover(view, spot_of(parameter))
    assert view._told != []
    box = view._pages.check._tangent.box
    view.canvas.dragged.emit(QPointF(box.left(), box.center().y()))
    assert view._told == []


def test_the_row_of_the_slider_is_left_out_where_the_view_is_low(qtbot, view):
    show(qtbot, view, page=Page.CHECK)
    view.resize(400, 200)
    assert not view.move_row.isVisible()
    view.resize(400, 400)
    assert view.move_row.isVisible()
    view.show_page(Page.NEURON)
    assert not view.move_row.isVisible()


# Figures, sizes, and what is hostile


@pytest.mark.parametrize("page", list(Page))
def test_a_figure_needs_no_window(qtbot, theme, choice, page):
    view = BackpropView(theme, choice)
    qtbot.addWidget(view)
    view.show_page(page)
    view.show_snapshot(snapshot_of())
    ground = painted(lambda p, area: None, 700, 480)
    figure = painted(view.paint_figure, 700, 480)
    assert (pixels(figure) != pixels(ground)).mean() > 0.03


@pytest.mark.parametrize("size", [(300, 200), (320, 460), (620, 420), (1200, 800)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("page", list(Page))
def test_no_text_runs_into_another_at_any_size(qtbot, view, sized, size, scale, page):
    sized.choose_text_scale(scale)
    view.resize(*size)
    show(qtbot, view, page=page)
    area = QRectF(view.canvas.rect())
    texts = texts_of(lambda painter: view._paint(painter, area), int(area.width()), int(area.height()))
    assert overlapping(texts) == []
    assert all(text.where.right() <= area.width() + 1 for text in texts)
    assert view.width() <= size[0]
    assert view.height() <= size[1]


def broken(sizes, **kind):
    network = Network(sizes, **kind)
    network.theta[3:9] = np.nan
    network.theta[-1] = np.inf
    return network


@pytest.mark.parametrize(
    "network",
    [
        broken(SIZES),
        broken((20, 10)),
        broken(SIZES, activation="relu", cost="log-likelihood"),
        Network((20, 10)),
        Network((20, 1, 10)),
        Network((20, 4, 4, 4, 4, 10)),
        Network((20, 100, 20)),
        Network(SIZES, activation="tanh", cost="cross-entropy"),
    ],
)
def test_networks_of_every_kind_can_be_shown_on_every_page(qtbot, view, choice, network):
    choice.pin(Neuron(1, 0))
    choice.choose_component(Component(1, 0, 7))
    for page in Page:
        show(qtbot, view, snapshot_of(network=network), page)
        press(view, Key.Key_Down, Key.Key_Right, Key.Key_Return, Key.Key_PageDown)
        view.grab()
    view.controls.check.click()
    qtbot.wait(20)
    view.grab()


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_label_without_an_output_is_explained(qtbot, view, choice, outputs):
    choice.choose_drawn(np.full(20, 99, np.uint8), label=2)
    show(qtbot, view, snapshot_of(network=Network((20, 6, outputs))))
    assert "Thelabelofthissampleis2" in read(view)


def test_inputs_that_are_no_image_can_be_shown(qtbot, view, choice):
    choice.sample = replace(choice.sample, shape=None)
    choice.pin(Neuron(1, 2))
    for page in Page:
        show(qtbot, view, page=page)
    view.show_page(Page.NEURON)
    assert "input" in read(view)
    assert "pixel(" not in read(view)


@pytest.mark.parametrize("page", list(Page))
def test_every_theme_and_size_of_text_can_be_taken_up(qtbot, view, sized, page):
    show(qtbot, view, page=page)
    shots = set()
    for name, safe, scale in (
        ("dark", False, 1.0),
        ("light", False, 1.0),
        ("dark", True, 1.5),
        ("light", True, 0.8),
    ):
        sized.choose(name, safe)
        sized.choose_text_scale(scale)
        shots.add(pixels(view.grab().toImage()).tobytes())
    assert len(shots) == 4
