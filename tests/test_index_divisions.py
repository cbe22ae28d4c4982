"""The place with which a title begins, and documents that take their district from it."""

from pathlib import Path

import pytest

from index.divisions import titled
from index.load import load_folder

REPORT = "2024年株洲市天元区政府工作报告\n\n一、2023年工作回顾\n\n过去一年,完成地区生产总值568亿元。\n"
OUTLINE = "# 湄潭县国民经济和社会发展第十四个五年规划纲要\n\n## 第一章 发展基础\n\n综合实力稳步提升。\n"
RULES = "上海市生活垃圾管理条例\n\n第一条 为了加强生活垃圾管理,制定本条例。\n"


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("2024年株洲市天元区政府工作报告", ("株洲市", "天元区")),
        ("湄潭县国民经济和社会发展第十四个五年规划纲要", ("湄潭县",)),
        ("甘肃省完整社区建设三年行动方案", ("甘肃省",)),
        ("城市更新三年行动方案", ()),
        ("社区养老服务规划", ()),
        ("地区生产总值统计报告", ()),
        ("国务院关于支持贵州省发展的意见", ()),  # not what it is of
    ],
)
def test_the_place_at_the_head_of_a_title(title: str, places: tuple[str, ...]) -> None:
    assert titled(title) == places


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return folder


def test_plans_and_reports_are_of_the_place_in_their_title(tmp_path: Path) -> None:
    infos = {d.info.id: d.info for d in load_folder(write(tmp_path, a=REPORT, b=OUTLINE, c=RULES))}
    assert (infos["a"].district, infos["a"].label) == ("天元区", "天元区")
    assert infos["a"].aliases == ("株洲市天元区", "天元区", "天元")
    assert (infos["b"].district, infos["b"].aliases) == ("湄潭县", ("湄潭县", "湄潭"))
    assert infos["c"].district == ""  # a law is no plan of a place


def test_two_documents_of_one_place_keep_their_titles(tmp_path: Path) -> None:
    infos = [d.info for d in load_folder(write(tmp_path, a=REPORT, b=REPORT.replace("2024", "2023", 1)))]
    assert [info.district for info in infos] == ["", ""]
    assert len({info.label for info in infos}) == 2


def test_what_the_manifest_says_goes_first(tmp_path: Path) -> None:
    write(tmp_path, a=REPORT, b=OUTLINE)
    (tmp_path / "manifest.toml").write_text('[[document]]\nfile = "a.md"\ntitle = "某报告"\n', "utf-8")
    infos = {d.info.id: d.info for d in load_folder(tmp_path)}
    assert (infos["a"].title, infos["a"].district) == ("某报告", "")
    assert infos["b"].district == "湄潭县"


PAGE = (
    "<html><body><div>网站首页 | 登录</div><div>当前位置:首页 &gt; 政务公开 &gt; 政府工作报告</div>"
    "<h1>2025年洛江区人民政府工作报告</h1><p>各位代表:现在,我代表区人民政府向大会报告工作,请予审议,并请政协委员和"
    "列席人员提出意见。</p></body></html>"
)
NOTICE = (
    "荆门市人民政府办公室文件\n\n荆政办发〔2025〕7号\n\n市人民政府办公室关于印发2025年民生实事项目清单的通知\n\n"
    "一、压实责任。各牵头单位要在3月15日前制定方案。\n\n荆门市人民政府办公室\n2025年2月18日\n"
)
BULLETIN = "# 2024年盱眙县国民经济和社会发展统计公报[1]\n\n2024年,全县地区生产总值[2]612.37亿元。\n"


def test_a_pages_trail_is_no_title_and_a_footnotes_mark_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    infos = {d.info.id: d.info for d in load_folder(write(tmp_path, b=BULLETIN))}
    assert (infos["a"].title, infos["a"].district) == ("2025年洛江区人民政府工作报告", "洛江区")
    assert infos["b"].title == "2024年盱眙县国民经济和社会发展统计公报"
    assert (infos["b"].district, infos["b"].kind) == ("盱眙县", "公报")


def test_else_the_place_of_who_issued_it_or_of_the_files_name(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text(NOTICE, "utf-8")
    (tmp_path / "蓬溪县工作要点.md").write_text("# 2025年工作要点\n\n一、抓好农业。\n", "utf-8")
    infos = {d.info.id: d.info for d in load_folder(tmp_path)}
    assert (infos["n"].district, infos["n"].issuer) == ("荆门市", "荆门市人民政府办公室")
    assert infos["蓬溪县工作要点"].district == "蓬溪县"
