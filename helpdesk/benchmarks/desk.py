"""A desk for a benchmark: web processes on loopback, a model that costs nothing, Redis, people."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from helpdesk.models import Conversation, Engine
from helpdesk.supervisor import read_procfile, words
from knowledge.benchmarks.measure import MEGABYTE
from knowledge.errors import KnowledgeError

START_SECONDS = 120
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(slots=True)
class Desk:
    """What runs, and where."""

    port: int
    web: psutil.Process
    model: psutil.Process
    redis: psutil.Process | None

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: with several, the first only watches over them."""
        found = [each for each in self.web.children(recursive=True) if each.memory_info().rss > 5e7]
        return found or [self.web]

    def megabytes(self) -> float:
        """The resident memory of the largest web process."""
        return max(each.memory_info().rss / MEGABYTE for each in self.workers())


def database_url() -> str:
    made = connection.settings_dict
    password = f":{quote(made['PASSWORD'], safe='')}" if made.get("PASSWORD") else ""
    host = quote(made["HOST"], safe="") + (f":{made['PORT']}" if made.get("PORT") else "")
    return f"postgresql://{made['USER']}{password}@{host}/{made['NAME']}"


def environment(media: str, port: int, workers: int, redis_url: str) -> dict:
    own = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "VAR_DIR": str(settings.VAR_DIR),
        "MEDIA_ROOT": media,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": str(workers),
        "DEMO": "true",
        "LLM_MODEL": "",
        "LLM_BASE_URL": "",
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | own | {"PATH": path, "TQDM_DISABLE": "1"}


def fill(media: str) -> None:
    """Brings the demo company's handbook into the database, as the worker does."""
    env = environment(media, 1, 1, "")
    for arguments in (["prepare"], ["procrastinate", "worker", "--one-shot"]):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
        )
        if done.returncode:
            raise KnowledgeError(f"The handbook could not be read: {done.stderr[-500:]}")


def people(count: int, each: int = 1) -> list[dict]:
    """So many conversations, of people who are signed in; `each` is how many one of them has."""
    users = User.objects.bulk_create(
        User(username=f"person-{secrets.token_hex(6)}") for _ in range(-(-count // each))
    )
    made = []
    for user in users:
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        talks = Conversation.objects.bulk_create(Conversation(user=user) for _ in range(each))
        made += [{"session": session.session_key, "conversation": talk.pk} for talk in talks]
    return made[:count]


@contextmanager
def running(media: str, workers: int) -> Iterator[Desk]:
    """The desk, up and warm."""
    with ExitStack() as stack:
        model_port, port = free_port(), free_port()
        model = start(stack, [sys.executable, "-m", "helpdesk.benchmarks.free_model", model_port])
        redis, redis_url = None, ""
        if workers > 1:
            redis_port = free_port()
            redis = start(stack, [redis_server(), "--port", redis_port, "--save", ""])
            redis_url = f"redis://127.0.0.1:{redis_port}/0"
        free = f"http://127.0.0.1:{model_port}/v1"
        Engine.objects.filter(name="free").delete()
        Engine(name="free", kind=Engine.Kind.OPENAI, base_url=free, model="free").activate()
        env = environment(media, port, workers, redis_url)
        web = start(stack, words(read_procfile()["web"], env), env)
        for each in (port, model_port):
            wait_for(each, web)
        yield Desk(port, web, model, redis)


def start(stack: ExitStack, command: list, env: dict | None = None) -> psutil.Process:
    """A process that ends with the block."""
    words = [str(word) for word in command]
    process = subprocess.Popen(
        words, cwd=settings.BASE_DIR, env=env, stdout=subprocess.DEVNULL, start_new_session=True
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return psutil.Process(process.pid)


def wait_for(port: int, web: psutil.Process) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and web.status() != psutil.STATUS_ZOMBIE:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise KnowledgeError("The desk for the benchmark did not start; its lines say why.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_server() -> str:
    found = shutil.which("redis-server")
    if not found:
        raise KnowledgeError("Two web processes need Redis: install redis-server.")
    return found


@contextmanager
def folder() -> Iterator[str]:
    """A place for the handbook's files."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=settings.VAR_DIR) as path:
        yield path
