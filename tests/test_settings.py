"""A bad setting stops the start with one line; a good one comes from the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(tmp_path, **values):
    """What a start with these values says and gives back. It has a database address of its own,
    which is never connected to."""
    plain = {
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    code = "from helpdesk import settings as s; print(s.PORT, s.HOST, s.ALLOWED_HOSTS)"
    command = [sys.executable, "manage.py", "shell", "-c", code]
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        plain["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    env = os.environ | plain | values
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("WEB_WORKERS", "0"),
        ("DEBUG", "perhaps"),
        ("MAX_UPLOAD_MB", "-1"),
        ("LLM_TIMEOUT_SECONDS", "soon"),
        ("DATABASE_URL", "mysql://root@127.0.0.1/x"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "nonsense"),
        ("TIME_ZONE", "Nowhere/Land"),
        ("TIME_ZONE", "/etc/passwd"),
        ("LOG_LEVEL", "LOUD"),
        ("VAR_DIR", "/dev/null/var"),
        ("SECRET_KEY_FILE", "/nowhere/key"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_line(tmp_path, name, value):
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith("Settings: ")
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_values_come_from_the_environment(tmp_path):
    done = start(tmp_path, PORT="8123", HOST="192.0.2.7", ALLOWED_HOSTS="desk.example.com")
    assert done.returncode == 0, done.stderr
    assert "8123 192.0.2.7 ['desk.example.com', '127.0.0.1', 'localhost', '[::1]']" in done.stdout


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    from helpdesk.embedded import secret_key

    key = secret_key(tmp_path)
    assert len(key) > 50
    assert secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_every_setting_is_documented():
    """settings.py, docs/settings.md and .env.example name the same settings."""
    import re

    source = (ROOT / "helpdesk" / "settings.py").read_text()
    names = set(re.findall(r'setting\(\s*env\.\w+,\s*"(\w+)"', source))
    table = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.M))
    example = set(re.findall(r"^# ?(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    assert names
    assert table == names
    assert example == names
