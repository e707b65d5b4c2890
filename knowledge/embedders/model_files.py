"""The ONNX files of the shipped model: each carries its SHA-256 in its name, and is checked by it.

They are made by a process of its own (export.py), so that torch never gets into this one.
"""

import os
import subprocess
import sys
from pathlib import Path

from knowledge.environment import without_secrets
from knowledge.errors import KnowledgeError
from knowledge.kept_files import intact

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Raised whenever export.py would make another file of the same weights.
GENERATION = 1
EXPORT_SECONDS = 600
ROOT = Path(__file__).resolve().parents[2]


def model_file(folder: Path, backend: str) -> Path:
    """The intact file of `backend` in `folder`, made anew where it is missing or damaged.

    Raises KnowledgeError when it can't be made.
    """
    return intact(folder, stem(backend)) or made(folder, backend)


def stem(backend: str) -> str:
    return f"minilm-{backend}-{WEIGHTS_SHA256[:12]}-{GENERATION}"


def made(folder: Path, backend: str) -> Path:
    """Runs the export and gives its file; of two processes at once, one waits for the other."""
    command = [sys.executable, "-m", "knowledge.embedders.export", str(folder), backend]
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            command,
            env=without_secrets() | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            timeout=EXPORT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise KnowledgeError(
            f"The embedding model's export took longer than {EXPORT_SECONDS} s. Try again.",
            again=True,
        ) from None
    path = intact(folder, stem(backend)) if done.returncode == 0 else None
    if path is None:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise KnowledgeError(f"The embedding model can't be exported: {last}")
    return path
