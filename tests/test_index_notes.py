"""Notes under a table reach the rows that they name."""

from pathlib import Path

from index.load import load_folder
from index.notes import note_items, row_name
from index.structure import parse

SEEDS = Path(__file__).parent.parent / "seeds"


def test_row_name_loses_number_and_unit() -> None:
    assert row_name("(2)常住人口城镇化率(%)") == "常住人口城镇化率"
    assert row_name("(5)全社会研发(R&D)经费投入占GDP比重(%)") == "全社会研发(R&D)经费投入占GDP比重"


def test_items_of_a_note() -> None:
    text = "注:1.甲为2019年数据;\n2.乙为1.5倍。"
    assert [text[a:b] for a, b in note_items(text, 0, len(text))] == ["甲为2019年数据", "乙为1.5倍。"]
    whole = "注：甲为预计数。"
    assert [whole[a:b] for a, b in note_items(whole, 0, len(whole))] == ["甲为预计数。"]


def test_the_notes_of_the_zhoucun_table_reach_their_three_rows() -> None:
    document = next(d for d in load_folder(SEEDS) if d.info.id.startswith("zhoucun"))
    noted = {
        block.lead: [document.text[a:b].replace("\n", "") for a, b in block.notes]
        for block in parse(document.text)
        if block.notes
    }
    years = "常住人口城镇化率(%)、全社会研发(R&D)经费投入占GDP比重(%)为2019年数据。"
    assert noted == {
        "(15)单位地区生产总值能源消耗降低(%)": ["单位地区生产总值能源消耗降低(%)为“十三五”期间累计值"],
        "(2)常住人口城镇化率(%)": [years],
        "(5)全社会研发(R&D)经费投入占GDP比重(%)": [years],
    }
