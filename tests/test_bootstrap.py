"""What `bin/run` and `bin/test` do first: two that come at once make one environment."""

import subprocess
import sys
import textwrap

from tests.live import ROOT

# Making an environment and filling it take a while each, and are noted.
PROGRAM = """
    import sys, time
    from pathlib import Path
    import bootstrap

    here = Path(sys.argv[1])
    bootstrap.VENV, bootstrap.PYTHON = here / ".venv", here / ".venv" / "python"

    def run(*command, why):
        with open(here / "log", "a") as log:
            log.write("made\\n" if "venv" in command else "filled\\n")
        time.sleep(0.3)
        bootstrap.VENV.mkdir(exist_ok=True)
        bootstrap.PYTHON.touch()
        time.sleep(0.3)

    bootstrap.run = run
    bootstrap.install("requirements.txt", ["requirements.txt"])
"""


def start(folder):
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(folder)]
    return subprocess.Popen(command, cwd=ROOT / "bin", stdout=subprocess.DEVNULL)


def test_two_starts_at_once_make_one_environment(tmp_path):
    assert [each.wait(20) for each in [start(tmp_path), start(tmp_path)]] == [0, 0]
    assert (tmp_path / "log").read_text().split() == ["made", "filled"]


def test_changed_requirements_are_filled_in_once(tmp_path):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "python").touch()
    (tmp_path / ".venv" / "requirements.txt.sha256").write_text("another")
    assert [each.wait(20) for each in [start(tmp_path), start(tmp_path)]] == [0, 0]
    assert (tmp_path / "log").read_text().split() == ["filled"]
