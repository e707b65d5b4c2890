"""The files of the shipped model; none is really exported here but in test_embedders.py."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from knowledge import kept_files
from knowledge.embedders import export, model_files
from knowledge.errors import KnowledgeError

ROOT = django_settings.BASE_DIR
# Makes a file and waits in the midst of it, as the real export takes some seconds.
SLOW = """
import sys, time
from pathlib import Path
from knowledge.embedders import export
def slow(source, target):
    target.write_bytes(b"half")
    print("begun", flush=True)
    time.sleep(float(sys.argv[2]))
    target.write_bytes(b"model")
export.MAKERS["fp32"] = slow
print(export.make(Path("."), Path(sys.argv[1]), "fp32").name)
"""


@pytest.fixture
def makers(monkeypatch):
    """Files made at once; gives the list of what was made."""
    made = []

    def maker(backend):
        def make(source, target):
            made.append(backend)
            target.write_bytes(f"{backend} of {source.name}".encode())

        return make

    monkeypatch.setattr(export, "MAKERS", {name: maker(name) for name in ("fp32", "int8")})
    monkeypatch.setattr(
        model_files, "made", lambda folder, backend: export.make(Path("weights"), folder, backend)
    )
    return made


def slow(folder, seconds):
    command = [sys.executable, "-c", SLOW, str(folder), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_a_file_is_made_once_and_named_after_its_bytes(makers, tmp_path):
    path = model_files.model_file(tmp_path / "models", "fp32")
    assert path == model_files.model_file(tmp_path / "models", "fp32")
    assert makers == ["fp32"]
    assert kept_files.digest(path).startswith(path.stem.rsplit("-", 1)[1])


def test_integers_are_made_of_the_plain_file(makers, tmp_path):
    plain = model_files.model_file(tmp_path, "fp32")
    path = model_files.model_file(tmp_path, "int8")
    assert path.read_text() == f"int8 of {plain.name}"
    assert makers == ["fp32", "int8"]


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"?" + data[1:]])
def test_a_damaged_file_is_made_again(makers, tmp_path, damage):
    path = model_files.model_file(tmp_path, "fp32")
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert model_files.model_file(tmp_path, "fp32").read_bytes() == whole
    assert makers == ["fp32", "fp32"]
    assert visible(tmp_path) == [path.name]


def test_a_damaged_plain_file_gives_no_integers(makers, tmp_path):
    model_files.model_file(tmp_path, "fp32").write_bytes(b"damaged")
    model_files.model_file(tmp_path, "int8")
    assert makers == ["fp32", "fp32", "int8"]


def test_files_of_an_earlier_generation_go(makers, tmp_path):
    for name in ("minilm-53aa51172d14.onnx", "minilm-fp32-53aa51172d14-0-abc.onnx", "mine.onnx"):
        (tmp_path / name).write_bytes(b"old")
    path = model_files.model_file(tmp_path, "fp32")
    assert visible(tmp_path) == sorted(["mine.onnx", path.name])


def test_two_processes_at_once_make_one_file(tmp_path):
    first = slow(tmp_path, 0.5)
    assert first.stdout.readline() == "begun\n"
    second = slow(tmp_path, 0)
    names = [process.communicate(timeout=60)[0] for process in (first, second)]
    assert names[0] == names[1]
    assert visible(tmp_path) == [names[0].strip()]


def test_a_process_that_is_killed_leaves_nothing_that_stays(makers, tmp_path):
    process = slow(tmp_path, 60)
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate(timeout=60)
    assert visible(tmp_path) != []
    path = model_files.model_file(tmp_path, "fp32")
    assert visible(tmp_path) == [path.name]


def test_an_export_that_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    def break_off(source, target):
        target.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setitem(export.MAKERS, "fp32", break_off)
    with pytest.raises(OSError, match="no space"):
        export.make(Path("weights"), tmp_path, "fp32")
    assert visible(tmp_path) == []


def test_damaged_weights_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(SystemExit, match="weights are damaged"):
        export.export(tmp_path, tmp_path / "model.onnx")
    assert visible(tmp_path) == ["model.safetensors"]


def test_what_the_export_says_last_is_told(tmp_path):
    (tmp_path / "models").write_text("no folder")
    with pytest.raises(KnowledgeError, match="can't be exported: .*File exists"):
        model_files.made(tmp_path / "models", "fp32")


def test_an_export_that_takes_for_ever_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(model_files, "EXPORT_SECONDS", 0.01)
    with pytest.raises(KnowledgeError, match="took longer") as caught:
        model_files.made(tmp_path, "fp32")
    assert caught.value.again
