from dataclasses import replace

import numpy as np
import pytest
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton
from run.small import small_data, small_spec

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics import scale_bar, weight_pictures
from nnviz.app.graphics.text import text_width
from nnviz.app.views import weights as module
from nnviz.app.views.weight_controls import Order, Show
from nnviz.app.views.weights import ANOTHER_NETWORK, NOTHING_KEPT, NOTHING_YET, WeightsView
from nnviz.core.network import Network
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.trainer import Trainer


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = WeightsView(theme, choice)
    qtbot.addWidget(view)
    view.resize(760, 620)
    view.show()
    yield view
    view.close()


@pytest.fixture
def texts(monkeypatch):
    """What the view itself writes, and the scales' ends."""
    written = []
    for part in (module, scale_bar):
        monkeypatch.setattr(
            part, "write", lambda painter, theme, area, text, *rest, **more: written.append(text)
        )
    return written


def by_hand(n=6, step=0):
    """Return a snapshot whose first layer's weights and biases were set by hand."""
    trainer = small_trainer((20, n, 10))
    trainer.advance(step)
    weights, biases = trainer.network.weights[0], trainer.network.biases[0]
    weights[...] = 0
    weights[0, 0] = 2.0  # row 0, column 0
    weights[0, 7] = -2.0  # row 1, column 3
    if n > 1:
        weights[1, 19] = 0.5  # row 4, column 3
    biases[...] = np.arange(n) - 2.5
    return trainer.snapshot()


def one_larger(neuron):
    """Return a snapshot in which one neuron has the longest row."""
    trainer = small_trainer((20, 6, 10))
    trainer.network.theta[:] = 0
    trainer.network.weights[0][neuron] = 1.0
    return trainer


def no_images():
    """Return a data set whose samples are no images."""
    parts = [
        Samples(part.images, part.labels, (20, 1)) for part in (small_data().training, small_data().test)
    ]
    return DataSet("no images", *parts)


def combo(view, name):
    return next(box for box in view.findChildren(QComboBox) if box.accessibleName() == name)


def choose_layer(view, layer):
    combo(view, "Layer").setCurrentIndex(layer - 1)


def choose_show(view, show):
    combo(view, "What is shown").setCurrentIndex(list(Show).index(show))


def choose_order(view, order):
    combo(view, "Order of the neurons").setCurrentIndex(list(Order).index(order))


def shared(view):
    return view.findChild(QCheckBox)


def keep(view):
    view.findChild(QPushButton).click()


def frame_of(view, row):
    """Return where a neuron is shown on the canvas: its image or its row."""
    view.grab()  # paints, and so lays out
    return view._picture.frames(row)[0]


def middle_of(view, row, source):
    """Return the middle of a weight on the canvas."""
    view.grab()
    if view._picture is view._images:
        image = view._images._mosaic.rectangles[row]
        down, across = divmod(source, 4)
        return QPoint(
            int(image.left() + (across + 0.5) * image.width() / 4),
            int(image.top() + (down + 0.5) * image.height() / 5),
        )
    cells, column = view._picture.frames(row)[0], view._picture.source_frames(source)[0]
    return cells.intersected(column).center().toPoint()


def colour_at(view, place):
    return view._canvas.grab().toImage().pixelColor(place).name()


def hover(view, place):
    move_mouse(view._canvas, place)
    return view.readout


def click(qtbot, view, place):
    qtbot.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place)


def order_of(view):
    return view._shown.gallery.order.tolist()


def figure(view, size=(620, 420)):
    image = QImage(QSize(*size), QImage.Format.Format_RGB32)
    image.fill(view.theme.colour("surface"))
    with QPainter(image) as painter:
        view.paint_figure(painter, QRectF(image.rect()))
    return image


def colours_of(image):
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


# What is shown.


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
def test_weights_have_the_colours_of_their_signs(qtbot, view, theme, name, safe):
    receive(qtbot, view, by_hand())
    theme.choose(name, safe)
    colours = theme.colours
    assert colour_at(view, middle_of(view, 0, 0)) == colours.positive
    assert colour_at(view, middle_of(view, 0, 7)) == colours.negative
    for row, source in ((0, 1), (1, 0), (5, 19)):
        assert colour_at(view, middle_of(view, row, source)) == colours.zero


def test_on_one_scale_a_smaller_weight_is_fainter_and_on_its_own_it_is_not(qtbot, view, theme):
    receive(qtbot, view, by_hand())
    place = middle_of(view, 1, 19)
    assert shared(view).isChecked()
    assert colour_at(view, place) not in (theme.colours.positive, theme.colours.zero)
    qtbot.mouseClick(shared(view), Qt.MouseButton.LeftButton, pos=QPoint(8, shared(view).height() // 2))
    assert not shared(view).isChecked()
    assert colour_at(view, place) == theme.colours.positive
    assert colour_at(view, middle_of(view, 0, 0)) == theme.colours.positive


def test_the_scale_names_the_largest_weight_where_it_is_shared(qtbot, view, texts):
    receive(qtbot, view, by_hand())
    figure(view)
    assert {"−2.00", "+2.00", "weight"} <= set(texts)
    texts.clear()
    shared(view).setChecked(False)
    figure(view)
    assert {"−max", "+max", "own scale"} <= set(texts)


def test_the_scale_of_the_biases_is_named(qtbot, view, texts):
    receive(qtbot, view, by_hand())
    figure(view)
    assert "bias ±2.50" in texts


def test_each_neurons_bias_is_a_strip_of_its_colour(qtbot, view, theme):
    receive(qtbot, view, by_hand())
    view.grab()
    blocks = view._images._mosaic.blocks
    for row, role in ((0, "negative"), (5, "positive")):
        place = QPoint(int(blocks[row].center().x()), int(blocks[row].bottom()) - 2)
        assert colour_at(view, place) == getattr(theme.colours, role)


def test_controls_can_be_used_before_there_is_a_run(qtbot, view):
    shared(view).setChecked(False)
    for show in Show:
        choose_show(view, show)
    for order in Order:
        choose_order(view, order)
    keep(view)
    view.grab()
    assert hover(view, QPoint(100, 200)) == ""
    assert view.title == ""
    click(qtbot, view, QPoint(100, 200))
    qtbot.keyClick(view._canvas, Qt.Key.Key_Down)


def test_before_a_run_the_view_says_what_will_come(view, texts):
    figure(view)
    assert set(texts) == {NOTHING_YET}


def test_other_layers_are_matrices(qtbot, view, theme, texts):
    trainer = small_trainer((20, 6, 4, 10))
    trainer.network.theta[:] = 0
    trainer.network.weights[1][3, 5] = -1.0
    trainer.network.weights[1][0, 2] = 1.0
    trainer.network.biases[1][2] = 0.5
    receive(qtbot, view, trainer.snapshot())
    choose_layer(view, 2)
    corner = middle_of(view, 3, 5)
    view.grab()
    texts.clear()
    figure(view)
    assert texts[0].startswith("Weights into layer 2") or "Weights into layer 2 · step 0" in texts
    cell = view._picture.weight_frames
    view.grab()
    for row, source, role in ((3, 5, "negative"), (0, 2, "positive"), (1, 1, "zero")):
        (frame,) = cell(module.Place(row, source))
        assert colour_at(view, frame.topLeft().toPoint() + QPoint(4, 4)) == getattr(theme.colours, role)
    assert hover(view, corner) == "Neuron 3 · bias +0.000 · from neuron 5 of layer 1: weight −1.0000"
    bias = view._picture.frames(2)[1].center().toPoint()
    assert hover(view, bias) == "Neuron 2 · bias +0.500 · ‖w‖ 0.000"


def test_rows_and_columns_say_of_which_layer_they_are(qtbot, view):
    receive(qtbot, view, small_trainer((20, 6, 4, 10)).snapshot())
    choose_layer(view, 2)
    assert view._matrix._titles == ("neuron of layer 2", "neuron of layer 1", "b")
    choose_layer(view, 3)
    assert view._matrix._titles == ("output neuron", "neuron of layer 2", "b")


def test_where_the_input_is_no_image_the_first_layer_is_a_matrix(qtbot, view, theme, choice):
    choice.set_data(no_images())
    receive(qtbot, view, by_hand())
    place = middle_of(view, 0, 7)
    assert hover(view, place) == "Neuron 0 · bias −2.500 · input 7: weight −2.0000"
    assert view._matrix._titles == ("neuron of layer 1", "input", "b")
    move_mouse(view._canvas, QPoint(1, 1))
    assert colour_at(view, place + QPoint(-8, -8)) == theme.colours.negative
    choice.set_data(small_data())
    assert "pixel" in hover(view, middle_of(view, 0, 7))


def test_without_data_the_sample_says_how_inputs_lie(qtbot, view, choice):
    choice.data = None
    receive(qtbot, view, by_hand())
    assert "pixel (1, 3)" in hover(view, middle_of(view, 0, 7))
    choice.sample = None
    view.show_again()
    assert "input 7" in hover(view, middle_of(view, 0, 7))


def test_where_the_images_have_another_size_hover_reads_the_matrix_that_is_shown(qtbot, view):
    """For a moment, or after data that did not fit, the view knows the shape of other images."""
    receive(qtbot, view, small_trainer((20, 6, 10)).snapshot())
    view._choice.data = DataSet(
        "larger",
        *(Samples(np.zeros((3, 784), np.uint8), np.zeros(3, np.uint8), (28, 28)) for _ in range(2)),
    )
    receive(qtbot, view, by_hand())
    assert hover(view, middle_of(view, 1, 19)) == "Neuron 1 · bias −1.500 · input 19: weight +0.5000"


# What has changed.


def test_the_change_since_step_0_is_that_since_the_parameters_that_the_run_began_with(qtbot, view, theme):
    trainer = small_trainer((20, 6, 10))
    view.receive(trainer.snapshot())
    trainer.advance(1)
    trainer.network.theta[:] = view.snapshot.network.theta
    trainer.network.weights[0][2, 7] += 0.5
    receive(qtbot, view, trainer.snapshot())
    choose_show(view, Show.SINCE_START)
    assert view.title == "Weights into layer 1 · change since step 0 · step 1"
    assert colour_at(view, middle_of(view, 2, 7)) == theme.colours.positive
    assert colour_at(view, middle_of(view, 2, 8)) == theme.colours.zero
    assert ": change +0.5000, weight now " in hover(view, middle_of(view, 2, 7))


def test_a_view_that_was_hidden_knows_what_the_run_began_with(qtbot, view):
    """A saved model, say, of which later snapshots know nothing."""
    start = np.full(small_trainer((20, 6, 10)).network.theta.shape, 0.25, np.float32)
    trainer = Trainer(small_spec((20, 6, 10)), small_data(), start=start)
    view.hide()
    view.receive(trainer.snapshot())
    trainer.network.weights[0][2, 7] = 0.75
    view.receive(replace(trainer.snapshot(), step=40))
    view.show()
    choose_show(view, Show.SINCE_START)
    assert np.count_nonzero(view._shown.gallery.weights) == 1
    assert view._shown.gallery.weights[2, 7] == 0.5


def test_what_has_changed_since_a_step_that_was_kept(qtbot, view, texts):
    trainer = small_trainer((20, 6, 10))
    trainer.advance(3)
    receive(qtbot, view, trainer.snapshot())
    keep(view)
    figure(view, (900, 600))
    assert any("Step 3 is kept." in text for text in texts)
    trainer.network.weights[0][2, 7] += 0.5
    receive(qtbot, view, replace(trainer.snapshot(), step=1203))
    assert np.count_nonzero(view._shown.gallery.weights) > 1, "the weights themselves are still shown"
    choose_show(view, Show.SINCE_KEPT)
    assert view.title == "Weights into layer 1 · change since step 3 · step 1,203"
    assert np.count_nonzero(view._shown.gallery.weights) == 1
    keep(view)
    assert np.count_nonzero(view._shown.gallery.weights) == 0
    assert view.title.startswith("Weights into layer 1 · change since step 1,203")


def test_as_long_as_nothing_is_kept_the_view_says_how_to(qtbot, view, texts):
    receive(qtbot, view, by_hand())
    choose_show(view, Show.SINCE_KEPT)
    assert view.title == ""
    texts.clear()
    figure(view)
    assert set(texts) == {NOTHING_KEPT}
    assert hover(view, QPoint(200, 200)) == ""
    keep(view)
    assert view.title == "Weights into layer 1 · change since step 0 · step 0"


def test_a_step_of_another_run_is_called_that(qtbot, view):
    receive(qtbot, view, by_hand())
    keep(view)
    choose_show(view, Show.SINCE_KEPT)
    receive(qtbot, view, by_hand(step=2))
    assert view.title == "Weights into layer 1 · change since step 0 of another run · step 2"


def test_a_step_of_a_network_with_other_layers_cannot_be_compared_with(qtbot, view, texts):
    receive(qtbot, view, by_hand(8))
    keep(view)
    choose_show(view, Show.SINCE_KEPT)
    receive(qtbot, view, by_hand(6))
    texts.clear()
    figure(view)
    assert set(texts) == {ANOTHER_NETWORK}
    receive(qtbot, view, by_hand(8))
    assert view.title


# In which order.


def test_neurons_are_sorted_by_norm(qtbot, view, texts):
    receive(qtbot, view, by_hand())
    assert order_of(view) == [0, 1, 2, 3, 4, 5]
    choose_order(view, Order.NORM)
    assert order_of(view) == [0, 1, 2, 3, 4, 5]
    trainer = small_trainer((20, 6, 10))
    trainer.network.theta[:] = 0
    for neuron, weight in enumerate((0.5, -3.0, 0.25, 2.0, 0.0, 1.0)):
        trainer.network.weights[0][neuron, 7] = weight
    receive(qtbot, view, trainer.snapshot())
    assert order_of(view) == [1, 3, 5, 0, 2, 4]
    assert "Neuron 3 · " in hover(view, middle_of(view, 1, 7))
    assert "weight +2.0000" in view.readout
    choose_order(view, Order.NUMBER)
    assert order_of(view) == [0, 1, 2, 3, 4, 5]


def test_the_numbers_below_the_images_change_places_with_them(qtbot, view, monkeypatch):
    labels = []
    monkeypatch.setattr(
        weight_pictures, "write", lambda painter, theme, area, text, *rest, **more: labels.append(text)
    )
    receive(qtbot, view, one_larger(4).snapshot())
    view._canvas.repaint()
    assert labels[-6:] == ["0", "1", "2", "3", "4", "5"]
    choose_order(view, Order.NORM)
    view._canvas.repaint()
    assert labels[-6:] == ["4", "0", "1", "2", "3", "5"]


def test_a_change_is_sorted_by_the_norm_of_the_change(qtbot, view):
    trainer = small_trainer((20, 6, 10))
    view.receive(trainer.snapshot())
    trainer.network.weights[0][4] += 1.0
    choose_show(view, Show.SINCE_START)
    receive(qtbot, view, replace(trainer.snapshot(), step=7))
    choose_order(view, Order.NORM)
    assert order_of(view) == [4, 0, 1, 2, 3, 5]


def test_neurons_are_sorted_by_their_activation_for_the_chosen_sample(qtbot, view, choice):
    snapshot = small_trainer((20, 6, 10)).snapshot()
    receive(qtbot, view, snapshot)
    choose_order(view, Order.ACTIVATION)
    orders = []
    for index in (0, 1, 2, 3):
        choice.choose("test", index)
        a = choice.response(snapshot.network).activations(1)
        assert order_of(view) == sorted(range(6), key=lambda neuron: -a[neuron])
        for row, neuron in enumerate(order_of(view)):
            said = hover(view, middle_of(view, row, 9))
            assert said.startswith(f"Neuron {neuron} · ")
            assert f" · activation {a[neuron]:.3f} · " in said
        orders.append(order_of(view))
    assert orders[0] != orders[1] or orders[1] != orders[2], "the samples do not tell orders apart"
    choose_layer(view, 2)
    a = choice.response(snapshot.network).activations(2)
    assert order_of(view) == sorted(range(10), key=lambda neuron: -a[neuron])


def test_without_a_sample_that_fits_neurons_keep_to_their_numbers(qtbot, view, choice, texts):
    receive(qtbot, view, small_trainer((20, 6, 10)).snapshot())
    choose_order(view, Order.ACTIVATION)
    choice.sample = None
    view.show_again()
    assert order_of(view) == [0, 1, 2, 3, 4, 5]
    texts.clear()
    figure(view, (900, 600))
    assert any("There is no sample to sort by." in text for text in texts)


def test_while_training_runs_neurons_change_places_only_once_in_a_while(qtbot, view, monkeypatch):
    trainer = one_larger(2)
    receive(qtbot, view, trainer.snapshot())
    choose_order(view, Order.NORM)
    assert order_of(view)[0] == 2
    trainer.network.weights[0][5] = 7.0
    receive(qtbot, view, trainer.snapshot())
    assert order_of(view)[0] == 2
    assert view._shown.gallery.weights[order_of(view).index(5)].max() == 7.0
    # Even if nothing comes any more.
    qtbot.waitUntil(lambda: order_of(view)[0] == 5, timeout=5000)


def test_what_the_user_chooses_is_sorted_at_once(qtbot, view):
    trainer = one_larger(2)
    trainer.network.weights[1][3] = 9.0
    receive(qtbot, view, trainer.snapshot())
    choose_order(view, Order.NORM)
    choose_layer(view, 2)
    assert order_of(view)[0] == 3
    choose_layer(view, 1)
    assert order_of(view)[0] == 2


def test_another_run_is_sorted_at_once(qtbot, view):
    receive(qtbot, view, one_larger(2).snapshot())
    choose_order(view, Order.NORM)
    receive(qtbot, view, one_larger(4).snapshot())
    assert order_of(view)[0] == 4


def test_a_hidden_view_sorts_no_more(qtbot, view):
    trainer = one_larger(2)
    receive(qtbot, view, trainer.snapshot())
    choose_order(view, Order.NORM)
    receive(qtbot, view, trainer.snapshot())
    assert view._sort_later.isActive()
    view.hide()
    assert not view._sort_later.isActive()


# Hover, pinned neuron, keys.


def test_hover_names_neuron_bias_and_weight_exactly(qtbot, view):
    snapshot = by_hand()
    receive(qtbot, view, snapshot)
    for row, source in ((0, 0), (0, 7), (1, 19), (5, 9)):
        bias = f"{snapshot.network.biases[0][row]:+.3f}".replace("-", "−")
        weight = f"{snapshot.network.weights[0][row, source]:+.4f}".replace("-", "−")
        where = f"({source // 4}, {source % 4})"
        said = hover(view, middle_of(view, row, source))
        assert said == f"Neuron {row} · bias {bias} · pixel {where}: weight {weight}"
        assert view._canvas.accessibleDescription() == said


def test_what_is_read_out_is_painted_on_the_screen_but_not_in_a_figure(qtbot, view, texts):
    receive(qtbot, view, by_hand())
    said = hover(view, middle_of(view, 0, 7))
    texts.clear()
    view._canvas.repaint()
    assert said in texts
    assert not any("An image for each" in text for text in texts)
    texts.clear()
    figure(view)
    assert said not in texts
    assert any("An image for each" in text for text in texts)


def test_where_there_is_one_line_the_readout_takes_it(qtbot, view, texts):
    view.resize(400, 260)
    receive(qtbot, view, by_hand())
    hover(view, middle_of(view, 0, 7))
    texts.clear()
    view._canvas.repaint()
    assert any("(1, 3): " in text for text in texts)
    assert not any("layer" in text for text in texts)


def test_between_neurons_and_outside_nothing_is_read_out(qtbot, view, qapp):
    receive(qtbot, view, by_hand())
    assert hover(view, middle_of(view, 0, 0)) != ""
    assert hover(view, QPoint(0, 0)) == ""
    assert hover(view, middle_of(view, 0, 0)) != ""
    qapp.sendEvent(view._canvas, QEvent(QEvent.Type.Leave))
    assert view.readout == ""
    assert view._canvas.accessibleDescription() == ""


def test_a_hovered_weight_is_read_out_anew_as_it_changes(qtbot, view):
    trainer = small_trainer()
    receive(qtbot, view, trainer.snapshot())
    first = hover(view, middle_of(view, 2, 5))
    trainer.advance(5)
    receive(qtbot, view, trainer.snapshot())
    assert view.readout != first
    assert view.readout.endswith(f"{trainer.network.weights[0][2, 5]:+.4f}".replace("-", "−"))


def test_after_a_figure_was_made_hover_still_reads_what_is_on_the_screen(qtbot, view):
    receive(qtbot, view, by_hand())
    place = middle_of(view, 0, 7)
    figure(view, (300, 900))
    assert "(1, 3)" in hover(view, place)


def test_a_smaller_network_under_the_pointer_is_no_fault(qtbot, view):
    """New run by the keyboard, with the pointer resting on a neuron that the new network does not have."""
    receive(qtbot, view, by_hand(30))
    hover(view, middle_of(view, 29, 10))
    receive(qtbot, view, by_hand(2))
    view.grab()
    assert view.readout == "" or view.readout.startswith(("Neuron 0", "Neuron 1"))


def test_a_click_pins_the_neuron_under_the_pointer_and_another_unpins_it(qtbot, view, choice):
    receive(qtbot, view, by_hand())
    place = middle_of(view, 3, 9)
    click(qtbot, view, place)
    assert choice.neuron == Neuron(1, 3)
    click(qtbot, view, QPoint(1, 1))
    assert choice.neuron == Neuron(1, 3)
    click(qtbot, view, place)
    assert choice.neuron is None


def test_a_click_on_a_row_pins_its_neuron_whatever_the_order(qtbot, view, choice):
    trainer = small_trainer((20, 6, 4, 10))
    trainer.network.weights[1][:] *= np.array([[0.1], [5.0], [0.3], [2.0]], np.float32)
    receive(qtbot, view, trainer.snapshot())
    choose_layer(view, 2)
    choose_order(view, Order.NORM)
    assert order_of(view)[:2] == [1, 3]
    click(qtbot, view, frame_of(view, 1).center().toPoint())
    assert choice.neuron == Neuron(2, 3)


def test_the_pinned_neuron_is_framed(qtbot, view, choice, theme):
    receive(qtbot, view, by_hand())
    for index in (1, 4):
        choice.pin(Neuron(1, index))
        picture = view._canvas.grab().toImage()
        for row in range(6):
            frame = frame_of(view, row)
            x = round(frame.left() - 1.5)
            column = {picture.pixelColor(x + by, round(frame.center().y())).name() for by in (-1, 0, 1)}
            assert (theme.colours.highlight in column) == (row == index)
    choice.pin(None)
    assert theme.colours.highlight not in colours_of(view._canvas.grab().toImage())


def test_in_the_next_layer_the_pinned_neurons_column_is_framed(qtbot, view, choice, theme):
    receive(qtbot, view, small_trainer((20, 6, 4, 10)).snapshot())
    choose_layer(view, 2)
    choice.pin(Neuron(1, 5))
    view.grab()
    (frame,) = view._picture.source_frames(5)
    picture = view._canvas.grab().toImage()
    place = round(frame.left() - 1.5), round(frame.bottom() + 1.5)
    assert picture.pixelColor(round(frame.center().x()), place[1]).name() == theme.colours.highlight
    choice.pin(Neuron(3, 5))
    assert theme.colours.highlight not in colours_of(view._canvas.grab().toImage())


def test_a_neuron_that_the_network_does_not_have_is_not_framed(qtbot, view, choice, theme):
    receive(qtbot, view, by_hand())
    for neuron in (Neuron(1, 6), Neuron(7, 0)):
        choice.pin(neuron)
        assert theme.colours.highlight not in colours_of(view._canvas.grab().toImage())


def test_arrows_lead_from_one_image_to_the_next(qtbot, view, choice):
    receive(qtbot, view, by_hand())
    view.grab()
    across = view._images._mosaic.across
    assert 1 < across < 6
    pressed = [
        (Qt.Key.Key_Down, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + across),
        (Qt.Key.Key_Left, across),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Left, 0),
    ]
    for key, index in pressed:
        qtbot.keyClick(view._canvas, key)
        assert choice.neuron == Neuron(1, index)


def test_arrows_lead_from_one_row_to_the_next(qtbot, view, choice):
    receive(qtbot, view, small_trainer((20, 6, 4, 10)).snapshot())
    choose_layer(view, 2)
    choice.pin(Neuron(1, 3))
    for key, index in (
        (Qt.Key.Key_Down, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
    ):
        qtbot.keyClick(view._canvas, key)
        assert choice.neuron == Neuron(2, index)


def claims(canvas, key, modifier=Qt.KeyboardModifier.NoModifier):
    """Tell whether the canvas takes a key before the window's shortcuts do."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    canvas.event(event)
    return event.isAccepted()


def test_arrows_that_mean_something_here_are_not_the_windows(qtbot, view):
    receive(qtbot, view, by_hand())
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
    assert [claims(view._canvas, key) for key in keys] == [True] * 4
    assert not claims(view._canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert not claims(view._canvas, Qt.Key.Key_Space)
    choose_layer(view, 2)
    assert [claims(view._canvas, key) for key in keys] == [False, False, True, True]


def test_the_focus_shows(qtbot, view, theme):
    receive(qtbot, view, by_hand())
    view.activateWindow()
    corner = QPoint(0, view._canvas.height() - 1)
    assert colour_at(view, corner) == theme.colours.surface
    view._canvas.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view._canvas.hasFocus)
    assert colour_at(view, corner) == theme.colours.highlight


# Any network, any size.


@pytest.mark.parametrize("sizes", [(20, 10), (20, 1), (20, 100, 10), (20, 3, 4, 5, 6, 20), (20, 1, 2)])
@pytest.mark.parametrize("size", [(300, 200), (760, 620), (1200, 800)])
def test_every_layer_of_every_network_has_its_picture(qtbot, view, choice, sizes, size, texts):
    trainer = small_trainer((*sizes[:-1], max(sizes[-1], 10)))
    snapshot = trainer.snapshot()
    if sizes[-1] < 10:
        network = Network(sizes)
        snapshot = replace(snapshot, network=network, spec=replace(snapshot.spec, sizes=sizes))
    view.resize(*size)
    receive(qtbot, view, snapshot)
    for layer in range(1, len(sizes)):
        choose_layer(view, layer)
        for show in Show:
            choose_show(view, show)
            for order in Order:
                choose_order(view, order)
                view.grab()
        choose_show(view, Show.WEIGHTS)
        view.grab()
        canvas = QRectF(view._canvas.rect())
        for row in range(snapshot.network.sizes[layer]):
            for frame in view._picture.frames(row):
                assert canvas.contains(frame)
        assert sorted(order_of(view)) == list(range(snapshot.network.sizes[layer]))


@pytest.mark.parametrize("scale", [0.8, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (320, 220), (620, 420), (500, 700), (1200, 800)])
def test_no_text_is_cut_and_none_meets_another(qtbot, view, theme, monkeypatch, size, scale):
    written = []

    def write(painter, theme, area, text, align, points=10, role="text", strong=False, wrap=False):
        width = text_width(theme, text, points, strong)
        assert width <= area.width() + 0.5, text
        left = area.left() if align & Qt.AlignmentFlag.AlignLeft else area.right() - width
        written.append((text, QRectF(left, area.top(), width, area.height())))

    for part in (module, scale_bar):
        monkeypatch.setattr(part, "write", write)
    theme.choose_text_scale(scale)
    view.resize(*size)
    trainer = small_trainer((20, 16, 10))
    receive(qtbot, view, trainer.snapshot())
    for show in (Show.WEIGHTS, Show.SINCE_START):
        choose_show(view, show)
        for order in Order:
            choose_order(view, order)
            for on_one in (True, False):
                shared(view).setChecked(on_one)
                for place in (QPoint(0, 0), frame_of(view, 3).center().toPoint()):
                    hover(view, place)
                    written.clear()
                    view._canvas.repaint()
                    for number, (text, area) in enumerate(written):
                        assert area.left() >= 0
                        assert area.right() <= view._canvas.width()
                        for other, another in written[number + 1 :]:
                            assert not area.intersects(another), f"{text} and {other}"
    theme.choose_text_scale(1.0)


def test_weights_that_are_all_nought_are_shown_as_nought(qtbot, view, theme):
    trainer = small_trainer()
    trainer.network.theta[...] = 0
    receive(qtbot, view, trainer.snapshot())
    assert colour_at(view, middle_of(view, 0, 0)) == theme.colours.zero
    shared(view).setChecked(False)
    assert colour_at(view, middle_of(view, 0, 0)) == theme.colours.zero


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_after_a_divergence_the_view_is_painted_without_a_warning(qtbot, view, bad):
    trainer = small_trainer((20, 6, 4, 10))
    view.receive(trainer.snapshot())
    for part in (*trainer.network.weights, *trainer.network.biases):
        part[1] = bad
    with no_warnings():
        receive(qtbot, view, replace(trainer.snapshot(), step=9))
        for layer in (1, 2, 3):
            choose_layer(view, layer)
            for show in Show:
                choose_show(view, show)
                for order in Order:
                    choose_order(view, order)
                    shared(view).setChecked(not shared(view).isChecked())
                    view.grab()
                    hover(view, QPoint(300, 300))


def test_one_bad_weight_does_not_hide_the_others(qtbot, view, theme):
    trainer = small_trainer()
    trainer.network.theta[...] = 0
    trainer.network.weights[0][0, 0] = np.nan
    trainer.network.weights[0][1, 7] = 0.5
    receive(qtbot, view, trainer.snapshot())
    assert colour_at(view, middle_of(view, 1, 7)) == theme.colours.positive


def test_a_figure_can_be_made_of_a_view_that_was_never_shown(qapp, theme, choice):
    view = WeightsView(theme, choice)
    view.show_snapshot(by_hand())
    assert theme.colours.positive in colours_of(figure(view))
    view.deleteLater()


def test_of_a_view_that_nobody_sees_every_figure_is_in_order(qapp, theme, choice):
    view = WeightsView(theme, choice)
    choose_order(view, Order.NORM)
    trainer = one_larger(2)
    view.show_snapshot(trainer.snapshot())
    trainer.network.weights[0][5] = 7.0
    view.show_snapshot(trainer.snapshot())
    assert order_of(view)[:2] == [5, 2]
    assert not view._sort_later.isActive()
    view.deleteLater()
