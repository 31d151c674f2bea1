import time

import pytest
from app.painted import colours_in, picture_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.equations import equation_ascent, equation_size, paint_equation

FORMULAS = [
    r"z=\sum w_k a_k+b=",
    r"\mathbf{a}^{(2)}=\sigma(W^{(2)}\mathbf{a}^{(1)}+\mathbf{b}^{(2)})",
    r"a=e^z/\sum e^{z_k}=",
    r"\max(0,z)",
]


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def inked(picture, ground="#808080"):
    """Return the rectangle that holds all that was painted."""
    marked = [
        (x, y)
        for y in range(picture.height())
        for x in range(picture.width())
        if picture.pixelColor(x, y).name() != ground
    ]
    across, down = [x for x, _ in marked], [y for _, y in marked]
    return QRectF(min(across), min(down), max(across) - min(across) + 1, max(down) - min(down) + 1)


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_covers_what_it_says_that_it_covers(theme, latex):
    covered = []

    def paint(painter):
        covered.append(paint_equation(painter, theme, QPointF(30, 20), latex, 14))

    ink = inked(picture_of(paint, 400, 90))
    (area,) = covered
    assert area.topLeft() == QPointF(30, 20)
    assert area.size() == equation_size(theme, latex, 14)
    assert area.adjusted(-1, -1, 1, 1).contains(ink)
    assert ink.width() > 0.9 * area.width()
    assert ink.height() > 0.75 * area.height()


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("role", ["text", "muted", "highlight"])
def test_a_formula_has_the_colour_of_its_role(theme, name, role):
    theme.choose(name, False)
    picture = picture_of(
        lambda painter: paint_equation(painter, theme, QPointF(5, 5), "W=W", 40, role), 200, 80
    )
    assert getattr(theme.colours, role) in colours_in(picture, QRectF(0, 0, 200, 80))


def test_a_formula_grows_with_its_points_and_with_the_users_size_of_text(sized):
    small, large = equation_size(sized, "a+b", 10), equation_size(sized, "a+b", 20)
    assert large.width() == pytest.approx(2 * small.width(), rel=0.05)
    sized.choose_text_scale(2.0)
    assert equation_size(sized, "a+b", 10) == large


def test_a_formula_that_would_be_too_wide_is_made_smaller_in_proportion(theme):
    size = equation_size(theme, FORMULAS[0], 14)
    areas = []

    def paint(painter):
        for widest in (size.width() / 2, size.width() * 2):
            areas.append(paint_equation(painter, theme, QPointF(0, 0), FORMULAS[0], 14, widest=widest))

    picture_of(paint, 400, 90)
    assert areas[0].width() == pytest.approx(size.width() / 2)
    assert areas[0].height() == pytest.approx(size.height() / 2)
    assert areas[1].size() == size


def test_the_baseline_is_where_the_letters_stand(theme):
    # The bar of z and the feet of a stand on it; the tail of y hangs below.
    ascent = equation_ascent(theme, "z", 40)
    ink = inked(picture_of(lambda painter: paint_equation(painter, theme, QPointF(10, 10), "z", 40), 80, 80))
    assert ink.bottom() == pytest.approx(10 + ascent, abs=2)
    hanging = equation_ascent(theme, "y", 40)
    ink = inked(picture_of(lambda painter: paint_equation(painter, theme, QPointF(10, 10), "y", 40), 80, 80))
    assert ink.bottom() > 10 + hanging + 4


def test_formulas_on_one_baseline_do_not_depend_on_what_stands_above_and_below(theme):
    for latex in (*FORMULAS, "z", "y"):
        assert 0 < equation_ascent(theme, latex, 12) < equation_size(theme, latex, 12).height() + 2


def test_a_formula_is_typeset_once(theme):
    latex = r"a_{17}=\sigma(z_{17})"
    equation_size(theme, latex, 13.5)
    begun = time.perf_counter()
    for _ in range(200):
        equation_size(theme, latex, 13.5)
        equation_ascent(theme, latex, 13.5)
    # Typeset anew each time, 400 of them take ten seconds.
    assert time.perf_counter() - begun < 2
