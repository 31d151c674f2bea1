import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from nnviz.app.settings import MOST_RECENT, VERSION, Settings
from nnviz.app.theme import TEXT_SCALES


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.ini"


def opened(file):
    return Settings(QSettings(str(file), QSettings.Format.IniFormat))


def test_at_first_the_theme_is_dark_and_no_window_is_remembered(qapp, file):
    settings = opened(file)
    assert settings.theme == "dark"
    assert settings.colour_blind_safe is False
    assert settings.window() is None


def test_what_is_remembered_is_there_at_the_next_start(qapp, file):
    settings = opened(file)
    settings.theme = "light"
    settings.colour_blind_safe = True
    settings.remember_window(QByteArray(b"geo\x00metry\xff"), QByteArray(b"state"), ["diagram", "costs"])
    settings.save()
    again = opened(file)
    assert again.theme == "light"
    assert again.colour_blind_safe is True
    assert again.window() == (QByteArray(b"geo\x00metry\xff"), QByteArray(b"state"), ["diagram", "costs"])


def test_a_file_of_another_version_is_not_read(qapp, file):
    file.write_text("[General]\nversion=99\ntheme=light\n")
    settings = opened(file)
    assert settings.theme == "dark"
    settings.save()
    assert opened(file).theme == "dark"


@pytest.mark.no_qt_log  # Qt may complain about what it reads, so long as it goes on
@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe not an ini file \x00[[[[",
        b"[General\ntheme=light\nversion",
        b"[General]\nversion=@Variant(\\x7f\\x7f\\x7f\\x7f)\ntheme=@ByteArray(light)\n",
        b"theme",
        b"",
        b"[General]\nversion=1\ntheme=\\\n",
        b"[General]\nversion=1\ntheme=a, b, c\ncolour_blind_safe=@Size(3 4)\ngeometry=5\nstate=@Invalid()\n",
        bytes(range(256)) * 20,
    ],
)
def test_a_broken_file_is_not_fatal_and_a_good_one_is_written_over_it(qapp, file, content):
    file.write_bytes(content)
    settings = opened(file)
    assert isinstance(settings.theme, str)
    assert settings.colour_blind_safe is False
    assert settings.window() is None
    settings.theme = "light"
    settings.remember_window(QByteArray(b"geometry"), QByteArray(b"state"), [])
    settings.save()
    again = opened(file)
    assert again.theme == "light"
    assert again.window() == (QByteArray(b"geometry"), QByteArray(b"state"), [])


def test_a_remembered_window_that_is_no_window_is_not_fatal(qapp, theme, tmp_path):
    from app.small_window import close, make_window, settings_in

    settings = settings_in(tmp_path)
    settings.remember_window(QByteArray(b"rubbish"), QByteArray(b"rubbish"), ["attic"])
    settings.save()
    window = make_window(theme, tmp_path)
    assert window.size().width() == 1280
    close(qapp, window)


def test_a_place_that_cannot_be_written_to_is_not_fatal(qapp, tmp_path):
    settings = Settings(QSettings(str(tmp_path / "a file" / "settings.ini"), QSettings.Format.IniFormat))
    (tmp_path / "a file").write_text("in the way")
    settings.theme = "light"
    settings.save()
    assert settings.theme == "light"


def test_the_version_is_written(qapp, file):
    settings = opened(file)
    settings.save()
    assert f"version={VERSION}" in file.read_text()


def test_the_tests_leave_the_developers_own_settings_alone(qapp, pytestconfig):
    import os
    import tempfile

    place = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz").fileName()
    assert place.startswith(tempfile.gettempdir())
    assert place.startswith(os.environ["XDG_CONFIG_HOME"])


def test_a_file_that_cannot_be_used_is_set_aside(qapp, file):
    content = "[General]\nversion=99\ntheme=light\n"
    file.write_text(content)
    Settings(QSettings(str(file), QSettings.Format.IniFormat))
    assert file.with_name(f"{file.name}.broken").read_text() == content


def restarted(file):
    """Return the settings as another process reads them: Qt keeps what it has once read under a name."""
    copy = file.with_name(f"{len(list(file.parent.iterdir()))} {file.name}")
    shutil.copyfile(file, copy)
    return opened(copy)


# Appearance


def test_at_first_text_is_of_its_usual_size_pictures_move_and_no_layout_was_chosen(qapp, file):
    settings = opened(file)
    assert settings.text_scale == 1.0
    assert settings.motion is True
    assert settings.layout == ""


def test_how_the_window_is_to_look_is_there_at_the_next_start(qapp, file):
    settings = opened(file)
    settings.text_scale = 1.15
    settings.motion = False
    settings.layout = "Explore"
    settings.save()
    again = restarted(file)
    assert again.text_scale == 1.15
    assert again.motion is False
    assert again.layout == "Explore"
    settings.motion = True
    settings.save()
    assert restarted(file).motion is True


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_every_size_of_text_can_be_remembered(qapp, file, scale):
    settings = opened(file)
    settings.text_scale = scale
    settings.save()
    assert restarted(file).text_scale == scale


@pytest.mark.parametrize("written", ["large", "nan", "inf", "-inf", "", "1,5", "@Invalid()", "@Size(3 4)"])
def test_a_size_of_text_that_is_none_is_the_usual_one(qapp, file, written):
    file.write_text(f"[General]\nversion={VERSION}\ntext_scale={written}\n")
    assert opened(file).text_scale == 1.0


# What was opened


@pytest.fixture
def places(tmp_path):
    """Ten files that can be opened, in an order."""
    places = [tmp_path / f"model {n}.npz" for n in range(10)]
    for place in places:
        place.write_bytes(b"")
    return places


def test_at_first_nothing_was_opened(qapp, file):
    settings = opened(file)
    assert settings.recent == []
    settings.forget_opened()
    assert settings.recent == []


def test_what_was_opened_last_is_the_first(qapp, file, places):
    settings = opened(file)
    for place in places[:3]:
        settings.remember_opened(place)
    assert settings.recent == [places[2], places[1], places[0]]
    settings.remember_opened(places[1])
    assert settings.recent == [places[1], places[2], places[0]], "once, and in front"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_what_was_opened_is_there_at_the_next_start(qapp, file, places, count):
    settings = opened(file)
    for place in places[:count]:
        settings.remember_opened(place)
    settings.save()
    assert restarted(file).recent == places[:count][::-1]


def test_of_many_the_oldest_are_forgotten(qapp, file, places):
    settings = opened(file)
    for place in places:
        settings.remember_opened(place)
    assert settings.recent == places[: -MOST_RECENT - 1 : -1]
    assert len(settings.recent) == MOST_RECENT


@pytest.mark.parametrize(
    "name",
    ["a, b; c", "größe ψ 数字", "100%20 & more", "'quotes' \"double\"", "@Variant(1)", "back\\slash", " "],
)
def test_any_name_can_be_remembered(qapp, file, tmp_path, name):
    (tmp_path / name).mkdir()
    settings = opened(file)
    settings.remember_opened(tmp_path / name)
    settings.save()
    assert restarted(file).recent == [tmp_path / name]


def test_paths_are_remembered_whole(qapp, file, tmp_path, monkeypatch):
    (tmp_path / "here.npz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    settings = opened(file)
    settings.remember_opened(Path("here.npz"))
    assert settings.recent == [tmp_path / "here.npz"]


def test_what_is_gone_is_left_out(qapp, file, places):
    settings = opened(file)
    for place in places[:3]:
        settings.remember_opened(place)
    places[1].unlink()
    assert settings.recent == [places[2], places[0]]
    settings.remember_opened(places[5])
    assert settings.recent == [places[5], places[2], places[0]]


def test_what_was_opened_can_be_forgotten(qapp, file, places):
    settings = opened(file)
    settings.remember_opened(places[0])
    settings.save()
    settings.forget_opened()
    assert settings.recent == []
    settings.save()
    assert restarted(file).recent == []


def test_a_place_that_cannot_be_looked_at_is_left_out(qapp, file, places):
    """A name that is too long for the system, or a folder that is locked, was an error in the menu."""
    settings = opened(file)
    settings._store.setValue("recent", ["/" + "a" * 5000, str(places[0]), "nothing\0here"])
    assert settings.recent == [places[0]]


def test_a_place_that_the_system_refuses_to_look_at_is_left_out(qapp, file, places, monkeypatch):
    settings = opened(file)
    settings.remember_opened(places[0])

    def refuse(self, **_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert settings.recent == []


@pytest.mark.no_qt_log
@pytest.mark.parametrize(
    "written", ["@Size(3 4)", "5", "@Invalid()", "@ByteArray(a)", "/nowhere, , 7", '""', "@Variant("]
)
def test_a_broken_list_is_not_fatal(qapp, file, places, written):
    file.write_text(f"[General]\nversion={VERSION}\nrecent={written}\n")
    settings = opened(file)
    assert settings.recent == []
    settings.remember_opened(places[0])
    assert settings.recent == [places[0]]
