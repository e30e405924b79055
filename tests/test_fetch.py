"""The parts of fetching that need no site: what headers, failures and settings mean."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from local_site import local_site
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError

from newscrawl.archive.pages import charset_of
from newscrawl.config import Config
from newscrawl.crawl import ask_for_contact, scrape
from newscrawl.errors import UsageError
from newscrawl.fetch.agent import user_agent
from newscrawl.fetch.offsite import OffsiteError, OffsiteMiddleware
from newscrawl.fetch.outcome import explain_failure
from newscrawl.fetch.politeness import LONGEST_WAIT, NOT_SENT, retry_after
from newscrawl.outlet import GENERIC, Outlet
from newscrawl.spiders.news import instant

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120),
        (b" 0 ", 0),
        (b"Sun, 01 Mar 2026 12:00:30 GMT", 30),
        (b"Sun, 01 Mar 2026 11:00:00 GMT", 0),
        (b"Sun, 01 Mar 2027 12:00:00 GMT", LONGEST_WAIT),
        (b"9" * 400, LONGEST_WAIT),
        (b"soon", 0),
        (b"-5", 0),
        (b"", 0),
        (None, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_bounds(header, seconds):
    assert retry_after(header, NOON) == seconds


def http_error(status: int) -> HttpError:
    return HttpError(Response("https://example.org/", status=status))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (http_error(404), "http-404"),
        (http_error(304), "unchanged"),
        (http_error(599), "http-599"),
        (IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (IgnoreRequest("max redirections reached"), "error"),
        (OffsiteError("leads away"), "offsite"),
        (DownloadCancelledError("Received 11 bytes which is larger than download max size (10)"), "too-large"),
        (CannotResolveHostError("x"), "error"),
        (DownloadTimeoutError("x"), "error"),
        (ValueError("x"), "error"),
    ],
)
def test_each_failure_has_a_state_and_words(error, state):
    found, reason = explain_failure(error)
    assert found == state
    assert reason


def test_what_was_never_sent_has_no_state():
    assert explain_failure(DownloadCancelledError(NOT_SENT)) is None


def test_an_outlet_stays_on_its_hosts_and_the_generic_one_goes_anywhere():
    facts = {"name": "gazette", "title": "Gazette", "homepage": "https://gazette.example/", "timezone": "UTC"}
    own = OffsiteMiddleware(Outlet(languages=("en",), **facts))
    own.process_request(Request("http://www.gazette.example/story"))
    with pytest.raises(OffsiteError, match="other"):
        own.process_request(Request("https://other.example/story"))
    OffsiteMiddleware(GENERIC).process_request(Request("https://other.example/story"))


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=windows-1256", "windows-1256"),
        ('text/html;boundary=x; Charset="UTF-8"', "UTF-8"),
        ("text/html; charset=", None),
        ("text/html", None),
        (None, None),
    ],
)
def test_charset_of_a_content_type(header, charset):
    assert charset_of(header) == charset


def test_the_user_agent_says_when_there_is_no_contact():
    assert "no contact" in user_agent(None)
    assert user_agent("mailto:a@example.org").endswith("(+mailto:a@example.org)")


def test_since_begins_with_the_day_in_utc():
    assert instant("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert instant("2026-03-01T12:00+03:00") == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("url", ["example.org/1", "ftp://example.org/1", "https:///1", ""])
def test_what_is_no_address_is_refused_before_anything_is_fetched(tmp_path, url):
    with pytest.raises(UsageError, match="no address"):
        scrape([url], Config(data=tmp_path / "data"), print)
    assert not (tmp_path / "data").exists()


def test_settings_are_polite_and_closed():
    settings = Settings()
    settings.setmodule("newscrawl.settings")
    for name in ("ROBOTSTXT_OBEY", "DOWNLOAD_VERIFY_CERTIFICATES"):
        assert settings.getbool(name), name
    for name in ("REMOTE_CONTROL_ENABLED", "TELNETCONSOLE_ENABLED", "AUTOTHROTTLE_ENABLED", "COOKIES_ENABLED"):
        assert not settings.getbool(name), name
    assert settings.getint("DOWNLOAD_MAXSIZE") == 10 * 2**20
    stages = sorted(settings.getdict("ITEM_PIPELINES"), key=settings.getdict("ITEM_PIPELINES").get)
    assert [stage.split(".")[1] for stage in stages] == ["archive", "strip", "dates", "language", "store"]
    assert logging.getLogger("trafilatura").level == logging.CRITICAL


def run_scrapy(*arguments: str) -> str:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout


def test_scrapy_finds_the_spider_from_the_checkout():
    assert run_scrapy("list") == "news\n"


def test_scrapys_fetch_and_shell_work_without_an_outlet(tmp_path):
    with local_site(tmp_path) as site:
        site.article(1)
        url = f"{site.root}/news/1"
        fetched = run_scrapy("fetch", "--nolog", url)
        seen = run_scrapy("shell", "--nolog", "-c", "response.css('h1::text').get()", url)
    assert "<h1>Lamp 1 shines again</h1>" in fetched
    assert seen.strip() == "Lamp 1 shines again"


@pytest.mark.parametrize(
    ("contact", "url", "asked"),
    [
        (None, "https://sana.sy/feed/", True),
        ("mailto:a@example.org", "https://sana.sy/feed/", False),
        (None, "http://127.0.0.1:8000/feed.xml", False),
        (None, "http://localhost/feed.xml", False),
    ],
)
def test_a_crawl_of_real_sites_without_a_contact_says_so(caplog, contact, url, asked):
    ask_for_contact(Config(contact=contact), [url])
    assert ("No contact is configured" in caplog.text) is asked
