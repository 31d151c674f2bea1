import pytest


@pytest.fixture
def window(qapp, tmp_path):
    """A window whose run has not been started; 1280 × 800, shown, in the dark theme."""
    from app.small_window import close, make_window

    from nnviz.app.theme import Theme

    theme = Theme(qapp)
    theme.choose("dark", colour_blind_safe=False)
    window = make_window(theme, tmp_path)
    yield window
    theme.choose_text_scale(1.0)
    close(qapp, window)
    theme.deleteLater()
