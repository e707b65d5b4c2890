"""Models for OCR that are made over once and kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.extract import ocr_model
from knowledge.extract.isolated import Extractor

from .samples import picture, texts


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.onnx"
    path.write_bytes(b"what it is made of")
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(ocr_model.FOLDER, str(tmp_path / "models"))
    return tmp_path / "models"


def doubling():
    """A model that gives twice of what it is given."""
    from onnx import TensorProto, helper, numpy_helper

    given, got = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None]) for name in ("x", "y")
    )
    two = numpy_helper.from_array(numpy_two(), "two")
    graph = helper.make_graph([helper.make_node("Mul", ["x", "two"], ["y"])], "g", [given], [got])
    graph.initializer.append(two)
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def numpy_two():
    import numpy

    return numpy.array(2, numpy.float32)


def not_made():
    raise AssertionError("it is kept, and needs not to be made")


def twice(session, value):
    import numpy

    return session.run(None, {"x": numpy.array([value], numpy.float32)})[0].tolist()


def test_a_model_is_made_over_once_and_kept(source, folder):
    made = ocr_model.session("double", source, doubling)
    kept = ocr_model.session("double", source, not_made)
    assert twice(made, 4) == twice(kept, 4) == [8]
    assert len(list(folder.iterdir())) == 1


def test_a_damaged_model_is_made_again(source, folder):
    ocr_model.session("double", source, doubling)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"?")
    assert twice(ocr_model.session("double", source, doubling), 4) == [8]
    assert file.read_bytes() == whole


def test_what_was_made_of_another_file_goes_when_the_new_one_is_there(source, folder):
    ocr_model.session("double", source, doubling)
    (old,) = folder.iterdir()
    source.write_bytes(b"what it is made of now")
    ocr_model.session("double", source, doubling)
    (new,) = folder.iterdir()
    assert new.name != old.name


def test_where_nothing_can_be_kept_the_model_runs_all_the_same(source, folder):
    folder.write_text("a file where the folder should be")
    assert twice(ocr_model.session("double", source, doubling), 4) == [8]


def test_a_reader_keeps_the_models_that_it_reads_with(tmp_path):
    path, models = tmp_path / "sign.png", tmp_path / "models"
    picture(["Keep this door closed", "Tür geschlossen halten"]).save(path)
    for _ in range(2):
        with Extractor(models=models) as extractor:
            assert "keep this door closed" in " ".join(texts(extractor.extract(path))).lower()
        kinds = sorted(file.name.split("-")[1] for file in models.iterdir())
        assert kinds == ["finder", "smallall", "smallfew", "tinyall", "tinyfew"]


def test_readers_that_need_a_model_together_load_it_once():
    loaded, waiting = [], threading.Barrier(3, timeout=30)

    @ocr_model.once
    def model():
        time.sleep(0.1)
        loaded.append(object())
        return loaded[-1]

    def ask(_):
        waiting.wait()
        return model()

    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(ask, range(3))) == set(loaded)
    assert len(loaded) == 1
