"""`python -m ui [--host 127.0.0.1] [--port 7860] [--index DIR]`; `python -m ui account NAME ROLE` makes an account."""

import argparse
import errno
import getpass
import logging
import socket
import sys
from pathlib import Path

import uvicorn

from index.errors import PlanQAError
from index.settings import Settings
from rag.live import LiveChain

_PORTS = range(1, 65536)
_LAST_ANSWERS_S = 2  # an open page holds its connection for ever


class Server(uvicorn.Server):
    """Says where the page is once it can be opened, and ends without a traceback for each page left open."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"打开 {self._address} (按 Ctrl+C 结束)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # open pages being cut off is no error
        await super().shutdown(sockets)


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["account"]:
        return _account(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="python -m ui", description="启动问答网页", epilog="python -m ui account 用户名 角色:生成一个账号"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=7860, help="端口")
    parser.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if settings.log_requests or settings.log_typed:
        logging.getLogger("ui.request_log").setLevel(logging.INFO)
    if args.port not in _PORTS:
        return _fail(f"端口应在 {_PORTS.start} 与 {_PORTS.stop - 1} 之间,现在是 {args.port}。")
    try:
        listening = listen(args.host, args.port)  # before the model is loaded, which takes seconds
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _fail(f"端口 {args.port} 已被占用。请用 --port 换一个端口。")
        return _fail(f"无法在 {args.host}:{args.port} 上监听:{error.strerror}。请检查 --host 与 --port。")
    with listening:
        try:
            live = LiveChain(args.index, settings)
        except PlanQAError as error:
            return _fail(str(error))
        try:
            _serve(live, listening, address(args.host, args.port), settings.model_copy(update={"index": args.index}))
        except PlanQAError as error:
            return _fail(str(error))
    return 0


def _account(argv: list[str]) -> int:
    """Ask for a password and print the line of an account."""
    from ui.auth import ROLES, AccountsError, account

    parser = argparse.ArgumentParser(prog="python -m ui account", description="生成一个账号,密码只以散列值出现")
    parser.add_argument("name", help="用户名")
    parser.add_argument("role", choices=ROLES, help="evaluator 评测员,administrator 管理员")
    args = parser.parse_args(argv)
    password = getpass.getpass("密码:")
    if sys.stdin.isatty() and getpass.getpass("再输一次:") != password:
        return _fail("两次输入的密码不同。")
    try:
        print(account(args.name, args.role, password).line())
    except AccountsError as error:
        return _fail(str(error))
    print("把上面一行存进 PLANQA_ACCOUNTS_FILE 指定的文件,然后重新启动。", file=sys.stderr)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port`, held from now on.

    Raises:
        OSError: the port is in use, or the host is none of this machine's.
    """
    family, kind, protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen()
    except OSError:
        bound.close()
        raise
    return bound


def address(host: str, port: int) -> str:
    """What to open in a browser on this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - only shown, not bound
    local = everywhere.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{local}:{port}"


def _serve(live: LiveChain, listening: socket.socket, where: str, settings: Settings) -> None:
    from ui.app import create_app  # Gradio takes a second to import: not for --help or a port in use

    config = uvicorn.Config(create_app(live, settings), log_level="warning", timeout_graceful_shutdown=_LAST_ANSWERS_S)
    try:
        Server(config, where).run(sockets=[listening])
    except KeyboardInterrupt:
        print("已结束。")


def _fail(message: str) -> int:
    print(f"错误:{message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
