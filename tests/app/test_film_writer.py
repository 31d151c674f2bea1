import importlib.util
import sys
import time

import numpy as np
import pytest

from nnviz.app import film_writer
from nnviz.app.film_writer import FilmError, FilmWriter, check_film

needs_pillow = pytest.mark.skipif(not importlib.util.find_spec("PIL"), reason="needs Pillow")
needs_av = pytest.mark.skipif(not importlib.util.find_spec("av"), reason="needs PyAV")


def images(count=12, height=48, width=65):
    for number in range(count):
        image = np.zeros((height, width, 3), np.uint8)
        image[:, : 4 + 4 * number] = (240, 200, 40)
        yield image


def written(path, some):
    writer = FilmWriter(path, 20)
    writer.start()
    for image in (*some, None):
        while not writer.take(image):
            assert not writer.has_ended, writer.failure
            time.sleep(0.001)
    deadline = time.monotonic() + 20
    while not writer.has_ended and time.monotonic() < deadline:
        time.sleep(0.005)
    assert writer.has_ended
    return writer.failure


@needs_pillow
def test_a_gif_has_every_image_and_the_same_bytes_twice(tmp_path):
    from PIL import Image

    one, other = tmp_path / "one.gif", tmp_path / "other.gif"
    assert written(one, images()) == written(other, images()) == ""
    with Image.open(one) as film:
        assert film.n_frames == 12
        assert film.size == (65, 48)
        film.seek(5)
        shown = np.asarray(film.convert("RGB")).astype(int)
        assert film.info["duration"] == 50
    assert np.abs(shown[20, 10] - (240, 200, 40)).max() <= 8
    assert np.abs(shown[20, 60]).max() <= 8
    assert one.read_bytes() == other.read_bytes()


@needs_av
def test_an_mp4_has_every_image_with_even_sides(tmp_path):
    import av

    path = tmp_path / "film.mp4"
    assert written(path, images()) == ""
    with av.open(str(path)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert film.streams.video[0].average_rate == 20
    assert len(frames) == 12
    assert frames[0].shape == (48, 64, 3)
    assert np.abs(frames[5][20, 10].astype(int) - (240, 200, 40)).max() < 40


@needs_pillow
def test_a_film_that_is_cancelled_leaves_no_file(tmp_path):
    writer = FilmWriter(tmp_path / "film.gif", 20)
    writer.start()
    for image in images(3):
        writer.take(image)
    assert writer.cancel()
    assert list(tmp_path.iterdir()) == []


@needs_pillow
def test_a_folder_that_is_not_there_is_told(tmp_path):
    writer = FilmWriter(tmp_path / "none" / "film.gif", 20)
    writer.start()
    deadline = time.monotonic() + 5
    while not writer.has_ended and time.monotonic() < deadline:
        time.sleep(0.005)
    assert "could not be saved" in writer.failure


@pytest.mark.parametrize(("ending", "package"), [(".gif", "pip install pillow"), (".MP4", "pip install av")])
def test_where_the_library_is_missing_a_sentence_says_how_to_get_it(ending, package, tmp_path, monkeypatch):
    monkeypatch.setattr(film_writer.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FilmError, match=package):
        check_film(tmp_path / f"film{ending}")


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(FilmError, match=r"\.gif or \.mp4"):
        check_film(tmp_path / "film.avi")


def test_no_library_is_loaded_before_a_film_is_written(tmp_path):
    if not importlib.util.find_spec("av"):
        pytest.skip("needs PyAV")
    import subprocess

    code = "import sys, nnviz.app.film_writer; print('av' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "False"]
