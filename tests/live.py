"""The desk itself, started as `bin/run` starts it, and Chromium in front of it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings

from knowledge.embedders.backends import AUTO, choose
from knowledge.embedders.model_files import model_file
from tests.ending import tied

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240
SETTINGS_OF_ITS_OWN = (
    *("DATABASE_URL", "REDIS_URL", "LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"),
    *("HANDOFF_EMAIL", "HANDOFF_WEBHOOK_URL", "HANDOFF_WEBHOOK_SECRET"),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class LiveDesk:
    """A running desk with the demo company in it."""

    url: str
    env: dict
    process: subprocess.Popen
    lines: deque = field(default_factory=lambda: deque(maxlen=200))

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints, run beside the desk and on its data."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def listen(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait(self):
        """Waits until the desk is up and has read its handbook."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if any(line.startswith("The desk is ready") for line in list(self.lines)):
                return
            time.sleep(0.2)
        raise AssertionError("The desk did not start:\n" + "\n".join(self.lines))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def desk_env(var: Path, port: int, demo: bool) -> dict:
    """The environment of a desk of its own, whatever somebody's `.env` says."""
    env = os.environ | dict.fromkeys(SETTINGS_OF_ITS_OWN, "")
    env.pop("DJANGO_SETTINGS_MODULE", None)
    plain = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "1", "DEMO": str(demo)}
    # Another desk of this machine may serve its models at the usual place.
    plain |= {"SERVING_URL": f"http://127.0.0.1:{free_port()}/v1", "BASE_MODEL": ""}
    folders = {"VAR_DIR": str(var), "MEDIA_ROOT": str(var / "files")}
    return env | plain | folders | {"PYTHONUNBUFFERED": "1"}


def start_desk(var: Path, demo: bool = True) -> LiveDesk:
    port = free_port()
    env = desk_env(var, port, demo)
    command = tied(sys.executable, "manage.py", "serve")
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **output)
    desk = LiveDesk(f"http://127.0.0.1:{port}", env, process)
    Thread(target=desk.listen, daemon=True).start()
    return desk


@contextmanager
def running_desk(demo: bool = True):
    """A desk in a folder of its own, up and ready; with the demo company, or empty."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="desk-", dir=settings.VAR_DIR))
    (var / "models").mkdir()
    shutil.copy(model_file(settings.VAR_DIR / "models", choose(AUTO)), var / "models")
    desk = start_desk(var, demo)
    try:
        desk.wait()
        yield desk
    finally:
        desk.stop()
        desk.process.stdout.close()
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def live_desk():
    """One running desk for all browser tests: web, worker, Postgres, demo company."""
    with running_desk() as desk:
        yield desk


def chromium() -> str:
    """The browser's path: CHROMIUM, or what the system has."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found and Path(mac).exists():
        found = mac
    assert found, "No Chromium found. Install it, or name its path in CHROMIUM."
    return found


@pytest.fixture(scope="module")
def browser():
    """Chromium. While it is open no other event loop runs here: use no database in its tests."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def problems():
    """What the browser complained of; it must be empty when the test ends."""
    return []


@pytest.fixture
def new_page(browser, live_desk, problems):
    """Opens a page in a profile of its own; the options are Playwright's `new_context`'s.

    An error on the console, a script's exception or a breach of the Content-Security-Policy fails
    the test, unless the test empties `problems`.
    """
    contexts = []

    def open_page(**options):
        context = browser.new_context(base_url=live_desk.url, **options)
        contexts.append(context)
        context.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def page(new_page):
    return new_page()


@contextmanager
def opened_before(script, page, address):
    """Opens an address of the desk, whose script of this name comes when the block has ended."""
    name, held = re.compile(rf"/{script}\.[^/]*js"), []
    page.route(name, lambda route: held.append(route))
    with page.expect_request(name):
        page.goto(address, wait_until="commit")
    yield
    held[0].continue_()


def sign_in(page, username, password=None):
    """Signs a demo account in, by the sign-in page."""
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password or f"demo-{username}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Ask a question").wait_for()
