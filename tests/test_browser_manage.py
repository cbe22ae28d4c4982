"""The administrator's part in a real browser: nothing without the role; a document in, the index rebuilt, out again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import PASSWORD, Browser, expect, log_in, visited
from conftest import BigramEmbedder
from serving import served

from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.auth import ADMINISTRATOR, EVALUATOR, account

ADDED = (
    "紫云区养老服务三年行动计划(2025—2027年)\n紫云区人民政府\n2025年3月1日\n"
    "一、主要目标\n到2027年，紫云区新建养老服务中心17处，新增护理型床位820张，每千名老年人拥有床位达到40张。\n"
)


@pytest.fixture(scope="module")
def settings(tiny_seeds: Path, tiny_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("managed")
    shutil.copytree(tiny_seeds, folder / "seeds")
    shutil.copytree(tiny_index, folder / "index")
    lines = [account(n, r, PASSWORD).line() for n, r in (("chief", ADMINISTRATOR), ("judge", EVALUATOR))]
    (folder / "accounts").write_text("\n".join(lines), "utf-8")
    return Settings(
        seeds=folder / "seeds", index=folder / "index", accounts_file=folder / "accounts", feedback=folder / "f.sqlite3"
    )


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with served(create_app(LiveChain(settings.index, embedder=BigramEmbedder()), settings)) as where:
        yield where


def test_the_part_is_closed_without_the_role(browser: Browser, address: str) -> None:
    with visited(browser, f"{address}/manage", clean=False) as page:  # refusals are told on the console
        log_in(page, "chief", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
        log_in(page, "judge")
        expect(page.locator("body")).to_contain_text("您现在的账号没有这个权限")
        for path in ("config", "gradio_api/info", "gradio_api/queue/data?session_hash=x", "assets/index.js"):
            assert page.request.get(f"{address}/manage/{path}").status == 401
        for path in ("gradio_api/queue/join", "gradio_api/upload", "gradio_api/run/confirm"):
            assert page.request.post(f"{address}/manage/{path}", data="{}").status == 401


def test_a_document_is_added_indexed_asked_and_removed(browser: Browser, address: str, tmp_path: Path) -> None:
    file = tmp_path / "ziyun.txt"
    file.write_text(ADDED, "utf-8")
    with visited(browser, f"{address}/manage/") as page:
        log_in(page, "chief")
        expect(page.locator("#pq-pending")).to_contain_text("索引与文档目录一致")
        page.locator("#pq-upload input[type=file]").set_input_files(file)
        expect(page.get_by_label("标题")).to_have_value("紫云区养老服务三年行动计划(2025—2027年)")
        expect(page.get_by_label("规划期")).to_have_value("2025-2027")
        page.get_by_label("文号").fill("紫政发〔2025〕3号")
        page.get_by_role("button", name="确认添加").click()
        expect(page.locator("#pq-manage-notice")).to_contain_text("已添加:ziyun")
        expect(page.locator("#pq-pending")).to_contain_text("新增:紫云区(ziyun.txt")
        page.get_by_role("button", name="重建索引").click()
        expect(page.locator("#pq-progress")).to_contain_text("索引已重建:4 份文件")
        expect(page.locator("#pq-progress")).to_contain_text("新增:紫云区")

        page.goto(f"{address}/?tab=documents")
        expect(page.locator(".pq-documents")).to_contain_text("紫政发〔2025〕3号")
        page.get_by_role("tab", name="问答").click()

        page.goto(f"{address}/manage/")
        page.get_by_label("要移除的文件").click()
        page.get_by_role("option", name="紫云区").click()
        page.get_by_role("button", name="移除", exact=True).click()
        expect(page.locator("#pq-manage-notice")).to_contain_text("请先勾选")
        page.get_by_label("确认移除").check()
        page.get_by_role("button", name="移除", exact=True).click()
        expect(page.locator("#pq-manage-notice")).to_contain_text("已移除:ziyun")
        expect(page.locator("#pq-pending")).to_contain_text("移除:紫云区(ziyun.txt)")
        page.get_by_role("button", name="重建索引").click()
        expect(page.locator("#pq-progress")).to_contain_text("索引已重建:3 份文件")
        page.get_by_role("button", name="退出登录").click()
        page.goto(f"{address}/manage/")
        expect(page.get_by_label("用户名")).to_be_visible()


def test_a_file_that_cannot_be_read_is_said(browser: Browser, address: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 not really")
    with visited(browser, f"{address}/manage/") as page:
        log_in(page, "chief")
        expect(page.locator("#pq-pending")).to_contain_text("索引与文档目录一致")
        page.locator("#pq-upload input[type=file]").set_input_files(broken)
        expect(page.locator("#pq-manage-notice [role=alert]")).to_contain_text("broken.pdf")
        expect(page.get_by_role("button", name="确认添加")).to_be_hidden()
