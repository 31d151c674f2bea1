from functools import partial

import pytest


@pytest.fixture
def theme(qapp):
    """The dark theme, in force."""
    from PySide6.QtCore import QEvent

    from nnviz.app.theme import Theme

    theme = Theme(qapp)
    theme.choose("dark", colour_blind_safe=False)
    yield theme
    theme.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def data_folder(tmp_path):
    from app.small_window import small_folder

    return small_folder(tmp_path / "small digits")


@pytest.fixture
def idle_window(qapp, theme, tmp_path):
    """A window whose run has not been started; 1280 × 800, shown."""
    from app.small_window import close, make_window

    window = make_window(theme, tmp_path)
    yield window
    close(qapp, window)


@pytest.fixture
def window(qtbot, idle_window, data_folder):
    """A window with a small run at step 0, paused and evaluated."""
    from app.small_window import begin, spec_of

    begin(qtbot, idle_window, spec_of(data_folder))
    return idle_window


@pytest.fixture
def wait_for(qtbot, window):
    """Return a function that waits until the window shows a step."""
    from app.small_window import wait_for_step

    return partial(wait_for_step, qtbot, window)
