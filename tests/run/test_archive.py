import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from run.damage import members_of, npy, zipped
from run.json_values import is_sentence

from nnviz.run.archive import END_BYTES, Archive, ArchiveError, write_archive

LARGEST = 1 << 20
ROWS = [np.arange(3, dtype=np.float32), np.array([1e-45, -0.0, 7], np.float32)]


def written(texts=None, arrays=None):
    file = io.BytesIO()
    write_archive(file, texts or {"note.txt": "weiß nicht"}, arrays or {"rows": ROWS})
    return file.getvalue()


def opened(content, largest=LARGEST):
    return Archive(io.BytesIO(content), largest)


def refusal(action, *arguments):
    with pytest.raises(ArchiveError) as caught:
        action(*arguments)
    assert is_sentence(str(caught.value)), str(caught.value)
    return str(caught.value)


def test_what_is_written_comes_back_bit_for_bit():
    with opened(written()) as archive:
        assert archive.take_text("note.txt", 100) == "weiß nicht"
        assert archive.take("rows", (2, 3), "f4").tobytes() == np.stack(ROWS).tobytes()
        archive.refuse_leftovers()


def test_numpy_opens_it_and_the_same_content_has_the_same_bytes(tmp_path):
    (tmp_path / "archive").write_bytes(written())
    with np.load(tmp_path / "archive", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["rows"], np.stack(ROWS))
    assert written() == written()


def test_large_rows_are_not_put_together_to_be_written(tmp_path):
    rows = [np.ones(500_000, np.float32)] * 10
    with (tmp_path / "archive").open("wb") as file:
        tracemalloc.start()
        try:
            write_archive(file, {}, {"rows": rows})
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()
    assert (tmp_path / "archive").stat().st_size > 20_000_000


def test_what_is_not_there_or_not_asked_for_is_refused():
    with opened(written()) as archive:
        assert "'other'" in refusal(archive.take, "other", (2, 3), "f4")
        assert "'other.txt'" in refusal(archive.take_text, "other.txt", 100)
        assert "'note.txt'" in refusal(archive.refuse_leftovers)


@pytest.mark.parametrize(
    ("array", "named"),
    [
        (np.zeros((2, 3)), "float64"),
        (np.zeros((2, 3), object), "object"),
        (np.zeros((3, 2), np.float32), "(3, 2)"),
        (np.zeros(6, np.float32), "(6,)"),
        (np.full((2, 3), np.nan, np.float32), "not finite"),
        (np.full((2, 3), np.inf, np.float32), "not finite"),
    ],
)
def test_another_array_than_the_one_wanted_is_refused(array, named):
    with opened(zipped({"rows.npy": npy(array)})) as archive:
        text = refusal(archive.take, "rows", (2, 3), "f4")
    assert named in text
    assert "'rows'" in text


def test_an_array_in_another_order_of_bytes_is_read_for_what_it_is():
    with opened(zipped({"rows.npy": npy(np.asfortranarray(np.stack(ROWS).astype(">f4")))})) as archive:
        assert np.array_equal(archive.take("rows", (2, 3), "f4"), np.stack(ROWS))


def test_more_or_fewer_bytes_than_the_shape_has_are_refused():
    whole = npy(np.stack(ROWS))
    for content in (whole[:-1], whole + b"\0"):
        with opened(zipped({"rows.npy": content})) as archive:
            assert "bytes" in refusal(archive.take, "rows", (2, 3), "f4")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_compressed_is_refused(method):
    # Larger than the file, it is refused for that before anybody looks how it is stored.
    assert "larger than the whole file" in refusal(opened, zipped({"a": bytes(100_000)}, method))
    content = zipped({"a": b"abc", "b.npy": npy(np.stack(ROWS))}, method)
    with opened(content) as archive:
        assert "compressed" in refusal(archive.take_text, "a", 10)
        assert "compressed" in refusal(archive.take, "b", (2, 3), "f4")


def test_a_text_that_is_too_long_is_refused():
    with opened(zipped({"a": b"abc"})) as archive:
        assert "'a'" in refusal(archive.take_text, "a", 2)


def test_a_file_that_is_too_large_is_refused():
    assert "larger" in refusal(opened, written(), 100)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", "one")
        archive.writestr("a", "two")
    assert "one name" in refusal(opened, file.getvalue())


def test_members_that_lie_over_each_other_are_refused():
    # A bomb of another kind: many entries of the directory lead to the same long member.
    long = zipped({"a": bytes(100_000)})
    start = long.index(b"PK\x01\x02")
    entry, end = long[start:-END_BYTES], long[-END_BYTES:]
    entries = b"".join(entry.replace(b"a", bytes([97 + n])) for n in range(20))
    count, size = (20).to_bytes(2, "little"), len(entries).to_bytes(4, "little")
    bomb = long[:start] + entries + end[:8] + count + count + size + end[16:]
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert len(archive.namelist()) == 20
    assert "larger than the whole file" in refusal(opened, bomb)


@pytest.mark.parametrize("length", [0, 1, 21, 22, 41, 42, 100])
def test_what_has_no_end_is_refused(length):
    assert "end" in refusal(opened, bytes(length))
    assert "end" in refusal(opened, written()[: -END_BYTES - 1][-length:] if length else b"")


def test_a_comment_at_the_end_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", "one")
        archive.comment = b"a remark"
    assert "end" in refusal(opened, file.getvalue())


def test_a_directory_that_claims_to_be_long_is_refused_unread():
    content = bytearray(written())
    content[-END_BYTES + 12 : -END_BYTES + 16] = (1 << 29).to_bytes(4, "little")
    assert "more members" in refusal(opened, bytes(content))
    locator = b"PK\x06\x07" + bytes(16)
    whole = written()
    assert "more members" in refusal(opened, whole[:-END_BYTES] + locator + whole[-END_BYTES:])


def test_nothing_is_written_where_a_name_would_lead(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["../up", "/tmp/absolute-name-of-nnviz", "a/../../b", "C:\\x", "..\\y"]
    with opened(zipped(dict.fromkeys(names, b"abc"))) as archive:
        refusal(archive.refuse_leftovers)
    assert list(tmp_path.iterdir()) == []
    assert members_of(zipped({"../up": b"abc"})) == {"../up": b"abc"}
