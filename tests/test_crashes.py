"""A test that ends its process costs itself alone: what runs here are processes that do end."""

import os
import subprocess
import sys

from tests.live import ROOT

FILE = """
import ctypes, os, time

def test_first(): time.sleep(0.1)
def test_second(): {deed}
def test_third(): time.sleep(0.1)
def test_last(): pass
"""
SPREAD = ("-p", "xdist", "-p", "tests.crashes", "-p", "tests.spreading", "--dist=loadfile")


def run(folder, *deeds):
    """What a run over one file for each of the deeds prints."""
    for number, deed in enumerate(deeds):
        (folder / f"test_{number}.py").write_text(FILE.format(deed=deed))
    (folder / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "--numprocesses=2", *SPREAD, str(folder)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    own["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    kept = {"cwd": ROOT, "env": own, "timeout": 120}
    return subprocess.run(command, capture_output=True, text=True, **kept).stdout


def test_a_test_that_ends_each_process_fails_and_no_other(tmp_path):
    said = run(tmp_path, "os._exit(3)", "pass", "ctypes.string_at(0)", "pass", "os._exit(3)")
    assert "3 failed, 17 passed, 3 rerun" in said
    assert "crashed while running 'test_4.py::test_second'" in said
    assert "It was killed, or ended without a word." in said
    assert "Segmentation fault" in said
    assert "test_2.py" in said


def test_one_that_ends_its_process_once_is_told_of_and_tried_again(tmp_path):
    once = "os.path.exists('{0}') or (open('{0}', 'w'), os._exit(3))".format(tmp_path / "ended")
    said = run(tmp_path, "pass", f"time.sleep(0.5); {once}")
    assert "8 passed, 1 rerun" in said
    assert "test_1.py::test_second was tried again" in said
