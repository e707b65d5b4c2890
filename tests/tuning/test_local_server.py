"""The door before the local model server; its own test asks the real one."""

import asyncio
import socket
import sys
import textwrap

import pytest

from tuning import local_server
from tuning.local_server import Backend, Gate, free_port, listening

ECHO = """
    import http.server, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = f"{self.path} served".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
BROKEN = """
    print("No module named serving")
    raise SystemExit(1)
"""


def program(text):
    """How a backend of these lines is started."""
    return lambda port: [sys.executable, "-c", textwrap.dedent(text), str(port)]


async def get(port, path="/health"):
    """The whole reply to one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    await writer.drain()
    reply = await reader.read()
    writer.close()
    return reply.decode()


def at_the_door(test, text=ECHO, idle=60.0):
    """Runs `test(gate, port)` with a door open."""

    async def run():
        gate, port = Gate(Backend(program(text)), idle), free_port()
        door = await listening(gate, "127.0.0.1", port)
        rest = asyncio.create_task(gate.rest())
        try:
            await test(gate, port)
        finally:
            rest.cancel()
            door.close()
            await gate.backend.stop()

    asyncio.run(run())


def test_the_first_connection_starts_the_server_and_the_next_ones_find_it():
    async def test(gate, port):
        assert gate.backend.process is None
        assert (await get(port, "/v1/models")).endswith("/v1/models served")
        first = gate.backend.process.pid
        replies = await asyncio.gather(*(get(port, f"/{n}") for n in range(5)))
        assert [reply.endswith(f"/{n} served") for n, reply in enumerate(replies)] == [True] * 5
        assert gate.backend.process.pid == first

    at_the_door(test)


def test_it_rests_when_nobody_asks_and_wakes_again():
    async def test(gate, port):
        await get(port)
        while gate.backend.process:  # noqa: ASYNC110 - the rest has no event to wait for
            await asyncio.sleep(0.02)
        assert "served" in await get(port)

    at_the_door(test, idle=0.1)


def test_one_that_dies_is_started_again():
    async def test(gate, port):
        await get(port)
        process = gate.backend.process
        process.kill()
        await process.wait()
        assert "served" in await get(port)
        assert gate.backend.process is not process

    at_the_door(test)


def test_one_that_does_not_start_is_told_with_its_last_words(capsys):
    async def test(gate, port):
        assert "503" in await get(port)

    at_the_door(test, BROKEN)
    assert "No module named serving" in capsys.readouterr().out


def test_a_port_that_somebody_has_is_waited_for(capsys, monkeypatch):
    monkeypatch.setattr(local_server, "TAKEN_SECONDS", 0.05)

    async def test():
        taken = socket.create_server(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        door = asyncio.create_task(listening(Gate(Backend()), "127.0.0.1", port))
        await asyncio.sleep(0.1)
        assert not door.done()
        taken.close()
        (await asyncio.wait_for(door, 20)).close()

    asyncio.run(test())
    assert capsys.readouterr().out.count("can't be served") == 1


@pytest.mark.parametrize("word", ["serve", "--host", "127.0.0.1", "--port"])
def test_the_real_one_is_served_on_loopback(word):
    assert word in local_server.command(1234)
