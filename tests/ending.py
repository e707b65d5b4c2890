"""What tests have started ends with them, however they end."""

import os
import signal
import sys

TIED = (
    "import os, sys; from helpdesk.supervisor import die_with;"
    " die_with(sys.argv[1]); os.execvp(sys.argv[2], sys.argv[2:])"
)


def pytest_configure():
    # As Ctrl-C, which takes the fixtures down: else a SIGTERM were one test's failure, or the end
    # of the process on the spot.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def tied(*command: str) -> list[str]:
    """The command of a process that gets SIGTERM when this one is killed (Linux only).

    To be run in the project's folder, in the thread of the tests.
    """
    return [sys.executable, "-c", TIED, str(os.getpid()), *command]
