"""What becomes of a test whose process ends, or that never ends.

It is tried once more in another process, and the summary tells what each thread did; then it fails.
Only where tests run in several processes: a single one tells by itself.
"""

import faulthandler
import tempfile
from collections import Counter
from pathlib import Path

import pytest

# Seconds. The longest test takes two minutes, on a slow machine ten.
LONGEST = 900
TRIES = 2


def last_words(workerinput):
    """The file that a process writes to as it ends: what each of its threads did."""
    return Path(tempfile.gettempdir(), f"{workerinput['testrunuid']}-{workerinput['workerid']}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    if hasattr(config, "workerinput"):
        config.last_words = last_words(config.workerinput).open("w")
        faulthandler.enable(config.last_words)


def pytest_unconfigure(config):
    if hasattr(config, "last_words"):
        faulthandler.disable()
        config.last_words.close()
        last_words(config.workerinput).unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if not hasattr(item.config, "last_words"):
        return (yield)
    faulthandler.dump_traceback_later(LONGEST, file=item.config.last_words, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem, report, sched):
    path = last_words(report.node.workerinput)
    report.longrepr += "\n\n" + (path.read_text() or "It was killed, or ended without a word.")
    path.unlink()
    if sched.ends[crashitem] < TRIES:
        report.outcome = "rerun"


def pytest_report_teststatus(report):
    return ("rerun", "R", "RERUN") if report.outcome == "rerun" else None


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("_", f"{report.nodeid} was tried again")
        terminalreporter.write_line(report.longrepr)


def resilient(scheduling):
    """That way of xdist's to spread the files of tests, made to go on when a process ends."""

    class Resilient(scheduling):
        def __init__(self, *given):
            super().__init__(*given)
            # How many processes have ended at each test.
            self.ends = Counter()

        def remove_node(self, node):
            # xdist 3.8 gives out once more what is done, for which the other processes then wait
            # forever, and the test that ended its process, however many it ends.
            units = self.assigned_work.pop(node)
            left = [name for unit in units.values() for name, done in unit.items() if not done]
            self.ends.update(left[:1])
            for scope, unit in units.items():
                unit |= {name: True for name in unit.keys() & left[:1] if self.ends[name] >= TRIES}
                if not all(unit.values()):
                    self.workqueue[scope] = unit
            for other in self.nodes if left else ():
                self._reschedule(other)
            return left[0] if left else None

        def _reschedule(self, node):
            # One that takes another's place is still looking for the tests.
            if node in self.registered_collections:
                super()._reschedule(node)

        def schedule(self):
            super().schedule()
            # A process begins a test once it knows the next, or that there is none.
            for node in self.nodes:
                self._reschedule(node)

    return Resilient
