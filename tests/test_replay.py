"""A crawl answered from an archive is the crawl that wrote it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from local_site import HTML, XML, Answer, LocalSite, local_site, story

from newscrawl.archive import ArchiveWriter, Capture, read_captures
from newscrawl.store import Store

ARABIC = "<p>أعلنت البلدية عن افتتاح حديقة جديدة في وسط المدينة بحضور عدد كبير من السكان والزوار.</p>"


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as running:
        running.declare()
        yield running


def records(site: LocalSite, data: str) -> list[dict[str, object]]:
    with Store.read(site.folder / data / "corpus.db") as store:
        return list(store.articles())


def places(site: LocalSite, data: str) -> list[tuple[str, str, str | None]]:
    with Store.read(site.folder / data / "corpus.db") as store:
        return [(one.url, one.state, one.reason) for one in store.outcomes(1)]


def test_replay_gives_the_records_of_the_live_crawl(site):
    site.articles(1, 2)
    arabic = f"<html lang='ar'><h1>حديقة جديدة</h1><article>{ARABIC * 5}</article></html>"
    site.routes |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /news/7\nCrawl-delay: 0.3\n"),
        "/news/3": Answer(status=301, headers={"Location": "/news/33"}),
        "/news/33": Answer(gzip.compress(story(33)), headers={**HTML, "Content-Encoding": "gzip"}),
        "/news/4": Answer(arabic.encode("windows-1256"), headers={"Content-Type": "text/html; charset=windows-1256"}),
        "/news/5": Answer(status=410),
        "/news/6": Answer(b""),
    }
    site.feed(1, 2, 3, 4, 5, 6, 7)
    broken = site.routes["/feed.xml"].body.replace(b"<channel>", b"<channel x='1' x='2'>")
    site.routes["/feed.xml"] = Answer(gzip.compress(broken), headers={**XML, "Content-Encoding": "gzip"})
    live = site.crawl(data="live")
    (archive,) = (site.folder / "live" / "archive").iterdir()
    site.requests.clear()
    started = monotonic()
    again = site.crawl(data="again", replay=str(archive))
    assert monotonic() - started < 15
    assert site.requests == []
    assert again.states == live.states
    assert live.states["stored"] == 4
    assert records(site, "again") == records(site, "live")
    assert {record["language"] for record in records(site, "again")} == {"ar", "en"}
    assert places(site, "again") == places(site, "live")
    (copied,) = (site.folder / "again" / "archive").iterdir()
    assert_same_captures(copied, archive)


def assert_same_captures(one: Path, other: Path) -> None:
    """Equal but for their order, which timing decides."""
    first, second = (
        {replace(capture, offset=0, headers=tuple(sorted(capture.headers))) for capture in read_captures(path)}
        for path in (one, other)
    )
    assert first == second


def write_archive(site: LocalSite, captures: list[tuple[str, datetime, bytes]]) -> str:
    with ArchiveWriter(site.folder, "made", software="test", now=datetime.now(UTC)) as writer:
        for path, date, body in captures:
            writer.write(Capture(url=site.root + path, date=date, status=200, headers=tuple(HTML.items()), body=body))
    return str(site.folder / writer.name)


def test_replay_goes_back_to_a_time_and_dates_pages_by_their_capture(site):
    site.feed(1)
    spring, autumn = (datetime(2026, month, 20, tzinfo=UTC) for month in (4, 10))
    feed = site.routes["/feed.xml"].body
    archive = write_archive(
        site,
        [("/feed.xml", spring, feed), ("/news/1", spring, story(1)), ("/news/1", autumn, story(1, "<p>Mended.</p>"))],
    )
    latest = site.crawl(replay=archive, data="latest")
    assert latest.states == {"stored": 1}
    earlier = site.crawl(replay=archive, at="2026-05-01T00:00:00+00:00", data="earlier")
    assert earlier.states == {"stored": 1}
    found = {data: records(site, data)[0]["date_crawled"] for data in ("latest", "earlier")}
    assert found["latest"].startswith("2026-10-20")
    assert found["earlier"].startswith("2026-04-20")


def test_what_is_not_in_the_archive_or_cut_off_is_a_404_and_is_not_archived(site):
    site.feed(1, 2, 3)
    now = datetime(2026, 4, 20, tzinfo=UTC)
    pages = [("/feed.xml", now, site.routes["/feed.xml"].body), ("/news/1", now, story(1)), ("/news/2", now, story(2))]
    archive = Path(write_archive(site, pages))
    archive.write_bytes(archive.read_bytes()[:-200])
    result = site.crawl(replay=str(archive))
    assert (result.code, result.states) == (0, {"stored": 1, "http-404": 2})
    assert archive.name in result.log
    assert "cut" in result.log
    (copied,) = (site.folder / "data" / "archive").iterdir()
    assert {one.url.removeprefix(site.root) for one in read_captures(copied)} == {"/feed.xml", "/news/1"}
    assert site.requests == []


DEMO = Path(__file__).parent.parent / "data" / "demo.warc.gz"


def test_three_outlets_are_replayed_from_one_file(tmp_path):
    site = LocalSite(tmp_path)
    result = site.crawl(outlets=["sana", "menafn", "syriatimes"], replay=str(DEMO))
    assert result.code == 0
    assert result.states["stored"] >= 75
    with Store.read(tmp_path / "data" / "corpus.db") as store:
        account = store.account(1)
        assert set(account.outlets) == {"sana", "menafn", "syriatimes"}
        assert account.discovered == len(list(store.outcomes(1)))
        assert store.runs()[0].requests > 100
