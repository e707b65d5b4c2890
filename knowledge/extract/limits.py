"""What a child process may take."""

import sys


def limit_memory(megabytes: int) -> None:
    """Holds the process to this much address space, where the system knows such a limit."""
    if megabytes <= 0 or sys.platform == "darwin":
        return
    try:
        import resource
    except ImportError:
        return
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
