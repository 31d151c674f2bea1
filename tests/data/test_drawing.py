import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnviz.data.assets import assets
from nnviz.data.drawing import (
    BOX,
    centre_of_mass,
    draw_line,
    enlarge,
    fit,
    fitted,
    ink_of,
    noise,
    nudge,
    prepare,
    reduce,
    resize,
    rotate,
    thicken,
    thin,
)
from nnviz.data.idx import read_images

FIELD = (28, 28)
images_of = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))


@pytest.fixture(scope="module")
def mnist():
    return read_images(assets() / "mnist" / "t10k-images-idx3-ubyte.gz")


def enlarged_smoothly(image, factor):
    """Return an image enlarged by interpolating between its pixels, a row and then a column at a time."""
    rows, cols = image.shape
    down = (np.arange(factor * rows) + 0.5) / factor - 0.5
    across = (np.arange(factor * cols) + 0.5) / factor - 0.5
    wide = np.array([np.interp(across, np.arange(cols), line) for line in image])
    return np.rint(np.array([np.interp(down, np.arange(rows), line) for line in wide.T]).T).astype(np.uint8)


def extent(image):
    """Return how many rows and columns the ink spans."""
    rows, cols = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return rows[-1] - rows[0] + 1, cols[-1] - cols[0] + 1


def disc(radius, centre=(140, 140), shape=(280, 280)):
    ink = np.zeros(shape, np.uint8)
    draw_line(ink, centre, centre, radius)
    return ink


# As MNIST did it; MNIST's own images are the oracle.


@pytest.mark.parametrize("factor", [1, 3, 8, 10])
def test_an_enlarged_mnist_image_is_prepared_back_into_itself_bit_by_bit(mnist, factor):
    for image in mnist[: 400 if factor < 10 else 1000]:
        np.testing.assert_array_equal(prepare(enlarge(image, factor), FIELD).pixels, image)


def test_where_on_the_pad_a_digit_was_drawn_makes_no_difference(mnist):
    for image in mnist[:50]:
        large = enlarge(image, 8)
        wandered = np.zeros((400, 500), np.uint8)
        wandered[150:374, 7:231] = large
        np.testing.assert_array_equal(prepare(wandered, FIELD).pixels, image)


def test_a_smoothly_enlarged_mnist_image_is_prepared_into_nearly_itself(mnist):
    differences = []
    for image in mnist[:200]:
        prepared = prepare(enlarged_smoothly(image, 8), FIELD)
        differences.append(np.abs(prepared.pixels.astype(float) - image).mean() / 255)
        for ours, theirs in zip(centre_of_mass(prepared.pixels), centre_of_mass(image), strict=True):
            assert abs(ours - theirs) <= 1.01
            assert abs(ours - 14.5) <= 0.51
    assert np.mean(differences) < 0.04
    assert max(differences) < 0.1


def test_mnist_itself_has_its_centres_of_mass_where_the_preparation_puts_them(mnist):
    for image in mnist[:1000]:
        for place in centre_of_mass(image):
            assert abs(place - 14.5) <= 0.5
        assert max(extent(image)) in (19, 20)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 280), st.floats(0, 280)), min_size=1, max_size=6),
    st.floats(1, 30),
    st.sampled_from([(28, 28), (5, 4), (20, 32)]),
)
def test_whatever_is_drawn_fills_the_box_and_is_centred(points, radius, shape):
    ink = np.zeros((280, 280), np.uint8)
    for start, end in zip(points, points[1:] + points[-1:], strict=True):
        draw_line(ink, start, end, radius)
    assume(ink.any())
    prepared = prepare(ink, shape)
    box = [max(1, round(BOX * side)) for side in shape]
    top, left, height, width = prepared.box
    assert [height, width] == box
    spans = extent(prepared.pixels) if prepared.pixels.any() else (0, 0)
    assert all(span <= side for span, side in zip(spans, box, strict=True))
    assert prepared.centre == pytest.approx(centre_of_mass(prepared.pixels), abs=0.2)
    for where, side, start in zip(prepared.centre, shape, (top, left), strict=True):
        # It is off the middle only where the digit would otherwise leave the field.
        assert abs(where - (side // 2 + 0.5)) <= 0.5 + 1e-9 or start <= 0 or start + box[0] >= side - box[0]
    in_box = prepared.pixels[max(math.floor(top), 0) : math.ceil(top + height)]
    assert in_box.sum(dtype=int) == prepared.pixels.sum(dtype=int), "ink outside the box"


def test_no_ink_gives_no_image_and_no_marks():
    prepared = prepare(np.zeros((280, 280), np.uint8), FIELD)
    assert not prepared.pixels.any()
    assert prepared.pixels.shape == FIELD
    assert prepared.box is None
    assert prepared.centre is None


def test_a_dot_becomes_a_disc_that_fills_the_box_in_the_middle():
    pixels = prepare(disc(6, (30, 200)), FIELD).pixels
    assert extent(pixels) == (20, 20)
    assert pixels[14, 14] == 255
    assert pixels.sum() / 255 == pytest.approx(math.pi * 100, rel=0.06)


def test_a_single_pixel_of_ink_becomes_the_whole_box():
    ink = np.zeros((280, 280), np.uint8)
    ink[279, 0] = 200
    pixels = prepare(ink, FIELD).pixels
    assert extent(pixels) == (20, 20)
    assert set(np.unique(pixels)) == {0, 200}


@pytest.mark.parametrize(("height", "width"), [(200, 20), (20, 200)])
def test_the_aspect_ratio_stays(height, width):
    ink = np.zeros((280, 280), np.uint8)
    ink[30 : 30 + height, 50 : 50 + width] = 255
    assert extent(prepare(ink, FIELD).pixels) == (height // 10, width // 10)


def test_a_digit_is_moved_less_where_it_would_be_pushed_out_of_the_field():
    """Nearly all of the ink is at one end of a long thin line."""
    ink = np.zeros((280, 280), np.uint8)
    ink[0:200, 100] = 1
    ink[190:200, 91:110] = 255
    prepared, lying = prepare(ink, FIELD), prepare(ink.T, FIELD)
    np.testing.assert_array_equal(lying.pixels, prepared.pixels.T)
    assert prepared.box[0] == 0
    assert prepared.centre[0] > 15.1
    assert extent(prepared.pixels)[0] == 1  # the thin line is too faint for a whole level
    assert np.flatnonzero(prepared.pixels.any(axis=1)).max() == 19


def test_without_preparation_the_pad_is_only_made_smaller():
    ink = disc(30, (60, 200))
    prepared = reduce(ink, FIELD)
    np.testing.assert_array_equal(
        prepared.pixels, np.rint(ink.reshape(28, 10, 28, 10).mean(axis=(1, 3))).astype(np.uint8)
    )
    assert prepared.box is None
    assert prepared.centre == pytest.approx((20, 6), abs=0.05)
    assert reduce(np.zeros((28, 28), np.uint8), FIELD).centre is None


# Sizes.


@given(images_of, st.integers(1, 15), st.integers(1, 15))
def test_another_size_has_the_same_mean(image, rows, cols):
    resized = resize(image, (rows, cols))
    assert resized.shape == (rows, cols)
    assert resized.mean() == pytest.approx(image.mean(), abs=1e-9)
    assert resized.min() >= image.min() - 1e-9
    assert resized.max() <= image.max() + 1e-9


def test_each_pixel_is_the_mean_over_the_area_that_it_covers():
    row = np.array([[0, 60, 120]], np.uint8)
    np.testing.assert_allclose(resize(row, (1, 2)), [[(0 + 60 / 2) / 1.5, (60 / 2 + 120) / 1.5]])
    np.testing.assert_allclose(resize(row, (2, 3)), [[0, 60, 120], [0, 60, 120]])


@pytest.mark.parametrize(
    ("shape", "box", "expected"),
    [((200, 100), (20, 20), (20, 10)), ((1, 1000), (20, 20), (1, 20)), ((5, 4), (28, 28), (28, 22))],
)
def test_what_is_fitted_fills_the_box_one_way(shape, box, expected):
    assert fitted(shape, box) == expected


def test_a_whole_picture_is_put_into_the_middle_of_the_field():
    field = fit(np.full((50, 100), 200, np.uint8), (28, 40))
    assert extent(field) == (20, 40)
    assert centre_of_mass(field) == (14, 20)


def test_a_picture_of_the_pads_image_size_is_put_on_it_pixel_by_pixel(mnist):
    np.testing.assert_array_equal(fit(mnist[5], (280, 280)), enlarge(mnist[5], 10))


def test_the_centre_of_mass_is_measured_from_the_corner():
    image = np.zeros((5, 7), np.uint8)
    image[0, 0] = 100
    assert centre_of_mass(image) == (0.5, 0.5)
    image[4, 6] = 100
    assert centre_of_mass(image) == (2.5, 3.5)
    assert centre_of_mass(np.zeros((3, 3))) is None


# Pictures.


def test_ink_is_the_same_dark_on_light_and_light_on_dark(mnist):
    for image in mnist[:50]:
        expected = np.rint(image * (255 / image.max())).astype(np.uint8)
        np.testing.assert_array_equal(ink_of(image), expected)
        np.testing.assert_array_equal(ink_of(255 - image), expected)


def test_weak_contrast_is_stretched_and_a_grey_ground_taken_away():
    grey = np.full((20, 20), 180, np.uint8)
    grey[8:12, 8:12] = 80
    grey[5, 5] = 130
    ink = ink_of(grey)
    assert ink[9, 9] == 255
    assert ink[5, 5] == 128
    assert ink[0, 0] == 0
    assert ink_of(255 - grey)[9, 9] == 255


@pytest.mark.parametrize("ground", [60, 100, 127, 128, 200])
def test_the_ink_is_found_on_whichever_side_of_the_ground_it_is(ground):
    for ink_level in (0, 255):
        grey = np.full((20, 20), ground, np.uint8)
        grey[8:12, 8:12] = ink_level
        ink = ink_of(grey)
        assert ink[9, 9] == 255
        assert np.count_nonzero(ink) == 16


@pytest.mark.parametrize("level", [0, 127, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2), (30, 40)])
def test_a_picture_of_one_shade_has_no_ink(level, shape):
    assert not ink_of(np.full(shape, level, np.uint8)).any()


def test_a_photograph_of_a_page_has_ink_only_where_the_pen_was():
    """Uneven light, and grain."""
    rng = np.random.default_rng(3)
    page = 190 + np.linspace(-12, 12, 300)[np.newaxis, :] + rng.normal(0, 3, (300, 300))
    written = disc(12, (150, 100), (300, 300)) > 127
    page[written] = 50
    ink = ink_of(np.clip(page, 0, 255).astype(np.uint8))
    assert ink[written].min() > 180
    assert np.count_nonzero(ink[~written]) < 0.002 * ink.size
    assert ink[~written].max() < 30


@given(images_of)
def test_any_picture_at_all_has_ink_from_0_to_255(grey):
    ink = ink_of(grey)
    assert ink.shape == grey.shape
    assert ink.max() in (0, 255)


# Strokes.


@pytest.mark.parametrize("radius", [1, 3, 11, 40])
def test_a_dot_covers_the_area_of_a_disc(radius):
    assert disc(radius).sum() / 255 == pytest.approx(math.pi * radius**2, rel=0.05 if radius < 3 else 0.01)


def test_a_line_has_round_ends_and_a_soft_edge():
    ink = np.zeros((100, 200), np.uint8)
    draw_line(ink, (50, 50), (150, 50), 10)
    assert ink.sum() / 255 == pytest.approx(100 * 20 + math.pi * 100, rel=0.01)
    assert ink[50, 41] == ink[50, 158] == 255
    assert ink[41, 41] == 0
    assert len(np.unique(ink[:, 40:60])) >= 6
    np.testing.assert_array_equal(ink, ink[::-1])


def test_a_line_over_another_leaves_it_as_dark_as_it_was():
    ink = np.zeros((60, 60), np.uint8)
    draw_line(ink, (10, 30), (50, 30), 6)
    before = ink.copy()
    draw_line(ink, (10, 30), (50, 30), 6)
    np.testing.assert_array_equal(ink, before)


def test_the_eraser_takes_away_what_the_brush_drew_and_leaves_no_faint_rest():
    for offset in np.linspace(0, 1, 30):
        start, end = (20 + offset, 20), (60, 55 - offset)
        ink = np.zeros((80, 80), np.uint8)
        draw_line(ink, start, end, 8)
        assert ink.any()
        draw_line(ink, start, end, 8.96, erase=True)
        assert not ink.any()


def test_the_eraser_leaves_what_is_elsewhere():
    ink = np.full((80, 80), 255, np.uint8)
    draw_line(ink, (40, 40), (40, 40), 10, erase=True)
    assert ink[40, 40] == 0
    assert (255 - ink.astype(int)).sum() / 255 == pytest.approx(math.pi * 100, rel=0.02)


places = st.tuples(st.floats(-60, 100), st.floats(-60, 100))


@given(places, places, st.floats(0.1, 30), st.booleans())
def test_only_what_is_told_has_changed(start, end, radius, erase):
    ink = np.full((40, 50), 100 if erase else 0, np.uint8)
    before = ink.copy()
    left, top, right, bottom = draw_line(ink, start, end, radius, erase)
    assert 0 <= left <= right <= 50
    assert 0 <= top <= bottom <= 40
    ink[top:bottom, left:right] = before[top:bottom, left:right]
    np.testing.assert_array_equal(ink, before)


# For experiment's sake.


def test_nudging_moves_every_pixel_and_brings_in_background(mnist):
    image = mnist[3]
    np.testing.assert_array_equal(nudge(image, 0, 1)[:, 1:], image[:, :-1])
    assert not nudge(image, 0, 1)[:, 0].any()
    np.testing.assert_array_equal(nudge(image, -2, 0)[:-2], image[2:])
    assert not nudge(image, -2, 0)[-2:].any()
    np.testing.assert_array_equal(nudge(image, 0, 0), image)


@given(images_of, st.integers(-15, 15), st.integers(-15, 15))
def test_nudging_agrees_with_moving_pixel_by_pixel(image, down, across):
    moved = nudge(image, down, across)
    for (row, column), level in np.ndenumerate(moved):
        y, x = row - down, column - across
        inside = 0 <= y < image.shape[0] and 0 <= x < image.shape[1]
        assert level == (image[y, x] if inside else 0)


@pytest.mark.parametrize("quarters", [-3, -2, -1, 0, 1, 2, 4])
def test_turning_by_quarters_is_exact_and_positive_is_anticlockwise(mnist, quarters):
    for image in mnist[:5]:
        np.testing.assert_array_equal(rotate(image, 90 * quarters), np.rot90(image, quarters))


@settings(deadline=None, max_examples=40)
@given(images_of, st.floats(-400, 400))
def test_turning_agrees_with_interpolating_pixel_by_pixel(image, degrees):
    rows, cols = image.shape
    angle = math.radians(degrees)

    def level(y, x):
        return float(image[y, x]) if 0 <= y < rows and 0 <= x < cols else 0.0

    turned = rotate(image, degrees)
    for (row, column), got in np.ndenumerate(turned):
        # Seen from the middle, with y upwards as in mathematics; the source lies the angle back.
        right, up = column - (cols - 1) / 2, (rows - 1) / 2 - row
        x = math.cos(angle) * right + math.sin(angle) * up + (cols - 1) / 2
        y = (rows - 1) / 2 - (math.cos(angle) * up - math.sin(angle) * right)
        y0, x0 = math.floor(y), math.floor(x)
        expected = sum(
            level(y0 + j, x0 + i) * (1 - abs(y - y0 - j)) * (1 - abs(x - x0 - i))
            for j in (0, 1)
            for i in (0, 1)
        )
        assert got == pytest.approx(expected, abs=0.51)


def test_turning_about_the_centre_of_mass_leaves_it_where_it_is():
    ink = disc(20, (90, 110))
    draw_line(ink, (90, 110), (130, 60), 8)
    centre = centre_of_mass(ink)
    turned = rotate(ink, 35, centre)
    assert centre_of_mass(turned) == pytest.approx(centre, abs=0.1)
    assert turned.sum(dtype=int) == pytest.approx(ink.sum(dtype=int), rel=0.01)


@settings(deadline=None, max_examples=40)
@given(images_of, st.sampled_from([0.5, 1, 1.5, 2, 5]))
def test_thickening_and_thinning_take_the_most_and_the_least_within_a_radius(image, radius):
    rows, cols = np.indices(image.shape)
    thick, slim = thicken(image, radius), thin(image, radius)
    for row, column in np.ndindex(image.shape):
        near = image[(rows - row) ** 2 + (cols - column) ** 2 <= radius**2]
        assert thick[row, column] == near.max()
        assert slim[row, column] == near.min()


def test_noise_has_every_level_equally_often_and_comes_from_the_generator_alone():
    first = noise(np.random.default_rng(5), (200, 300))
    assert first.dtype == np.uint8
    assert first.shape == (200, 300)
    counts = np.bincount(first.ravel(), minlength=256)
    assert counts.min() > 150
    assert counts.max() < 330
    assert abs(np.corrcoef(first[:, :-1].ravel(), first[:, 1:].ravel())[0, 1]) < 0.02
    np.testing.assert_array_equal(first, noise(np.random.default_rng(5), (200, 300)))
    assert not np.array_equal(first, noise(np.random.default_rng(6), (200, 300)))


def test_no_operation_writes_to_what_it_is_given(mnist):
    image = mnist[0].copy()
    image.flags.writeable = False
    for work in (
        lambda: prepare(image, FIELD),
        lambda: reduce(image, FIELD),
        lambda: nudge(image, 1, 1),
        lambda: rotate(image, 5),
        lambda: thicken(image, 1),
        lambda: thin(image, 1),
        lambda: ink_of(image),
        lambda: fit(image, (50, 50)),
    ):
        work()
