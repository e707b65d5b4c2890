"""Tests that are ended from outside leave nothing running: what runs here is ended so."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.live import ROOT
from tests.test_supervisor import gone
from tests.workers import wait_for

FILE = """
import pathlib, subprocess, time
import pytest
from tests.ending import tied

HERE = pathlib.Path(__file__).parent

@pytest.fixture(scope="session")
def sleeper():
    process = subprocess.Popen(tied("sleep", "100"), start_new_session=True)
    yield process
    process.kill()
    (HERE / "down").touch()

def test_first(sleeper):
    (HERE / "new").write_text(str(sleeper.pid))
    (HERE / "new").rename(HERE / "started")
    time.sleep(100)

def test_second(): (HERE / "second").touch()
"""


@pytest.fixture
def sleeping(tmp_path):
    """Tests under way, and the process that they have started."""
    (tmp_path / "test_sleeping.py").write_text(FILE)
    (tmp_path / "pytest.ini").touch()
    own = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-p", "tests.ending", str(tmp_path)]
    run = subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.DEVNULL)
    wait_for((tmp_path / "started").exists)
    yield run, psutil.Process(int((tmp_path / "started").read_text()))
    run.kill()
    run.wait()


def test_ended_politely_they_take_down_their_fixtures(sleeping, tmp_path):
    run, sleeper = sleeping
    run.send_signal(signal.SIGTERM)
    assert run.wait(20) == pytest.ExitCode.INTERRUPTED
    assert (tmp_path / "down").exists()
    assert not (tmp_path / "second").exists()
    assert gone([sleeper])


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux ties a process to another.")
def test_killed_they_take_what_they_have_started_along(sleeping):
    run, sleeper = sleeping
    run.kill()
    assert gone([sleeper])
