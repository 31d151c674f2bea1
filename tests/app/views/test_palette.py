import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnviz.app.actions import make_actions
from nnviz.app.views.palette import Palette, rank

NAMES = (
    "Run",
    "One step",
    "Open model…",
    "Open data…",
    "Reset to step 0",
    "Light theme",
    "&Motion",
    "Smaller text",
)


@pytest.fixture
def owner(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    return owner


@pytest.fixture
def done():
    """The names of the actions that were done, in order."""
    return []


@pytest.fixture
def actions(owner, done):
    actions = [QAction(name, owner) for name in NAMES]
    for action in actions:
        action.triggered.connect(lambda _=False, action=action: done.append(action.text()))
    return actions


@pytest.fixture
def palette(qtbot, owner, actions):
    palette = Palette(owner, actions)
    palette.open()
    with qtbot.waitExposed(palette):
        pass
    return palette


@pytest.fixture
def closed(palette):
    """What a palette that closes told, "accepted" or "rejected"."""
    told = []
    palette.accepted.connect(lambda: told.append("accepted"))
    palette.rejected.connect(lambda: told.append("rejected"))
    return told


def shown(palette):
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def current(palette):
    item = palette.list.currentItem()
    return None if item is None else item.text()


def matching(wanted, names):
    ranked = [(rank(wanted, name), name) for name in names]
    return [name for place, name in sorted((p, n) for p, n in ranked if p is not None)]


def click(qtbot, palette, text):
    item = palette.list.item(shown(palette).index(text))
    where = palette.list.visualItemRect(item).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)


# Ranks


def test_the_beginning_of_the_name_comes_before_the_beginning_of_a_word_and_that_before_its_middle():
    names = ["Bring back the last run", "Run", "Trundle", "Rapid upward net"]
    assert matching("run", names) == ["Run", "Bring back the last run", "Trundle", "Rapid upward net"]


def test_of_equally_good_names_the_shorter_comes_first():
    assert matching("open", ["Open picture", "Open data", "Open model"])[0] == "Open data"
    assert matching("e", ["Explore layout", "Export view", "Evaluate layout"])[0] == "Export view"


def test_letters_that_lie_closer_together_come_first():
    assert matching("nx", ["No exit", "Next of them all"]) == ["Next of them all", "No exit"]


@pytest.mark.parametrize(
    ("wanted", "name", "matches"),
    [
        ("light", "Light theme", True),
        ("LIGHT", "Light theme", True),
        ("theme", "Light theme", True),
        ("lt", "Light theme", True),
        ("ltheme", "Light theme", True),
        ("light  theme ", "Light theme", True),
        ("ght th", "Light theme", True),
        ("tl", "Light theme", False),
        ("lightt theme", "Light theme", False),
        ("lighthemee", "Light theme", False),
        ("x", "Light theme", False),
        ("ll", "Light theme", False),
        ("ü", "Größe über alles", True),
        ("", "Light theme", True),
        ("a", "", False),
    ],
)
def test_every_letter_typed_comes_in_the_name_in_that_order(wanted, name, matches):
    assert (rank(wanted, name) is not None) == matches


def test_to_type_more_never_brings_back_a_name_that_did_not_match():
    names = [action.rstrip("…") for action in NAMES]
    for name in names:
        for end in range(1, len(name)):
            typed = name.lower()[:end]
            assert set(matching(typed + "e", names)) <= set(matching(typed, names))


# The list


def test_at_first_all_actions_are_there_in_their_own_order(palette):
    assert shown(palette) == [name.replace("&", "").rstrip("…") for name in NAMES]
    assert current(palette) == "Run"
    assert palette.field.hasFocus()


def test_what_is_typed_narrows_the_list(qtbot, palette):
    qtbot.keyClicks(palette.field, "open")
    assert shown(palette) == ["Open data", "Open model"]
    assert current(palette) == "Open data"
    qtbot.keyClicks(palette.field, " m")
    assert shown(palette) == ["Open model"]
    palette.field.clear()
    assert len(shown(palette)) == len(NAMES)


def test_keys_and_what_is_switched_on_are_shown_beside_the_names(owner, qtbot):
    actions = make_actions(owner)
    actions["light"].setChecked(True)
    palette = Palette(owner, actions.values())
    texts = shown(palette)
    assert "✓ Light theme    Ctrl+T" in texts
    assert "Run    Space" in texts
    assert "Motion" in texts
    assert "Use MNIST" in texts
    assert len(texts) == len(actions)
    tips = {palette.list.item(row).toolTip() for row in range(palette.list.count())}
    assert actions["export"].toolTip() in tips


def test_actions_without_a_name_are_left_out(owner, qtbot):
    separator = QAction(owner)
    separator.setSeparator(True)
    palette = Palette(owner, [separator, QAction("Run", owner)])
    assert shown(palette) == ["Run"]


def test_where_nothing_matches_that_is_said_and_enter_does_nothing(qtbot, palette, done, closed):
    note = palette._none
    assert not note.isVisible()
    qtbot.keyClicks(palette.field, "qqq")
    assert shown(palette) == []
    assert note.isVisible()
    assert note.text().endswith(".")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        qtbot.keyClick(palette.field, key)
    assert done == closed == []
    palette.field.setText("run")
    assert not note.isVisible()


# Doing


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_does_the_first_and_closes(qtbot, palette, done, closed, key):
    qtbot.keyClicks(palette.field, "light")
    qtbot.keyClick(palette.field, key)
    assert done == ["Light theme"]
    assert closed == ["accepted"]


def test_the_palette_is_closed_before_the_action_is_done(qtbot, palette, actions):
    open_then = []
    actions[0].triggered.connect(lambda: open_then.append(palette.isVisible()))
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert open_then == [False]


def test_the_arrows_move_in_the_list_while_one_types(qtbot, palette, done):
    qtbot.keyClicks(palette.field, "open")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert current(palette) == "Open model"
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert current(palette) == "Open model", "there is nothing below the last"
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert current(palette) == "Open data"
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.field.text() == "open"
    assert palette.field.hasFocus()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["Open model…"]


def test_page_down_and_page_up_move_in_the_list_by_more(qtbot, palette):
    qtbot.keyClick(palette.field, Qt.Key.Key_PageDown)
    assert palette.list.currentRow() > 1
    qtbot.keyClick(palette.field, Qt.Key.Key_PageUp)
    assert palette.list.currentRow() == 0


def test_left_and_right_move_in_what_is_typed(qtbot, palette, done):
    qtbot.keyClicks(palette.field, "rn")
    qtbot.keyClick(palette.field, Qt.Key.Key_Left)
    qtbot.keyClicks(palette.field, "u")
    assert palette.field.text() == "run"
    assert done == []


def test_a_click_does_what_is_clicked(qtbot, palette, done, closed):
    click(qtbot, palette, "Open data")
    assert done == ["Open data…"]
    assert closed == ["accepted"]


def test_escape_closes_and_does_nothing(qtbot, palette, done, closed):
    qtbot.keyClicks(palette.field, "run")
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert done == []
    assert closed == ["rejected"]


def test_a_switch_is_switched(qtbot, owner):
    actions = make_actions(owner)
    palette = Palette(owner, actions.values())
    palette.open()
    qtbot.keyClicks(palette.field, "light")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert actions["light"].isChecked()


# What cannot be done now


def test_actions_that_are_disabled_are_shown_last_chosen_and_not_done(qtbot, owner, actions, done):
    actions[0].setEnabled(False)
    palette = Palette(owner, actions)
    palette.open()
    assert shown(palette)[0] == "Run"
    assert current(palette) == "One step", "the first that can be done"
    palette.field.setText("run")
    assert shown(palette) == ["Run"]
    assert current(palette) is None
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    click(qtbot, palette, "Run")
    assert done == []
    assert palette.isVisible()


def test_a_click_on_what_is_disabled_does_not_do_another(qtbot, owner, actions, done):
    """The action that the keys had chosen was done instead."""
    actions[1].setEnabled(False)
    palette = Palette(owner, actions)
    palette.open()
    assert current(palette) == "Run"
    click(qtbot, palette, "One step")
    assert done == []
    assert palette.isVisible()


def test_the_arrows_pass_over_what_is_disabled(qtbot, owner, actions):
    actions[1].setEnabled(False)
    palette = Palette(owner, actions)
    palette.open()
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert current(palette) == "Open model"
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert current(palette) == "Run"
