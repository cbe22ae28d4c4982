"""Documents compared on a theme: the paragraph or the section that names it goes before sentences that speak of it."""

from pathlib import Path

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.every_side import Wanted, side_by_side, words_of_theme

DOCUMENTS = {
    "东山区": "东山区行动计划\n一、生态\n加强大气污染防治。开展工业窑炉整治。全面控制各类扬尘。\n"
    "加强水污染防治。落实河长制。\n二、其他\n大气污染治理要统筹考虑交通。\n",
    "西河区": "西河区行动计划\n一、改善空气\n淘汰老旧车辆,控制扬尘,使优良天数比例达到80%以上。\n"
    "二、教育\n新建学校3所。\n",
    "南湖区": "南湖区行动计划\n一、交通\n新建公路12公里,改造桥梁3座,方便群众出行。\n",
}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder: Path = tmp_path_factory.mktemp("themes")
    seeds = folder / "seeds"
    seeds.mkdir()
    entries = ""
    for number, (district, text) in enumerate(DOCUMENTS.items()):
        (seeds / f"{number}.txt").write_text(text, "utf-8")
        entries += f'[[document]]\nfile = "{number}.txt"\ntitle = "{district}行动计划"\ndistrict = "{district}"\n'
    (seeds / "manifest.toml").write_text(entries, "utf-8")
    build_index(seeds, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


def test_the_paragraph_that_names_the_theme_is_told(chain: AnswerChain) -> None:
    lines = chain.invoke(as_ask({"question": "各区的大气污染有什么安排?"})).text.splitlines()
    assert lines[0] == "东山区:开展工业窑炉整治。[1]全面控制各类扬尘。[2]"
    assert "优良天数" in lines[1]  # names it in other words
    assert lines[2] == "南湖区:文件中未提及"


def test_words_by_which_a_theme_is_spoken_of() -> None:
    assert "学校" in words_of_theme("教育")
    assert words_of_theme("口袋公园") == ()


def test_words_of_one_name_stand_close_together(chain: AnswerChain) -> None:
    subject = (("数字", ("数字",)), ("政府", ("政府",)))
    wanted = Wanted(subject, names=side_by_side(subject, "数字政府怎么写的"))
    assert wanted.told_in("推进数字政府建设", chain.scorer)
    assert not wanted.told_in("提升金融风险防范的数字水平,有效化解企业债务和政府债务", chain.scorer)
