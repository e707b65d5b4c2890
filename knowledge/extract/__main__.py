"""`python -m knowledge.extract FILE` prints what a file holds, as JSON.

With --serve it reads one request a line from standard input, {"path": ..., "name": ...}, and
answers in lines of JSON: {"done": 1, "total": 9} for progress, then {"result": ...} or
{"error": ..., "again": ...}. isolated.py runs it so.
"""

import argparse
import json
import math
import os
import sys
import time

from ..errors import KnowledgeError
from . import extract
from .limits import limit_memory
from .wire import to_dict

FAILED = 3
# The progress is told no oftener.
SECONDS_BETWEEN = 0.1
NO_MEMORY = "The file needs too much memory to be read. Split it into parts and upload those."


def main(arguments: list[str]) -> int:
    """Runs the command and returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.extract")
    parser.add_argument("file", nargs="?")
    parser.add_argument("--name", default="", help="the file's name, where its path says another")
    parser.add_argument("--serve", action="store_true", help="answer requests on standard input")
    parser.add_argument("--memory-mb", type=int, default=0, help="limit of the address space")
    options = parser.parse_args(arguments)
    if not options.serve and not options.file:
        parser.error("name a file")
    limit_memory(options.memory_mb)
    # What a library prints must not get between the lines of JSON.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", errors="replace")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if options.serve:
        return _serve(out)
    answer = _answer(options.file, options.name)
    _send(out, answer.get("result", answer))
    return 0 if "result" in answer else FAILED


def _serve(out) -> int:
    for line in sys.stdin:
        request = json.loads(line)
        _send(out, _answer(request["path"], request.get("name", ""), _teller(out)))
    return 0


def _teller(out):
    """What tells the progress: at first, at the end, and between them not too often.

    Most pages take a few milliseconds, and whoever waits would do little but hear of them.
    """
    last = -math.inf

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= SECONDS_BETWEEN:
            last = now
            _send(out, {"done": done, "total": total})

    return tell


def _answer(path: str, name: str, progress=None) -> dict:
    try:
        return {"result": to_dict(extract(path, name, progress))}
    except KnowledgeError as error:
        return {"error": str(error), "again": error.again}
    except MemoryError:
        return {"error": NO_MEMORY, "again": False}


def _send(out, data: dict) -> None:
    out.write(json.dumps(data, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
