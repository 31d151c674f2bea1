import gzip
import hashlib
import os
import stat
import tempfile
import tracemalloc
import zlib
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from data.idx_files import declared_images, header, idx_bytes, packed, some_images, some_labels

from nnviz.data import byte_stream, idx
from nnviz.data.assets import assets
from nnviz.data.errors import DataError
from nnviz.data.idx import read_images, read_labels

IMAGES = idx_bytes(some_images())
LABELS = idx_bytes(some_labels())


@pytest.fixture(params=["plain", "gzip"])
def pack(request):
    """What is done to a file's content before it is written."""
    return packed if request.param == "gzip" else bytes


@pytest.fixture
def file(tmp_path):
    """Write a file and return its path."""

    def write(content, name="digits"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def refusal(read, path):
    """Return why a file is refused: sentences that name it."""
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith((".", "?"))
    return text


# MNIST


@pytest.mark.parametrize(
    ("name", "read", "shape", "md5"),
    [
        ("train-images-idx3-ubyte.gz", read_images, (60_000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte.gz", read_labels, (60_000,), "a25bea736e30d166cdddb491f175f624"),
        ("t10k-images-idx3-ubyte.gz", read_images, (10_000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte.gz", read_labels, (10_000,), "27ae3e4e09519cfbb04c329615203637"),
    ],
)
def test_mnist_is_read_byte_for_byte(name, read, shape, md5):
    array = read(assets() / "mnist" / name)
    assert array.shape == shape
    assert hashlib.md5(idx_bytes(array)).hexdigest() == md5


def test_mnist_starts_with_the_digits_known():
    folder = assets() / "mnist"
    assert read_labels(folder / "train-labels-idx1-ubyte.gz")[:5].tolist() == [5, 0, 4, 1, 9]
    assert read_labels(folder / "t10k-labels-idx1-ubyte.gz")[:5].tolist() == [7, 2, 1, 0, 4]


# Good files


@pytest.mark.parametrize("name", ["digits", "digits.gz"])
def test_the_content_and_not_the_name_tells_gzip(file, pack, name):
    images = read_images(file(pack(IMAGES), name))
    assert np.array_equal(images, some_images())
    labels = read_labels(file(pack(LABELS), name))
    assert np.array_equal(labels, some_labels())


def test_arrays_are_bytes_that_cannot_be_written(file, pack):
    for array in (read_images(file(pack(IMAGES))), read_labels(file(pack(LABELS)))):
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous
        assert not array.flags.writeable


def test_a_path_may_be_a_string_or_a_link(file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(file(IMAGES))
    assert np.array_equal(read_images(str(link)), some_images())


def test_a_gzip_header_may_carry_a_name_and_a_comment(file):
    plain = packed(LABELS)
    named = plain[:3] + b"\x18" + plain[4:10] + b"digits" * 50_000 + b"\0" + b"by hand\0" + plain[10:]
    assert np.array_equal(read_labels(file(named)), some_labels())


# Files that cannot be opened


def test_a_missing_file_is_refused(tmp_path):
    assert "does not exist" in refusal(read_images, tmp_path / "digits")
    assert "does not exist" in refusal(read_labels, tmp_path / "no folder" / "digits")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder, but a file was expected" in refusal(read_images, tmp_path)


def test_a_path_through_a_file_is_refused(file):
    assert "Not a directory" in refusal(read_images, file(IMAGES) / "digits")


def test_a_link_to_itself_is_refused(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)
    assert "cannot be read: Too many levels of symbolic links" in refusal(read_images, link)


@pytest.mark.parametrize(("name", "finding"), [("a" * 300, "File name too long"), ("a\0b", "null")])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name, finding):
    with pytest.raises(DataError, match=f"cannot be read: .*{finding}"):
        read_images(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="This system has no named pipes.")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "digits")
    assert "is a pipe, a socket or a device" in refusal(read_images, tmp_path / "digits")


def test_an_endless_device_is_refused():
    device = Path("/dev/zero")
    if not (device.exists() and stat.S_ISCHR(device.stat().st_mode)):
        pytest.skip("This system has no /dev/zero.")
    assert "regular file was expected" in refusal(read_images, device)


@contextmanager
def ordinary_user():
    """Lay down root's power to read everything, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="This system keeps permissions otherwise.")
def test_a_file_without_permission_is_refused():
    # Not in tmp_path, whose parents no other user may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "digits")
        path.write_bytes(IMAGES)
        path.chmod(0)
        with ordinary_user():
            assert "permission denied" in refusal(read_images, path)


def test_a_disk_that_fails_is_told(file, monkeypatch):
    class FailingFile(byte_stream.FileIO):
        def read(self, size=-1):
            if self.tell() >= 16:
                raise OSError(5, "Input/output error")
            return super().read(size)

    monkeypatch.setattr(byte_stream, "FileIO", FailingFile)
    assert "cannot be read: Input/output error" in refusal(read_images, file(IMAGES))


# Headers


@pytest.mark.parametrize("name", ["digits", "digits.gz"])
def test_an_empty_file_is_refused(file, name):
    assert "is empty, but an IDX file of images was expected" in refusal(read_images, file(b"", name))


def test_gzip_data_of_nothing_are_refused(file):
    assert "is empty" in refusal(read_labels, file(packed(b"")))


def test_a_wrong_magic_number_is_refused(file, pack):
    text = refusal(read_images, file(pack(header(0x0804, 1, 2, 3) + bytes(6))))
    assert "is not an IDX file of images" in text
    assert "should be 00 00 08 03, but they are 00 00 08 04" in text


def test_images_in_place_of_labels_are_told_from_nonsense(file, pack):
    assert "holds images, but labels were expected" in refusal(read_labels, file(pack(IMAGES)))
    assert "holds labels, but images were expected" in refusal(read_images, file(pack(LABELS)))


@pytest.mark.parametrize("content", [b"<!DOCTYPE html>", b"P", b"\x1f"])
def test_a_name_that_promises_gzip_is_told(file, content):
    text = refusal(read_images, file(content, "digits.gz"))
    assert "is not gzip, although its name ends in .gz" in text
    assert content[:4].hex(" ") in text


def test_a_name_that_promises_gzip_is_not_blamed_for_what_is_in_the_gzip(file):
    assert "is not gzip" not in refusal(read_images, file(packed(b"<!DOCTYPE html>"), "digits.gz"))


@pytest.mark.parametrize(("read", "content", "size"), [(read_images, IMAGES, 16), (read_labels, LABELS, 8)])
def test_a_truncated_header_is_refused(file, pack, read, content, size):
    for length in range(1, size):
        text = refusal(read, file(pack(content[:length])))
        assert f"ends within its header: {size} bytes were expected and {length} found" in text


@pytest.mark.parametrize("shape", [(0, 28, 28), (5, 0, 28), (5, 28, 0), (0, 0, 0)])
def test_images_of_nothing_are_refused(file, pack, shape):
    text = refusal(read_images, file(pack(declared_images(*shape))))
    assert f"declares {shape[0]} images of {shape[1]} × {shape[2]} pixels: there is nothing" in text


def test_no_labels_are_refused(file, pack):
    assert "declares 0 labels" in refusal(read_labels, file(pack(header(0x0801, 0))))


@pytest.mark.parametrize("sizes", [(2**20, 32, 33), (2**32 - 1,) * 3])
def test_more_than_a_gibibyte_is_refused(file, pack, sizes):
    path = file(pack(declared_images(*sizes, body=bytes(100))))
    assert "at most 1,073,741,824 bytes (1 GiB) are read" in refusal(read_images, path)


def test_just_a_gibibyte_is_not_too_much(file, pack):
    text = refusal(read_images, file(pack(declared_images(2**20, 32, 32, body=bytes(100)))))
    assert "1,048,576 images of 32 × 32 pixels, 1,073,741,824 bytes, but it holds only 100" in text


# Bodies


def test_a_truncated_body_is_refused(file, pack):
    for length in range(16, len(IMAGES)):
        text = refusal(read_images, file(pack(IMAGES[:length])))
        assert f"declares 5 images of 4 × 3 pixels, 60 bytes, but it holds only {length - 16}" in text


def test_a_body_longer_than_declared_is_refused(file):
    content = LABELS + bytes(4)
    assert "5 labels, 5 bytes, but it holds more: 9. " in refusal(read_labels, file(content))
    assert "5 labels, 5 bytes, but it holds more. " in refusal(read_labels, file(packed(content)))


@pytest.mark.parametrize("label", [10, 255])
def test_a_label_above_9_is_refused(file, pack, label):
    labels = some_labels(2000)
    labels[[1233, 1500]] = label, 77
    text = refusal(read_labels, file(pack(idx_bytes(labels))))
    assert f"Label number 1,234 in {file(b'')} is {label}, but labels are the digits 0 to 9" in text


# Gzip


def test_truncated_gzip_data_are_refused(file):
    content = packed(IMAGES)
    for length in range(2, len(content)):
        assert "break off before their end" in refusal(read_images, file(content[:length]))


def test_a_wrong_checksum_is_refused(file):
    for place in (-8, -4):  # the CRC, the length
        content = bytearray(packed(IMAGES))
        content[place] ^= 1
        assert "are damaged (Error -3" in refusal(read_images, file(content))


def test_a_damaged_deflate_stream_is_refused(file):
    content = bytearray(packed(IMAGES))
    content[10] = 0x07  # a block of the type that is reserved
    assert "are damaged (Error -3" in refusal(read_images, file(content))


@pytest.mark.parametrize("surplus", [b"x", bytes(512), packed(b"more")], ids=["garbage", "zeros", "member"])
def test_whatever_follows_the_gzip_data_is_refused(file, surplus):
    assert "goes on after the end of its gzip data" in refusal(read_images, file(packed(IMAGES) + surplus))


def test_what_follows_the_gzip_data_is_seen_at_the_edge_of_a_piece(file, monkeypatch):
    monkeypatch.setattr(byte_stream, "COMPRESSED_PIECE", len(packed(IMAGES)))
    assert "goes on after the end" in refusal(read_images, file(packed(IMAGES) + b"x"))


# Files that lie


@pytest.fixture
def inflated(monkeypatch):
    """The sizes of the pieces that zlib inflates, as a list that grows."""
    sizes = []

    class CountingInflater:
        def __init__(self, wbits):
            self._inflater = zlib.decompressobj(wbits)

        def decompress(self, data, max_length):
            assert max_length > 0  # 0 would mean: no limit
            piece = self._inflater.decompress(data, max_length)
            sizes.append(len(piece))
            return piece

        def __getattr__(self, name):
            return getattr(self._inflater, name)

    monkeypatch.setattr(
        byte_stream, "zlib", SimpleNamespace(decompressobj=CountingInflater, error=zlib.error)
    )
    return sizes


def peak_memory(action):
    """Return the most bytes allocated at a time."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_gzip_bomb_is_inflated_by_one_byte_too_many_and_no_more(file, inflated):
    bomb = file(gzip.compress(declared_images(3, 2, 2, body=bytes(64 << 20))))
    assert bomb.stat().st_size < 100_000
    assert peak_memory(lambda: refusal(read_images, bomb)) < 1 << 20
    assert sum(inflated) == 16 + 12 + 1


def test_gzip_data_that_declare_over_a_gibibyte_are_inflated_no_further_than_the_header(file, inflated):
    refusal(read_images, file(packed(declared_images(2**16, 2**8, 2**8, body=bytes(1 << 20)))))
    assert sum(inflated) == 16


def test_a_small_file_that_declares_much_costs_little(file, pack):
    path = file(pack(declared_images(2**20, 32, 32, body=bytes(100))))
    assert peak_memory(lambda: refusal(read_images, path)) < 1 << 20


def test_a_body_is_held_once(file, pack):
    size = 16 << 20
    path = file(pack(declared_images(size >> 10, 32, 32)))
    assert peak_memory(lambda: read_images(path)) < 1.5 * size


# Progress


def test_progress_rises_to_1_in_a_few_reports(file, pack):
    reports = []
    read_images(file(pack(declared_images(64 << 10, 16, 16))), reports.append)
    assert 10 <= len(reports) <= idx.MOST_REPORTS
    assert reports == sorted(set(reports))
    assert reports[0] > 0
    assert reports[-1] == 1


def test_a_small_file_is_reported_once(file, pack):
    reports = []
    read_labels(file(pack(LABELS)), reports.append)
    assert reports == [1]


class CancelledError(OSError):
    """An OSError, for such a one of the caller's might be taken for one of the file's."""


def test_what_the_callback_raises_passes_through_and_stops_the_reading(file, pack):
    reports = []

    def cancel(fraction):
        reports.append(fraction)
        raise CancelledError

    path = file(pack(declared_images(64 << 10, 16, 16)))
    with pytest.raises(CancelledError):
        read_images(path, cancel)
    assert len(reports) == 1
    assert reports[0] < 0.2
