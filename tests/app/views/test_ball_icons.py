from PySide6.QtWidgets import QToolButton

from nnviz.app.views.ball_icons import SIDE, set_icons


def test_each_control_has_its_icon_and_each_ball_its_colour(qtbot, theme):
    buttons = {key: QToolButton() for key in ("back", "step", "run", "reset")}
    chips = {role: QToolButton() for role in ("training", "test")}
    for button in (*buttons.values(), *chips.values()):
        qtbot.addWidget(button)
    set_icons(theme, buttons, False, chips)
    runs = buttons["run"].icon().pixmap(SIDE).toImage()
    for role, chip in chips.items():
        middle = chip.icon().pixmap(SIDE).toImage()
        colour = middle.pixelColor(middle.rect().center())
        assert colour.name() == theme.colour(role).name()
    assert all(button.iconSize().width() == SIDE for button in (*buttons.values(), *chips.values()))
    set_icons(theme, buttons, True, chips)
    assert buttons["run"].icon().pixmap(SIDE).toImage() != runs
