"""Makes `.venv` and what the tests need, then becomes the desk or the tests. Standard library only.

bootstrap.py run [arguments of `manage.py serve`]
bootstrap.py test [arguments of pytest, in the place of those that run every test]
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Where the tests leave the plain defaults, whatever the environment or `.env` say.
UNSET = ("DATABASE_URL", "REDIS_URL", "LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL", "ALLOWED_HOSTS")
# How every test is run: in one process more than there are cores, for much of it is waiting.
PROCESSES = min((os.cpu_count() or 1) + 1, 4)
EVERY_TEST = (f"--numprocesses={PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder")
ONE_CORE = {"OMP_NUM_THREADS": "1"}


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(*command, why):
    """Runs a command to its end; on failure shows what it said last and stops with `why`."""
    words = [str(word) for word in command]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    signal.signal(signal.SIGTERM, lambda *_: (process.terminate(), sys.exit(143)))
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Collecting ") and "(from -r " in line:
            say(f"  {line.split()[1]}")
        elif line.startswith("Installing collected packages"):
            say("  Unpacking all of it …")
    if process.wait():
        say("\n".join(lines[-12:]))
        sys.exit(why)


def stamp(requirements, files):
    """Names one environment: its requirements and the Python that it was made with."""
    digest = hashlib.sha256(".".join(map(str, sys.version_info[:3])).encode())
    for file in files:
        digest.update((ROOT / file).read_bytes())
    return VENV / f"{requirements}.sha256", digest.hexdigest()


def install(requirements, files):
    """Makes `.venv` hold the requirements; quick when it does already.

    One start at a time: another would take what is being filled for one that was never finished.
    """
    path, digest = stamp(requirements, files)
    if holds(path, digest):
        return
    place = VENV.resolve()
    with open(place.with_name(f"{place.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not holds(path, digest):
            fill(requirements, path, digest)


def holds(path, digest):
    return PYTHON.exists() and path.exists() and path.read_text() == digest


def fill(requirements, path, digest):
    """The stamp is written last: an environment without one was never finished, and made anew."""
    if not (PYTHON.exists() and any(VENV.glob("*.sha256"))):
        say("Making .venv …")
        run(sys.executable, "-m", "venv", "--clear", VENV, why=NO_VENV)
    for old in VENV.glob("*.sha256"):
        old.unlink()
    say(f"Installing {requirements} (this takes a few minutes the first time) …")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run(*pip, "-r", ROOT / requirements, why="The installation failed: see the lines above.")
    path.write_text(digest)
    if requirements == "requirements-dev.txt":
        path, digest = stamp("requirements.txt", ["requirements.txt"])
        path.write_text(digest)


NO_VENV = (
    "This Python can't make a virtual environment. On Debian and Ubuntu: apt-get install"
    " python3-venv"
)


def browser():
    """The path of a Chromium, installed by apt-get where that is allowed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and Path(MAC_BROWSER).exists():
        found = MAC_BROWSER
    if not found:
        apt_install("chromium")
        found = shutil.which("chromium")
    if not found or not shutil.which(found):
        sys.exit("The tests need Chromium: install `chromium` or Google Chrome, or set CHROMIUM.")
    return found


def check_redis():
    """Two web processes need a Redis between them, and so do their tests."""
    if not shutil.which("redis-server"):
        apt_install("redis-server")
    if not shutil.which("redis-server"):
        sys.exit("The tests need Redis: install `redis-server` (on macOS: `brew install redis`).")


def apt_install(package):
    """Leaves things as they are where it can't be done without asking for a password."""
    if not shutil.which("apt-get"):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (not shutil.which("sudo") or subprocess.run([*sudo, "true"]).returncode):
        return
    say(f"Installing {package} by apt-get …")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    failed = f"apt-get could not install {package}: see the lines above."
    run(*apt, "update", why=failed)
    run(*apt, "install", "--no-install-recommends", package, why=failed)


def become(*command, **environment):
    sys.stdout.flush()
    os.chdir(ROOT)
    words = [str(word) for word in command]
    os.execve(words[0], words, os.environ | environment)  # noqa: S606 - its own Python


def main(what, *arguments):
    if what == "run":
        install("requirements.txt", ["requirements.txt"])
        become(PYTHON, "manage.py", "serve", *arguments)
    install("requirements-dev.txt", ["requirements-dev.txt", "requirements.txt"])
    check_redis()
    own = dict.fromkeys(UNSET, "") | {"VAR_DIR": str(ROOT / "var" / "test"), "CHROMIUM": browser()}
    plain = {"HOST": "127.0.0.1", "PORT": "8000", "WEB_WORKERS": "1", "DEMO": "true"}
    own |= {} if arguments else ONE_CORE
    become(PYTHON, "-m", "pytest", *(arguments or EVERY_TEST), **own, **plain)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
