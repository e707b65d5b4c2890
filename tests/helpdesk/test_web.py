"""The web process, as far as it is not its pages and sockets."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.workers import database_url

pytestmark = pytest.mark.django_db(transaction=True)

PROCESS = """
import os, threading
import helpdesk.web
policies = []
for thread in threading.enumerate():
    if thread.name == "warm":
        thread.join(60)
thread = threading.Thread(target=lambda: policies.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
from knowledge import indexes
print(indexes.active().model, policies)
"""


@pytest.fixture
def said(everyone, tmp_path):
    """What a process prints that loaded what uvicorn loads."""
    own = {"DATABASE_URL": database_url(), "VAR_DIR": str(tmp_path), "EMBEDDING_MODEL": "fake"}
    own |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"}
    command = [sys.executable, "-c", PROCESS]
    given = {"cwd": settings.BASE_DIR, "env": os.environ | own, "timeout": 120}
    return subprocess.run(command, check=True, capture_output=True, text=True, **given)


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="Linux alone has it")
def test_it_warms_up_and_a_thread_that_wakes_interrupts_no_other(said):
    assert said.stdout == f"fake [{os.SCHED_BATCH}]\n"
    assert "can't be loaded" not in said.stderr
