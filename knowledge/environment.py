"""What a child process is told of this one's surroundings."""

import os

# How the names of settings end that open something: keys, passwords, secrets.
SECRET = ("KEY", "PASSWORD", "SECRET")
# Addresses that may hold a password.
ADDRESSES = ("DATABASE_URL", "REDIS_URL")


def without_secrets() -> dict[str, str]:
    """The environment for a process that works on what others wrote: a document, a model.

    It needs none of them, so they are not handed to it. (Files that this user may read, it may.)
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not is_secret(name.upper().removesuffix("_FILE"))
    }


def is_secret(name: str) -> bool:
    return name.endswith(SECRET) or name in ADDRESSES
