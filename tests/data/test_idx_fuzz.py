"""Ten thousand damaged files: each is refused with a DataError or read as a valid array, and soon."""

import time

import numpy as np
import pytest
from data.idx_files import idx_bytes, packed

from nnviz.data.errors import DataError
from nnviz.data.idx import read_images, read_labels

FILES = 10_000
MOST_SECONDS_A_FILE = 1.0
TELLING_SIZES = (0, 1, 9, 10, 28, 255, 2**16, 2**20, 2**30, 2**31 - 1, 2**31, 2**32 - 1)
FINDINGS = (
    "is empty",
    "its first bytes should be",
    "ends within its header",
    "there is nothing in it",
    "(1 GiB)",
    "holds only",
    "holds more",
    "but labels are the digits 0 to 9",
    "break off before their end",
    "incorrect data check",
    "invalid",
    "goes on after the end",
)


def flip_bits(content, rng, other):
    damaged = bytearray(content)
    for place in rng.integers(0, 8 * len(content), rng.integers(1, 9)):
        damaged[place // 8] ^= 1 << place % 8
    return bytes(damaged)


def truncate(content, rng, other):
    return content[: rng.integers(0, len(content))]


def insert(content, rng, other):
    place = rng.integers(0, len(content) + 1)
    return content[:place] + rng.bytes(rng.integers(1, 40)) + content[place:]


def cut_out(content, rng, other):
    start, end = np.sort(rng.integers(0, len(content) + 1, 2))
    return content[:start] + content[end:]


def edit_header(content, rng, other):
    """Overwrite a 32-bit field of an IDX header, or what stands there in gzip data."""
    field = 4 * int(rng.integers(0, 4))
    return content[:field] + int(rng.choice(TELLING_SIZES)).to_bytes(4, "big") + content[field + 4 :]


def splice(content, rng, other):
    return content[: rng.integers(0, len(content) + 1)] + other[rng.integers(0, len(other) + 1) :]


def repeat(content, rng, other):
    return content * int(rng.integers(2, 5))


DAMAGES = (flip_bits, truncate, insert, cut_out, edit_header, splice, repeat)


@pytest.fixture(scope="module")
def contents():
    """Sound files of images and labels, as they are before any packing."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (12, 9, 7)) * (rng.random((12, 9, 7)) < 0.3)
    return [
        idx_bytes(images),
        idx_bytes(np.zeros((20, 28, 28))),  # as gzip data, 250 times smaller
        idx_bytes(rng.integers(0, 10, 500)),
        idx_bytes(rng.integers(0, 10, 1)),
    ]


def damaged_files(contents, rng):
    """Yield damaged files: plain, damaged inside of sound gzip data, and gzip data damaged themselves."""

    def damage(files):
        content, other = (files[i] for i in rng.integers(0, len(files), 2))
        for _ in range(rng.integers(1, 4)):
            content = DAMAGES[rng.integers(0, len(DAMAGES))](content or b"\0", rng, other)
        return content

    compressed = [packed(content) for content in contents]
    while True:
        yield damage(contents)
        yield packed(damage(contents))
        yield damage(compressed)
        yield damage(contents + compressed)


def check(array, dimensions):
    assert array.dtype == np.uint8
    assert array.ndim == dimensions
    assert array.size > 0
    assert dimensions == 3 or array.max() <= 9


def test_damaged_files_are_refused_or_valid(contents, tmp_path):
    path = tmp_path / "digits"
    rng = np.random.default_rng(20)
    refusals, longest = set(), 0.0
    read = 0
    for number, content in zip(range(FILES), damaged_files(contents, rng), strict=False):
        path.unlink(missing_ok=True)  # ext4 would wait for the disk if the file were overwritten
        path.write_bytes(content)
        start = time.perf_counter()
        for reader, dimensions in ((read_images, 3), (read_labels, 1)):
            try:
                check(reader(path), dimensions)
                read += 1
            except DataError as error:
                text = str(error)
                assert str(path) in text, f"file {number}"
                refusals.add(text)
            except Exception as error:
                error.add_note(f"file {number}, content {content[:200]!r}")
                raise
        longest = max(longest, time.perf_counter() - start)
    assert longest < MOST_SECONDS_A_FILE
    # That the damages reach every corner, and not all files stop at the magic number:
    assert read > FILES / 100
    for finding in FINDINGS:
        assert any(finding in text for text in refusals), finding
