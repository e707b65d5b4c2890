"""OpenAI's files and fine-tuning on a loopback socket, with a job that a test moves on."""

import json
import re
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "tuning-key"
ROLES = ["system", "user", "assistant"]


class TuningService:
    """The service: `base_url` for clients; `stages` are what each look at the job finds next."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.job: dict | None = None
        self.events: list[dict] = []
        self.stages: list[dict] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.service = self
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def then(self, status: str, *events: dict, **fields):
        """The next look at the job finds it so, with these events more."""
        self.stages.append({"status": status, "events": events, **fields})

    def advance(self):
        if self.stages:
            stage = self.stages.pop(0)
            for event in stage.pop("events"):
                number = len(self.events) + 1
                told = {"id": f"ftevent-{number}", "object": "fine_tuning.job.event"}
                told |= {"created_at": number, "level": "info", "type": "message", "data": {}}
                self.events.append({**told, "message": "", **event})
            self.job |= stage

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    @property
    def service(self) -> TuningService:
        return self.server.service

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self.reply(401, error("invalid_api_key"))
        if self.path == "/v1/files":
            return self.upload(body)
        if self.path == "/v1/fine_tuning/jobs":
            return self.create(json.loads(body))
        if self.path.endswith("/cancel"):
            self.service.job["status"] = "cancelled"
            return self.reply(200, self.service.job)
        return self.reply(404, error("not_found"))

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path.endswith("/events"):
            newest = self.service.events[::-1]
            return self.reply(200, {"object": "list", "data": newest, "has_more": False})
        self.service.advance()
        return self.reply(200, self.service.job)

    def do_DELETE(self):
        name = self.path.rpartition("/")[2]
        self.service.deleted.append(name)
        return self.reply(200, {"id": name, "object": "file", "deleted": True})

    def upload(self, body: bytes):
        """Keeps a file of training; one that is not in the chat format is refused."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        fields = {
            re.search(r'name="([^"]+)"', part["Content-Disposition"])[1]: part for part in parts
        }
        content = fields["file"].get_payload(decode=True)
        lines = [json.loads(line) for line in content.splitlines()]
        if not lines or any([m["role"] for m in line["messages"]] != ROLES for line in lines):
            return self.reply(400, error("invalid_file"))
        name = f"file-{len(self.service.files) + 1}"
        self.service.files[name] = content
        told = {"id": name, "object": "file", "bytes": len(content), "created_at": 1}
        told |= {"filename": fields["file"].get_filename(), "status": "processed"}
        return self.reply(200, told | {"purpose": fields["purpose"].get_payload()})

    def create(self, asked: dict):
        if not asked["model"].startswith("gpt-"):
            return self.reply(400, error("model_not_available"))
        self.service.job = {
            "id": "ftjob-1",
            "object": "fine_tuning.job",
            "created_at": 1,
            "organization_id": "org-1",
            "result_files": [],
            "status": "validating_files",
            "hyperparameters": asked["method"]["supervised"]["hyperparameters"],
            "fine_tuned_model": None,
            "error": None,
            **{name: asked[name] for name in ("model", "training_file", "validation_file", "seed")},
        }
        return self.reply(200, self.service.job)

    def reply(self, status: int, told: dict):
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After-Ms", "10")
        self.end_headers()
        self.wfile.write(data)


def error(code: str) -> dict:
    return {"error": {"message": code, "type": "invalid_request_error", "code": code}}
