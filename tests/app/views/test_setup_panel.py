import pytest
from app.painted import texts_of
from PySide6.QtCore import QPoint, Qt

from nnviz.app.views.setup_panel import AT_ONCE, CUSTOM, DECIMALS, WITH_NEW_RUN, SetupPanel
from nnviz.core.descent import HyperParameters
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.spec import RunSpec

LIVE = PRESETS[DEFAULT_PRESET]
IMPROVED = list(PRESETS)[-1]


@pytest.fixture
def panel(qtbot, theme):
    panel = SetupPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 800)
    panel.show()
    panel.show_live(LIVE, LIVE.hyper)
    panel.hypers, panel.runs = [], []
    panel.hyper_chosen.connect(lambda name, value: panel.hypers.append((name, value)))
    panel.new_run_wanted.connect(panel.runs.append)
    return panel


def choose(box, text):
    """Choose as a person does."""
    index = box.findText(text)
    assert index >= 0, text
    box.setCurrentIndex(index)
    box.activated.emit(index)
    box.textActivated.emit(text)


def type_into(qtbot, edit, text):
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def note(panel):
    return panel._note.text() if panel._note.isVisible() else ""


def pending(panel):
    return panel.new_run.text() == "New run with these settings"


def marked(panel):
    """Return the names of the fields that are marked."""
    return [label.text() for label in panel._labels.values() if label.property("role") == "waiting"]


# Presets


@pytest.mark.parametrize("name", PRESETS)
def test_a_name_that_has_no_room_ends_in_dots(panel, name):
    """The longest was cut off in the middle of a word."""
    choose(panel.preset, name)
    box = panel.preset
    texts = texts_of(lambda painter: box.render(painter, QPoint()), box.width(), box.height())
    (shown,) = [text for text in texts if text.text.strip()]
    assert shown.text == name or (shown.text.endswith("…") and name.startswith(shown.text[:-1]))
    assert shown.where.right() <= box.width() - 15, "under the arrow"


def test_settings_that_are_a_presets_are_not_called_the_users_own(panel):
    choose(panel.preset, CUSTOM)
    assert panel.preset.currentText() == DEFAULT_PRESET


def test_what_a_preset_fills_in_is_marked_until_it_is_in_force(panel):
    """Above η, the panel said "at once" of a number that was not the live run's."""
    assert marked(panel) == []
    assert panel._learning.text() == AT_ONCE
    choose(panel.preset, IMPROVED)
    names = ["Hidden layers", "Cost", "Initial weights", "Learning rate η", "L2 strength λ"]
    assert marked(panel) == names
    assert panel._learning.text() == WITH_NEW_RUN
    panel.show_live(PRESETS[IMPROVED], PRESETS[IMPROVED].hyper)
    assert marked(panel) == []
    assert panel._learning.text() == AT_ONCE


def test_a_hyper_parameter_that_is_edited_is_in_force_at_once_among_others_that_are_not(panel):
    choose(panel.preset, IMPROVED)
    panel.hyper["eta"].setValue(1.25)
    assert panel.hypers == [("eta", 1.25)]
    assert "Learning rate η" not in marked(panel)
    assert "L2 strength λ" in marked(panel)


def test_a_mark_has_the_colour_of_the_highlight(panel, theme):
    panel.seed.setValue(7)
    assert marked(panel) == ["Seed"]
    label = panel._labels[panel.seed]
    picture = label.grab().toImage()
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert theme.colours.highlight in {picture.pixelColor(*place).name() for place in places}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fills_the_panel_and_changes_nothing_that_is_live(panel, name):
    choose(panel.preset, name)
    assert panel.wanted() == PRESETS[name]
    assert panel.preset.currentText() == name
    assert panel.hypers == []
    assert panel.runs == []
    assert pending(panel) == (PRESETS[name] != LIVE)
    assert note(panel) == ""


@pytest.mark.parametrize("name", PRESETS)
def test_a_new_run_is_that_of_the_preset(qtbot, panel, name):
    choose(panel.preset, name)
    qtbot.mouseClick(panel.new_run, Qt.MouseButton.LeftButton)
    assert panel.runs == [PRESETS[name]]


def test_a_preset_keeps_the_seed_and_the_data(panel):
    live = RunSpec((20, 6, 10), seed=5, data="/some/folder")
    panel.show_live(live, live.hyper)
    choose(panel.preset, "784-15-10")
    wanted = panel.wanted()
    assert (wanted.sizes, wanted.seed, wanted.data) == ((20, 15, 10), 5, "/some/folder")


def test_settings_that_are_a_presets_are_called_by_its_name(qtbot, panel):
    assert panel.preset.currentText() == DEFAULT_PRESET
    type_into(qtbot, panel.hidden, "15")
    assert panel.preset.currentText() == "784-15-10"
    type_into(qtbot, panel.hidden, "14")
    assert panel.preset.currentText() == CUSTOM


def test_the_choice_of_ones_own_changes_nothing(panel):
    choose(panel.preset, CUSTOM)
    assert panel.wanted() == LIVE
    assert (panel.hypers, panel.runs) == ([], [])


# Structure


def test_a_run_that_is_as_the_panel_says_is_not_pending(panel):
    assert not pending(panel)
    assert panel.new_run.isEnabled()


def test_structure_waits_for_a_new_run(qtbot, panel):
    for change in (
        lambda: type_into(qtbot, panel.hidden, "30"),
        lambda: choose(panel.activation, "tanh"),
        lambda: choose(panel.cost, "cross-entropy"),
        lambda: choose(panel.init, "scaled"),
        lambda: panel.seed.setValue(7),
    ):
        panel.show_live(LIVE, LIVE.hyper)
        change()
        assert pending(panel)
    assert (panel.hypers, panel.runs) == ([], [])
    panel.show_live(LIVE, LIVE.hyper)
    assert not pending(panel)


def test_a_new_run_has_all_that_was_chosen(qtbot, panel):
    type_into(qtbot, panel.hidden, "30, 20")
    choose(panel.activation, "relu")
    choose(panel.cost, "log-likelihood")
    choose(panel.init, "scaled")
    panel.seed.setValue(7)
    qtbot.keyClick(panel.hidden, Qt.Key.Key_Return)
    assert panel.runs == [
        RunSpec((784, 30, 20, 10), "relu", "log-likelihood", "scaled", seed=7, hyper=LIVE.hyper)
    ]


def test_undoing_what_was_pending_ends_that(qtbot, panel):
    choose(panel.init, "scaled")
    choose(panel.init, "large")
    assert not pending(panel)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", ()),
        ("16", (16,)),
        ("16,16", (16, 16)),
        ("16 16", (16, 16)),
        ("16-16-16", (16, 16, 16)),
        (" 16 , 8 ", (16, 8)),
    ],
)
def test_hidden_layers_can_be_written_in_several_ways(qtbot, panel, text, sizes):
    panel.hidden.setText(text)
    assert panel.wanted().sizes == (784, *sizes, 10)


@pytest.mark.parametrize(
    "text", ["sixteen", "16.5", "16; 16", "1e3", "-", "0", "16, 0", "99999999999", "²", "16,,x", "+3"]
)
def test_sizes_that_make_no_sense_get_a_sentence_and_no_run(qtbot, panel, text):
    panel.hidden.clear()
    qtbot.keyClicks(panel.hidden, text)
    if text == "-":  # a separator with nothing to separate
        assert panel.wanted().sizes == (784, 10)
        return
    assert note(panel).endswith(".")
    assert note(panel)[0].isupper()
    assert not panel.new_run.isEnabled()
    qtbot.keyClick(panel.hidden, Qt.Key.Key_Return)
    panel.ask_for_new_run()
    assert panel.runs == []


def test_a_sentence_goes_when_its_cause_does(qtbot, panel):
    type_into(qtbot, panel.hidden, "x")
    assert note(panel)
    type_into(qtbot, panel.hidden, "16, 16")
    assert note(panel) == ""
    assert panel.new_run.isEnabled()
    assert not pending(panel)


# Hyper-parameters


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("eta", "0.25", 0.25),
        ("eta", "0", 0.0),
        ("eta", "0.0001", 0.0001),
        ("batch_size", "32", 32.0),
        ("l2", "5", 5.0),
        ("momentum", "0.9", 0.9),
        ("dropout", "0.5", 0.5),
    ],
)
def test_a_typed_hyper_parameter_is_told_once_with_its_value(qtbot, panel, name, typed, value):
    spin = panel.hyper[name]
    type_into(qtbot, spin, typed)
    assert panel.hypers == []
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert panel.hypers == [(name, value)]
    assert panel.runs == []
    assert not pending(panel)


@pytest.mark.parametrize("name", [*DECIMALS, "batch_size"])
def test_the_arrows_of_a_hyper_parameter_change_it_once_each(qtbot, panel, name):
    qtbot.keyClick(panel.hyper[name], Qt.Key.Key_Up)
    assert panel.hypers == [(name, panel.hyper[name].value())]
    assert panel.hyper[name].value() > getattr(LIVE.hyper, name)


@pytest.mark.parametrize("name", [*DECIMALS, "batch_size"])
def test_no_value_that_can_be_chosen_is_refused(panel, name):
    spin = panel.hyper[name]
    for value in (spin.minimum(), spin.maximum()):
        spin.setValue(value)
        hyper = HyperParameters(**{name: spin.value()})
        assert getattr(hyper, name) == pytest.approx(value)


@pytest.mark.parametrize("name", PRESETS)
def test_the_controls_show_a_presets_values_unrounded(panel, name):
    panel.show_live(PRESETS[name], PRESETS[name].hyper)
    assert {key: spin.value() for key, spin in panel.hyper.items()} == {
        key: getattr(PRESETS[name].hyper, key) for key in panel.hyper
    }


def test_showing_a_live_run_tells_nobody_of_changes(panel):
    panel.show_live(PRESETS["784-15-10"], HyperParameters(0.5, 20, 1.0, 0.0, 0.5, 0.25))
    assert panel.hypers == []
    assert panel.wanted().hyper == HyperParameters(0.5, 20, 1.0, 0.0, 0.5, 0.25)
    assert not pending(panel)


def test_what_the_panel_has_no_control_for_is_kept(panel):
    live = RunSpec((784, 16, 10), hyper=HyperParameters(l1=0.5), train_size=1000)
    panel.show_live(live, live.hyper)
    assert panel.wanted() == live
    assert not pending(panel)


def test_a_hyper_parameter_of_a_run_to_come_is_not_told_as_one_of_now(qtbot, panel):
    """A preset has filled in λ = 5; then only η is touched. λ is not live, and the button still says so."""
    choose(panel.preset, next(name for name in PRESETS if "cross-entropy" in name))
    type_into(qtbot, panel.hyper["eta"], "0.25")
    qtbot.keyClick(panel.hyper["eta"], Qt.Key.Key_Return)
    assert panel.hypers == [("eta", 0.25)]
    assert pending(panel)


# For everyone


def test_every_control_has_a_name_and_a_tip(panel):
    controls = [panel.preset, panel.hidden, panel.activation, panel.cost, panel.init, panel.seed]
    for control in [*controls, *panel.hyper.values()]:
        assert control.accessibleName()
        assert control.toolTip().endswith(".")


def test_numbers_are_written_with_a_point_everywhere(panel):
    panel.hyper["eta"].setValue(0.5)
    assert panel.hyper["eta"].text() == "0.5000"
    panel.hyper["batch_size"].setValue(12_000)
    assert panel.hyper["batch_size"].text() == "12000"
