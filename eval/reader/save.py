"""Put a trained network among the project's data: eight bits a weight, with a card of its digest and a few outputs."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch

from eval.reader.network import TrainedNetwork
from rag.reader import CARD, WEIGHTS, Reader
from rag.reader_weights import save_network
from rag.windows import Window

_PROBES = (
    ("粮食产量目标是多少?", "到2027年,全县粮食产量稳定在32万吨以上,蔬菜产量达到18万吨。"),
    ("蔬菜产量要达到多少", "到2027年,全县粮食产量稳定在32万吨以上,蔬菜产量达到18万吨。"),
    ("水果产量目标是多少?", "到2027年,全县粮食产量稳定在32万吨以上,蔬菜产量达到18万吨。"),
    ("2024年粮食产量实际是多少?", "到2027年,全县粮食产量稳定在32万吨以上,蔬菜产量达到18万吨。"),
    ("新医院由哪家单位建设?", "投资6.8亿元的县人民医院新院区将于2026年底投用,设床位800张。"),
    ("新医院有多少张床?", "投资6.8亿元的县人民医院新院区将于2026年底投用,设床位800张。"),
    ("新医院什么时候开门", "投资6.8亿元的县人民医院新院区将于2026年底投用,设床位800张。"),
    ("“三清一改”指什么?", "深入开展“三清一改”,即清垃圾、清塘沟、清畜禽粪污,改变影响人居环境的不良习惯。"),
    ("“五美庭院”指哪五美?", "开展“五美庭院”创建,新增示范户1200户。"),
    ("今年建了几处口袋公园?", "今年新建口袋公园26处、绿道41公里,改造老旧小区17个。"),
)


def save(folder: Path, encoder: Path, out: Path) -> dict[str, Any]:
    """The checkpoint in `folder` → weights and card in `out`; returns the card."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    config = json.loads(state["config"])
    network = TrainedNetwork.of(encoder, int(config["layers"]))
    network.load_state_dict(state["network"], strict=False)
    out.mkdir(parents=True, exist_ok=True)
    save_network(network, out / WEIGHTS)
    card = {
        "sha256": hashlib.sha256((out / WEIGHTS).read_bytes()).hexdigest(),
        "training": config,
        "done": state["done"],
    }
    _write(out / CARD, card)
    reader = Reader(encoder, out)
    card["probes"] = [probe(reader, question, text) for question, text in _PROBES]
    _write(out / CARD, card)
    return card


def probe(reader: Reader, question: str, text: str) -> dict[str, Any]:
    """What the reader makes of one pair, rounded as the card keeps it."""
    reading = reader.read(question, [Window(0, "", text, (0,), ((0, len(text)),))])[0]
    return {
        "question": question,
        "text": text,
        "span": text[reading.span[0] : reading.span[1]],
        "margin": round(reading.margin, 2),
        "answers": round(reading.answers, 2),
        "relevant": round(reading.relevant, 2),
    }


def _write(path: Path, card: dict[str, Any]) -> None:
    path.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
