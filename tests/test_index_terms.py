"""The glossary against hand labels (data/commitments/GUIDE.md), and each way in which a document explains a term."""

import json
from functools import cache
from pathlib import Path

import pytest
from commitments_score import score_terms
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import chunk
from index.export import as_csv, record, term_of, term_table
from index.load import load_folder
from index.terms import terms
from index.types import Document, DocumentInfo, Term

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data" / "commitments"
INFO = DocumentInfo(id="plan", file="plan.txt", sha256="0", district="青山区")


@cache
def seeds() -> tuple[tuple[Document, ...], tuple[Term, ...]]:
    documents = tuple(load_folder(ROOT / "seeds"))
    return documents, terms(documents, chunk(list(documents), 420, 40))


def of(text: str) -> dict[str, str]:
    document = Document(INFO, text)
    return {t.term: t.meaning for t in terms([document], chunk([document], 420, 40))}


def test_the_labelled_terms_are_found() -> None:
    # The labels are not complete: `test_drawn_entries_are_right` says how many entries are right.
    documents, found = seeds()
    labels = json.loads((DATA / "terms.json").read_text("utf-8"))
    assert score_terms(found, labels, documents).recall >= 0.85


def test_drawn_entries_are_right() -> None:
    drawn = json.loads((DATA / "judged_terms.json").read_text("utf-8"))["entries"]
    assert len(drawn) == 60
    assert sum(entry["right"] for entry in drawn) >= 0.9 * len(drawn)
    meanings = {(t.doc_id, t.term): (t.meaning_start, t.meaning_end) for t in seeds()[1]}
    told = [e for e in drawn if (e["doc"], e["term"]) in meanings]
    as_judged = [e for e in told if meanings[e["doc"], e["term"]] == (e["start"], e["end"])]
    assert sum(e["right"] for e in as_judged) >= 0.9 * len(told)
    assert len(told) >= 55


def test_every_term_cites_to_the_letter() -> None:
    documents, found = seeds()
    texts = {d.info.id: d.text for d in documents}
    assert len({t.id for t in found}) == len(found)
    for term in found:
        text = texts[term.doc_id]
        assert text[term.start : term.end] == term.text
        assert text[term.meaning_start : term.meaning_end] == term.meaning
        assert term.start <= term.meaning_start < term.meaning_end <= term.end


def test_the_glossary_holds_slogans_in_every_way_they_are_told() -> None:
    """What tells them apart: members before the slogan, a list that nobody names, parts counted after it."""
    _, found = seeds()
    held = {(t.district, t.term): t.meaning for t in found}
    assert held["市中区", "双轮驱动"] == "城乡融合、产城融合"
    assert held["市中区", "三变"] == "资源变资产、资金变股金、农民变股东"
    assert "选派优秀年轻医生到基层" in held["淄博市", "第一村医"]


def test_each_document_keeps_its_own_meaning() -> None:
    _, found = seeds()
    own = {t.doc_id: t.meaning for t in found if t.term.startswith("四位一体")}
    assert len(own) == 2
    assert len(set(own.values())) == 2
    assert len({(t.doc_id, t.term) for t in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "term", "meaning"),
    [
        ("“四新”,就是新技术、新产业、新业态、新模式。", "四新", "新技术、新产业、新业态、新模式"),
        ("“双罚”制度是指,在处罚企业的同时扣减财政资金。", "双罚", "在处罚企业的同时扣减财政资金"),
        ("推进改厕和改水两项工作,简称“两改”。", "两改", "推进改厕和改水两项工作"),
        ("完善“三纵”(东门路、西门路、南门路)路网。", "三纵", "东门路、西门路、南门路"),
        ("加固森林防火、防汛、防震“三防”防线。", "三防", "森林防火、防汛、防震"),
        ("完善“众创空间+孵化器+加速器+产业园区”四位一体体系。", "四位一体体系", "众创空间+孵化器+加速器+产业园区"),
        (
            "构建“75”现代产业体系。其中,“7”是指七大传统产业,“5”是指五大新兴产业。",
            "75",
            "“7”是指七大传统产业,“5”是指五大新兴产业",
        ),
        ("推行“预备库-建设库-完工库”三库联建。", "三库联建", "预备库-建设库-完工库"),
        ("建立“选种一批、育苗一批、移栽一批”接续发展模式。", "接续发展模式", "选种一批、育苗一批、移栽一批"),
        ("守牢粮食、能源、金融安全等“一排底线”。", "一排底线", "粮食、能源、金融安全"),
        ("整合公安、城管、交通资源,建立“三位一体”的队伍。", "三位一体", "公安、城管、交通资源"),
        ("科学划定并严守生态红线、基本农田和城镇边界三条控制线。", "三条控制线", "生态红线、基本农田和城镇边界"),
        ("3.“河长制”:指由各级负责人担任河长。", "河长制", "由各级负责人担任河长"),
        ("我区启动“铸链工程”,以打造创新链为目标,带动升级。", "铸链工程", "以打造创新链为目标,带动升级"),
        ("每班超过66人为超大班额。", "超大班额", "每班超过66人"),
        ("主要内容,即一月一查,见效;一月一报,公开。推广“两个一”机制。", "两个一", "一月一查,见效;一月一报,公开"),
        ("指面向大众、收费合理的幼儿园。我省普惠幼儿园多,普惠幼儿园好。", "普惠幼儿园", "面向大众、收费合理的幼儿园"),
        ("强化绿色、智慧“双轮驱动”,统筹发展。", "双轮驱动", "绿色、智慧"),
        ("实现空气优良天数、水质综合指数全市“双第一”。", "双第一", "空气优良天数、水质综合指数"),
        ("推动旱地变水田、荒坡变果园、闲房变民宿。", "三变", "旱地变水田、荒坡变果园、闲房变民宿"),
        ("选派退休教师到村小任教。“银发导师”共3批,每批20名。", "银发导师", "选派退休教师到村小任教"),
        ("落实“十百千”工程,打造“十大品牌”“百强企业”“千优产品”。", "十百千", "“十大品牌”“百强企业”“千优产品”"),
    ],
)
def test_ways_of_explaining(text: str, term: str, meaning: str) -> None:
    assert of(text).get(term) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "坚持以马克思主义、毛泽东思想、邓小平理论、“三个代表”重要思想为指导。",
        "聚焦绿色低碳发展、产业链稳定、“两新一重”以及民生保障等领域。",
        "深入实施“四新”工程。",
        "改造道路、桥梁“三大”项目。",
        "形成“统一指挥、反应灵敏、协调有序”的应急管理机制。",
        "构建“1+4+N”的政策保障体系。",
        "落实甲项、乙项、丙项“双减”政策。",
        "推动甲地变水田、乙坡改果园、丙房变民宿。",
        "“银发导师”共3批,每批20名。",
    ],
)
def test_a_term_that_is_not_explained_is_left_out(text: str) -> None:
    assert of(text) == {}


def test_terms_are_stored_and_exported() -> None:
    documents, found = seeds()
    for term in found:
        assert term_of(json.loads(json.dumps(record(term)))) == term
    assert as_csv(term_table(found, {d.info.id: d for d in documents})).count("\r\n") == len(found) + 1


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="“”三四大新是指即简称为一、+和()。,;:甲乙丙37工程", max_size=60))
def test_any_text_gives_meanings_that_lie_in_it(text: str) -> None:
    document = Document(INFO, text)
    for term in terms([document], chunk([document], 420, 40)):
        assert text[term.meaning_start : term.meaning_end] == term.meaning
        assert text[term.start : term.end] == term.text
