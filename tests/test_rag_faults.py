"""Every claim against its own citation: right ones in a model's words pass, one wrong word or figure is caught."""

import re

import pytest

from index.types import Document, DocumentInfo
from rag.types import Citation
from rag.verify import faults

QINGSHAN = (
    "一、目标\n"
    "到2025年,高新技术企业、科技型中小企业分别达到110家、150家,研发投入占比达到1.1%以上,培育优质企业不低于100家。\n"
    "2020年,全区建成道路48.5公里,已完成投资1.2万亿元,城镇登记失业率控制在3%以内。\n"
    "不得新建化工园区,力争每年实施20个以上重点工业技改项目,累计新增绿地约185万平方米。\n"
    "新建第三高级中学,可容纳学生3000人,2023年秋季建成招生。\n"
    "2018年治理2000年以前建成的小区,2019年治理2000年以后建成的小区。\n"
    "城镇居民和农村居民人均可支配收入分别达到41694元、20371元,分别比“十二五”末增长38.2%、44%。\n"
    "指标名称(单位) |\n2020年 |\n2025年 |\n年均增速/[累计] |\n属性 |\n"
    "(1)城镇化率(%) |\n75.92 |\n80 |\n[4.08] |\n预期性 |\n"
    "(2)失业率(%) |\n2.64以内 |\n4.5以内 |\n—— |\n预期性 |\n"
    "(3)受教育年限(年) |\n11.9 |\n12.3 |\n[0.4] |\n约束性 |\n"
    "(4)森林覆盖率(%) |\n16.75 |\n18.07 |\n[1.32] |\n约束性 |\n"
)
BAIHE = "一、目标\n到2025年,全区高新技术企业达到240家,研发投入占比达到0.77%。\n"


def document(name: str, district: str, text: str) -> Document:
    aliases = (district, district.removesuffix("区"))
    info = DocumentInfo(name, f"{name}.txt", "", f"{district}行动计划", district, aliases, published="2021-07")
    return Document(info, text)


DOCUMENTS = {"a": document("a", "青山区", QINGSHAN), "b": document("b", "白河区", BAIHE)}
BEGINS = {
    "goals": ("a", "到2025年"), "done": ("a", "2020年,"), "rules": ("a", "不得"), "income": ("a", "城镇居民"),
    "estates": ("a", "2018年治理"), "pupils": ("a", "新建第三"),
    "other": ("b", "到2025年"), "urban": ("a", "(1)"), "jobless": ("a", "(2)"), "school": ("a", "(3)"),
    "forest": ("a", "(4)"),
}  # fmt: skip


def cite(marker: int, name: str) -> Citation:
    doc, begin = BEGINS[name]
    text = DOCUMENTS[doc].text
    start = text.index(begin)
    end = re.compile(r"性 \||。\n").search(text, start)
    assert end
    stop = end.end() - (text[end.end() - 1] == "\n")
    return Citation(marker, doc, DOCUMENTS[doc].info.title, "一、目标", text[start:stop], start, stop)


def kinds(text: str, *names: str, question: str = "") -> set[str]:
    citations = [cite(number, name) for number, name in enumerate(names, 1)]
    return {fault.kind for fault in faults(text, citations, question, DOCUMENTS)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (QINGSHAN.split("\n")[1] + "[1]", ["goals"]),
        ("青山区到2025年高新技术企业将达到110家[1]", ["goals"]),
        ("根据规划,青山区高新技术企业到2025年为110家,科技型中小企业为150家。[1]", ["goals"]),
        ("2025年研发投入占比目标为1.1%以上[1]", ["goals"]),
        ("110家。到2025年,高新技术企业、科技型中小企业分别达到110家、150家[1]", ["goals"]),
        ("培育优质企业至少100家[1]", ["goals"]),
        ("20个以上。力争每年实施20个以上重点工业技改项目[1]", ["rules"]),
        ("2020年建成道路４８.５公里[1]", ["done"]),
        ("投资已完成12000亿元[1]", ["done"]),
        ("城镇登记失业率控制在百分之三以内[1]", ["done"]),
        ("青山区不得新建化工园区[1]", ["rules"]),
        ("农村居民人均可支配收入为20371元,比“十二五”末增长44%[1]", ["income"]),
        ("青山区:高新技术企业达到110家[1]\n白河区:全区高新技术企业达到240家[2]", ["goals", "other"]),
        ("青山区高新技术企业110家、白河区240家[1][2]", ["goals", "other"]),
        ("城镇化率:2020年75.92%,2025年80%,累计4.08个百分点,属性预期性[1]", ["urban"]),
        ("2025年城镇化率为80%[1]", ["urban"]),
        ("约束性指标共2项:受教育年限[1]、森林覆盖率[2]", ["school", "forest"]),
        ("表中未填:“失业率”的年均增速一栏为“——”[1]", ["jobless"]),
        ("2018年治理2000年以前建成的小区[1]", ["estates"]),
        ("2023年秋季。新建第三高级中学,可容纳学生3000人,2023年秋季建成招生。[1]", ["pupils"]),
        ("2000年以前建成的小区2018年治理,2000年以后建成的2019年治理[1]", ["estates"]),
        ("240家-110家=130家[1][2]", ["other", "goals"]),
        ("白河区比青山区多130家(240家-110家=130家)[1][2]", ["other", "goals"]),
        ("研发投入占比相差0.33个百分点(1.1%-0.77%=0.33个百分点)[1][2]", ["goals", "other"]),
        ("110家+150家=260家[1]", ["goals"]),
        ("青山区:高新技术企业达到110家[1]\n白河区:文件中未提及", ["goals"]),
        ("青山区:不得新建化工园区[1](此处未写数值)\n白河区:全区高新技术企业达到240家[2]", ["rules", "other"]),
    ],
)
def test_what_is_right_passes(text: str, names: list[str]) -> None:
    assert kinds(text, *names) == set()


@pytest.mark.parametrize(
    ("text", "names", "kind"),
    [
        ("到2025年,高新技术企业、科技型中小企业分别达到111家、150家[1]", ["goals"], "figure"),
        ("研发投入占比达到1.1个百分点以上[1]", ["goals"], "unit"),
        ("2030年高新技术企业达到110家[1]", ["goals"], "year"),
        ("2025年,全区建成道路48.5公里[1]", ["done"], "year"),
        ("比“十三五”末增长38.2%[1]", ["income"], "year"),
        ("到2025年,高新技术企业、科技型中小企业分别达到150家、110家[1]", ["goals"], "item"),
        ("高新技术企业达到150家[1]", ["goals"], "item"),
        ("农村居民人均可支配收入为41694元[1]", ["income"], "item"),
        ("城镇居民增长38.2%,农村居民增长38.2%[1]", ["income"], "item"),
        ("养老床位达到110家[1]", ["goals"], "item"),
        ("研发投入占比达到1.1%[1]", ["goals"], "bound"),
        ("培育优质企业不超过100家[1]", ["goals"], "bound"),
        ("城镇登记失业率3%以上[1]", ["done"], "bound"),
        ("累计新增绿地185万平方米[1]", ["rules"], "bound"),
        ("新增绿地约185万平方米[1]", ["rules"], "bound"),
        ("新建化工园区[1]", ["rules"], "negation"),
        ("每年实施20个以上重点工业技改项目[1]", ["rules"], "aspect"),
        ("20个以上。每年实施20个以上重点工业技改项目[1]", ["rules"], "aspect"),
        ("高新技术企业已达到110家[1]", ["goals"], "aspect"),
        ("将完成投资1.2万亿元[1]", ["done"], "aspect"),
        ("白河区高新技术企业达到110家[1]", ["goals"], "place"),
        ("白河区:高新技术企业达到110家[1]", ["goals"], "place"),
        ("白河区高新技术企业110家、青山区240家[1][2]", ["goals", "other"], "figure"),
        ("高新技术企业达到240家[1]。全区高新技术企业达到110家[2]", ["goals", "other"], "figure"),
        ("2000年治理2018年以前建成的小区[1]", ["estates"], "year"),
        ("2024年秋季。新建第三高级中学,可容纳学生3000人,2023年秋季建成招生。[1]", ["pupils"], "year"),
        ("2023年秋季。新建第三高级中学,可容纳学生3000人。[1]", ["pupils"], "year"),
        ("2023年可容纳学生3000人[1]", ["pupils"], "year"),
        ("城镇化率:2020年80%,2025年75.92%[1]", ["urban"], "year"),
        ("2020年80%[1]", ["urban"], "year"),
        ("城镇化率:属性约束性[1]", ["urban"], "wording"),
        ("约束性指标共3项:受教育年限[1]、森林覆盖率[2]", ["school", "forest"], "count"),
        ("约束性指标共2项:受教育年限[1]、城镇化率[2]", ["school", "urban"], "item"),
        ("表中未填:“失业率”的2020年一栏为“——”[1]", ["jobless"], "blank"),
        ("240家-110家=120家[1][2]", ["other", "goals"], "sum"),
        ("240家-100家=140家[1]", ["other"], "sum"),
        ("240家-1.1%=238.9家[1][2]", ["other", "goals"], "sum"),
        ("240家-110家=130家[1]", ["other"], "sum"),
        ("青山区比白河区多130家(240家-110家=130家)[1][2]", ["other", "goals"], "item"),
        ("相差140家(240家-110家=130家)[1][2]", ["other", "goals"], "figure"),
        ("高新技术企业达到110家[1]\n总投资9亿元", ["goals"], "uncited"),
        ("白河区:全区高新技术企业达到240家[1]\n白河区:文件中未提及", ["other"], "place"),
        ("高新技术企业达到110家[2]", ["goals"], "marker"),
        ("高新技术企业达到110家[1](此处没有数值)", ["goals"], "uncited"),
    ],
)
def test_what_is_wrong_is_caught(text: str, names: list[str], kind: str) -> None:
    assert kind in kinds(text, *names)


def test_the_askers_figure_may_only_be_denied() -> None:
    text = "文件没有写明2030年的数,到2025年,研发投入占比达到1.1%以上[1]"
    assert kinds(text, "goals", question="2030年研发占比多少?") == set()
    assert "year" in kinds(text, "goals", question="研发占比多少?")
    assert kinds("2030年,研发投入占比达到1.1%以上[1]", "goals", question="2030年研发占比多少?") == {"year"}


def test_a_fault_says_where_and_why() -> None:
    fault = faults("到2025年,研发投入占比达到9.9%以上[1]", [cite(1, "goals")], "", DOCUMENTS)[0]
    assert fault.kind == "figure"
    assert "9.9%" in fault.reason
    assert "研发投入占比" in fault.claim


def test_a_quote_that_is_not_the_documents_is_a_fault() -> None:
    citation = cite(1, "other")
    shifted = Citation(1, "b", "", "", citation.quote, citation.start + 1, citation.end + 1)
    assert "quote" in {f.kind for f in faults("全区高新技术企业达到240家[1]", [shifted], "", DOCUMENTS)}
