import pytest
from PySide6.QtGui import QAction

from nnviz.app.graphics.pad.icons import pad_icon
from nnviz.app.views.tool_row import GAP, GROUP_GAP, ToolRow

GROUPS = (("brush", "eraser"), ("undo", "redo", "clear"), ("left", "right"))


@pytest.fixture
def row(qtbot, theme):
    actions = {key: QAction(key) for group in GROUPS for key in group}
    for key, action in actions.items():
        action.setIcon(pad_icon(key, theme.colour("text"), theme.colour("muted")))
        action.setToolTip(f"What {key} does.")
    row = ToolRow([[actions[key] for key in group] for group in GROUPS], "Tools")
    row.actions_by_key = actions
    qtbot.addWidget(row)
    row.set_icon_size(18)
    row.resize(row.sizeHint())
    row.show()
    yield row
    theme.choose_text_scale(1.0)


def shown(row):
    return [key for key, action in row.actions_by_key.items() if row.button(action).isVisible()]


def test_where_there_is_room_every_button_is_shown_and_there_is_no_menu(row):
    assert shown(row) == [key for group in GROUPS for key in group]
    assert row.in_menu == []
    assert not row._more.isVisible()


def test_groups_stand_further_apart_than_their_members(row):
    boxes = [row.button(action).geometry() for action in row.actions_by_key.values()]
    gaps = [right.left() - left.right() - 1 for left, right in zip(boxes, boxes[1:], strict=False)]
    assert gaps == [GAP, GROUP_GAP, GAP, GAP, GROUP_GAP, GAP]


def test_every_action_is_either_in_the_row_or_in_the_menu_at_every_width(row):
    every = list(row.actions_by_key.values())
    for width in range(20, row.sizeHint().width() + 40, 7):
        row.resize(width, row.height())
        buttons = [row.button(action) for action in every if row.button(action).isVisible()]
        assert [action for action in every if row.button(action) in buttons] + row.in_menu == every
        assert row._more.isVisible() is bool(row.in_menu)
        assert row._menu.actions() == row.in_menu
        placed = [*buttons, row._more] if row.in_menu else buttons
        for left, right in zip(placed, placed[1:], strict=False):
            assert left.geometry().right() < right.geometry().left()
        if len(placed) > 1:
            assert placed[-1].geometry().right() < width


def test_a_row_that_becomes_wide_again_empties_its_menu(row):
    row.resize(100, row.height())
    assert row.in_menu
    row.resize(row.sizeHint())
    assert row.in_menu == []
    assert not row._more.isVisible()


def test_an_action_works_from_the_menu(row):
    pressed = []
    action = row.actions_by_key["right"]
    action.triggered.connect(lambda: pressed.append("right"))
    row.resize(100, row.height())
    assert action in row.in_menu
    next(a for a in row._menu.actions() if a.text() == "right").trigger()
    assert pressed == ["right"]


def test_larger_icons_make_larger_buttons_which_are_arranged_anew(row, theme):
    before = row.sizeHint()
    theme.choose_text_scale(2.0)
    row.set_icon_size(36)
    assert row.sizeHint().width() > before.width()
    assert row.sizeHint().height() > before.height()
    assert row.in_menu, "all still fit into the width that there was"
    for action in row.actions_by_key.values():
        assert row.button(action).width() >= 36


def test_buttons_have_names_and_tips(row):
    for key, action in row.actions_by_key.items():
        assert row.button(action).accessibleName() == key
        assert row.button(action).toolTip() == f"What {key} does."
    assert row._more.toolTip()
