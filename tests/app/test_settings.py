import pytest
from PySide6.QtCore import QByteArray, QSettings

from nnviz.app.settings import VERSION, Settings


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
    settings.remember_window(QByteArray(b"geo\x00metry\xff"), QByteArray(b"state"))
    settings.save()
    again = opened(file)
    assert again.theme == "light"
    assert again.colour_blind_safe is True
    assert again.window() == (QByteArray(b"geo\x00metry\xff"), QByteArray(b"state"))


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
    settings.remember_window(QByteArray(b"geometry"), QByteArray(b"state"))
    settings.save()
    again = opened(file)
    assert again.theme == "light"
    assert again.window() == (QByteArray(b"geometry"), QByteArray(b"state"))


def test_a_remembered_window_that_is_no_window_is_not_fatal(qapp, theme, tmp_path):
    from app.small_window import close, make_window, settings_in

    settings = settings_in(tmp_path)
    settings.remember_window(QByteArray(b"rubbish"), QByteArray(b"rubbish"))
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
