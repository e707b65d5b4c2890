import json
import os
import subprocess
import sys

from knowledge.environment import without_secrets
from knowledge.extract.isolated import child_environment

SECRETS = {
    "SECRET_KEY": "k",
    "LLM_API_KEY": "k",
    "TUNING_API_KEY": "k",
    "EMAIL_HOST_PASSWORD": "k",
    "PGPASSWORD": "k",
    "HANDOFF_WEBHOOK_SECRET": "k",
    "DATABASE_URL": "postgres://desk:k@127.0.0.1/desk",
    "LLM_API_KEY_FILE": "/run/secrets/key",
    "REDIS_URL": "redis://:k@127.0.0.1/0",
}


def test_a_child_is_told_no_key_no_password_and_no_address_that_holds_one(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VAR_DIR", "here")
    told = without_secrets()
    assert not SECRETS.keys() & told.keys()
    assert told["VAR_DIR"] == "here"
    assert told["PATH"] == os.environ["PATH"]


def test_the_reader_of_documents_runs_without_them(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
    printed = subprocess.run(command, env=child_environment(), capture_output=True, check=True)
    assert not SECRETS.keys() & json.loads(printed.stdout).keys()


def test_a_reader_has_no_threads_that_wait_for_work_in_a_loop():
    code = "import cv2, psutil; print(cv2.getNumThreads(), psutil.Process().num_threads())"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, env=child_environment(), capture_output=True, check=True)
    assert printed.stdout.split() == [b"1", b"1"]
