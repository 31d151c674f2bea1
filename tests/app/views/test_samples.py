from dataclasses import replace

import numpy as np
import pytest
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from run.small import small_data

from nnviz.app.choice import Choice
from nnviz.app.views.samples import BEFORE_DATA, SIDES, SamplesView, captions, nothing_found, stories
from nnviz.core.evaluation import Evaluation
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.sample_query import SampleQuery

COSTLIEST = SampleQuery("test", order="cost", descending=True)


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    yield choice
    choice.deleteLater()


@pytest.fixture
def view(qtbot, theme, choice):
    theme.motion = False
    view = SamplesView(theme, choice)
    view.least_ms = 0
    qtbot.addWidget(view)
    view.resize(620, 420)
    view.show()
    yield view
    theme.choose_text_scale(1.0)


@pytest.fixture(scope="module")
def trained():
    trainer = small_trainer(eta=3.0)
    trainer.advance(60)
    return evaluated(trainer)


def evaluated(trainer):
    """Return a snapshot of a trainer that is evaluated at its step."""
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.snapshot()


def answering(predicted, confidence=None, costs=None, step=7, of=None):
    """Return a snapshot in which the first test samples were answered by hand, and no training sample."""
    n = len(predicted)
    made = Evaluation(
        0.0,
        0.0,
        np.array(predicted, np.int8),
        np.full(n, 0.5, np.float32) if confidence is None else np.array(confidence, np.float32),
        np.zeros(n, np.float32) if costs is None else np.array(costs, np.float32),
    )
    none = Evaluation(0.0, 0.0, *(np.zeros(0, kind) for kind in (np.uint8, np.float32, np.float32)))
    snapshot = of or evaluated(small_trainer())
    full = replace(snapshot.evaluated, training=none, test=made)
    return replace(snapshot, evaluated=replace(full, record=replace(full.record, step=step)))


def unanswered():
    trainer = small_trainer()
    snapshot = trainer.snapshot()
    return replace(snapshot, evaluated=None)


def shown(view):
    return view.grid.contents.numbers.tolist()


def click(view, place):
    centre = view.grid.grid.tile(place).center()
    where = QPointF(centre.x(), centre.y() - view.grid.bar.value()).toPoint()
    QTest.mouseClick(view.grid.canvas, Qt.MouseButton.LeftButton, pos=where)


def hover(view, place):
    centre = view.grid.grid.tile(place).center()
    move_mouse(view.grid.canvas, QPointF(centre.x(), centre.y() - view.grid.bar.value()).toPoint())


def figure(view, size=(620, 420)):
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(view.theme.colour("surface"))
    with QPainter(picture) as painter:
        view.paint_figure(painter, QRectF(0, 0, *size))
    return picture


def colours(picture):
    return {
        picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, picture.height())
    }


@pytest.fixture
def repaints(view, monkeypatch):
    """Count how often the grid is painted."""
    counted = []
    paint = view.grid._sheet.paint
    monkeypatch.setattr(view.grid._sheet, "paint", lambda *args: (counted.append(1), paint(*args)))
    return counted


# What is shown.


def test_before_the_data_is_loaded_the_view_says_what_will_come(qtbot, theme):
    view = SamplesView(theme, Choice())
    qtbot.addWidget(view)
    view.show()
    assert view.grid._nothing[0] == BEFORE_DATA
    assert len(colours(figure(view))) > 1
    view.grab()
    view.show_query(COSTLIEST)
    QTest.keyClick(view.grid, Qt.Key.Key_Down)


def test_without_a_run_all_test_images_are_shown_without_answers(view):
    assert shown(view) == list(range(31))
    assert view.grid.contents.predicted is None
    assert view._caption[0] == "31 test images · no answers yet"
    assert not view.controls.right.isEnabled()


def test_training_images_are_shown_too(view):
    view.controls.source.setCurrentIndex(1)
    assert shown(view) == list(range(53))
    assert view.grid.contents.images is view._choice.data.training.images


def test_the_answers_are_those_of_the_evaluation(qtbot, view, trained):
    receive(qtbot, view, trained)
    assert view.grid.contents.predicted is trained.evaluated.test.predicted
    assert view.controls.right.isEnabled()
    view.show_query(SampleQuery("training"))
    assert view.grid.contents.predicted is trained.evaluated.training.predicted


def test_filters_and_orders_apply_to_the_answers(qtbot, view):
    labels = small_data().test.labels
    predicted = labels.copy()
    predicted[[4, 9, 20]] = (labels[[4, 9, 20]] + 1) % 10
    costs = np.arange(31) % 7
    receive(qtbot, view, answering(predicted, costs=costs))
    view.show_query(SampleQuery(right=False))
    assert shown(view) == [4, 9, 20]
    view.show_query(SampleQuery(right=False, order="cost", descending=True))
    assert shown(view) == [20, 4, 9]
    view.show_query(COSTLIEST)
    assert costs[shown(view)].tolist() == sorted(costs, reverse=True)


def test_the_caption_says_how_many_and_of_which_step_the_answers_are(qtbot, view, trained):
    receive(qtbot, view, trained)
    assert view._caption[0] == "31 test images · answers of step 60"
    view.show_query(SampleQuery("training", digit=3))
    found = int(np.count_nonzero(small_data().training.labels == 3))
    assert view._caption[0] == f"{found} of 53 training images · answers of step 60"


def test_captions_in_full_and_ever_shorter():
    query = SampleQuery("training", right=False)
    texts = captions(query, 1024, 60_000, 6000)
    assert texts[0] == "1,024 of 60,000 training images · answers of step 6,000"
    assert texts[-1] == "1,024"
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)
    assert captions(query, 60_000, 60_000, None)[0] == "60,000 training images · no answers yet"
    assert captions(SampleQuery(digit=1), 5, 10, None)[0] == "5 of 10 test images · no answers yet"


def test_confused_digits_are_shown_in_the_order_chosen_before(qtbot, view):
    labels = small_data().test.labels
    predicted = labels.copy()
    threes = np.flatnonzero(labels == 3)
    predicted[threes] = 5
    receive(qtbot, view, answering(predicted))
    view.show_query(COSTLIEST)
    view.show_confused("test", 3, 5)
    assert shown(view) == threes.tolist()
    assert view.query == replace(COSTLIEST, digit=3, predicted=5)
    assert view.controls.predicted.currentText() == "Taken for 5"
    view.show_query(SampleQuery(right=True, digit=0))
    view.show_confused("training", 1, 2)
    assert view.query == SampleQuery("training", digit=1, predicted=2)


def test_show_all_takes_the_filters_away_and_nothing_else(qtbot, view, trained):
    receive(qtbot, view, trained)
    assert not view.show_all.isEnabled()
    view.show_query(replace(COSTLIEST, digit=3, right=False))
    assert view.show_all.isEnabled()
    qtbot.mouseClick(view.show_all, Qt.MouseButton.LeftButton)
    assert view.query == COSTLIEST
    assert len(shown(view)) == 31
    assert not view.show_all.isEnabled()


def test_another_question_is_answered_from_the_top_whatever_is_chosen(view):
    view.resize(300, 240)
    view._choice.choose("test", 30)
    assert view.grid.bar.value() > 0
    view.controls.source.setCurrentIndex(1)
    assert view.grid.bar.value() == 0
    view.controls.source.setCurrentIndex(0)
    assert view.grid._chosen == 30
    assert view.grid.bar.value() == 0


def test_where_nothing_is_found_a_sentence_says_so_and_what_to_do(qtbot, view):
    receive(qtbot, view, answering(small_data().test.labels))
    view.show_confused("test", 3, 5)
    assert shown(view) == []
    sentence, advice = view.grid._nothing
    assert sentence == "No test image that is a 3 was taken for a 5."
    assert "Show all" in advice
    assert view.theme.colours.text in colours(view.grid.canvas.grab().toImage())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (SampleQuery(digit=8), "No test image is an 8."),
        (SampleQuery(right=False), "No test image was taken for another digit."),
        (SampleQuery("training", right=True), "No training image was recognised."),
        (SampleQuery(digit=18, right=True), "No test image that is an 18 was recognised."),
        (SampleQuery(predicted=5), "No test image was taken for a 5."),
        (SampleQuery(right=False, predicted=11), "No test image was wrongly taken for an 11."),
        (
            SampleQuery(digit=3, right=True, predicted=5),
            "No test image that is a 3 was rightly taken for a 5.",
        ),
    ],
)
def test_what_was_not_found_is_said_in_a_sentence(query, sentence):
    assert nothing_found(query) == sentence


def test_the_digits_that_occur_are_offered(view):
    data = small_data()
    occurring = sorted({*data.training.labels.tolist(), *data.test.labels.tolist()})
    box = view.controls.digit
    assert [box.itemText(i) for i in range(1, box.count())] == [f"Only {label}" for label in occurring]


def test_answers_that_are_no_label_are_offered_where_the_network_can_give_them(qtbot, view):
    receive(qtbot, view, evaluated(small_trainer((20, 6, 14))))
    assert view.controls.predicted.count() == 15


# New snapshots.


def test_a_snapshot_with_the_same_answers_changes_and_repaints_nothing(qtbot, view, trained, repaints):
    receive(qtbot, view, trained)
    qtbot.wait(20)
    repaints.clear()
    contents = view.grid.contents
    for step in range(61, 65):
        view.receive(replace(trained, step=step))
    view._choice.neuron_changed.emit()
    qtbot.wait(20)
    assert view.grid.contents is contents
    assert repaints == []


def test_other_answers_are_shown_and_the_scroll_position_stays(qtbot, view):
    view.resize(300, 260)
    view.show_query(COSTLIEST)
    receive(qtbot, view, answering([0] * 31, costs=range(31)))
    assert shown(view) == list(range(30, -1, -1))
    view.grid.bar.setValue(150)
    receive(qtbot, view, answering([0] * 31, costs=range(31, 0, -1)))
    assert shown(view) == list(range(31))
    assert view.grid.bar.value() == 150


def test_the_chosen_sample_is_marked_where_it_lies_now_and_not_scrolled_to(qtbot, view):
    view.resize(300, 260)
    view.show_query(COSTLIEST)
    receive(qtbot, view, answering([0] * 31, costs=range(31)))
    click(view, 0)
    assert view._choice.sample.index == 30
    receive(qtbot, view, answering([0] * 31, costs=range(31, 0, -1)))
    assert view.grid._chosen == 30
    assert view.grid.bar.value() == 0


def test_a_run_that_begins_anew_has_no_answers_for_a_while_and_the_filters_wait(qtbot, view, trained):
    receive(qtbot, view, trained)
    view.show_query(replace(COSTLIEST, right=False))
    wrong = shown(view)
    receive(qtbot, view, unanswered())
    assert shown(view) == list(range(31))
    assert view._caption[0] == "31 test images · no answers yet"
    assert not view.controls.right.isEnabled()
    receive(qtbot, view, trained)
    assert shown(view) == wrong


def test_other_data_are_shown_at_once_and_without_the_answers_to_the_data_before(qtbot, view, trained):
    receive(qtbot, view, trained)
    view.grid.bar.setValue(50)
    view._choice.set_data(small_data(20, 31))
    assert view.grid.contents.predicted is None
    assert shown(view) == list(range(31))
    view.receive(replace(trained, step=61))
    assert view.grid.contents.predicted is None, "an answer of the run before"
    receive(qtbot, view, answering([1] * 31))
    assert view.grid.contents.predicted is not None


def test_answers_to_more_samples_than_there_are_are_not_taken_for_theirs(qtbot, view, trained):
    view._choice.set_data(small_data(53, 10))
    receive(qtbot, view, trained)
    assert view.grid.contents.predicted is None
    assert shown(view) == list(range(10))
    view.show_query(SampleQuery("training"))
    assert view.grid.contents.predicted is not None


def test_a_run_on_some_of_the_training_images_leaves_the_others_unanswered(qtbot, view):
    receive(qtbot, view, evaluated(small_trainer(train_size=20)))
    view.show_query(SampleQuery("training"))
    assert len(shown(view)) == 53
    view.show_query(SampleQuery("training", right=True))
    assert all(number < 20 for number in shown(view))
    view.grab()


# The chosen sample.


def test_a_click_chooses_the_sample_under_the_pointer(qtbot, view):
    receive(qtbot, view, answering([0] * 31, costs=range(31)))
    view.show_query(COSTLIEST)
    click(view, 2)
    assert (view._choice.sample.source, view._choice.sample.index) == ("test", 28)
    assert view.grid._chosen == 2


def test_arrows_choose_the_next_sample_of_those_shown(qtbot, view):
    receive(qtbot, view, answering([0] * 31, costs=range(31)))
    view.show_query(COSTLIEST)
    click(view, 0)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    assert view._choice.sample.index == 29
    QTest.keyClick(view.grid, Qt.Key.Key_End)
    assert view._choice.sample.index == 0


def test_a_training_image_is_chosen_from_the_training_images(view):
    view.show_query(SampleQuery("training", digit=3))
    click(view, 1)
    sample = view._choice.sample
    assert sample.source == "training"
    assert sample.index == shown(view)[1]
    assert sample.label == 3


def test_a_sample_that_is_chosen_elsewhere_is_marked_and_scrolled_to(view):
    view.resize(300, 240)
    view._choice.choose("test", 30)
    assert view.grid._chosen == 30
    assert view.grid.bar.value() == view.grid.bar.maximum() > 0


def test_a_sample_that_is_not_among_those_shown_is_not_marked(view):
    view._choice.choose("training", 3)
    assert view.grid._chosen is None
    view._choice.choose_drawn(np.zeros(20, np.uint8))
    assert view.grid._chosen is None
    view._choice.choose("test", 0)
    assert view.grid._chosen == 0
    view.show_query(SampleQuery(digit=int(small_data().test.labels[0]) + 1))
    assert view.grid._chosen is None


def test_the_chosen_sample_has_a_frame_in_the_highlight_colour(view):
    view._choice.choose("test", 5)
    assert view.theme.colours.highlight in colours(figure(view))
    view._choice.choose("training", 5)
    assert view.theme.colours.highlight not in colours(figure(view))


def test_to_choose_another_sample_looks_for_nothing_anew(qtbot, view, trained, monkeypatch):
    receive(qtbot, view, trained)
    monkeypatch.setattr("nnviz.app.views.samples.find", pytest.fail)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End):
        QTest.keyClick(view.grid, key)
    assert view._choice.sample.index == 30


# Hover and sizes.


def test_hover_names_the_sample_its_answer_and_the_figures(qtbot, view):
    labels = small_data().test.labels
    predicted = labels.copy()
    predicted[2] = (labels[2] + 1) % 10
    receive(qtbot, view, answering(predicted, [0.5, 0.25, 0.125] + [0.5] * 28, [0, 1.5, 0.75] + [0] * 28))
    hover(view, 1)
    right = f"{labels[1]}, recognised · confidence 0.250 · cost 1.5000"
    assert view._told[0].startswith("Test image 1: a")
    assert view._told[0].endswith(right)
    hover(view, 2)
    assert "taken for a" in view._told[0]
    assert view._told[0].endswith(f"{predicted[2]} · confidence 0.125 · cost 0.7500")
    told = view._line.grab().toImage()
    move_mouse(view.grid.canvas, QPointF(1, 1).toPoint())
    assert view._told == ()
    assert view._line.grab().toImage() != told


def test_a_story_grows_shorter_and_without_an_answer_has_only_a_label():
    answers = answering([4]).evaluated.test
    texts = stories("test", 0, 8, answers)
    assert texts[0] == "Test image 0: an 8, taken for a 4 · confidence 0.500 · cost 0.0000"
    assert texts[-1] == "An 8, taken for a 4"
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)
    assert stories("training", 1234, 8, answers)[0] == "Training image 1,234: an 8"
    assert stories("training", 1234, 8, None)[0] == "Training image 1,234: an 8"


def test_the_size_of_the_images_can_be_chosen(view):
    assert SIDES[view.size_slider.value()] == 56
    before = view.grid.grid.height
    view.grid.zoomed.emit(1)
    assert view.grid.grid.height > before
    view.size_slider.setFocus()
    QTest.keyClick(view.size_slider, Qt.Key.Key_Home)
    assert view.grid.grid.height < before
    view.grid.zoomed.emit(-5)
    assert view.size_slider.value() == 0


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (320, 220), (620, 420), (1200, 800)])
def test_the_view_fits_and_a_tile_can_be_seen_whole(qtbot, theme, view, trained, size, scale):
    receive(qtbot, view, trained)
    theme.choose_text_scale(scale)
    view.show_confused("test", 3, 3)
    view.resize(*size)
    qtbot.wait(30)
    assert (view.width(), view.height()) == size, "the view asks for more room"
    parts = [view.controls, view.grid, view._line, view.show_all, view.size_slider]
    boxes = [part.geometry() for part in parts if part.isVisible()]
    for box in boxes:
        assert QRect(0, 0, *size).contains(box)
        assert not any(box.intersects(other) for other in boxes if other is not box)
    assert view.grid.canvas.height() >= view.grid.grid.tile(0).bottom()
    assert view.show_all.isVisible(), "the only way out of a filter whose control is left out"
    for control in (view.show_all, view.controls.source):
        assert control.height() >= control.sizeHint().height()


# Themes and figures.


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_view_takes_up_another_theme(view, theme, name):
    theme.choose(name, False)
    picture = view.grid.canvas.grab().toImage()
    image = view.grid.grid.image(0)
    expected = QColor(theme.colours.highlight).name()
    assert expected in colours(picture)
    assert picture.pixelColor(2, round(image.bottom()) + 30).name() == theme.colours.surface


def test_a_figure_is_painted_though_the_view_was_never_shown(qtbot, theme, choice, trained):
    view = SamplesView(theme, choice)
    qtbot.addWidget(view)
    view.show_snapshot(trained)
    seen = colours(figure(view, (800, 500)))
    for role in ("positive", "muted", "highlight", "line"):
        assert getattr(theme.colours, role) in seen


def test_a_figure_in_a_file_holds_letters_not_only_pixels(qtbot, view, trained, tmp_path):
    receive(qtbot, view, trained)
    file = tmp_path / "samples.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(file))
    generator.setSize(QSize(620, 420))
    with QPainter(generator) as painter:
        view.paint_figure(painter, QRectF(0, 0, 620, 420))
    text = file.read_text()
    assert "31 test images · answers of step 60" in text
    assert text.count("✓") + text.count("→") > 5


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (300, 200), (1600, 900)])
def test_a_figure_of_any_size_is_painted(qtbot, view, trained, size):
    receive(qtbot, view, trained)
    figure(view, size)


# Other data.


def data_of(shape, labels):
    rng = np.random.default_rng(3)
    labels = np.array(labels, np.uint8)
    images = rng.integers(0, 256, (len(labels), shape[0] * shape[1])).astype(np.uint8)
    part = Samples(images, labels, shape)
    return DataSet("other", part, part)


@pytest.mark.parametrize("shape", [(1, 784), (784, 1), (1, 1), (3, 90), (40, 40)])
def test_images_of_any_shape_are_shown(view, shape):
    view._choice.set_data(data_of(shape, [0, 1, 2] * 20))
    view.grab()
    figure(view)
    assert shown(view) == list(range(60))


def test_labels_may_go_up_to_255(view):
    view._choice.set_data(data_of((5, 4), [0, 9, 255, 128]))
    assert view.controls.digit.count() == 5
    view.show_query(SampleQuery(digit=255))
    assert shown(view) == [2]
    view.grab()


def test_one_sample_is_enough(view):
    view._choice.set_data(data_of((5, 4), [3]))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_PageUp):
        QTest.keyClick(view.grid, key)
    view.grab()
    assert view._choice.sample.index == 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("order", ["natural", "cost", "confidence"])
def test_after_a_divergence_the_view_is_painted_without_a_warning(qtbot, view, order):
    bad = [np.nan, np.inf, -np.inf] + [np.nan] * 28
    with no_warnings():
        receive(qtbot, view, answering([0] * 31, bad, bad))
        view.show_query(SampleQuery(order=order, descending=True))
        view.grab()
        for place in range(3):
            hover(view, place)
            view.grab()


def test_after_a_divergence_all_images_are_wrong_and_none_was_taken_for_a_0(qtbot, view):
    trainer = small_trainer()
    trainer.network.theta[:] = np.nan
    receive(qtbot, view, evaluated(trainer))
    view.show_query(SampleQuery(right=True))
    assert shown(view) == []
    view.show_query(SampleQuery(predicted=0))
    assert shown(view) == []
    view.show_query(SampleQuery(right=False))
    assert shown(view) == list(range(31))
    with no_warnings():
        hover(view, 2)
        view.grab()
    assert view._told[0].endswith("has no answer: the outputs are not numbers")


@pytest.mark.parametrize("sizes", [(20, 10), (20, 30, 10), (20, 5, 4, 3, 10), (20, 6, 20)])
def test_any_network_answers(qtbot, view, sizes):
    receive(qtbot, view, evaluated(small_trainer(sizes)))
    view.show_query(SampleQuery(right=False, order="cost", descending=True))
    view.grab()


def test_a_network_with_one_output_takes_all_for_one_digit(qtbot, view):
    view._choice.set_data(data_of((5, 4), [0] * 12))
    trainer = small_trainer((20, 6, 10))
    receive(qtbot, view, answering([0] * 12, of=evaluated(trainer)))
    view.show_query(SampleQuery(right=False))
    assert shown(view) == []
    view.grab()
