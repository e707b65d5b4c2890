"""vLLM's endpoints for adapters on a loopback socket, with its own replies."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BASE = "base-model"


class VllmServer:
    """`adapters` are those loaded; `updating` False is a server started without permission."""

    def __init__(self, updating=True):
        self.adapters: dict[str, str] = {}
        self.updating = updating
        self.calls: list[tuple[str, dict]] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.double = self
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, format, *args):
        pass

    def do_GET(self):
        names = [BASE, *self.server.double.adapters]
        self.reply(200, {"object": "list", "data": [{"id": name} for name in names]})

    def do_POST(self):
        double = self.server.double
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        double.calls.append((self.path, body))
        verb = self.path.rpartition("/")[2]
        if not double.updating or verb not in ("load_lora_adapter", "unload_lora_adapter"):
            self.reply(404, {"detail": "Not Found"})
        elif verb == "load_lora_adapter":
            self.load(double, body["lora_name"], body["lora_path"])
        else:
            self.unload(double, body["lora_name"])

    def load(self, double, name, path):
        if name in double.adapters:
            self.refuse(400, f"The lora adapter '{name}' has already been loaded.")
        elif not (Path(path) / "adapter_config.json").is_file():
            self.refuse(404, f"Loading lora {name} failed: No adapter found for {path}")
        else:
            double.adapters[name] = path
            self.reply(200, f"Success: LoRA adapter '{name}' added successfully.")

    def unload(self, double, name):
        if double.adapters.pop(name, None) is None:
            self.refuse(404, f"The lora adapter '{name}' cannot be found.")
        else:
            self.reply(200, f"Success: LoRA adapter '{name}' removed successfully.")

    def refuse(self, status, message):
        self.reply(status, {"error": {"message": message, "type": "BadRequest", "code": status}})

    def reply(self, status, body):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
