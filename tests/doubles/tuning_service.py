"""OpenAI's files and fine-tuning on a loopback socket, with a job that a test moves on."""

import json
import re
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler

from tests.doubles import model_server
from tests.doubles.model_server import ModelServer, Outcome, Request

KEY = "tuning-key"
ROLES = ["system", "user", "assistant"]


class TuningService(ModelServer):
    """The service: `stages` are what each look at the job finds next, `minds` what its models say.

    A model that it has not is not found, and nobody is answered without the key.
    """

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.job: dict | None = None
        self.events: list[dict] = []
        self.stages: list[dict] = []
        self.minds: dict[str, Callable[[list[dict]], str]] = {}
        super().__init__(Handler)

    def outcome(self, request: Request) -> Outcome:
        mind = self.minds.get(request.body["model"])
        return Outcome((mind(request.messages),)) if mind else Outcome(status=404)

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


class Handler(model_server.Handler, BaseHTTPRequestHandler):
    @property
    def service(self) -> TuningService:
        return self.server.double

    def do_POST(self):
        allowed = self.headers["Authorization"] == f"Bearer {KEY}"
        if allowed and self.path == "/v1/chat/completions":
            return super().do_POST()
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if not allowed:
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


def error(code: str) -> dict:
    return {"error": {"message": code, "type": "invalid_request_error", "code": code}}
