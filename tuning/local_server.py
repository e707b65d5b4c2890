"""The local model server, started by the first question: `python -m tuning.local_server URL`.

Listens where engines look for local models, and costs next to nothing until somebody asks one.
Then it starts `transformers serve` on a port of its own, passes all on to it, and ends it when
nobody has asked for a while. No Django in here, and nothing but the standard library.
"""

import asyncio
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.environment import without_secrets

HOST = "127.0.0.1"
START_SECONDS = 180.0
IDLE_SECONDS = 15 * 60.0
# How long to wait before a port that somebody else has is tried again.
TAKEN_SECONDS = 30.0
END_SECONDS = 5.0
LAST_LINES = 20
BLOCK = 64 * 1024


def say(line: str):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def command(port: int) -> list[str]:
    """How the server behind is started. It reads folders of this machine and asks no hub."""
    program = Path(sys.executable).with_name("transformers")
    options = {
        "--host": HOST,
        "--port": str(port),
        "--log-level": "error",
        "--model-timeout": str(int(IDLE_SECONDS)),
    }
    return [str(program), "serve", *(word for pair in options.items() for word in pair)]


class Backend:
    """`transformers serve`, while it is wanted."""

    def __init__(self, start=command):
        self.start = start
        self.process: asyncio.subprocess.Process | None = None
        self.port = 0
        self.lock = asyncio.Lock()
        self.lines: deque[str] = deque(maxlen=LAST_LINES)

    async def ready(self) -> int:
        """The port it answers on, once it does. Raises OSError when it does not start."""
        async with self.lock:
            if self.process is None or self.process.returncode is not None:
                self.port = free_port()
                self.lines.clear()
                say("Starting the local model server for a question…")
                self.process = await asyncio.create_subprocess_exec(
                    *self.start(self.port),
                    env=without_secrets() | {"HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                )
                self.listener = asyncio.create_task(self.listen(self.process.stdout))
                await self.answers()
                say("The local model server is ready.")
        return self.port

    async def answers(self):
        """Waits until it listens."""
        end = asyncio.get_running_loop().time() + START_SECONDS
        while self.process.returncode is None and asyncio.get_running_loop().time() < end:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        for line in self.lines:
            say(line)
        await self.stop()
        raise OSError("The local model server did not start.")

    async def listen(self, output: asyncio.StreamReader):
        """Keeps its last lines, which tell why it did not start."""
        with suppress(ValueError):
            async for line in output:
                self.lines.append(line.decode(errors="replace").rstrip())

    async def stop(self):
        """Ends it, and gives its memory back."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), END_SECONDS)
            if process.returncode is None:
                process.kill()
        await process.wait()


class Gate:
    """Takes connections and passes them on to the backend."""

    def __init__(self, backend: Backend, idle: float = IDLE_SECONDS):
        self.backend, self.idle = backend, idle
        self.open = 0
        self.since = 0.0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        """One connection, from its beginning to its end."""
        self.open += 1
        try:
            port = await self.backend.ready()
            inner, outer = await asyncio.open_connection(HOST, port)
            await asyncio.gather(passed(reader, outer), passed(inner, writer))
        except OSError as error:
            say(str(error))
            with suppress(OSError):
                writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        finally:
            writer.close()
            self.open -= 1
            self.since = asyncio.get_running_loop().time()

    async def rest(self):
        """Ends the backend whenever nobody has asked for so long."""
        while True:
            await asyncio.sleep(min(1.0, self.idle))
            quiet = asyncio.get_running_loop().time() - self.since
            if self.backend.process and not self.open and quiet >= self.idle:
                say("Nobody has asked a local model for a while: its server rests.")
                await self.backend.stop()


async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    """Passes on what comes until either side ends; then both are told."""
    try:
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
    except OSError:
        pass
    finally:
        with suppress(OSError, RuntimeError):
            writer.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


async def listening(gate: Gate, host: str, port: int) -> asyncio.Server:
    """The open door; where somebody else has the port, once they are gone."""
    told = False
    while True:
        try:
            return await asyncio.start_server(gate.take, host, port)
        except OSError as error:
            if not told:
                say(f"Local models can't be served on {host}:{port} ({error.strerror}).")
            told = True
            await asyncio.sleep(TAKEN_SECONDS)


async def serve(address: str, start=command, idle: float = IDLE_SECONDS):
    """Serves at `address` until SIGTERM or SIGINT."""
    place = urlsplit(address)
    backend, ended = Backend(start), asyncio.Event()
    gate = Gate(backend, idle)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    rest = asyncio.create_task(gate.rest())
    door = asyncio.create_task(listening(gate, place.hostname or HOST, place.port or 80))
    try:
        await ended.wait()
    finally:
        rest.cancel()
        door.cancel()
        await backend.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
