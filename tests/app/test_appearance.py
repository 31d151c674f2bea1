import pytest
from app.small_window import settings_in
from PySide6.QtWidgets import QWidget

from nnviz.app.actions import make_actions
from nnviz.app.appearance import Appearance
from nnviz.app.theme import DARK, LIGHT, SAFE_SIGNS, TEXT_SCALES


@pytest.fixture
def owner(qtbot, theme):
    owner = QWidget()
    qtbot.addWidget(owner)
    yield owner
    theme.choose_text_scale(1.0)


@pytest.fixture
def settings(qapp, tmp_path):
    return settings_in(tmp_path)


@pytest.fixture
def actions(owner):
    return make_actions(owner)


@pytest.fixture
def appearance(owner, theme, settings, actions):
    return Appearance(theme, settings, actions, owner)


def sizes_possible(actions):
    return actions["smaller"].isEnabled(), actions["larger"].isEnabled()


# At first


def test_the_switches_show_how_it_is(owner, theme, settings, actions):
    theme.choose("light", True)
    theme.motion = False
    Appearance(theme, settings, actions, owner)
    assert actions["light"].isChecked()
    assert actions["colour_blind"].isChecked()
    assert not actions["motion"].isChecked()


def test_at_first_it_is_dark_with_green_and_red_and_moves(appearance, actions):
    assert not actions["light"].isChecked()
    assert not actions["colour_blind"].isChecked()
    assert actions["motion"].isChecked()
    assert sizes_possible(actions) == (True, True)


def test_nothing_is_remembered_that_nobody_chose(appearance, settings):
    assert settings._store.allKeys() == ["version"]


# Theme and signs


def test_a_light_theme_is_chosen_and_remembered(appearance, theme, settings, actions):
    actions["light"].trigger()
    assert theme.colours == LIGHT
    assert settings.theme == "light"
    actions["light"].trigger()
    assert theme.colours == DARK
    assert settings.theme == "dark"


def test_other_signs_are_chosen_and_remembered(appearance, theme, settings, actions):
    actions["colour_blind"].trigger()
    assert theme.colours.positive == SAFE_SIGNS["dark"]["positive"]
    assert settings.colour_blind_safe is True
    actions["colour_blind"].trigger()
    assert theme.colours == DARK
    assert settings.colour_blind_safe is False


def test_the_signs_stay_when_the_theme_is_another(appearance, theme, actions):
    actions["colour_blind"].trigger()
    actions["light"].trigger()
    assert theme.colours.negative == SAFE_SIGNS["light"]["negative"]
    assert theme.colours.text == LIGHT.text


# The size of text


def test_text_grows_and_shrinks_by_one_size_and_that_is_remembered(appearance, theme, settings, actions):
    place = TEXT_SCALES.index(1.0)
    for key, expected in (("larger", place + 1), ("larger", place + 2), ("smaller", place + 1)):
        actions[key].trigger()
        assert theme.text_scale == TEXT_SCALES[expected]
        assert settings.text_scale == TEXT_SCALES[expected]


@pytest.mark.parametrize(
    ("key", "end", "possible"),
    [("larger", TEXT_SCALES[-1], (True, False)), ("smaller", TEXT_SCALES[0], (False, True))],
)
def test_at_the_last_size_there_is_no_further(appearance, theme, actions, key, end, possible):
    for _ in range(20):
        actions[key].trigger()
    assert theme.text_scale == end
    assert sizes_possible(actions) == possible
    back = "smaller" if key == "larger" else "larger"
    actions[back].trigger()
    assert theme.text_scale != end
    assert sizes_possible(actions) == (True, True)


def test_a_last_size_that_was_remembered_is_known_at_once(owner, theme, settings, actions):
    theme.choose_text_scale(2.0)
    Appearance(theme, settings, actions, owner)
    assert sizes_possible(actions) == (True, False)


# Motion


def test_motion_is_switched_off_and_on_and_that_is_remembered(appearance, theme, settings, actions):
    for expected in (False, True):
        actions["motion"].trigger()
        assert theme.motion is expected
        assert settings.motion is expected


def test_what_was_chosen_is_there_at_the_next_start(appearance, settings, actions, tmp_path):
    for key in ("light", "colour_blind", "larger", "motion"):
        actions[key].trigger()
    settings.save()
    again = settings_in(tmp_path)
    assert (again.theme, again.colour_blind_safe, again.motion) == ("light", True, False)
    assert again.text_scale == TEXT_SCALES[TEXT_SCALES.index(1.0) + 1]
