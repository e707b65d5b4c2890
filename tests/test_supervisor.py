"""A real supervisor with small children."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from threading import Timer

import psutil
import pytest

from helpdesk.leftovers import Record, group, started
from helpdesk.supervisor import StartError, commands, read_procfile, words

PATIENCE_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent
SLEEPER = 'import time; print("up", flush=True); time.sleep(100)'
# Its own child too must end, and it ignores the polite way.
STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    ' subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"]);'
    ' print("up", flush=True); time.sleep(100)'
)
PROGRAM = """
    import os, sys
    from pathlib import Path
    from helpdesk import leftovers, supervisor
    supervisor.GRACE_SECONDS = leftovers.GRACE_SECONDS = 0.5
    here = Path(sys.argv[1])
    names = {n: [sys.executable, "-m", "helpdesk.supervisor", n, str(here)]
             for n in supervisor.read_procfile(here / "Procfile")}
    desk = supervisor.Supervisor(names, here, dict(os.environ))
    try:
        desk.claim()
        desk.run()
    except supervisor.StartError as error:
        sys.exit(str(error))
"""


class Desk:
    """A supervisor in a process of its own; `procfile` gives the code of its children."""

    def __init__(self, folder, **procfile):
        self.folder = folder
        if procfile:
            python = shlex.quote(sys.executable)
            lines = [f"{n}: {python} -c {shlex.quote(code)}\n" for n, code in procfile.items()]
            (folder / "Procfile").write_text("".join(lines))
        command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(folder)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes)
        self.said = ""

    def hears(self, text):
        """Reads on until a line has `text`; the desk ends where none comes."""
        late = Timer(PATIENCE_SECONDS, self.process.kill)
        late.start()
        try:
            for line in self.process.stdout:
                self.said += line
                if text in line:
                    return self
            raise AssertionError(self.said)
        finally:
            late.cancel()

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number):
        self.process.send_signal(number)
        self.said += self.process.communicate(timeout=20)[0]
        return self.process.returncode


@pytest.fixture
def desk(tmp_path):
    started_desks = []

    def start(**procfile):
        started_desks.append(Desk(tmp_path, **procfile))
        return started_desks[-1]

    yield start
    for each in started_desks:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)
        each.process.stdout.close()


def gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=5)
    return not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process(desk, tmp_path, number):
    running = desk(web=SLEEPER, worker=STUBBORN).hears(" up").hears(" up")
    children = running.children()
    assert len(children) == 3
    assert running.end(number) == 0
    assert gone(children)
    assert not (tmp_path / "processes.json").exists()


def test_after_a_kill_the_next_start_ends_what_was_left(desk, tmp_path):
    first = desk(web=SLEEPER, worker=STUBBORN).hears(" up").hears(" up")
    children = first.children()
    first.end(signal.SIGKILL)
    second = desk().hears("an earlier start had left").hears(" up").hears(" up")
    assert gone(children)
    assert len(second.children()) == 3


def test_processes_that_speak_at_once_get_lines_of_their_own(desk):
    chatty = "[print('word', flush=True) for _ in range(500)]; " + SLEEPER
    names = ["web", "worker", "tuning"]
    running = desk(**dict.fromkeys(names, chatty))
    running.hears(" up").hears(" up").hears(" up")
    assert set(running.said.splitlines()) == {
        f"{name:<7} {word}" for name in names for word in ("word", "up")
    }


def test_a_second_desk_on_the_same_folder_is_refused(desk, tmp_path):
    first = desk(web=SLEEPER).hears(" up")
    second = Desk(tmp_path)
    said = second.process.communicate(timeout=20)[0]
    assert second.process.returncode == 1
    assert f"already runs on {tmp_path} (process {first.process.pid})" in said


def test_a_process_that_dies_is_started_again(desk):
    running = desk(web=SLEEPER, worker=SLEEPER).hears(" up").hears(" up")
    running.children()[0].kill()
    running.hears("ended (SIGKILL); starting it again in").hears(" up")


def test_a_process_that_keeps_dying_stops_everything_with_its_last_lines(desk, monkeypatch):
    running = desk(web=SLEEPER, worker='exit("no such table")')
    said = running.process.communicate(timeout=30)[0]
    assert running.process.returncode == 1
    assert "worker ended 3 times at once (exit code 1)" in said
    assert said.count("no such table") == 4
    assert "Mend what they name" in said


def test_an_id_that_is_another_process_now_is_left_alone(tmp_path):
    (tmp_path / "processes.json").write_text(json.dumps([[os.getpid(), time.time() - 10_000]]))
    assert Record(tmp_path / "processes.json").end_leftovers() == 0


def test_a_group_is_found_when_its_leader_is_gone():
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    code = f"import subprocess; subprocess.Popen({sleeper})"
    leader = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    start = started(leader.pid)
    leader.wait()
    (left,) = group(leader.pid, start)
    left.kill()
    assert group(leader.pid, start - 10) == [] or gone([left])


@pytest.mark.parametrize("text", ["", "{", "[[1]]", '{"a": 1}', "null"])
def test_a_damaged_record_is_no_obstacle(tmp_path, text):
    (tmp_path / "processes.json").write_text(text)
    assert Record(tmp_path / "processes.json").end_leftovers() == 0


def test_a_value_with_spaces_stays_one_argument():
    assert words("run --to ${PLACE} now", {"PLACE": "a b; c"}) == ["run", "--to", "a b; c", "now"]


def test_a_value_that_is_not_set_is_named():
    with pytest.raises(StartError, match="needs PLACE"):
        words("run ${PLACE}", {})


def test_the_procfile_names_the_processes_of_a_desk():
    assert set(read_procfile()) == {"web", "worker", "model", "tuning"} == set(commands())
    assert set(commands(without={"model"})) == {"web", "worker", "tuning"}
    assert "${HOST}" in read_procfile()["web"]


def test_every_queue_has_a_worker_in_the_procfile():
    from procrastinate.contrib.django import app

    named = re.findall(r"--queues (\S+)", " ".join(read_procfile().values()))
    worked_on = {queue for queues in named for queue in queues.split(",")}
    assert {task.queue for task in app.tasks.values()} - {"builtin"} <= worked_on
