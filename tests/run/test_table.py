import numpy as np
import pytest

from nnviz.run.table import BLOCK_BYTES, Table


def filled(count, columns=3):
    table = Table(columns)
    for number in range(count):
        table.add([number, *([number + 0.5] * (columns - 1))])
    return table


def test_rows_come_back_in_the_order_in_which_they_were_added():
    table = filled(7)
    assert table.count == 7
    assert table.rows(0, 7).tolist() == [[n, n + 0.5, n + 0.5] for n in range(7)]
    assert table.rows(2, 4)[:, 0].tolist() == [2, 3]
    assert table.row(5).tolist() == [5, 5.5, 5.5]


def test_numbers_are_kept_as_float32():
    table = Table(1)
    table.add([1 / 3])
    table.add(np.array([1e-40]))  # below the smallest normal number
    assert table.rows(0, 2).dtype == np.float32
    assert table.rows(0, 2).ravel().tolist() == np.array([1 / 3, 1e-40], np.float32).tolist()


@pytest.mark.parametrize(
    ("start", "stop", "found"), [(-3, 2, (0, 2)), (5, 100, (5, 7)), (7, 9, ()), (4, 2, ()), (0, 0, ())]
)
def test_only_rows_that_there_are_are_returned(start, stop, found):
    rows = filled(7).rows(start, stop)
    assert rows.shape[1] == 3
    assert rows[:, 0].tolist() == list(range(*found)) if found else len(rows) == 0


@pytest.mark.parametrize("number", [-1, 7, 1000])
def test_a_row_that_there_is_not_is_an_index_error(number):
    with pytest.raises(IndexError):
        filled(7).row(number)


def test_an_empty_table_has_no_rows():
    assert Table(4).rows(0, 10).shape == (0, 4)
    with pytest.raises(IndexError):
        Table(4).row(0)


def test_rows_are_a_copy():
    table = filled(5)
    table.rows(0, 5)[:] = -1
    table.row(2)[:] = -1
    assert table.rows(0, 5)[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError):
        Table(3).add([1.0, 2.0])


@pytest.mark.parametrize("columns", [BLOCK_BYTES // 16, BLOCK_BYTES // 4 + 1])
def test_rows_come_from_as_many_blocks_as_they_lie_in(columns):
    """Of rows so wide that a block holds four of them, or only one, though it is not large enough for that."""
    table = Table(columns)
    row = np.zeros(columns, np.float32)
    for number in range(9):
        row[0] = row[-1] = number
        table.add(row)
    for start in range(9):
        for stop in (start + 1, 9):
            rows = table.rows(start, stop)
            assert rows[:, 0].tolist() == rows[:, -1].tolist() == list(range(start, stop))


def test_blocks_are_never_moved_and_never_rewritten():
    columns = BLOCK_BYTES // 16
    table = Table(columns)
    seen = []
    for number in range(12):
        table.add(np.full(columns, number, np.float32))
        seen.append([id(block) for block in table._blocks])
    for before, after in zip(seen, seen[1:], strict=False):
        assert after[: len(before)] == before
    assert len(seen[-1]) == 3
