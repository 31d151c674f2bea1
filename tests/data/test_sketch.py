import numpy as np
import pytest

from nnviz.data import drawing
from nnviz.data.sketch import MOST_KEPT, Sketch

FIELD = (28, 28)


@pytest.fixture
def sketch():
    return Sketch(FIELD)


def stroke(sketch, *points, erase=False):
    sketch.begin(points[0], erase)
    for point in points[1:]:
        sketch.go_on(point)
    sketch.end()


def drawn(sketch):
    stroke(sketch, (80, 60), (180, 60), (130, 220))
    return sketch.ink.copy()


def sample():
    pixels = np.zeros(FIELD, np.uint8)
    pixels[6:22, 12:15] = 200
    return pixels


@pytest.mark.parametrize(
    ("shape", "size"),
    [((28, 28), (280, 280)), ((5, 4), (280, 224)), ((300, 200), (300, 200)), ((2, 90), (6, 270))],
)
def test_the_pad_has_whole_pixels_to_a_pixel_of_the_image_and_more_detail_where_that_is_small(shape, size):
    sketch = Sketch(shape)
    assert sketch.ink.shape == size
    assert sketch.prepare().pixels.shape == shape


def test_a_stroke_is_as_wide_as_mnists_pen(sketch):
    stroke(sketch, (40, 140), (240, 140))
    column = sketch.ink[:, 140].sum() / 255
    assert column / sketch.detail == pytest.approx(2.2, abs=0.02)


def test_a_wider_brush_draws_a_wider_stroke_and_the_eraser_is_wider_still(sketch):
    sketch.brush = 4.0
    stroke(sketch, (40, 140), (240, 140))
    assert sketch.ink[:, 140].sum() / 255 == pytest.approx(40, abs=0.5)
    sketch.brush = 1.0
    stroke(sketch, (140, 20), (140, 260), erase=True)
    assert (255 - sketch.ink[140].astype(int))[100:180].sum() / 255 == pytest.approx(20, abs=0.5)


def test_a_stroke_is_on_the_pad_while_it_is_drawn(sketch):
    sketch.begin((100, 100))
    assert sketch.ink[100, 100] == 255
    assert sketch.is_drawing
    sketch.go_on((200, 100))
    assert sketch.ink[100, 140] == 255
    sketch.end()
    assert sketch.ink[100, 199] == 255
    assert not sketch.is_drawing


def test_what_a_stroke_changes_is_told(sketch):
    rectangles = [sketch.begin((100, 100)), sketch.go_on((150, 130)), sketch.go_on((100, 200)), sketch.end()]
    covered = np.zeros(sketch.ink.shape, bool)
    for left, top, right, bottom in rectangles:
        covered[top:bottom, left:right] = True
    assert not sketch.ink[~covered].any()
    assert covered.sum() < covered.size / 3


def test_a_stroke_bends_where_the_pointer_was_far_apart(sketch):
    """Straight lines from place to place would leave a corner at the middle place."""
    stroke(sketch, (60, 220), (140, 60), (220, 220))
    assert sketch.ink[60, 140] == 0
    assert sketch.ink[100:140, 140].any()
    radius = sketch.radius(erase=False)
    top = np.flatnonzero(sketch.ink.any(axis=1))[0]
    # Where a curve is, the outline is round: as wide as a chord of it, not as a dot.
    assert np.count_nonzero(sketch.ink[top + 6]) > 2 * radius


def test_drawing_outside_the_pad_is_no_fault(sketch):
    stroke(sketch, (140, 140), (-500, -500), (140, 9000), (140, 140))
    assert sketch.ink[140, 140] == 255


def test_to_go_on_without_having_begun_does_nothing(sketch):
    sketch.go_on((100, 100))
    sketch.end()
    assert sketch.is_blank
    assert not sketch.can_undo


# The image.


def test_the_image_is_centred_and_scaled_unless_that_is_switched_off(sketch):
    ink = drawn(sketch)
    np.testing.assert_array_equal(sketch.prepare().pixels, drawing.prepare(ink, FIELD).pixels)
    sketch.centres = False
    np.testing.assert_array_equal(sketch.prepare().pixels, drawing.reduce(ink, FIELD).pixels)
    sketch.centres = True
    assert sketch.prepare().box is not None


def test_a_sample_is_put_on_the_pad_and_given_back_bit_by_bit(sketch):
    pixels = np.random.default_rng(1).integers(0, 256, 784).astype(np.uint8)
    sketch.take(pixels, label=4)
    assert not sketch.centres
    assert sketch.label == 4
    np.testing.assert_array_equal(sketch.prepare().pixels.ravel(), pixels)


def test_noise_reaches_the_network_as_it_is(sketch):
    sketch.put_noise(np.random.default_rng(2))
    assert sketch.is_noise
    np.testing.assert_array_equal(sketch.prepare().pixels, drawing.noise(np.random.default_rng(2), FIELD))


def test_wiping_the_pad_brings_back_the_preparation_that_a_sample_did_without(sketch):
    sketch.take(sample())
    sketch.clear()
    assert sketch.centres
    sketch.centres = False
    sketch.take(sample())
    sketch.clear()
    assert not sketch.centres, "the user's own wish was forgotten"


def test_a_picture_is_put_into_the_middle_and_prepared(sketch):
    sketch.put(np.full((40, 20), 255, np.uint8))
    assert sketch.ink.shape == (280, 280)
    assert sketch.centres
    prepared = sketch.prepare()
    assert prepared.pixels[14, 14] == 255
    assert prepared.pixels.sum() / 255 == 20 * 10


@pytest.mark.parametrize(("down", "across"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_nudging_moves_the_image_by_a_pixel(sketch, down, across):
    sketch.take(sample())
    sketch.nudge(down, across)
    np.testing.assert_array_equal(sketch.prepare().pixels, drawing.nudge(sample(), down, across))


def test_nudging_a_drawing_centres_it_first_and_is_not_undone_by_centring(sketch):
    drawn(sketch)
    before = sketch.prepare().pixels
    sketch.nudge(0, 1)
    assert not sketch.centres
    np.testing.assert_array_equal(sketch.prepare().pixels, drawing.nudge(before, 0, 1))
    sketch.centres = True
    np.testing.assert_array_equal(sketch.prepare().pixels, before)


def test_turning_keeps_the_preparation_and_turns_about_the_ink(sketch):
    ink = drawn(sketch)
    sketch.rotate(5)
    assert sketch.centres
    np.testing.assert_array_equal(sketch.ink, drawing.rotate(ink, 5, drawing.centre_of_mass(ink)))


def test_turning_there_and_back_leaves_the_image_nearly_as_it_was(sketch):
    drawn(sketch)
    sketch.centres = False
    before = sketch.prepare().pixels.astype(int)
    for degrees in (5, 5, 5, -5, -5, -5):
        sketch.rotate(degrees)
    assert np.abs(sketch.prepare().pixels - before).mean() < 2


def test_thickening_adds_a_pixel_to_the_width_of_a_stroke_and_thinning_takes_it_away(sketch):
    stroke(sketch, (40, 140), (240, 140))
    sketch.thicken()
    assert sketch.ink[:, 140].sum() / 2550 == pytest.approx(3.2, abs=0.1)
    sketch.thin()
    sketch.thin()
    assert sketch.ink[:, 140].sum() / 2550 == pytest.approx(1.2, abs=0.1)
    sketch.thin()
    sketch.thin()
    assert sketch.is_blank


def test_a_blank_pad_can_be_changed_in_every_way_and_stays_blank(sketch):
    for change in (
        sketch.thicken,
        sketch.thin,
        lambda: sketch.rotate(5),
        lambda: sketch.nudge(1, 1),
        sketch.clear,
    ):
        change()
        assert sketch.is_blank


# What is known of it.


def test_a_sample_that_is_changed_keeps_its_label(sketch):
    sketch.take(sample(), label=1)
    for change in (lambda: sketch.nudge(0, 1), lambda: sketch.rotate(5), sketch.thicken, sketch.thin):
        change()
        assert sketch.label == 1


def test_a_sample_that_someone_draws_on_has_no_label(sketch):
    sketch.take(sample(), label=1)
    drawn(sketch)
    assert sketch.label is None
    assert not sketch.centres, "the sample under the stroke jumped"


def test_changed_noise_is_noise_until_someone_draws_on_it(sketch):
    sketch.put_noise(np.random.default_rng(0))
    sketch.thicken()
    assert sketch.is_noise
    drawn(sketch)
    assert not sketch.is_noise


# The past.


def test_everything_can_be_undone_and_done_again(sketch):
    rng = np.random.default_rng(0)
    deeds = [
        lambda: drawn(sketch),
        lambda: stroke(sketch, (100, 60), (100, 200), erase=True),
        lambda: sketch.rotate(-5),
        lambda: sketch.nudge(1, 0),
        sketch.thicken,
        sketch.thin,
        sketch.clear,
        lambda: sketch.put(np.eye(30, dtype=np.uint8) * 255),
        lambda: sketch.take(sample(), 7),
        lambda: sketch.put_noise(rng),
    ]
    states = [_state(sketch)]
    for deed in deeds:
        deed()
        states.append(_state(sketch))
    for state in states[-2::-1]:
        sketch.undo()
        assert _state(sketch) == state
    assert not sketch.can_undo
    for state in states[1:]:
        sketch.redo()
        assert _state(sketch) == state
    assert not sketch.can_redo


def _state(sketch):
    return (
        sketch.ink.tobytes(),
        sketch.prepare().pixels.tobytes(),
        sketch.label,
        sketch.is_noise,
        sketch.centres,
    )


def test_something_new_leaves_nothing_to_be_done_again(sketch):
    drawn(sketch)
    sketch.undo()
    sketch.put_noise(np.random.default_rng(0))
    assert not sketch.can_redo
    before = sketch.ink.copy()
    sketch.redo()
    np.testing.assert_array_equal(sketch.ink, before)


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke_away(sketch):
    sketch.begin((100, 100))
    sketch.go_on((150, 150))
    sketch.undo()
    assert sketch.is_blank
    assert not sketch.is_drawing


def test_the_past_is_bounded(sketch):
    for _ in range(MOST_KEPT + 20):
        sketch.clear()
    undone = 0
    while sketch.can_undo:
        sketch.undo()
        undone += 1
    assert undone <= MOST_KEPT


def test_the_ink_is_always_the_same_array(sketch):
    ink = sketch.ink
    drawn(sketch)
    sketch.clear()
    sketch.take(sample())
    sketch.undo()
    assert sketch.ink is ink
