"""How long `make run` takes to its first answer, once everything is installed and indexed: `python -m eval start`."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from eval.errors import RunError

_MOST_S = 120.0
_BETWEEN_S = 0.05
_LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy stands before this machine


def first_answer_s(question: str) -> float:
    """Seconds from the start of `make run`'s command to a program's first answer.

    Raises:
        RunError: a command failed, or there is no answer within two minutes.
    """
    started = time.perf_counter()
    port = _free_port()
    command = [sys.executable, "-m", "ui", "--build", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - our own module
        try:
            while time.perf_counter() - started < _MOST_S and server.poll() is None:
                if _answered(port, question):
                    return time.perf_counter() - started
                time.sleep(_BETWEEN_S)
        finally:
            server.terminate()
    raise RunError("网页服务没有启动,或没有在两分钟内答复。请单独运行 python -m ui --build,看它说什么。")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _answered(port: int, question: str) -> bool:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/ask", body, {"Content-Type": "application/json"})
    try:
        with _LOCAL.open(request, timeout=_MOST_S) as reply:
            return bool(json.load(reply)["answer"])
    except (urllib.error.URLError, ConnectionError):
        return False
