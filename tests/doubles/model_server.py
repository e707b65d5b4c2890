"""A language model's endpoint on a loopback socket, which says what it is told beforehand."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

from tests.doubles.vectors import embedding_list

MODEL = "test-model"
STATUSES = {
    401: "invalid_api_key",
    404: "model_not_found",
    429: "rate_limit_exceeded",
    500: "server_error",
    503: "overloaded",
}


@dataclass
class Outcome:
    """What one request gets.

    `tokens` are sent one by one with `pause` seconds before each; after `cut_after` of them the
    connection breaks, after `stall_after` it stays silent until the client goes or the server
    closes. `status` other than 200 is an error; `raw` bytes are the whole body; a `hang` is silent
    from the start.
    """

    tokens: tuple[str, ...] = ()
    pause: float = 0.0
    cut_after: int | None = None
    stall_after: int | None = None
    finish: str | None = "stop"
    status: int = 200
    raw: bytes | None = None
    hang: bool = False


@dataclass
class Request:
    """What a client sent (header names in lower case), and whether and when it went too soon."""

    path: str
    headers: dict[str, str]
    body: dict
    dropped: threading.Event = field(default_factory=threading.Event)
    dropped_at: float = 0.0

    @property
    def messages(self) -> list[dict]:
        return self.body["messages"]


class ModelServer:
    """The endpoint: `base_url` for clients, a queue of outcomes, a record of requests."""

    def __init__(self, handler=None):
        self.queue: deque[Outcome] = deque()
        self.requests: list[Request] = []
        self.mind: Callable[[list[dict]], str] | None = None
        self.dimensions = 48
        self.closing = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler or Handler)
        self.http.daemon_threads = True
        self.http.double = self
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def says(self, *tokens: str, **options):
        """The next request gets `tokens`."""
        self.queue.append(Outcome(tokens, **options))

    def fails(self, status: int, times: int = 3):
        """The next requests get an error; a client that tries again asks up to three times."""
        self.queue.extend(Outcome(status=status) for _ in range(times))

    def sends(self, raw: bytes):
        """The next request gets these bytes instead of an answer."""
        self.queue.append(Outcome(raw=raw))

    def hangs(self, times: int = 1):
        """The next requests wait for ever."""
        self.queue.extend(Outcome(hang=True) for _ in range(times))

    def thinks(self, mind: Callable[[list[dict]], str]):
        """From now on requests get what `mind` makes of their messages, once the queue is empty."""
        self.mind = mind

    def outcome(self, request: Request) -> Outcome:
        if self.queue:
            return self.queue.popleft()
        return Outcome((self.mind(request.messages) if self.mind else "Hello",))

    def refuse(self):
        """From now on nobody listens at `base_url`."""
        self.close()

    def close(self):
        if not self.closing.is_set():
            self.closing.set()
            self.http.shutdown()
            self.http.server_close()
            self.thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    @property
    def double(self) -> ModelServer:
        return self.server.double

    def do_GET(self):
        self.close_connection = True
        if self.path == "/v1/models":
            self.reply(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        else:
            self.reply(404, {"error": {"message": "no such path"}})

    def do_POST(self):
        self.close_connection = True
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(
            self.path, {name.lower(): value for name, value in self.headers.items()}, body
        )
        self.double.requests.append(request)
        outcome = self.double.outcome(request)
        try:
            self.act(outcome, request)
        except OSError:
            request.dropped_at = monotonic()
            request.dropped.set()

    def act(self, outcome: Outcome, request: Request):
        if outcome.hang:
            self.wait()
        elif outcome.raw is not None:
            self.head(200, "text/event-stream", len(outcome.raw))
            self.wfile.write(outcome.raw)
        elif outcome.status != 200:
            code = STATUSES.get(outcome.status, "error")
            self.reply(outcome.status, {"error": {"message": code, "code": code}})
        elif request.path == "/v1/embeddings":
            self.reply(200, embedding_list(request.body, self.double.dimensions))
        elif request.body.get("stream"):
            self.stream(outcome, request)
        else:
            message = {"role": "assistant", "content": "".join(outcome.tokens)}
            choice = {"index": 0, "message": message, "finish_reason": outcome.finish}
            self.reply(200, {**self.envelope("chat.completion"), "choices": [choice]})

    def stream(self, outcome: Outcome, request: Request):
        self.head(200, "text/event-stream", None)
        for count, token in enumerate(outcome.tokens):
            if count == outcome.cut_after:
                return
            if count == outcome.stall_after:
                self.wait()
            if outcome.pause:
                self.wait(outcome.pause)
            self.event({"content": token})
        if outcome.cut_after is None:
            self.event({}, finish=outcome.finish)
            self.chunk(b"data: [DONE]\n\n")
            self.chunk(b"")

    def wait(self, seconds: float = 60.0):
        """Waits, but no longer than the client or the server does."""
        self.connection.settimeout(0.02)
        for _ in range(int(seconds / 0.02) or 1):
            if self.double.closing.is_set():
                return
            try:
                if not self.connection.recv(1):
                    raise ConnectionResetError
            except TimeoutError:
                continue

    def event(self, delta: dict, finish: str | None = None):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        data = {**self.envelope("chat.completion.chunk"), "choices": [choice]}
        self.chunk(f"data: {json.dumps(data)}\n\n".encode())

    def chunk(self, data: bytes):
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def reply(self, status: int, body: dict):
        data = json.dumps(body).encode()
        self.head(status, "application/json", len(data))
        self.wfile.write(data)

    def head(self, status: int, content_type: str, length: int | None):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        # A client that tries again need not wait long in a test.
        self.send_header("Retry-After-Ms", "10")
        self.send_header("Connection", "close")
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    @staticmethod
    def envelope(kind: str) -> dict:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL}
