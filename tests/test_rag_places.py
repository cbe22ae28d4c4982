"""Which documents a question names, and which places no document is about."""

from pathlib import Path

import pytest

from index.divisions import divisions
from index.load import load_folder
from index.types import Document, DocumentInfo
from rag.places import Places, find_places

SEEDS = Path(__file__).parents[1] / "seeds"
ZHOUCUN, WEICHENG, SHIZHONG, ZIBO, ZHANGDIAN = (
    "zhoucun-14th-five-year-plan",
    "weicheng-green-development-2023-2025",
    "shizhong-14th-five-year-plan",
    "zibo-2018-work-report-glossary",
    "zhangdian-2023-work-report",
)


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


@pytest.mark.parametrize(
    ("question", "ids", "names"),
    [
        ("周村区的目标", (ZHOUCUN,), ("周村区",)),
        ("周村的目标", (ZHOUCUN,), ("周村",)),
        ("淄博市周村区的目标", (ZHOUCUN,), ("淄博市周村区",)),
        ("潍坊市潍城区的目标", (WEICHENG,), ("潍坊市潍城区",)),
        ("市中区的目标", (SHIZHONG,), ("市中区",)),
        ("济南市中的目标", (SHIZHONG,), ("济南市中",)),
        ("济南市市中区的目标", (SHIZHONG,), ("济南市市中区",)),
        ("市中的学校", (SHIZHONG,), ("市中",)),
        ("济南市中区的目标", (SHIZHONG,), ("济南市中区",)),
        ("在市中区建设什么", (SHIZHONG,), ("市中区",)),
        ("比市中区多", (SHIZHONG,), ("市中区",)),
        ("周村古商城有多大", (ZHOUCUN,), ("周村",)),
        ("周村区域经济", (ZHOUCUN,), ("周村",)),
        ("张店要建什么", (ZHANGDIAN,), ("张店",)),
        ("淄博市张店区的目标", (ZHANGDIAN,), ("淄博市张店区",)),
        ("淄博市的目标", (ZIBO,), ("淄博市",)),
        ("淄博市和张店区的目标", (ZIBO, ZHANGDIAN), ("淄博市", "张店区")),
        ("潍城区和周村区谁高", (WEICHENG, ZHOUCUN), ("潍城区", "周村区")),
        ("周村、潍城、济南市中三家", (ZHOUCUN, WEICHENG, SHIZHONG), ("周村", "潍城", "济南市中")),
        ("周村区的目标,周村区的措施", (ZHOUCUN,), ("周村区",)),
    ],
)
def test_districts_by_alias_in_the_order_of_the_question(
    documents: tuple[Document, ...], question: str, ids: tuple[str, ...], names: tuple[str, ...]
) -> None:
    places = find_places(question, documents)
    assert places.documents == ids
    assert places.names == names
    assert places.foreign == ()


@pytest.mark.parametrize(
    "question",
    [
        "城市中心有哪些公园",
        "我市中小学有多少所",
        "市中心医院在哪里",
        "全市中学有多少所",
        "城市中、农村中有多少",
        "在市中心建设什么",
        "本市中区域经济怎么发展",
        "我市中区县有几个",
        "全市中区级文保单位",
        "大城市中区位最好的",
        "养老床位有多少张",
        "",
    ],
)
def test_an_alias_inside_other_words_is_not_found(documents: tuple[Document, ...], question: str) -> None:
    assert find_places(question, documents) == Places((), (), (), question)


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("济南历下那边有几处?", ("济南", "历下")),
        ("槐荫那边有几处?", ("槐荫",)),
        ("博山区的目标", ("博山区",)),
        ("北京市的房价", ("北京市",)),
        ("潍坊市有什么计划", ("潍坊市",)),
        ("济南市的目标", ("济南市",)),
        ("临淄区和博山区的目标", ("临淄区", "博山区")),
    ],
)
def test_a_place_that_no_document_is_about(
    documents: tuple[Document, ...], question: str, foreign: tuple[str, ...]
) -> None:
    places = find_places(question, documents)
    assert places.documents == ()
    assert places.foreign == foreign


def test_a_foreign_place_beside_a_district(documents: tuple[Document, ...]) -> None:
    places = find_places("周村区和博山区相比", documents)
    assert (places.documents, places.foreign) == ((ZHOUCUN,), ("博山区",))


def test_the_rest_has_the_names_cut_out_and_keeps_its_length(documents: tuple[Document, ...]) -> None:
    question = "周村区和博山区的目标"
    rest = find_places(question, documents).rest
    assert rest == "   和   的目标"
    assert len(rest) == len(question)


def test_two_documents_of_one_district_are_both_named() -> None:
    documents = tuple(
        Document(DocumentInfo(name, f"{name}.txt", "", district="青山区", aliases=("青山",)), "") for name in "ab"
    )
    assert find_places("青山区的目标", documents).documents == ("a", "b")
    assert find_places("青山的目标", documents).documents == ("a", "b")


def test_without_a_manifest_the_title_names_the_district() -> None:
    documents = tuple(
        Document(DocumentInfo(str(n), "a.txt", "", title=title), "")
        for n, title in enumerate(["红旗区养老服务工作方案", "菜谱", "与博山区、红旗区的合同"])
    )
    assert find_places("红旗区新增床位多少张?", documents) == Places(
        ("0", "2"), ("红旗区", "红旗区"), (), "   新增床位多少张?"
    )
    assert find_places("博山区的合同", documents).documents == ("2",)
    assert find_places("周村区的目标", documents) == Places((), (), ("周村区",), "   的目标")


def test_a_manifest_decides_what_a_document_is_about() -> None:
    info = DocumentInfo("a", "a.txt", "", title="学习红旗区经验的方案", district="博山区")
    places = find_places("红旗区的目标", (Document(info, ""),))
    assert (places.documents, places.foreign) == ((), ("红旗区",))


def test_the_list_of_divisions() -> None:
    assert {"博山区", "北京市", "山东省", "淄博市"} <= divisions()
    assert not any(name.startswith("#") or len(name) < 2 for name in divisions())
