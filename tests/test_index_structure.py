"""Headings, run-in leads, boxes, broken lines, web furniture: what the parser makes of the five documents.

`data/paths.json` holds 60 sentences drawn with a fixed seed, each with the headings above it as a reader finds them.
"""

import json
import random
import re
from functools import cache
from pathlib import Path

import pytest

from index.chunk import chunk
from index.load import load_folder
from index.structure import level_of, parse
from index.types import Block, Document, Passage

SEEDS = Path(__file__).parents[1] / "seeds"
DRAWN = json.loads((Path(__file__).parent / "data" / "paths.json").read_text("utf-8"))
ZHOUCUN = "zhoucun-14th-five-year-plan.txt"
WEICHENG = "weicheng-green-development-2023-2025.txt"
SHIZHONG = "shizhong-14th-five-year-plan.txt"
ZHANGDIAN = "zhangdian-2023-work-report.txt"
ZIBO = "zibo-2018-work-report-glossary.txt"


@cache
def seeds() -> dict[str, tuple[Document, tuple[Passage, ...]]]:
    return {d.info.file: (d, chunk([d], 420, 40).passages) for d in load_folder(SEEDS)}


def passage_at(file: str, fragment: str) -> Passage:
    """The passage in which `fragment`, which the document holds once, begins."""
    document, passages = seeds()[file]
    assert document.text.count(fragment) == 1, fragment
    at = document.text.index(fragment)
    return next(p for p in passages if p.start <= at < p.end)


def full_path(passage: Passage) -> tuple[str, ...]:
    return (*passage.path, passage.lead) if passage.lead else passage.path


def outline(text: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(b.kind, text[b.start : b.end], b.path, b.lead) for b in parse(text)]


def test_the_list_is_what_the_seed_draws() -> None:
    draw = random.Random(20210715)
    drawn = []
    for file in sorted(seeds()):
        sentences = list(re.finditer(r"[^。\n]{12,}。", seeds()[file][0].text))
        chosen = sorted(draw.sample(sentences, 12), key=lambda m: m.start())
        drawn += [(file, m[0]) for m in chosen]
    assert [(item["file"], item["sentence"]) for item in DRAWN] == drawn


def test_paths_are_right_for_58_of_60_drawn_sentences() -> None:
    wrong = [
        (item["sentence"][:20], item["path"], full_path(passage_at(item["file"], item["sentence"])))
        for item in DRAWN
        if full_path(passage_at(item["file"], item["sentence"])) != tuple(item["path"])
    ]
    assert len(DRAWN) == 60
    assert len(wrong) <= 2, wrong


def test_chapters_of_shizhong_are_whole_though_broken_over_two_lines() -> None:
    chapters = list(dict.fromkeys(p.path[0] for p in seeds()[SHIZHONG][1] if p.path))
    assert chapters == [
        "第一章开启全面建设新时代现代化强省会高品质城区发展新征程",
        "第二章推动新时代现代化强省会高品质城区建设实现重大突破",
        "第三章强化创新驱动发展打造黄河流域高水平创新型城区",
        "第四章全面加快三大空间建设构筑全域高质量发展新格局",
        "第五章深入推动新旧动能转换加快发展现代产业体系",
        "第六章以城乡融合发展为抓手打造乡村振兴齐鲁样板市中标杆",
        "第七章深化重点领域改革打造全方位开放市中",
        "第八章加强生态环境治理绘就绿水青山市中画卷",
        "第九章打造高品质智慧高效市中",
        "第十章深入贯彻总体国家安全观建设更高水平平安市中",
        "第十一章贯彻共享发展理念创造美好幸福生活",
        "第十二章建立科学有效的规划落实机制",
    ]


def test_items_of_weicheng_are_numbered_without_a_gap() -> None:
    paths = [p.path for p in seeds()[WEICHENG][1]]
    tops = list(dict.fromkeys(path[0] for path in paths if path))
    assert [top.split("、")[0] for top in tops] == ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"]
    numbers = list(
        dict.fromkeys(int(m[0]) for path in paths for m in [re.match(r"\d+", path[-1] if path else "")] if m)
    )
    assert numbers == [n for n in range(1, 99) if n != 65]  # 65 and 99 have no run-in heading


@pytest.mark.parametrize(
    ("file", "fragment", "path"),
    [
        (ZHOUCUN, "全区地区生产总值达到215.4亿元", ("综合实力稳步提升",)),
        (ZHOUCUN, "税收比重达到75.22%", ("综合实力稳步提升",)),
        (ZHOUCUN, "全区3988户8293名建档立卡贫困群众", ("三大攻坚战取得阶段性胜利",)),
        (ZHOUCUN, "坚持民生投入优先保障、民生工程优先安排", ("人民生活水平明显提升",)),
        (ZHOUCUN, "到“十四五”末,“四区两带”的整体布局基本成型", ("区域融合发展实现突破",)),
        (ZHOUCUN, "研发手术机器人、医学影像", ("1.大力发展高端装备制造业", "医疗器械产业")),
        (ZHOUCUN, "依托安泽特气的制氢", ("2.做大做强新能源新材料产业", "氢能产业")),
        (ZHOUCUN, "重点发展以商贸物流、文化旅游和医养健康为代表", ()),
        (ZHOUCUN, "打造2~3条夜间经济特色街区", ("提升城区商贸圈影响力",)),
        (ZHOUCUN, "实施创新驱动发展和人才强区战略", ()),
        (
            SHIZHONG,
            "成为全市最重要的现代金融中心",
            ("第二章推动新时代现代化强省会高品质城区建设实现重大突破", "第三节奋斗目标", "(一)2035 年远景目标"),
        ),
        (
            SHIZHONG,
            "全区高新技术企业达到240 家",
            (
                "第二章推动新时代现代化强省会高品质城区建设实现重大突破",
                "第三节奋斗目标",
                "(二)2025 年发展目标",
                "创新能力取得新的更大突破",
            ),
        ),
        (WEICHENG, "围绕6个方面58项改革", ("七、深化改革扩大开放,持续激发活力动力", "(三)持续优化营商环境")),
        (WEICHENG, "成立由区委、区政府主要负责同志担任组长", ("十一、保障措施",)),
        (WEICHENG, "结合我区实际,现制定本行动计划", ()),
        (ZHANGDIAN, "大众日报淄博融媒体中心记者", ("聚焦聚力提升民生品质 推动共同富裕走在前列",)),
        (ZHANGDIAN, "实干为要", ()),
        (ZIBO, "统筹用于全市生态建设", ()),
    ],
)
def test_paths_of_chosen_places(file: str, fragment: str, path: tuple[str, ...]) -> None:
    assert full_path(passage_at(file, fragment)) == path


BOXES = {
    "专栏1 传统产业提升改造重点工程": ["纺织丝绸", "沙发家具", "电子电器"],
    "专栏2 战略性新兴产业重点工程": ["高端装备制造", "新能源新材料", "新一代信息技术"],
    "专栏3 现代服务业重点工程": ["商贸物流", "文化旅游", "医养健康"],
    "专栏4 现代高效农业重点工程": ["发展数字农业", "培育农业“新六产”"],
    "专栏5 完善现代综合交通体系重点工程": ["国省道", "城市道路"],
    "专栏6 生态环保重点工程": ["环境治理", "垃圾分类"],
    "专栏7 民生重点工程": ["教育领域", "体育领域", "卫生领域", "文化领域"],
    "专栏8 应急管理重点工程": ["建设数字平台", "消防救援项目"],
}


def test_boxes_of_zhoucun_and_their_items() -> None:
    found: dict[str, list[str]] = {}
    for passage in seeds()[ZHOUCUN][1]:
        for name in passage.path:
            if name.startswith("专栏"):
                assert passage.path == (name,)
                if passage.lead not in found.setdefault(name, []):
                    found[name].append(passage.lead)
    assert found == BOXES


def test_a_box_ends_with_its_paragraph() -> None:
    assert passage_at(ZHOUCUN, "统筹全域融合发展,推进基础设施一体化建设").path == ()
    assert passage_at(ZHOUCUN, "人均室外健身场地面积达到0.4平方米").path == ("专栏7 民生重点工程",)
    assert passage_at(ZHOUCUN, "人均室外健身场地面积达到0.4平方米").lead == "体育领域"


def test_a_paragraph_broken_in_the_middle_is_one() -> None:
    document, _ = seeds()[ZHANGDIAN]
    for joined in (
        ("不断塑造高质量发", "展新优势。"),
        ("抓好英科医疗、华显电子产业园等外资项目建", "设,鼓励企业境外上市"),
        ("全面推进乡村振兴。坚持", "城乡融合发展,支持“农舍云”"),
    ):
        pattern = re.escape(joined[0]) + r"\s+" + re.escape(joined[1])
        match = re.search(pattern, document.text)
        assert match
        assert any(
            b.kind == "paragraph" and b.start <= match.start() and match.end() <= b.end for b in parse(document.text)
        ), joined
    heads = {p.path[0] for p in seeds()[ZHANGDIAN][1] if p.path}
    assert heads == {
        "聚焦聚力稳住向好态势 保持经济平稳健康发展",
        "聚焦聚力推进绿色低碳转型 巩固放大产业发展优势",
        "聚焦聚力推进改革创新 着力增强区域发展活力",
        "聚焦聚力提升开放水平 努力塑强领先发展优势",
        "聚焦聚力增强主城首位度 建管并举提升城市品质",
        "聚焦聚力提升民生品质 推动共同富裕走在前列",
    }


FURNITURE = (
    "ICP备",
    "Copyright",
    "All Rights Reserved",
    "热点推荐",
    "版权所有",
    "承建单位",
    "selectshandong",
    "+86-531",
    "保留一切权利",
    "山东省互联网传媒集团",
)


def test_no_web_furniture_is_retrievable() -> None:
    text = seeds()[WEICHENG][0].text
    for words in FURNITURE:
        assert words in text  # the document keeps it
        assert not any(words in p.text for _, passages in seeds().values() for p in passages), words
    passages = seeds()[WEICHENG][1]
    assert not any(p.text == "分享" or p.text.startswith("分享\n") for p in passages)
    assert passages[-1].text.endswith("闭环工作链条。")  # and nothing before it is lost


def test_the_contents_of_zhoucun_are_not_retrievable() -> None:
    passages = seeds()[ZHOUCUN][1]
    assert not any("力开启新时代现代化强区建设新征程" in p.text for p in passages)
    assert not any(p.text.startswith(("目 录", "代化强区建设新局面")) for p in passages)


def test_the_note_of_the_table_is_one_passage() -> None:
    note = passage_at(ZHOUCUN, "为“十三五”期间累计值")
    assert note.kind == "note"
    assert note.text.startswith("注:1.单位地区生产总值能源消耗降低(%)")
    assert note.text.endswith("比重(%)为2019年数据。")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("第一篇 总则", 1),
        ("第三部分 任务", 1),
        ("第 十二 章 保障", 2),
        ("第二节发展形势", 3),
        ("第三十一条 罚则", 4),
        ("一、总体要求", 5),
        ("十一、保障措施", 5),
        ("(一)主要目标", 6),
        ("（十二）主要目标", 6),
        ("1.推动", 7),
        ("12、推动", 7),
        ("(3)推动", 8),
        ("②推动", 8),
        ("1.5万亩", 0),
        ("2025年", 0),
        ("一是推动", 0),
        ("推动一、二产业", 0),
    ],
)
def test_level_of_numbering(text: str, level: int) -> None:
    assert level_of(text) == level


LONG = (
    "深入实施创新驱动发展战略,全面提升创新驱动发展水平,不断提高自主研发和高科技成果转化能力,"
    "塑造发展新优势,增强发展新动能,开创新局面。"
)


def test_numbering_nests_and_closes() -> None:
    text = "\n".join(
        [
            "一、总体要求",
            "(一)指导思想",
            f"1.坚持创新。{LONG}",
            f"2.坚持开放。{LONG}",
            "(二)目标",
            LONG,
            "二、任务",
            LONG,
        ]
    )
    paths = [path for kind, _, path, _ in outline(text) if kind == "paragraph"]
    assert paths == [
        ("一、总体要求", "(一)指导思想", "1.坚持创新"),
        ("一、总体要求", "(一)指导思想", "2.坚持开放"),
        ("一、总体要求", "(二)目标"),
        ("二、任务",),
    ]


def test_dashed_items_have_leads_of_their_own() -> None:
    text = f"一、目标\n——经济更强。{LONG}\n——生态更美。{LONG}"
    assert [(path, lead) for kind, _, path, lead in outline(text) if kind == "paragraph"] == [
        (("一、目标",), "经济更强"),
        (("一、目标",), "生态更美"),
    ]


def test_markdown_headings() -> None:
    text = f"# 规划\n\n## 一、目标\n\n{LONG}\n\n## 二、任务\n\n### 1.工业\n\n{LONG}\n"
    assert [path for kind, _, path, _ in outline(text) if kind == "paragraph"] == [
        ("规划", "一、目标"),
        ("规划", "二、任务", "1.工业"),
    ]


def test_furniture_is_only_taken_from_the_foot() -> None:
    text = f"一、版权所有制度改革\n{LONG}\n上一篇:通知\n{LONG}\n\n版权所有 某省某厅\n某ICP备1号\n"
    kinds = {words.split("\n")[0][:5]: kind for kind, words, *_ in outline(text)}
    assert kinds["一、版权所"] == "heading"
    assert kinds["版权所有 "] == "boilerplate"
    assert kinds["某ICP备"] == "boilerplate"
    assert kinds["深入实施创"] == "paragraph"


@pytest.mark.parametrize(
    "text", ["|", "|\n\n" + LONG, f"一、甲\n\n|\n\n{LONG}", "()", f"{LONG}\n\n| \n\n{LONG}", "\n\n", "#"]
)
def test_odd_lines_are_no_trouble(text: str) -> None:
    blocks: list[Block] = parse(text)
    assert all(0 <= b.start < b.end <= len(text) for b in blocks)
