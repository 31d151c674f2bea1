import base64
import os
import struct
import subprocess
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app import picture_file
from nnviz.app.picture_file import SIDE, PictureError, grey_of, read_picture
from nnviz.data.drawing import ink_of

pytestmark = pytest.mark.usefixtures("qapp")

# What libraries that read pictures write about damaged ones, on their own account.
COMPLAINTS = pytest.mark.qt_log_level_fail("CRITICAL")

TWO_FRAMES = base64.b64decode(
    "R0lGODlhAgACAPAAAAAAAP///yH/C05FVFNDQVBFMi4wAwEAAAAh+QQACgAAACwAAAAAAgACAAACAoRRACH5BAAKAAAALAAAAAACAAIAAAICjF8AOw=="
)
"""A GIF of 2 × 2 pixels that blinks: black first, then white."""


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of_size(width, height):
    """Return a PNG that claims a size and breaks off after its first line."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" + b"\x7f" * (4 * min(width, 30_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def image_of(grey, form=QImage.Format.Format_Grayscale8):
    grey = np.ascontiguousarray(grey, np.uint8)
    rows, cols = grey.shape
    return QImage(grey.data, cols, rows, cols, QImage.Format.Format_Grayscale8).convertToFormat(form)


def digit():
    """Return a dark stroke on a light ground, (40, 30)."""
    grey = np.full((40, 30), 250, np.uint8)
    grey[8:32, 13:17] = 20
    return grey


def save(path, image, quality=-1):
    assert image.save(str(path), None, quality)
    return path


def refusal(path):
    """Return the sentences with which a picture is refused."""
    with pytest.raises(PictureError) as caught:
        read_picture(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert "Choose" in text or "choose" in text or "Save" in text or "Change" in text, (
        "nothing says what to do"
    )
    return text


@pytest.mark.parametrize("ending", ["png", "bmp", "ppm", "tiff", "webp", "jpg"])
def test_a_picture_is_read_in_grey_whatever_its_format(tmp_path, ending):
    path = save(tmp_path / f"digit.{ending}", image_of(digit(), QImage.Format.Format_RGB32), 100)
    np.testing.assert_allclose(
        read_picture(path).astype(int), digit(), atol=6 if ending in ("jpg", "webp") else 0
    )


def test_the_content_decides_about_the_format_not_the_name(tmp_path):
    path = save(tmp_path / "digit.png", image_of(digit()))
    renamed = path.rename(tmp_path / "digit.jpg")
    np.testing.assert_array_equal(read_picture(renamed), digit())
    np.testing.assert_array_equal(read_picture(renamed.rename(tmp_path / "no ending")), digit())


def test_an_svg_drawing_is_read(tmp_path):
    path = tmp_path / "one.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">'
        '<line x1="50" y1="20" x2="50" y2="80" stroke="black" stroke-width="10"/></svg>'
    )
    ink = ink_of(read_picture(path))
    assert ink[50, 50] == 255
    assert ink[5, 5] == 0


def test_colours_become_as_bright_as_they_look():
    image = QImage(4, 1, QImage.Format.Format_RGB32)
    for x, colour in enumerate(("#ff0000", "#00ff00", "#0000ff", "#808080")):
        image.setPixelColor(x, 0, QColor(colour))
    np.testing.assert_array_equal(grey_of(image), [[76, 150, 29, 128]])


@pytest.mark.parametrize("width", [1, 2, 3, 5, 7])
def test_no_line_is_taken_for_the_filling_at_the_end_of_another(width):
    grey = np.arange(3 * width, dtype=np.uint8).reshape(3, width) * 10
    image = QImage(width, 3, QImage.Format.Format_RGB888)
    for (y, x), level in np.ndenumerate(grey):
        image.setPixelColor(x, y, QColor(level, level, level))
    np.testing.assert_array_equal(grey_of(image), grey)


@pytest.mark.parametrize("pen", [0, 255])
def test_what_is_transparent_is_background_for_dark_ink_and_for_light(pen):
    image = QImage(20, 20, QImage.Format.Format_ARGB32)
    image.fill(QColor(pen, pen, pen, 0))
    with QPainter(image) as painter:
        painter.fillRect(8, 4, 4, 12, QColor(pen, pen, pen))
    ink = ink_of(grey_of(image))
    assert np.count_nonzero(ink == 255) == np.count_nonzero(ink) == 48
    assert ink[10, 9] == 255
    assert ink[0, 0] == 0


def test_a_wholly_transparent_picture_has_no_ink():
    image = QImage(9, 9, QImage.Format.Format_ARGB32)
    image.fill(0)
    assert not ink_of(grey_of(image)).any()


def test_a_half_transparent_pixel_is_half_ink():
    image = QImage(9, 9, QImage.Format.Format_ARGB32)
    image.fill(0)
    image.setPixelColor(4, 4, QColor(0, 0, 0, 255))
    image.setPixelColor(5, 4, QColor(0, 0, 0, 128))
    assert ink_of(grey_of(image))[4, 5] == 128


def test_a_picture_that_moves_shows_its_first_frame(tmp_path):
    path = tmp_path / "blinking.gif"
    path.write_bytes(TWO_FRAMES)
    np.testing.assert_array_equal(read_picture(path), np.zeros((2, 2)))


def test_a_picture_of_one_pixel_is_read(tmp_path):
    path = save(tmp_path / "dot.png", image_of([[200]]))
    np.testing.assert_array_equal(read_picture(path), [[200]])


def test_a_camera_that_was_held_upright_is_believed(tmp_path):
    path = save(tmp_path / "upright.jpg", image_of(digit()), 100)
    content = path.read_bytes()
    turned = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    path.write_bytes(content[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(turned)) + turned + content[2:])
    assert read_picture(path).shape == (30, 40)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_a_large_picture_is_made_smaller_and_looks_the_same(tmp_path, ending):
    grey = np.full((1500, 3000), 240, np.uint8)
    grey[300:900, 600:1800] = 10
    read = read_picture(save(tmp_path / f"large.{ending}", image_of(grey)))
    assert read.shape == (SIDE // 2, SIDE)
    scale = SIDE / 3000
    assert abs(int(read[int(600 * scale), int(1200 * scale)]) - 10) < 6
    assert abs(int(read[int(600 * scale), int(2400 * scale)]) - 240) < 6


def test_a_thin_line_does_not_get_lost_where_a_picture_is_made_smaller(tmp_path):
    grey = np.full((3000, 3000), 255, np.uint8)
    lines = (101, 500, 1502, 2003, 2777)
    grey[:, lines] = 0
    read = read_picture(save(tmp_path / "lines.png", image_of(grey)))
    for line in lines:
        near = round(line / 3000 * SIDE)
        assert 255 - read[500, near - 2 : near + 3].astype(int).min() > 40


def test_an_extremely_long_picture_keeps_a_line(tmp_path):
    assert read_picture(save(tmp_path / "long.png", image_of(np.zeros((1, 20_000))))).shape == (1, SIDE)


def test_the_pixels_outlive_the_picture(tmp_path):
    image = image_of(digit(), QImage.Format.Format_RGBA8888)
    grey = grey_of(image)
    image.fill(QColor("black"))
    del image
    np.testing.assert_array_equal(grey, digit())


# What is refused.


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "does not exist" in refusal(tmp_path / "gone.png")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.png").touch()
    assert "is empty" in refusal(tmp_path / "empty.png")


def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "is a pipe" in refusal(tmp_path / "pipe.png")


@pytest.mark.parametrize("path", ["no\0thing.png", "x" * 5000])
def test_a_path_that_no_file_can_have_is_refused(path):
    assert "cannot be read" in refusal(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = save(tmp_path / "secret.png", image_of(digit()))
    path.chmod(0)
    assert "permission denied" in refusal(path)


def test_a_huge_file_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "huge.svg"
    with path.open("wb") as file:
        file.truncate(picture_file.MOST_BYTES + 1)
    assert "larger than 200 MB" in refusal(path)


@COMPLAINTS
@pytest.mark.parametrize(
    "content",
    [b"hello", b"\0" * 1000, b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"BM" + b"\xff" * 60, b"<svg"],
)
def test_what_is_no_picture_is_refused(tmp_path, content):
    path = tmp_path / "no picture.png"
    path.write_bytes(content)
    text = refusal(path)
    assert "is not a picture" in text or "is damaged" in text


@COMPLAINTS
def test_a_broken_picture_is_refused_or_read_as_far_as_it_goes(tmp_path):
    rng = np.random.default_rng(0)
    for ending in ("png", "jpg", "bmp", "webp", "ppm"):
        content = save(tmp_path / f"whole.{ending}", image_of(digit())).read_bytes()
        for place in rng.integers(0, len(content), 25):
            damaged = bytearray(content[: place if place % 2 else len(content)])
            for spot in rng.integers(0, max(len(damaged), 1), 3):
                if damaged:
                    damaged[spot] ^= 1 << rng.integers(0, 8)
            path = tmp_path / f"damaged.{ending}"
            path.write_bytes(damaged)
            with suppress(PictureError):
                assert read_picture(path).ndim == 2


@pytest.mark.parametrize("size", [(20_000, 20_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1), (5_000, 4_000)])
@COMPLAINTS
def test_a_picture_of_too_many_pixels_is_refused(tmp_path, size):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of_size(*size))
    text = refusal(path)
    assert "million that the pad reads" in text or "is not a picture" in text or "is damaged" in text


def test_the_refusal_names_the_size(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of_size(20_000, 20_000))
    assert "20,000 × 20,000 pixels" in refusal(path)


MEASURE = """
import resource, sys
from PySide6.QtGui import QGuiApplication
from nnviz.app.picture_file import PictureError, read_picture
application = QGuiApplication([])
read_picture(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_picture(sys.argv[1])
except PictureError:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("size", [(20_000, 20_000), (30_000, 1_000)])
def test_the_memory_of_a_picture_that_is_too_large_is_never_taken(tmp_path, size):
    bomb, small = tmp_path / "bomb.png", save(tmp_path / "small.png", image_of(digit()))
    bomb.write_bytes(png_of_size(*size))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, bomb, small],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert int(run.stdout) < 20, f"{run.stdout} MB"


def test_a_format_that_cannot_be_made_smaller_while_it_is_read_has_a_stricter_limit(tmp_path):
    """17 million pixels: too many for a PNG, for which memory is taken as a whole, and not for a JPEG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QImage(4_250, 4_000, QImage.Format.Format_Grayscale8)
    image.fill(255)
    assert image.save(str(tmp_path / "wide.jpg"))
    assert max(read_picture(tmp_path / "wide.jpg").shape) == SIDE
    (tmp_path / "wide.png").write_bytes(png_of_size(4_250, 4_000))
    assert "4,250 × 4,000 pixels" in refusal(tmp_path / "wide.png")
