"""A language model's endpoint that costs next to nothing: every answer is there at once.

`python -m helpdesk.benchmarks.free_model PORT`. The question may end in `#SERIAL TOKENS`: the
answer holds the serial and has so many tokens. It is a program of its own, without Django.
"""

import asyncio
import json
import re
import sys

SAID = (
    "You may carry over up to five unused days into the next leave year [1]. They lapse on the last"
    " day of March, so agree with your manager in good time on when to take them."
)
ASKED = re.compile(rb"#(\d+) (\d+)")
LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n"
    b"Connection: keep-alive\r\n\r\n"
)


def tokens(serial: int, count: int) -> list[str]:
    """The tokens of the answer to question `serial`, whose number makes it like no other."""
    words = SAID.split()
    said = [f"{word} " for word in words[: count - 1]]
    said += [f"further{n} " for n in range(count - 1 - len(said))]
    return [f"Answer{serial}: ", *said]


def body(serial: int, count: int) -> bytes:
    lines = [event({"content": token}) for token in tokens(serial, count)]
    return b"".join([*lines, event({}, "stop"), b"data: [DONE]\n\n"])


def event(delta: dict, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "free"}
    return f"data: {json.dumps(data | {'choices': [choice]})}\n\n".encode()


class Connection(asyncio.Protocol):
    def __init__(self):
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        head, found, rest = self.received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and length and len(rest) >= int(length[1]):
            self.received = b""
            serial, count = map(int, ASKED.findall(rest)[-1])
            answer = body(serial, count)
            self.transport.write(HEAD % len(answer) + answer)


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
