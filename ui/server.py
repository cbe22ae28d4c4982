"""The web server around the page."""

import logging
import socket

import uvicorn
from fastapi import FastAPI

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


def serve(app: FastAPI, listening: socket.socket, address: str) -> None:
    """Serve `app` on a bound socket until the process is told to end; `address` is told when it can be opened."""
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_LAST_ANSWERS_S)
    try:
        Server(config, address).run(sockets=[listening])
    except KeyboardInterrupt:
        print("已结束。")
