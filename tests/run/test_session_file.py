import ast
import json
import os
import re
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.damage import damaged, members_of, npy, zipped
from run.histories import begin, do, histories, session_of, three_branches
from run.json_values import is_sentence, json_values, with_something_else

from nnviz.run import session_file
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import SessionError
from nnviz.run.session_file import VERSION, load_session, save_session
from nnviz.run.spec import RunSpec

MUTATIONS = 2000
WINDOW = {"layout": "AAAA/w==", "text scale": 1.25, "views": ["Ω", None, True, {"a": -1}]}
finite_json = json_values.filter(lambda value: not re.search(r"\b(nan|inf)\b", repr(value)))
BREAKPOINTS = [{"when": "cost < 0.1", "is on": True}]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my run.nnviz"


@pytest.fixture(scope="module")
def session():
    branches = three_branches()
    return session_of(branches, 2, breakpoints=BREAKPOINTS, window=WINDOW)


@pytest.fixture(scope="module")
def whole(session, tmp_path_factory):
    """A session file's content."""
    path = tmp_path_factory.mktemp("session") / "run.nnviz"
    save_session(path, session)
    return path.read_bytes()


def told(session):
    """Return all that a session says, so that two can be compared."""
    branches = [
        (
            *(b.number, b.name, b.parent, b.forked_at, b.made, b.step, b.kept, b.journal),
            [(f.step, f.epoch, f.position, f.theta.tobytes(), f.velocity.tobytes()) for f in b.keyframes],
        )
        for b in session.branches
    ]
    start = None if session.start is None else session.start.tobytes()
    return (
        *(session.spec, session.fingerprint, session.present, start, session.made_with),
        *(session.breakpoints, session.window, branches),
    )


def refusal(path):
    """Return with which sentences a file is refused, which stays as it is."""
    before = path.read_bytes() if os.path.isfile(path) else None  # noqa: PTH113, which has no name too long
    with pytest.raises(SessionError) as caught:
        load_session(path)
    text = str(caught.value)
    assert str(path) in text
    assert is_sentence(text.replace(str(path), "It")), text
    assert len(text) < 600 + len(str(path))
    assert before is None or path.read_bytes() == before
    return text


def session_or_refusal(path):
    """Return the session that a file is after all, or the sentences with which it is refused."""
    try:
        return load_session(path)
    except SessionError as error:
        text = str(error).replace(str(path), "It")
    assert is_sentence(text), text
    return text


def refused(path, content):
    path.write_bytes(content)
    return refusal(path)


def with_json(whole, change):
    """Return a session file whose JSON was changed, by a function or into a text."""
    members = members_of(whole)
    if callable(change):
        value = json.loads(members["session.json"])
        change(value)
        change = json.dumps(value)
    return zipped(members | {"session.json": change.encode()})


# Round trip


@settings(max_examples=50)
@given(histories(), st.lists(finite_json, max_size=3), st.dictionaries(st.text(max_size=8), finite_json))
def test_whatever_happened_in_a_session_comes_back(tmp_path_factory, branches, breakpoints, window):
    path = tmp_path_factory.getbasetemp() / "random.nnviz"
    saved = session_of(branches, len(branches) - 1, breakpoints=breakpoints, window=window)
    save_session(path, saved)
    assert told(load_session(path)) == told(saved)


def test_a_session_comes_back_from_its_file(path, session):
    save_session(str(path), session)
    loaded = load_session(str(path))
    assert told(loaded) == told(session)
    assert {type(entry).__name__ for b in loaded.branches for entry in b.journal} == {
        *("Change", "SetParameters", "Lesion", "Rerandomise")
    }
    assert loaded.window == WINDOW
    with pytest.raises(ValueError, match="read-only"):
        loaded.branches[0].keyframes[0].theta[0] = 1


def test_a_run_that_started_from_a_model_comes_back(path):
    start = np.random.default_rng(0).standard_normal(196).astype(np.float32)
    branches = begin(start=start)
    do(branches, "train", 0, 0.5)
    save_session(path, session_of(branches))
    assert load_session(path).start.tobytes() == start.tobytes()


def test_numbers_at_the_edge_of_float32_come_back(path, session):
    theta = np.zeros(196, np.float32)
    theta[:4] = [np.finfo(np.float32).max, np.finfo(np.float32).tiny, -0.0, 1e-45]
    branch = replace(session.branches[0], keyframes=(Keyframe(3, 0, 21, theta, -theta),))
    save_session(path, replace(session, branches=(branch,), present=0))
    (frame,) = load_session(path).branches[0].keyframes
    assert (frame.theta.tobytes(), frame.velocity.tobytes()) == (theta.tobytes(), (-theta).tobytes())


def test_numpy_opens_a_session_and_anyone_can_read_it(path, session):
    save_session(path, session)
    with np.load(path, allow_pickle=False) as members:
        value = json.loads(members["session.json"])
        assert members["theta_1"].shape == members["velocity_1"].shape
        assert members["theta_1"].shape == (len(value["branches"][1]["keyframes"]), 196)
    assert (value["format"], value["version"]) == ("nnviz session", 1)
    assert value["spec"] == session.spec.to_json()


def test_every_field_is_described_where_the_format_is(whole):
    value = json.loads(members_of(whole)["session.json"])
    text = session_file.__doc__
    for name in (*value, *value["branches"][0], *value["branches"][0]["keyframes"][0]):
        assert f'"{name}"' in text
    assert f"Format {VERSION} " in text


def test_the_same_session_has_the_same_bytes(path, session, whole):
    save_session(path, session)
    assert path.read_bytes() == whole


def test_nothing_is_left_for_pickle_or_for_eval():
    for module in ("session_file", "archive", "session", "session_replay"):
        tree = ast.parse((Path(session_file.__file__).parent / f"{module}.py").read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert names.isdisjoint({"pickle", "eval", "exec", "extract", "extractall"})


# Saving


def test_a_session_that_cannot_be_saved_leaves_the_old_one(path, session, whole, monkeypatch):
    path.write_bytes(whole)

    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(OSError, match="No space"):
        save_session(path, session)
    assert path.read_bytes() == whole
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("limit", ["LARGEST_FILE", "LARGEST_JSON"])
def test_what_could_not_be_opened_again_is_not_saved(path, session, whole, monkeypatch, limit):
    path.write_bytes(whole)
    monkeypatch.setattr(session_file, limit, 2000)
    with pytest.raises(SessionError, match="too large") as caught:
        save_session(path, session)
    assert is_sentence(str(caught.value))
    assert path.read_bytes() == whole


def test_a_session_takes_the_place_of_a_file_that_is_broken(path, session):
    path.write_bytes(b"PK\x03\x04 broken")
    save_session(path, session)
    assert told(load_session(path)) == told(session)


# What is no session


def test_a_missing_file_is_refused(path):
    assert "no file" in refusal(path)


def test_a_folder_is_refused(tmp_path):
    assert "not a file" in refusal(tmp_path)


def test_names_that_no_file_can_have_are_refused(tmp_path):
    assert "too long" in refusal(tmp_path / ("x" * 300))
    with pytest.raises(SessionError):
        load_session(str(tmp_path / "a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no pipes in folders here.")
def test_a_pipe_is_refused_and_not_waited_for(path):
    os.mkfifo(path)
    assert "not a file" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"P",
        b"PK\x03\x04" + bytes(1000),
        b"PK\x05\x06" + bytes(18),
        bytes(10_000),
        b"\x93NUMPY\x01\x00",
        b"{}",
        b"\x80\x04\x95" + b"pickled" * 10 + b".",
        zipped({}),
        zipped({"session.json": b"{}"}),
        zipped({"weights_1.npy": npy(np.zeros(3, np.float32))}),
    ],
    ids=lambda content: repr(content[:8]),  # a ZIP has its time behind that
)
def test_garbage_is_refused(path, content):
    refused(path, content)


def test_a_model_is_refused(path):
    from nnviz.run.model_file import save_model

    save_model(path, RunSpec((6, 4, 3)).network(), RunSpec((6, 4, 3)), 7)
    assert "no 'session.json'" in refusal(path)


def test_a_session_cut_off_anywhere_is_refused(path, whole):
    for length in {*range(0, len(whole), 331), *range(len(whole) - 30, len(whole))}:
        assert "end" in refused(path, whole[:length])


@pytest.mark.parametrize("version", [0, 2, -1, 2**70, 1.5, "1", None, True, [1]])
def test_another_version_is_refused_and_named(path, whole, version):
    text = refused(path, with_json(whole, lambda value: value.update(version=version)))
    assert f"version {version!r:.40}" in text
    assert "reads version 1" in text


@pytest.mark.parametrize("version", [2, 3])
def test_a_version_to_come_is_refused_for_that_and_not_for_what_is_new_in_it(path, whole, version):
    content = with_json(whole, lambda value: value.update(version=version, lessons=[], branches={}))
    assert f"version {version}" in refused(path, content)


@pytest.mark.parametrize("name", [None, "nnviz", "nnviz session 1", 1, {}])
def test_what_does_not_say_that_it_is_a_session_is_refused(path, whole, name):
    assert "does not say" in refused(path, with_json(whole, lambda value: value.update(format=name)))


# What is wrong in one


def test_every_field_has_to_be_there_and_no_other(path, whole):
    value = json.loads(members_of(whole)["session.json"])
    objects = [(), ("branches", 0), ("branches", 1, "keyframes", 0), ("spec",), ("spec", "hyper")]
    for where in objects:
        inside = value
        for key in where:
            inside = inside[key]
        for name in (*inside, None):
            kept = dict(inside)
            if name is None:
                inside["surplus"] = 1
            else:
                del inside[name]
            refused(path, with_json(whole, json.dumps(value)))
            inside.clear()
            inside.update(kept)
    path.write_bytes(with_json(whole, json.dumps(value)))
    load_session(path)


@settings(max_examples=300)
@given(data=st.data())
def test_a_session_with_something_else_in_it_is_refused_or_read(tmp_path_factory, whole, data):
    path = tmp_path_factory.getbasetemp() / "else.nnviz"
    members = members_of(whole)
    value = data.draw(with_something_else(st.just(json.loads(members["session.json"]))))
    if data.draw(st.booleans()):
        value["branches"] = json.loads(members["session.json"])["branches"]
        number = data.draw(st.integers(0, 2))
        value["branches"][number] = data.draw(with_something_else(st.just(value["branches"][number])))
    path.write_bytes(zipped(members | {"session.json": json.dumps(value).encode()}))
    assert session_or_refusal(path) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "5",
        "[" * 100_000,
        '{"format": "nnviz session", "format": "nnviz session"}',
        '{"a": 1' + 5000 * "0" + "}",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        "\ufeff{}",
        '{"format": "nnviz session", "version": 1, "a": ' + "[" * 900 + "]" * 900 + "}",
    ],
    ids=lambda text: text[:30],
)
def test_json_that_makes_no_sense_is_refused(path, whole, text):
    refused(path, with_json(whole, text))


def test_a_field_that_is_there_twice_is_refused(path, whole):
    text = members_of(whole)["session.json"].decode()
    assert text.count('"present":2') == 1
    text = text.replace('"present":2', '"present":1,"present":2')
    assert "one name" in refused(path, with_json(whole, text))


def test_text_that_is_not_utf8_is_refused(path, whole):
    refused(path, zipped(members_of(whole) | {"session.json": b'{"format": "\xff"}'}))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "-1e400"])
def test_numbers_that_are_not_finite_are_refused_wherever_they_are(path, whole, number):
    text = members_of(whole)["session.json"].decode()
    assert '"text scale":1.25' in text
    refused(path, with_json(whole, text.replace('"text scale":1.25', f'"text scale":{number}')))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["spec"].update(eta=1),
        lambda value: value["spec"]["hyper"].update(eta=1),  # 1 and not 1.0: nnviz does not write that
        lambda value: value["spec"].update(sizes=[20, 7, 10]),
        lambda value: value["spec"].update(activation="step"),
        lambda value: value["spec"].update(data="\0"),
        lambda value: value.update(has_start=True),
        lambda value: value.update(has_start=0),
        lambda value: value.update(branches=value["branches"][:2]),
        lambda value: value.update(branches=value["branches"][::-1]),
        lambda value: value.update(branches=value["branches"] * 500),
        lambda value: value["branches"][1].update(number=0),
        lambda value: value["branches"][1].update(number=10**30),
        lambda value: value["branches"][1].update(keyframes=[]),
        lambda value: value["branches"][1]["keyframes"].pop(),
        lambda value: value["branches"][1]["keyframes"].reverse(),
        lambda value: value["branches"][1]["keyframes"].extend([{}] * 2000),
        lambda value: value["branches"][1]["journal"].reverse(),
        lambda value: value["branches"][1]["journal"].append({"step": 0, "name": "eta", "value": 1.0}),
        lambda value: value["branches"][1]["journal"].append({"kind": "import os"}),
        # What is read leniently elsewhere: 1 for 1.0, a number that float32 does not have, twice the same.
        lambda value: value["branches"][1]["journal"].append({"step": 90, "name": "eta", "value": 1}),
        lambda value: value["branches"][1]["journal"].append(
            {"kind": "set", "step": 90, "places": [1], "values": [0.1]}
        ),
        lambda value: value["branches"][1]["journal"].extend([{"step": 90, "name": "eta", "value": 1.0}] * 2),
        lambda value: value["branches"][1]["journal"].append({"kind": {}}),
        lambda value: value["branches"][1].update(journal=value["branches"][1]["journal"] * 2),
        lambda value: value["branches"][1].update(name="\x1b]0;owned\x07"),
    ],
)
def test_what_does_not_hold_together_is_refused(path, whole, change):
    value = json.loads(members_of(whole)["session.json"])
    before = json.dumps(value)
    change(value)
    if json.dumps(value) != before and value["spec"]["data"] != "\0":
        refused(path, with_json(whole, json.dumps(value)))
    else:  # a folder's name is looked at by whoever opens it
        path.write_bytes(with_json(whole, json.dumps(value)))
        load_session(path)


@pytest.mark.parametrize("name", ["theta_0", "velocity_2"])
@pytest.mark.parametrize(
    "change",
    [
        lambda array: array[:, :-1],
        lambda array: array[:-1],
        lambda array: array[None],
        lambda array: array.ravel(),
        lambda array: array.astype(np.float64),
        lambda array: array.astype(np.float16),
        lambda array: array.astype(np.int32),
        lambda array: array.astype(object),
        lambda array: np.where(np.arange(array.size).reshape(array.shape) == 7, np.nan, array),
        lambda array: np.where(np.arange(array.size).reshape(array.shape) == 7, -np.inf, array),
        lambda array: array[:0],
    ],
)
def test_other_arrays_than_those_described_are_refused(path, whole, tmp_path, name, change):
    (tmp_path / "whole").write_bytes(whole)
    with np.load(tmp_path / "whole") as members:
        array = change(members[name])
    array = array.astype(np.float32) if array.dtype == np.float64 and np.isnan(array).any() else array
    assert f"'{name}'" in refused(path, zipped(members_of(whole) | {f"{name}.npy": npy(array)}))


class Trap:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (str(self.path),))


def test_a_pickle_is_refused_and_not_executed(path, whole, tmp_path):
    honest = members_of(whole)
    trap = npy(np.array([[Trap(tmp_path / "sprung")]], object))
    refused(path, zipped(honest | {"theta_0.npy": trap}))
    # and under a header that says otherwise
    header = honest["theta_0.npy"][: honest["theta_0.npy"].index(b"\n") + 1]
    refused(path, zipped(honest | {"theta_0.npy": header + trap[trap.index(b"\n") + 1 :]}))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "name", ["theta_3.npy", "start.npy", "readme.txt", "../../evil", "/etc/passwd", "C:\\evil", "con", "a/b/"]
)
def test_a_member_too_many_is_refused_and_written_nowhere(path, whole, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    there = sorted(tmp_path.parent.iterdir())
    assert repr(name) in refused(path, zipped(members_of(whole) | {name: b"abc"}))
    assert sorted(tmp_path.parent.iterdir()) == there
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["session.json", "theta_0.npy", "velocity_2.npy"])
def test_a_member_that_is_missing_is_refused(path, whole, name):
    members = members_of(whole)
    del members[name]
    assert name.removesuffix(".npy") in refused(path, zipped(members))


# What is meant to cost time or memory


def refused_cheaply(path, most=5_000_000):
    began = time.monotonic()
    tracemalloc.start()
    try:
        text = refusal(path)
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 5
    return text


def claiming(whole, sizes):
    def claim(value):
        value["spec"]["sizes"] = sizes

    return with_json(whole, claim)


def test_a_small_file_that_claims_an_enormous_network_takes_neither_memory_nor_time(path, whole):
    path.write_bytes(claiming(whole, [6000, 8000, 10]))
    assert "should have the shape" in refused_cheaply(path)
    enormous = npy(np.zeros((1, 1), np.float32)).replace(b"(1, 1)", b"(3, 48098010)")
    members = members_of(claiming(whole, [6000, 8000, 10])) | {"theta_0.npy": enormous}
    path.write_bytes(zipped(members))
    refused_cheaply(path)


@pytest.mark.parametrize("name", ["session.json", "theta_0.npy", "other"])
def test_a_bomb_is_refused_unexploded(path, whole, name):
    content = zipped({name: bytes(100_000_000)}, zipfile.ZIP_DEFLATED)
    path.write_bytes(content)
    assert len(content) < 500_000
    assert "larger than the whole file" in refused_cheaply(path)


def test_json_that_is_too_long_is_refused_unread(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", b" " * ((1 << 25) + 1))
    before = path.stat().st_size
    tracemalloc.start()
    try:
        with pytest.raises(SessionError, match="larger than 32 MiB"):
            load_session(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert path.stat().st_size == before


def test_an_enormous_file_is_refused_unread(path):
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate((1 << 30) + 1)
    with pytest.raises(SessionError, match="larger than 1,024 MiB"):
        load_session(path)


def test_a_directory_of_a_great_many_members_is_refused_unread(path):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(60_000):
            archive.writestr(str(number), b"")
    assert "more members" in refused_cheaply(path, most=20_000_000)


# With luck, damage makes a header such as Python 2 wrote, which NumPy reads and says so.
@pytest.mark.filterwarnings("ignore:Reading `.npy`:UserWarning")
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_of_thousands_of_damaged_sessions_each_is_refused_or_is_a_session(path):
    branches = begin()
    do(branches, "train", 0, 0.4)
    do(branches, "set", 0, 0.4)
    save_session(path, session_of(branches, window=WINDOW))
    content = path.read_bytes()
    refusals = 0
    for number in range(MUTATIONS):
        path.write_bytes(damaged(content, number))
        loaded = session_or_refusal(path)
        refusals += isinstance(loaded, str)
        if not isinstance(loaded, str):
            assert all(np.isfinite(f.theta).all() for b in loaded.branches for f in b.keyframes)
    assert MUTATIONS / 2 < refusals < MUTATIONS
