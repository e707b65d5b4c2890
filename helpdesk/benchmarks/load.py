"""People at their browsers: asks over WebSockets, times what comes, and misses no word of it.

`python -m helpdesk.benchmarks.load` reads its orders as JSON from the standard input, opens the
sockets, and writes a line; then asks at each further line, or counts the sockets that live, and
writes what it saw. It is a program of its own, without Django.
"""

import asyncio
import json
import re
import sys
from html import unescape
from time import perf_counter

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from helpdesk.benchmarks.free_model import tokens

TEXT = re.compile(r'innerHTML:#answer-\d+-text">(.*?)</div>\s*<div hx-swap-oob', re.S)
END = re.compile(r'data-status="(done|failed|cut_off|stopped)"')
TAGS = re.compile(r"<[^>]*>")
DOUBT = re.compile(r'<span class="unsupported-mark".*?</span>\s*<span.*?</span>\s*</span>', re.S)
MARK = re.compile(r"\s*\[1\]")
# An answer whose end has not come by then is lost.
SECONDS = 60


async def main() -> None:
    orders = await line()
    # One by one, as people come: what comes in the same instant is taken by one web process.
    sockets = [await open_socket(orders, each) for each in orders["people"]]
    tell(len(sockets))
    if (await line()).get("alive"):
        tell(sum(each.close_code is None for each in sockets))
    else:
        tell(await asked(sockets, orders))
        await line()
    await asyncio.gather(*(each.close() for each in sockets))


async def line() -> dict:
    loop = asyncio.get_running_loop()
    return json.loads(await loop.run_in_executor(None, sys.stdin.readline) or "{}")


def tell(seen) -> None:
    sys.stdout.write(f"{json.dumps(seen)}\n")
    sys.stdout.flush()


async def asked(sockets: list, orders: dict) -> dict:
    """Every person asks one question after another, each on a socket of its own."""
    start, rounds = perf_counter(), orders["rounds"]
    own = [range(n, n + rounds) for n in range(0, len(sockets), rounds)]
    seen = await asyncio.gather(*(person(sockets, orders, each) for each in own))
    return {"seconds": perf_counter() - start, "rows": [row for rows in seen for row in rows]}


async def person(sockets: list, orders: dict, own: range) -> list[dict]:
    return [await ask(sockets[n], orders, orders["first"] + n) for n in own]


async def open_socket(orders: dict, who: dict):
    headers = {"Cookie": f"sessionid={who['session']}", "Origin": orders["origin"]}
    address = f"{orders['socket']}/ws/c/{who['conversation']}/"
    # Offers to compress, as browsers do: what the desk makes of that is a part of what is measured.
    return await connect(address, additional_headers=headers, open_timeout=SECONDS, max_size=None)


async def ask(socket, orders: dict, serial: int) -> dict:
    """Asks question `serial`; gives the milliseconds to the first word and to the end.

    `wrong` says what was amiss: a word lost, doubled or out of order, a bad end, or none at all.
    """
    questions = orders["questions"]
    question = f"{questions[serial % len(questions)]} #{serial} {orders['tokens']}"
    seen = Seen(serial, orders["tokens"])
    try:
        async with asyncio.timeout(SECONDS):
            await socket.send(json.dumps({"question": question}))
            while not seen.whole:
                seen.take(await socket.recv())
    except (TimeoutError, ConnectionClosed):
        seen.end("lost")
    return {"first": seen.first or seen.whole, "whole": seen.whole, "wrong": seen.wrong}


class Seen:
    """What a browser has seen of an answer, and after how many milliseconds."""

    def __init__(self, serial: int, count: int):
        self.wanted = " ".join(MARK.sub("", "".join(tokens(serial, count))).split())
        self.start, self.text, self.wrong = perf_counter(), "", ""
        self.first = self.whole = 0.0

    def take(self, message: str) -> None:
        if found := TEXT.search(message):
            self.piece(plain(found[1]))
        elif 'data-note="refused"' in message:
            self.end("refused")
        elif found := END.search(message):
            good = found[1] == "done" and self.wanted in plain(message)
            self.end("" if good else "the end")

    def piece(self, text: str) -> None:
        if text and not self.first:
            self.first = self.elapsed()
        if not (text.startswith(self.text) and self.wanted.startswith(text)):
            self.wrong = self.wrong or "a piece"
        self.text = text

    def end(self, wrong: str) -> None:
        self.wrong, self.whole = self.wrong or wrong, self.elapsed()

    def elapsed(self) -> float:
        return 1000 * (perf_counter() - self.start)


def plain(html: str) -> str:
    """The words of a fragment, without the marks of citations and doubts."""
    html = DOUBT.sub("", html)
    html = re.sub(r'<(?:a|span) class="citation".*?</(?:a|span)>', "", html, flags=re.S)
    return " ".join(unescape(TAGS.sub("", html)).split())


if __name__ == "__main__":
    asyncio.run(main())
