"""`python -m ui [--host 127.0.0.1] [--port 7860] [--index DIR]`; `python -m ui account NAME ROLE` makes an account."""

import argparse
import errno
import gc
import getpass
import logging
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PlanQAError
from index.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_PORTS = range(1, 65536)


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
    parser.add_argument("--build", action="store_true", help="先建立或更新索引")
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
        settings = settings.model_copy(update={"index": args.index})
        try:
            app = _application(settings, args.build)
        except PlanQAError as error:
            return _fail(str(error))
        except KeyboardInterrupt:
            return 1
        from ui.server import serve

        serve(app, listening, address(args.host, args.port))
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


def _application(settings: Settings, build: bool) -> "FastAPI":
    """The page over the index, which is brought up to date before where `build` says so.

    Raises:
        PlanQAError: documents, index, model, accounts or chat model cannot be used.
    """
    gc.disable()  # what is made here stays: looking for garbage among it costs a second
    try:
        if build:
            from index.__main__ import build as build_index

            print(build_index(settings.seeds, settings.index, settings))
        from rag.live import LiveChain  # takes seconds, which --help or a port in use need not wait for

        live = LiveChain(settings.index, settings)
        from rag.warm import warm_behind
        from ui.app import create_app

        app = create_app(live, settings)
        warm_behind(live.get())
        return app
    finally:
        gc.freeze()
        gc.enable()


def _fail(message: str) -> int:
    print(f"错误:{message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
