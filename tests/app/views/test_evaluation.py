import math
from dataclasses import replace

import numpy as np
import pytest
from app.ink import near, where
from app.painted import overlapping, strings, texts_of
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QComboBox
from run.small import samples, small_data, small_spec

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.evaluation.picture import EvaluationPicture
from nnviz.app.graphics.text import text_width
from nnviz.app.views import evaluation as evaluation_module
from nnviz.app.views.evaluation import HINT, EvaluationView
from nnviz.core.evaluation import NO_ANSWER, Evaluation, confusion_matrix
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.epochs import EpochRecord, FullEvaluation
from nnviz.run.trainer import Trainer


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    yield choice
    choice.deleteLater()


@pytest.fixture
def view(qtbot, theme, choice):
    view = EvaluationView(theme, choice)
    qtbot.addWidget(view)
    view.resize(600, 420)
    view.show()
    view.chosen = []
    view.cell_chosen.connect(lambda *cell: view.chosen.append(cell))
    return view


def made_up(labels, wrong):
    """Return an evaluation that is right but for the samples in `wrong`, {index: (answer, cost)}."""
    predicted, costs = labels.copy(), np.full(len(labels), 0.01, np.float32)
    for index, (answer, cost) in wrong.items():
        predicted[index], costs[index] = answer, cost
    confidence = np.where(predicted == labels, 0.99, 0.55).astype(np.float32)
    accuracy = float(np.mean(predicted == labels))
    return Evaluation(float(costs.mean()), accuracy, predicted, confidence, costs)


def other(label):
    return (int(label) + 3) % 10


@pytest.fixture(scope="module")
def snapshot():
    """A snapshot of which it is known what was taken for what: two test images and one training image are wrong."""
    data = small_data()
    trainer = small_trainer()
    trainer.advance(12)
    test = made_up(
        data.test.labels, {5: (other(data.test.labels[5]), 1.5), 9: (other(data.test.labels[9]), 2.5)}
    )
    training = made_up(data.training.labels, {7: (other(data.training.labels[7]), 1.0)})
    record = EpochRecord(1, 8, 0.2, training.accuracy, 0.3, test.accuracy)
    before = EpochRecord(0, 0, 1.0, 0.1, 1.0, 0.1)
    return replace(
        trainer.snapshot(), epochs=(before, record), evaluated=FullEvaluation(record, training, test)
    )


def show(qtbot, view, snapshot):
    receive(qtbot, view, snapshot)
    view.grab()  # paints, and so lays out
    return picture(view)


def picture(view):
    """Return what is laid out in the view's canvas."""
    return view._laid_out(QRectF(view._canvas.rect()))


def texts(view, width=None, height=None):
    width, height = width or view._canvas.width(), height or view._canvas.height()
    return texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, width, height)), width, height)


def click(qtbot, view, point):
    qtbot.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=QPointF(point).toPoint())


def press(qtbot, view, *keys):
    for key in keys:
        qtbot.keyClick(view._canvas, key)


def told(view):
    return view._told(QRectF(view._canvas.rect()))


def choose_in(view, name, index):
    next(combo for combo in view.findChildren(QComboBox) if combo.accessibleName() == name).setCurrentIndex(
        index
    )


# What is shown


def test_before_there_is_a_run_or_an_evaluation_the_view_says_what_will_come(qtbot, view, theme):
    assert strings(texts(view)) != []
    assert " ".join(strings(texts(view))).startswith(HINT[:20])
    receive(qtbot, view, small_trainer().snapshot())
    assert " ".join(strings(texts(view))).startswith(HINT[:20])
    assert view.chosen == []
    for act in (lambda: click(qtbot, view, QPoint(50, 50)), lambda: press(qtbot, view, Qt.Key.Key_Return)):
        act()
    assert view.chosen == []


def test_the_matrix_counts_the_test_images_or_the_training_images(qtbot, view, snapshot):
    data = small_data()
    found = show(qtbot, view, snapshot)
    expected = confusion_matrix(data.test.labels, snapshot.evaluated.test.predicted, 10)
    assert np.array_equal(found.matrix.counts, expected)
    choose_in(view, "Images counted", 1)
    expected = confusion_matrix(data.training.labels, snapshot.evaluated.training.predicted, 10)
    assert np.array_equal(picture(view).matrix.counts, expected)
    choose_in(view, "Images counted", 0)
    assert picture(view).matrix.counts.sum() == len(data.test)


def test_it_says_of_which_images_and_of_which_step_the_answers_are(qtbot, view, snapshot):
    show(qtbot, view, snapshot)
    assert snapshot.step == 12
    (caption,) = [text for text in strings(texts(view)) if "answers of step" in text]
    assert caption.startswith("Test images, answers of step 8")
    assert "29 of 31 right, 93.55 %" in caption
    choose_in(view, "Images counted", 1)
    assert any(text.startswith("Training images, answers of step 8") for text in strings(texts(view)))


def test_counts_or_rates(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    label = int(small_data().test.labels[5])
    count = int(found.matrix.counts[label, label])
    assert found.matrix.text(label, label) == str(count)
    choose_in(view, "Unit of the matrix", 1)
    share = 100 * count / found.matrix.counts[label].sum()
    assert float(picture(view).matrix.text(label, label)) == pytest.approx(share, abs=0.05)
    assert any("% of their row" in text for text in strings(texts(view)))


def test_the_worst_mistakes_are_the_costliest_of_the_source(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    mistakes = found.worst.mistakes
    assert mistakes.indices.tolist() == [9, 5]
    assert mistakes.costs.tolist() == [2.5, 1.5]
    assert np.array_equal(mistakes.images, small_data().test.images[[9, 5]])
    choose_in(view, "Images counted", 1)
    assert picture(view).worst.mistakes.indices.tolist() == [7]


def test_right_and_wrong_answers_by_confidence(qtbot, view, snapshot):
    view.resize(1200, 800)
    found = show(qtbot, view, snapshot)
    right, wrong = found.confidence._series.values()
    assert right.tolist() == [0] * 9 + [29]
    assert wrong.tolist() == [0] * 5 + [2] + [0] * 4


def test_accuracy_by_epoch_is_of_the_epochs_of_the_run(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    assert found.accuracy._epochs == list(snapshot.epochs)
    more = (*snapshot.epochs, EpochRecord(2, 16, 0.1, 0.99, 0.2, 0.98))
    found = show(qtbot, view, replace(snapshot, epochs=more))
    assert found.accuracy._epochs == list(more)


def test_with_fewer_training_images_only_those_are_counted(qtbot, view, snapshot):
    labels = small_data().training.labels[:20]
    full = replace(snapshot.evaluated, training=made_up(labels, {}))
    show(qtbot, view, replace(snapshot, evaluated=full))
    choose_in(view, "Images counted", 1)
    assert picture(view).matrix.counts.sum() == 20


# Only when something has changed


def test_a_snapshot_with_the_same_evaluation_changes_nothing(qtbot, view, snapshot, monkeypatch):
    show(qtbot, view, snapshot)
    calls = []
    for name in ("confusion_matrix", "worst_mistakes", "confidence_histogram"):
        monkeypatch.setattr(evaluation_module, name, lambda *_: calls.append("computed"))
    monkeypatch.setattr(view._canvas, "update", lambda: calls.append("painted"))
    before = picture(view)
    view.show_snapshot(replace(snapshot, step=100, epochs=tuple(snapshot.epochs)))
    view.show_snapshot(snapshot)
    assert calls == []
    assert picture(view) is before


def test_each_evaluation_is_worked_out_once(qtbot, view, snapshot, monkeypatch):
    calls = []

    def counting(*arguments):
        calls.append(arguments)
        return confusion_matrix(*arguments)

    monkeypatch.setattr(evaluation_module, "confusion_matrix", counting)
    for _ in range(3):
        show(qtbot, view, snapshot)
    assert len(calls) == 1
    show(qtbot, view, replace(snapshot, evaluated=replace(snapshot.evaluated, test=snapshot.evaluated.test)))
    assert len(calls) == 1
    show(
        qtbot,
        view,
        replace(snapshot, evaluated=replace(snapshot.evaluated, test=replace(snapshot.evaluated.test))),
    )
    assert len(calls) == 2


def test_what_stands_still_is_painted_once(qtbot, view, snapshot, monkeypatch):
    painted = []
    paint = EvaluationPicture.paint
    monkeypatch.setattr(
        EvaluationPicture, "paint", lambda self, painter: painted.append(paint(self, painter))
    )
    show(qtbot, view, snapshot)
    for place in ((100, 100), (150, 150), (300, 200)):
        move_mouse(view._canvas, QPoint(*place))
        view.grab()
    assert len(painted) == 1
    view.resize(640, 430)
    view.grab()
    assert len(painted) == 2


# Clicks


def test_a_click_on_a_cell_chooses_its_label_and_its_answer(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    click(qtbot, view, found.matrix.rectangle(4, 9).center())
    click(qtbot, view, found.matrix.rectangle(0, 0).center())
    choose_in(view, "Images counted", 1)
    click(qtbot, view, found.matrix.rectangle(9, 4).center())
    assert view.chosen == [("test", 4, 9), ("test", 0, 0), ("training", 9, 4)]


def test_a_click_on_one_of_the_worst_mistakes_chooses_that_sample(qtbot, view, snapshot, choice):
    found = show(qtbot, view, snapshot)
    click(qtbot, view, found.worst.rectangles[1].center())
    assert (choice.sample.source, choice.sample.index) == ("test", 5)
    choose_in(view, "Images counted", 1)
    click(qtbot, view, picture(view).worst.rectangles[0].center())
    assert (choice.sample.source, choice.sample.index) == ("training", 7)
    assert view.chosen == []


def test_a_click_beside_everything_chooses_nothing(qtbot, view, snapshot, choice):
    found = show(qtbot, view, snapshot)
    for place in (
        QPointF(2, 2),
        found.matrix.matrix.topLeft() - QPointF(6, 6),
        found.accuracy.chart.box.center(),
    ):
        click(qtbot, view, place)
    assert view.chosen == []
    assert (choice.sample.source, choice.sample.index) == ("test", 0)


def test_after_a_figure_was_painted_elsewhere_clicks_are_where_they_were(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    place = found.matrix.rectangle(3, 5).center()
    texts(view, 1100, 700)
    click(qtbot, view, place)
    assert view.chosen == [("test", 3, 5)]


# Keys


def test_arrows_move_over_the_cells_and_enter_chooses(qtbot, view, snapshot):
    show(qtbot, view, snapshot)
    right, down, left, up, enter = (
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Up,
        Qt.Key.Key_Return,
    )
    press(qtbot, view, enter, right, right, down, enter, left, enter, up, up, left, left, Qt.Key.Key_Enter)
    assert view.chosen == [("test", 0, 0), ("test", 1, 2), ("test", 1, 1), ("test", 0, 0)]


@pytest.mark.parametrize("onwards", [Qt.Key.Key_Right, Qt.Key.Key_Down])
@pytest.mark.parametrize("back", [Qt.Key.Key_Left, Qt.Key.Key_Up])
def test_beyond_the_last_cell_arrows_go_on_to_the_mistakes_and_back(
    qtbot, view, snapshot, choice, onwards, back
):
    show(qtbot, view, snapshot)
    right, left, enter = Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return
    press(qtbot, view, *[onwards] * 10, enter)
    assert choice.sample.index == 9
    press(qtbot, view, right, enter)
    assert choice.sample.index == 5
    press(qtbot, view, right, right, enter)
    assert choice.sample.index == 5, "there is none after the last"
    press(qtbot, view, left, enter)
    assert choice.sample.index == 9
    assert view.chosen == []
    press(qtbot, view, back, enter)
    assert view.chosen == [("test", 0, 9) if onwards == right else ("test", 9, 0)]


def test_among_mistakes_in_rows_arrows_move_by_rows_too(qtbot, view, snapshot, choice):
    labels = small_data().test.labels
    wrong = {index: (other(labels[index]), 10.0 - index) for index in range(20)}
    found = show(
        qtbot, view, replace(snapshot, evaluated=replace(snapshot.evaluated, test=made_up(labels, wrong)))
    )
    across = found.worst.across
    assert 2 <= across < len(found.worst.rectangles)
    press(qtbot, view, *[Qt.Key.Key_Right] * 11, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert choice.sample.index == 1 + across
    press(qtbot, view, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert choice.sample.index == 1


def test_where_no_mistakes_are_shown_arrows_stay_in_the_matrix(qtbot, view, snapshot):
    view.resize(300, 220)
    found = show(qtbot, view, snapshot)
    assert found.worst is None
    press(qtbot, view, *[Qt.Key.Key_Right] * 15, Qt.Key.Key_Return)
    assert view.chosen == [("test", 0, 9)]


def test_keys_go_on_where_the_mouse_has_clicked(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    click(qtbot, view, found.matrix.rectangle(6, 2).center())
    press(qtbot, view, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert view.chosen == [("test", 6, 2), ("test", 6, 3)]


def test_a_mistake_that_is_no_longer_there_is_left_for_the_matrix(qtbot, view, snapshot):
    show(qtbot, view, snapshot)
    press(qtbot, view, *[Qt.Key.Key_Right] * 12)
    fewer = replace(snapshot.evaluated, test=made_up(small_data().test.labels, {}))
    show(qtbot, view, replace(snapshot, evaluated=fewer))
    assert "of a 0 were taken for a 9" in view._told_at_cursor()[0]
    press(qtbot, view, Qt.Key.Key_Return)
    assert view.chosen == [("test", 0, 9)]


def test_a_cell_that_is_no_longer_there_is_left_for_the_last(qtbot, view, snapshot, choice):
    show(qtbot, view, snapshot)
    press(qtbot, view, *[Qt.Key.Key_Right] * 7, *[Qt.Key.Key_Down] * 5)
    two = DataSet("two digits", samples(40, 1, classes=2), samples(20, 2, classes=2))
    choice.set_data(two)
    show(qtbot, view, evaluated(Trainer(small_spec((20, 4, 2)), two)))
    assert view._told_at_cursor()
    press(qtbot, view, Qt.Key.Key_Return)
    assert view.chosen == [("test", 1, 1)]


def overridden(view, key, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    view._canvas.event(event)
    return event.isAccepted()


def test_arrows_and_enter_are_the_canvass_and_other_keys_the_windows(view):
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return):
        assert overridden(view, key)
    assert not overridden(view, Qt.Key.Key_Space)
    assert not overridden(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view._canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_the_cell_that_the_keys_have_reached_is_framed_while_the_canvas_has_the_focus(
    qtbot, view, snapshot, theme
):
    found = show(qtbot, view, snapshot)
    view.activateWindow()
    frame = found.matrix.rectangle(0, 4).toAlignedRect().adjusted(-2, -2, 2, 2)
    without = near(view._canvas.grab(frame).toImage(), theme.colours.text).mean()
    view._canvas.setFocus()
    qtbot.waitUntil(view._canvas.hasFocus)
    press(qtbot, view, *[Qt.Key.Key_Right] * 4)
    assert near(view._canvas.grab(frame).toImage(), theme.colours.text).mean() > without + 0.1
    assert view._canvas.accessibleDescription() == told(view)[0]
    press(qtbot, view, *[Qt.Key.Key_Right] * 6)
    assert near(view._canvas.grab(frame).toImage(), theme.colours.text).mean() == without
    assert "cost" in view._canvas.accessibleDescription()


# Hovering


def test_hover_says_how_many_were_taken_for_what(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    label = int(small_data().test.labels[9])
    total = int(found.matrix.counts[label].sum())
    move_mouse(view._canvas, found.matrix.rectangle(label, other(label)).center())
    assert told(view)[0] == (
        f"1 image of a {label} was taken for a {other(label)} ({100 / total:.1f} % of all {label}s)."
    )
    move_mouse(view._canvas, found.matrix.rectangle(label, label).center())
    assert told(view)[0].startswith(f"{total - 1} image")
    assert "recognised" in told(view)[0]
    unlike = (label + 1) % 10
    move_mouse(view._canvas, found.matrix.rectangle(label, unlike).center())
    assert told(view)[0] == f"0 images of a {label} were taken for a {unlike} (0.0 % of all {label}s)."


def test_hover_names_a_mistakes_image_answer_confidence_and_cost(qtbot, view, snapshot):
    found = show(qtbot, view, snapshot)
    label = int(small_data().test.labels[9])
    move_mouse(view._canvas, found.worst.rectangles[0].center())
    assert told(view)[0] == (
        f"Test image 9: a {label}, taken for a {other(label)} with a confidence of 0.550; cost 2.5000."
    )


def test_hover_over_a_chart_names_its_numbers(qtbot, view, snapshot):
    view.resize(1200, 800)
    found = show(qtbot, view, snapshot)
    move_mouse(view._canvas, found.accuracy.chart.box.center())
    assert told(view)[0].startswith("After epoch 1: ")
    move_mouse(view._canvas, found.confidence.chart.box.center())
    assert told(view)[0].startswith("Of the answers with a confidence of")
    bar = QPointF(found.matrix.bars.center().x(), found.matrix.rectangle(2, 0).center().y())
    move_mouse(view._canvas, bar)
    assert " of a 2 were recognised" in told(view)[0]


def test_what_is_told_takes_the_place_of_the_caption_and_gives_it_back(qtbot, view, snapshot, theme, qapp):
    found = show(qtbot, view, snapshot)
    header = view._header(QRectF(view._canvas.rect())).toRect()
    before = view._canvas.grab(header).toImage()
    move_mouse(view._canvas, found.matrix.rectangle(3, 3).center())
    during = view._canvas.grab(header).toImage()
    assert before != during
    qapp.sendEvent(view._canvas, QEvent(QEvent.Type.Leave))
    assert view._canvas.grab(header).toImage() == before


# The chosen sample


def framed(view, theme, cell):
    """Return whether a cell has a frame in the highlight's colour."""
    around = picture(view).matrix.rectangle(*cell).toAlignedRect().adjusted(-3, -3, 3, 3)
    return where(view._canvas.grab(around).toImage(), theme.colours.highlight).sum() > 40


def test_the_chosen_samples_cell_is_framed(qtbot, view, snapshot, theme, choice):
    show(qtbot, view, snapshot)
    labels = small_data().test.labels
    first, wrong = int(labels[0]), int(labels[9])
    assert framed(view, theme, (first, first))
    choice.choose("test", 9)
    assert framed(view, theme, (wrong, other(wrong)))
    assert not framed(view, theme, (first, first))
    choice.choose("training", 7)
    assert not any(framed(view, theme, (i, j)) for i in range(10) for j in range(10))
    choose_in(view, "Images counted", 1)
    label = int(small_data().training.labels[7])
    assert framed(view, theme, (label, other(label)))


def test_the_chosen_sample_is_framed_among_the_mistakes(qtbot, view, snapshot, theme, choice):
    found = show(qtbot, view, snapshot)
    around = found.worst.rectangles[0].toAlignedRect().adjusted(-4, -4, 4, 4)
    assert not where(view._canvas.grab(around).toImage(), theme.colours.highlight).any()
    choice.choose("test", 9)
    assert near(view._canvas.grab(around).toImage(), theme.colours.highlight).sum() > 40


def test_a_drawn_digit_and_a_sample_that_was_not_evaluated_have_no_cell(qtbot, view, snapshot, choice):
    show(qtbot, view, snapshot)
    choice.choose_drawn(np.zeros(20, np.uint8), label=3)
    assert view._chosen_cell is None
    view.grab()
    choose_in(view, "Images counted", 1)
    full = replace(snapshot.evaluated, training=made_up(small_data().training.labels[:20], {}))
    show(qtbot, view, replace(snapshot, evaluated=full))
    choice.choose("training", 19)
    assert view._chosen_cell is not None
    choice.choose("training", 20)
    assert view._chosen_cell is None
    view.grab()


# Whatever comes


def test_data_that_do_not_fit_the_evaluation_are_not_mixed_up_with_it(qtbot, view, snapshot, choice):
    show(qtbot, view, snapshot)
    choice.set_data(DataSet("fewer", samples(20, 1), samples(10, 2)))
    assert " ".join(strings(texts(view))).startswith(HINT[:20])
    choice.set_data(small_data())
    assert picture(view).matrix.counts.sum() == 31


def test_labels_without_an_output_neuron_are_not_counted(qtbot, view, choice):
    small = DataSet("two digits", samples(40, 1, classes=2), samples(20, 2, classes=2))
    choice.set_data(small)
    trainer = Trainer(small_spec((20, 4, 2)), small)
    trainer.advance_to_end_of_epoch()
    show(qtbot, view, trainer.snapshot())
    assert picture(view).matrix.n == 2
    choice.set_data(small_data())  # with ten labels
    assert " ".join(strings(texts(view))).startswith(HINT[:20])
    view.grab()


def evaluated(trainer):
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.snapshot()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sizes", [(20, 10), (20, 100, 10), (20, 5, 5, 5, 5, 20)])
@pytest.mark.parametrize("bad", [None, math.nan, math.inf])
def test_networks_of_all_kinds_are_shown_and_raise_nothing(qtbot, view, sizes, bad):
    trainer = small_trainer(sizes)
    trainer.advance(3)
    if bad is not None:
        trainer.network.theta[:] = bad
    with no_warnings():
        for size in ((300, 200), (600, 420), (1200, 800)):
            view.resize(*size)
            found = show(qtbot, view, evaluated(trainer))
            assert found.matrix.n == sizes[-1]
            for x in range(5, view._canvas.width(), 60):
                move_mouse(view._canvas, QPoint(x, view._canvas.height() // 2))
                view.grab()
        press(qtbot, view, *[Qt.Key.Key_Right] * 25, Qt.Key.Key_Return)


def test_images_without_an_answer_are_in_no_cell_and_a_sentence_says_so(qtbot, view, choice):
    trainer = small_trainer()
    trainer.network.theta[:] = math.nan
    choice.choose("test", 3)
    found = show(qtbot, view, evaluated(trainer))
    assert found.matrix.counts.sum() == 0
    assert len(found.worst.mistakes.indices) == 0
    assert view._chosen_cell is None
    view.resize(1100, 600)
    view.grab()
    written = " ".join(strings(texts(view)))
    assert "0 of 31 right, 0.00 %. 31 images have no answer: the outputs are not numbers." in written
    view.resize(300, 200)
    view.grab()
    assert any("without an answer" in text or "No answers" in text for text in strings(texts(view)))


def test_what_has_no_answer_lowers_its_digits_accuracy(qtbot, view, snapshot):
    labels = small_data().test.labels
    of_digit = np.flatnonzero(labels == labels[0])
    predicted = snapshot.evaluated.test.predicted.astype(np.int8)
    predicted[of_digit[1:]] = NO_ANSWER
    test = replace(snapshot.evaluated.test, predicted=predicted)
    view._choice.choose("test", 3)
    view.resize(1000, 600)
    found = show(qtbot, view, replace(snapshot, evaluated=replace(snapshot.evaluated, test=test)))
    assert not found.matrix.bars.isEmpty()
    assert f"{100 / len(of_digit):.1f} %" in strings(texts(view))
    move_mouse(view._canvas, found.matrix.rectangle(int(labels[0]), int(labels[0])).center().toPoint())
    assert told(view)[0].startswith(
        f"1 image of a {labels[0]} was recognised ({100 / len(of_digit):.1f} % of all"
    )


def test_a_single_output_neuron_is_a_single_cell(qtbot, view, choice):
    ones = DataSet("one digit", samples(40, 1, classes=1), samples(20, 2, classes=1))
    choice.set_data(ones)
    found = show(qtbot, view, evaluated(Trainer(small_spec((20, 3, 1)), ones)))
    assert found.matrix.counts.tolist() == [[20]]
    click(qtbot, view, found.matrix.rectangle(0, 0).center())
    assert view.chosen == [("test", 0, 0)]


def test_inputs_that_are_no_images_are_listed_by_what_they_were_taken_for(qtbot, view, choice, snapshot):
    flat = [Samples(s.images, s.labels, (20, 1)) for s in (small_data().training, small_data().test)]
    choice.set_data(DataSet("vectors", *flat))
    found = show(qtbot, view, snapshot)
    assert found.worst.mistakes.shape is None
    label = int(small_data().test.labels[9])
    assert f"{label}→{other(label)}" in strings(texts(view))


# How it looks


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (320, 220), (600, 420), (1200, 800)])
@pytest.mark.parametrize("unit", [0, 1])
def test_no_text_is_cut_or_runs_into_another(qtbot, view, sized, snapshot, scale, size, unit):
    sized.choose_text_scale(scale)
    view.resize(*size)
    choose_in(view, "Unit of the matrix", unit)
    show(qtbot, view, snapshot)
    assert (view.width(), view.height()) == size, "the view does not become as small"
    found = texts(view)
    assert overlapping(found) == []
    assert not [text.text for text in found if "…" in text.text]
    area = QRectF(view._canvas.rect()).adjusted(-2, -3, 2, 3)
    assert [text for text in found if not area.contains(text.where)] == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [270, 560, 1170])
def test_every_sentence_has_a_form_that_fits(qtbot, view, sized, snapshot, scale, width):
    sized.choose_text_scale(scale)
    show(qtbot, view, snapshot)
    sentences = [
        view._told_of_cell(4, 9),
        view._told_of_cell(4, 4),
        view._told_of_mistake(0),
        view._captions(),
    ]
    for forms in sentences:
        assert text_width(sized, forms[-1], 10) <= width


def test_a_hidden_view_paints_its_figure_all_the_same(theme, choice, snapshot, qtbot):
    view = EvaluationView(theme, choice)
    qtbot.addWidget(view)
    view.show_snapshot(snapshot)
    found = strings(texts(view, 960, 640))
    assert "the network's answer" in found
    image = QImage(960, 640, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        view.paint_figure(painter, QRectF(0, 0, 960, 640))
    assert where(image, theme.colours.highlight).any(), "the chosen sample's cell is framed in a figure, too"


def test_other_colours_are_taken_up_at_once(qtbot, view, theme, snapshot):
    found = show(qtbot, view, snapshot)
    label = int(small_data().test.labels[9])
    cell = found.matrix.rectangle(label, other(label))
    corner = (cell.topLeft() + QPointF(4, 4)).toPoint()
    assert view._canvas.grab().toImage().pixelColor(corner).name() == theme.colours.negative
    theme.choose("light", True)
    assert view._canvas.grab().toImage().pixelColor(corner).name() == theme.colours.negative


def test_a_pinned_neuron_is_nothing_to_this_view(qtbot, view, choice, snapshot):
    before = show(qtbot, view, snapshot)
    choice.pin(Neuron(1, 2))
    assert picture(view) is before


def test_every_control_says_what_it_does(view):
    for combo in view.findChildren(QComboBox):
        assert combo.toolTip().endswith(".")
        assert combo.accessibleName()
    assert view.windowTitle() == "Evaluation"
    assert view._canvas.accessibleName()
