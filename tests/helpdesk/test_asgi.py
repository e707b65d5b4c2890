"""The web process, as far as it is not its pages and sockets."""

import os
from threading import Thread

import pytest

# The process warms up when it is loaded.
pytestmark = pytest.mark.django_db


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="Linux alone has it")
def test_a_thread_that_wakes_interrupts_no_other():
    import helpdesk.asgi  # noqa: F401

    found = []
    thread = Thread(target=lambda: found.append(os.sched_getscheduler(0)))
    thread.start()
    thread.join()

    assert found == [os.SCHED_BATCH]
