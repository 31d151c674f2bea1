import pytest

from nnviz.run.shown_text import check_text, clean_name


def test_spaces_around_and_between_words_are_made_single():
    assert clean_name("A name", "  a \t b\n", 10) == "a b"


@pytest.mark.parametrize("name", ["", "   ", "x" * 11, "\x00", "a\u202eb", "\u200b\u200b", "\ue000"])
def test_what_cannot_be_shown_is_no_name(name):
    with pytest.raises(ValueError, match="A name"):
        clean_name("A name", name, 10)


@pytest.mark.parametrize("text", ["", 3, None, "x" * 11, "a\nb", "\ud800"])
def test_what_a_file_calls_a_text_is_looked_at(text):
    with pytest.raises(ValueError, match="A text"):
        check_text("A text", text, 10)
    check_text("A text", "a text", 10)
