"""Milvus Lite for tests: vectors in a collection, and a server of it that several processes can use."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.milvus import Collection, MilvusDense
from index.milvus_load import fill
from index.types import DocumentInfo, Passage

_START_S = 60.0


def dense_in_milvus(vectors: NDArray[np.float32], folder: Path) -> MilvusDense:
    """`vectors` in a collection of a new Milvus Lite file."""
    uri, name = str(folder / "milvus.db"), "vectors"
    info = DocumentInfo("d", "d.txt", "")
    passages = [(info, Passage(str(n), "d", "paragraph", (), n, n + 1, "字")) for n in range(len(vectors))]
    fill(folder, uri, name, passages, ["字"] * len(vectors), vectors)
    return MilvusDense(Collection(uri, name, len(vectors), vectors.shape[1]))


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a Milvus Lite server over `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder), "--host", "127.0.0.1"]
    with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL) as running:
        end = time.monotonic() + _START_S
        while time.monotonic() < end and running.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
