"""The stages, run over stored pages without a spider's crawl: each hands on the next state of the data."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import DropItem

from newscrawl.archive import ArchiveWriter, Capture, read_page
from newscrawl.config import Config
from newscrawl.fetch.session import Session, open_session
from newscrawl.outlet import GENERIC
from newscrawl.records import Article, Link, Stripped
from newscrawl.store import Store
from pipelines.archive import ArchivePipeline
from pipelines.dates import DatesPipeline
from pipelines.language import LanguagePipeline
from pipelines.store import StorePipeline
from pipelines.strip import StripPipeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.records import Page

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = "The harbour bridge was opened again after a week of repairs, and the ferries went back to their old route. "
STORY = f"<html lang='en'><h1>Bridge opened again</h1><article>{f'<p>{WORDS * 2}</p>' * 4}</article></html>".encode()


@pytest.fixture
def through(tmp_path: Path) -> Callable[[bytes], list[object]]:
    """Send one page through all stages in a run; what each stage handed on."""

    def send(body: bytes) -> list[object]:
        with open_session(Config(data=tmp_path), ["generic"], "test") as session:
            return asyncio.run(pass_on(session, archived_page(session, body)))

    return send


def archived_page(session: Session, body: bytes) -> Page:
    link = Link(url="https://gazette.example/bridge")
    session.discover(GENERIC, [link])
    with ArchiveWriter(session.archive, "test", software="test", now=NOON) as writer:
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        place = writer.write(Capture(url=link.url, date=NOON, status=200, headers=headers, body=body))
    return read_page(session.archive, place, outlet="generic", link=link)


async def pass_on(session: Session, page: Page) -> list[object]:
    crawler = SimpleNamespace(spider=SimpleNamespace(session=session, outlet=GENERIC))
    store = StorePipeline.from_crawler(crawler)
    passed: list[object] = [ArchivePipeline.from_crawler(crawler).process_item(page)]
    assert [target.place for target in session.store.fetched("generic")] == [page.place]
    passed.append(await StripPipeline.from_crawler(crawler).process_item(passed[-1]))
    passed.append(DatesPipeline.from_crawler(crawler).process_item(passed[-1]))
    passed.append(LanguagePipeline.from_crawler(crawler).process_item(passed[-1]))
    passed.append(store.process_item(passed[-1]))
    store.close_spider()
    return passed


def test_a_page_becomes_a_stored_article(through, tmp_path):
    page, stripped, dated, told, stored = through(STORY)
    assert isinstance(stripped, Stripped)
    assert isinstance(dated, Article)
    assert told.language == "en"
    assert stored is told
    with Store.read(tmp_path / "corpus.db") as store:
        record = store.article("https://gazette.example/bridge")
        assert record["title"] == "Bridge opened again"
        assert record["date_crawled"].startswith("2026-03-01T12:00:00")
        assert store.account(1).states == {"stored": 1}
        assert store.fetched("generic") == []
    assert page.place == stored.place


def test_a_page_that_is_no_article_is_dropped_with_its_reason(through, tmp_path):
    with pytest.raises(DropItem, match="empty"):
        through(b"<html></html>")
    with Store.read(tmp_path / "corpus.db") as store:
        assert store.account(1).states == {"empty": 1}
