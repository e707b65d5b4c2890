"""Web processes as the Procfile starts them, on the test database, with a Redis between them."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from websockets.sync.client import connect

from helpdesk.supervisor import read_procfile, words
from tests.ending import tied
from tests.live import free_port
from tests.workers import database_url, kill, wait_for

SECONDS = 60


@pytest.fixture
def redis(tmp_path, settings):
    """The address of a Redis of the test's own."""
    server, port = shutil.which("redis-server"), free_port()
    assert server, "The tests need Redis: install `redis-server`."
    command = tied(server, "--port", str(port), "--save", "", "--dir", str(tmp_path))
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    kill(process)


class Web:
    """One web process."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def listens(self) -> bool:
        assert self.process.poll() is None, "The web process ended."
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        kill(self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def browser(self, path: str, session: str):
        """A browser's socket, as of `c/5/`."""
        own = {"Cookie": f"sessionid={session}", "Origin": self.url}
        address = f"ws://127.0.0.1:{self.port}/ws/{path}"
        with connect(address, additional_headers=own, open_timeout=SECONDS) as opened:
            # Browsers offer to compress; a socket that does keeps 40 kB more.
            assert not opened.protocol.extensions
            yield Browser(opened)

    def post(self, path: str, session: str, **fields) -> None:
        """Sends a form, as htmx does on a page of the desk."""
        token = "t" * 32
        body = urlencode({"csrfmiddlewaretoken": token} | fields).encode()
        request = Request(f"{self.url}{path}", body)  # noqa: S310 - our own address
        request.add_header("Cookie", f"sessionid={session}; csrftoken={token}")
        request.add_header("HX-Request", "true")
        with urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - our own address
            assert response.status == 200


class Browser:
    def __init__(self, socket):
        self.socket = socket

    def send(self, **message):
        self.socket.send(json.dumps(message))

    def until(self, pattern: str) -> str:
        """The first fragment that matches."""
        end = time.monotonic() + SECONDS
        while True:
            fragment = self.socket.recv(timeout=max(0.0, end - time.monotonic()))
            if re.search(pattern, fragment):
                return fragment


@pytest.fixture
def start_webs(transactional_db, redis, tmp_path, settings):
    """Starts so many web processes, each at a port of its own, and waits until all answer."""
    started = []
    own = {"DATABASE_URL": database_url(), "REDIS_URL": redis, "VAR_DIR": str(tmp_path)}
    own |= {"SECRET_KEY": settings.SECRET_KEY, "EMBEDDING_MODEL": "fake", "WEB_WORKERS": "1"}
    own |= {"HOST": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "helpdesk.settings"}

    def start(count):
        for _ in range(count):
            env = os.environ | own | {"PORT": str(free_port())}
            command = tied(sys.executable, "-m", *words(read_procfile()["web"], env))
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env)
            started.append(Web(process, int(env["PORT"])))
        for web in started:
            wait_for(web.listens, SECONDS)
        return started

    yield start
    for web in started:
        web.kill()
