import os
import tempfile
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from data.idx_files import idx_bytes, packed, some_images, some_labels

from nnviz.data import dataset
from nnviz.data.dataset import FILES, DataSet, Samples, load_folder, load_mnist, read_samples
from nnviz.data.errors import DataError


def samples(n=5, rows=4, cols=3):
    return Samples(some_images(n, rows, cols).reshape(n, -1), some_labels(n), (rows, cols))


@pytest.fixture
def folder(tmp_path):
    """A folder with a data set of 6 training and 3 test samples."""
    folder = tmp_path / "tiny digits"
    folder.mkdir()
    contents = [some_images(6), some_labels(6), some_images(3), some_labels(3)]
    for name, content in zip(FILES, contents, strict=True):
        (folder / name).write_bytes(idx_bytes(content))
    return folder


def refusal(action, *arguments):
    with pytest.raises(DataError) as caught:
        action(*arguments)
    return str(caught.value)


# Samples


def test_samples_hold_bytes_that_cannot_be_written():
    images, labels = some_images().reshape(5, 12), some_labels()
    made = Samples(images, labels, (4, 3))
    assert len(made) == 5
    for given, kept in ((images, made.images), (labels, made.labels)):
        assert np.array_equal(given, kept)
        assert kept.dtype == np.uint8
        assert kept.flags.c_contiguous
        assert not kept.flags.writeable
        assert np.shares_memory(given, kept)
        assert given.flags.writeable
    with pytest.raises(FrozenInstanceError):
        made.shape = (3, 4)


def test_samples_lay_out_images_row_by_row():
    made = Samples(np.asfortranarray(some_images().reshape(5, 12)), some_labels(), (4, 3))
    assert made.images.flags.c_contiguous
    assert np.array_equal(made.images, some_images().reshape(5, 12))


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (np.zeros((5, 11), np.uint8), np.zeros(5, np.uint8)),
        (np.zeros((4, 12), np.uint8), np.zeros(5, np.uint8)),
        (np.zeros((5, 4, 3), np.uint8), np.zeros(5, np.uint8)),
        (np.zeros((5, 12), np.uint8), np.zeros((5, 1), np.uint8)),
        (np.zeros((5, 12), np.float32), np.zeros(5, np.uint8)),
        (np.zeros((5, 12), np.uint8), np.zeros(5, np.int64)),
    ],
)
def test_samples_of_other_types_and_shapes_are_refused(images, labels):
    with pytest.raises(ValueError, match=r"arrays of the shapes|must be uint8"):
        Samples(images, labels, (4, 3))


def test_the_first_samples_can_be_taken():
    whole = samples()
    for n in (1, 3, 5):
        part = whole.take(n)
        assert len(part) == n
        assert part.shape == whole.shape
        assert np.array_equal(part.images, whole.images[:n])
        assert np.array_equal(part.labels, whole.labels[:n])
        assert np.shares_memory(part.images, whole.images)
        assert not part.images.flags.writeable


@pytest.mark.parametrize("n", [-1, 0, 6, 60_000])
def test_no_more_samples_can_be_taken_than_there_are_nor_none(n):
    assert refusal(samples().take, n) == f"From 5 samples, 1 to 5 can be taken, but not {n:,}."


# Data sets


def test_training_and_test_images_of_different_shapes_are_refused():
    text = refusal(DataSet, "mine", samples(rows=4, cols=3), samples(rows=3, cols=4))
    assert "In the data set mine, training images have 4 × 3 pixels, test images 3 × 4" in text


@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [((4, 3), (4, 3)), ((2, 2), (2, 2)), ((1, 12), None), ((12, 1), None), ((1, 1), None)],
)
def test_a_vector_is_no_image(shape, image_shape):
    made = samples(5, *shape)
    assert DataSet("mine", made, made).image_shape == image_shape


def test_samples_are_read_from_two_files(folder):
    read = read_samples(folder / FILES[0], str(folder / FILES[1]))
    assert read.shape == (4, 3)
    assert np.array_equal(read.images, some_images(6).reshape(6, 12))
    assert np.array_equal(read.labels, some_labels(6))


def test_as_many_labels_as_images_are_required(folder):
    text = refusal(read_samples, folder / FILES[0], folder / FILES[3])
    assert f"{folder / FILES[0]} holds 6 images, but {folder / FILES[3]} holds 3 labels." in text


# Folders


def check_tiny_digits(loaded):
    assert (len(loaded.training), len(loaded.test)) == (6, 3)
    assert np.array_equal(loaded.test.images, some_images(3).reshape(3, 12))
    assert loaded.image_shape == (4, 3)


def test_a_folder_is_loaded_and_gives_its_name(folder):
    for path in (folder, str(folder), f"{folder}/"):
        loaded = load_folder(path)
        assert loaded.name == "tiny digits"
        check_tiny_digits(loaded)


def test_the_folder_one_is_in_has_a_name(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert load_folder(".").name == "tiny digits"


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
def test_files_may_be_spelled_in_four_ways(folder, dotted, compressed):
    for name in FILES[1:]:  # one is left as it is: spellings may be mixed
        path = folder / name
        content = path.read_bytes()
        path.unlink()
        spelling = name.replace("-idx", ".idx") if dotted else name
        path = folder / (spelling + ".gz" * compressed)
        path.write_bytes(packed(content) if compressed else content)
    check_tiny_digits(load_folder(folder))


def test_a_file_unpacked_beside_its_archive_counts(folder):
    (folder / f"{FILES[0]}.gz").write_bytes(b"half an archive")
    check_tiny_digits(load_folder(folder))


def test_a_folder_called_as_a_file_is_passed_over(folder):
    """As unpacked by some archivers and found in copies of MNIST on the net."""
    for name in FILES:
        (folder / name).rename(folder / name.replace("-idx", ".idx"))
        (folder / name).mkdir()
    check_tiny_digits(load_folder(folder))


def test_links_are_followed_and_other_files_ignored(folder, tmp_path):
    for name in FILES:
        (folder / name).rename(tmp_path / name)
        (folder / name).symlink_to(tmp_path / name)
    (folder / "README").write_text("What else is here")
    (folder / "dangling").symlink_to("nowhere")
    check_tiny_digits(load_folder(folder))


def test_a_link_that_leads_nowhere_is_told(folder):
    (folder / FILES[2]).unlink()
    (folder / FILES[2]).symlink_to("nowhere")
    assert f"{folder / FILES[2]} does not exist" in refusal(load_folder, folder)


@pytest.mark.parametrize("missing", [FILES[:1], FILES[1:3], FILES])
def test_missing_files_are_named(folder, missing):
    for name in missing:
        (folder / name).unlink()
    text = refusal(load_folder, folder)
    assert f"The folder {folder} lacks {' and '.join(missing)} (a name may end in .gz)." in text
    assert all(name in text for name in FILES)


def test_a_missing_folder_is_refused(tmp_path):
    assert refusal(load_folder, tmp_path / "nowhere") == f"{tmp_path / 'nowhere'} does not exist."


def test_a_file_in_place_of_a_folder_is_refused(folder):
    text = refusal(load_folder, folder / FILES[0])
    assert text.startswith(f"{folder / FILES[0]} is a file, but a folder with the four files")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="This system keeps permissions otherwise.")
def test_a_folder_without_permission_is_refused():
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        locked = Path(parent, "locked")
        locked.mkdir(mode=0)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            assert f"{locked} may not be read: permission denied" in refusal(load_folder, locked)
        finally:
            if root:
                os.seteuid(0)


def test_a_damaged_file_in_a_folder_is_named(folder):
    (folder / FILES[2]).write_bytes(b"")
    assert f"{folder / FILES[2]} is empty" in refusal(load_folder, folder)
    for name in FILES:
        (folder / name).write_bytes(b"")
    assert f"{folder / FILES[1]} is empty" in refusal(load_folder, folder)


def test_sets_of_different_shapes_in_a_folder_are_refused(folder):
    (folder / FILES[2]).write_bytes(idx_bytes(some_images(3, 5, 5)))
    assert "training images have 4 × 3 pixels, test images 5 × 5" in refusal(load_folder, folder)


# MNIST


def test_mnist_is_loaded():
    mnist = load_mnist()
    assert mnist.name == "MNIST"
    assert mnist.image_shape == (28, 28)
    assert (len(mnist.training), len(mnist.test)) == (60_000, 10_000)
    assert mnist.training.images.shape == (60_000, 784)
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    # The digits' numbers of training samples, as published with MNIST.
    digits = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(mnist.training.labels).tolist() == digits


def test_mnist_lost_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(dataset, "assets", lambda: tmp_path)
    assert refusal(load_mnist) == f"{tmp_path / 'mnist'} does not exist."


def test_progress_rises_to_1_in_a_few_dozen_reports():
    reports = []
    load_mnist(reports.append)
    assert 20 <= len(reports) <= 40
    assert reports == sorted(set(reports))
    assert 0 < reports[0] < 0.1
    assert reports[-1] == 1


def test_loading_is_cancelled_by_what_the_callback_raises():
    reports = []

    def cancel(fraction):
        reports.append(fraction)
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_mnist(cancel)
    assert reports[-1] < 0.4
