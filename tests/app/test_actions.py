import re

import pytest
from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnviz.app.actions import ENTRIES, MENUS, make_actions, shortcut_table


@pytest.fixture
def actions(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = make_actions(parent)
    yield made
    del parent  # which lived until here, and the actions with it


def in_menus(window):
    """Return all actions of the menus, separators left out."""
    return [
        action
        for menu in (top.menu() for top in window.menuBar().actions())
        for action in menu.actions()
        if not action.isSeparator()
    ]


def test_there_is_an_action_for_every_entry(actions):
    assert actions.keys() == ENTRIES.keys()
    for key, action in actions.items():
        assert action.objectName() == key
        assert action.text() == ENTRIES[key].name
        assert action.isCheckable() == ENTRIES[key].checkable
        assert action.parent().actions().count(action) == 1


def test_no_two_actions_have_the_same_shortcut(actions):
    keys = [key.toString() for action in actions.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert "" not in keys


def test_every_shortcut_is_one_that_qt_understands():
    for entry in ENTRIES.values():
        if entry.shortcut:
            assert QKeySequence(entry.shortcut).toString() == entry.shortcut


def test_names_are_unique():
    names = [entry.name for entry in ENTRIES.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", ENTRIES)
def test_every_tip_is_one_sentence(key):
    tip = ENTRIES[key].tip
    assert re.fullmatch(r"[A-Z].*[\w)]\.", tip)
    assert not re.search(r"[.!?] ", tip)
    assert len(tip) < 90


@pytest.mark.parametrize("key", ENTRIES)
def test_every_name_is_short_and_begins_with_a_capital(key):
    name = ENTRIES[key].name
    assert re.fullmatch(r"[A-Z].*[\w…]", name)
    assert len(name) < 30


def test_tooltips_name_the_shortcut(actions):
    for key, action in actions.items():
        if ENTRIES[key].shortcut:
            assert action.toolTip() == f"{ENTRIES[key].tip} ({ENTRIES[key].shortcut})"
        else:
            assert action.toolTip() == ENTRIES[key].tip


def test_the_table_lists_every_action_with_its_keys(actions):
    table = shortcut_table(actions)
    assert table.count("<tr>") == len(ENTRIES) + len(MENUS)
    for menu in MENUS:
        assert f">{menu.replace('&', '')}<" in table
    for action in actions.values():
        assert action.text() in table
        assert action.statusTip() in table
        for key in action.shortcuts():
            assert key.toString(QKeySequence.SequenceFormat.NativeText) in table


def test_every_action_is_in_a_menu_once(idle_window):
    listed = in_menus(idle_window)
    for key, action in idle_window.actions_by_key.items():
        assert listed.count(action) == 1, key


def test_every_view_can_be_shown_and_hidden_from_a_menu(idle_window):
    listed = in_menus(idle_window)
    for dock in idle_window.docks.values():
        assert dock.toggleViewAction() in listed


def test_no_two_actions_of_the_window_have_the_same_shortcut(idle_window):
    keys = [key.toString() for action in idle_window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_holding_a_key_down_repeats_steps_and_walks_through_samples_and_nothing_else(actions):
    repeating = [key for key, action in actions.items() if action.autoRepeat() and action.shortcuts()]
    assert repeating == ["step", "back", "next_sample", "previous_sample"]


@pytest.mark.parametrize(
    ("key", "shortcuts"),
    [
        ("shortcuts", ["F1", "?"]),
        ("larger", ["Ctrl++", "Ctrl+="]),
        ("toggle", ["Space", "F5"]),
        ("next_sample", ["."]),
        ("motion", []),
    ],
)
def test_some_actions_have_two_keys_and_some_none(actions, key, shortcuts):
    assert [keys.toString() for keys in actions[key].shortcuts()] == shortcuts


def test_keys_without_a_modifier_are_none_that_numbers_are_typed_with(actions):
    """What is typed into a spin box must reach it; the keys that move in a line, Qt gives to the line first."""
    plain = {keys.toString() for action in actions.values() for keys in action.shortcuts()}
    assert not plain & {*"0123456789-+eE", "Backspace", "Return", "Up", "Down", "Tab", "Esc"}


def test_every_key_of_the_menus_is_an_action_and_every_action_is_in_one_menu_once():
    from nnviz.app.action_states import NEED_RUN
    from nnviz.app.actions import MENUS

    made_elsewhere = {"|", "recent", "docks"}
    listed = [key for text in MENUS.values() for key in text.split() if key not in made_elsewhere]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(ENTRIES)
    assert set(NEED_RUN) <= set(ENTRIES)


def test_no_menu_begins_or_ends_with_a_line_or_has_two_together():
    from nnviz.app.actions import MENUS

    for text in MENUS.values():
        parts = text.split("|")
        assert all(part.strip() for part in parts), text


def test_every_action_does_something(idle_window):
    for key, action in idle_window.actions_by_key.items():
        shown_by = [thing for thing in action.associatedObjects() if isinstance(thing, QMenu | QToolButton)]
        # Besides those that show it, whatever is done first takes up what is being typed.
        assert action.receivers(SIGNAL("triggered(bool)")) - len(shown_by) > 1, key


def test_no_two_menus_have_the_same_mnemonic(idle_window):
    letters = re.findall("&(.)", "".join(top.text() for top in idle_window.menuBar().actions()))
    assert len(letters) == len(set(letters)) == 5
