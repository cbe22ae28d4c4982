"""JSON from outside: bounded in depth, else as json.loads reads it."""

import json

import pytest

from index.outside import parsed_json


@pytest.mark.parametrize(
    "told", [[], {"a": [1, "二", None]}, "[" * 5000, 'a "quoted\\" [[' * 90, "\ud800", [[[]]] * 200]
)
def test_what_is_written_is_read(told: object) -> None:
    assert parsed_json(json.dumps(told)) == told
    assert parsed_json(json.dumps(told).encode()) == told


@pytest.mark.parametrize(("depth", "is_read"), [(100, True), (101, False), (100_000, False)])
def test_depth_is_bounded(depth: int, is_read: bool) -> None:
    for text in ("[" * depth + "]" * depth, '{"]":' * depth + "1" + "}" * depth):
        if is_read:
            assert len(parsed_json(text)) == 1
        else:
            with pytest.raises(ValueError, match="嵌套超过 100 层"):
                parsed_json(text)


@pytest.mark.parametrize("text", ["", "[", '["', "]", "{1}", b"\xff"])
def test_no_json(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed_json(text)
