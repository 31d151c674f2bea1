from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from run.small import small_data, small_spec, write_folder

from nnviz.app.opening import Kind, OpeningError, kind_of, refuse_unless_good
from nnviz.run.model_file import save_model
from nnviz.run.session import single_run
from nnviz.run.session_file import save_session
from nnviz.run.trainer import Trainer


@pytest.fixture
def good(qapp, tmp_path):
    """One of each kind."""
    trainer = Trainer(small_spec(), small_data())
    save_session(tmp_path / "run.nnviz", single_run(trainer))
    save_model(tmp_path / "model.npz", trainer.network, trainer.spec, 0)
    assert QImage(28, 28, QImage.Format.Format_RGB32).save(str(tmp_path / "picture.png"))
    return {
        Kind.DATA: write_folder(tmp_path / "digits", small_data()),
        Kind.SESSION: tmp_path / "run.nnviz",
        Kind.MODEL: tmp_path / "model.npz",
        Kind.PICTURE: tmp_path / "picture.png",
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_good_is_known_for_what_it_is_and_not_refused(good, kind):
    assert kind_of(good[kind]) is kind
    refuse_unless_good(good[kind])


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_not_is_refused_with_a_sentence_and_left(good, kind):
    path = good[kind]
    if kind is Kind.DATA:
        (path / "train-labels-idx1-ubyte").unlink()
    else:
        path.write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(OpeningError) as refusal:
        refuse_unless_good(path)
    assert str(refusal.value).endswith(".")
    assert path.name in str(refusal.value)
    assert path.exists()


@pytest.mark.parametrize("name", ["no.nnviz", "no.npz", "no.png", "no", "x" * 300 + ".nnviz"])
def test_what_there_is_not_is_refused(qapp, tmp_path, name):
    with pytest.raises(OpeningError):
        refuse_unless_good(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.NNVIZ", Kind.SESSION), ("a.JSON", Kind.MODEL), ("a", Kind.PICTURE)]
)
def test_the_ending_of_a_name_tells_in_any_case(name, kind):
    assert kind_of(Path("/nowhere") / name) is kind
