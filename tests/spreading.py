"""Every test on several processes at once, as `bin/test` runs them: which process gets which.

Each process has a database of its own on the one server. A file's tests stay together, and so do
the stories that share the live desk, which is dear to start. What takes long begins first, so that
nothing of it is left over at the end.
"""

import pytest

from tests.crashes import resilient

STORIES = "tests/browser/"
TRAININGS = ("tests/tuning/test_working.py", "tests/tuning/test_worthless.py")
LONG = (STORIES, *TRAININGS, "tests/test_embedded.py", "tests/knowledge/test_workers.py")
WITH_A_DESK_OF_THEIR_OWN = {"tests/browser/test_first_days.py"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class Spreading(resilient(LoadFileScheduling)):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            shared = file.startswith(STORIES) and file not in WITH_A_DESK_OF_THEIR_OWN
            return STORIES if shared else file

    return Spreading(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn(item.nodeid))


def turn(nodeid):
    return next((n for n, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
