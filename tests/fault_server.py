"""An OpenAI-compatible server that does one thing wrong, for tests of what a broken chat model leaves behind."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = "到2027年,青山区建成口袋公园36个[1]。"
FAULTS = (
    "refuses", "hangs", "dribbles", "429", "500", "401", "half", "broken_json", "ten_megabytes", "one_line", "english",
    "repeats", "silent", "no_json",
)  # fmt: skip


class FaultServer(ThreadingHTTPServer):
    """`requests` counts what was asked; `over` ends whatever hangs."""

    daemon_threads = True

    def __init__(self, fault: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault = fault
        self.requests = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: FaultServer

    def do_POST(self) -> None:
        self.server.requests += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.fault
        if fault.isdigit():
            body = json.dumps({"error": {"message": "sk-secret is over its quota", "type": "error"}}).encode()
            self.send_response(int(fault))
            self.send_header("Retry-After", "60")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        if fault == "hangs":
            self.server.over.wait()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if fault == "no_json" else "text/event-stream")
        if fault == "half":
            self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            for piece in _body(fault):
                self.wfile.write(piece)
                self.wfile.flush()
                if fault == "dribbles" and self.server.over.wait(0.1):
                    return
        except OSError:  # the client has had enough
            return

    def log_message(self, *args: object) -> None:
        """Nothing."""


def _body(fault: str) -> Iterator[bytes]:
    if fault == "dribbles":
        while True:
            yield _chunk("啊")
    if fault == "broken_json":
        yield b'data: {"id": "1", "choices": [{"delta": {"content": "\xe5\x88\xb0\n\ndata: {{{\n\n'
        return
    if fault == "no_json":
        yield b"<html><body>502 Bad Gateway</body></html>"
        return
    if fault == "one_line":
        yield b"data: " + b"x" * 10_000_000
        return
    texts = {
        "half": [GOOD, "此外还要"],
        "ten_megabytes": ["公园" * 5000] * 350,
        "english": ["The district will build 36 pocket parks by 2027. [1]"],
        "repeats": [GOOD] * 200,
        "silent": [],
    }.get(fault, [GOOD])
    yield from map(_chunk, texts)
    if fault != "half":
        yield _chunk("", "stop")
        yield b"data: [DONE]\n\n"


def _chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    record = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(record)}\n\n".encode()


@contextmanager
def serving(fault: str) -> Iterator[FaultServer]:
    """A server with `fault`, "" for none; "refuses" is one that is gone."""
    server = FaultServer(fault)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    if fault == "refuses":
        server.shutdown()
        server.server_close()
    try:
        yield server
    finally:
        server.over.set()
        if fault != "refuses":
            server.shutdown()
            server.server_close()
