"""A corpus of made pages that lie in its archive, and outlets whose rules differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawl.archive import ArchivedPage, ArchiveWriter, Capture
from newscrawl.batch import Rules, extract_all
from newscrawl.ingest import save_all
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.records import ArchivePlace

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

OUTLET = """
name = "gazette"
title = "The Example Gazette"
homepage = "https://gazette.example/"
languages = ["en"]
timezone = "UTC"

[[articles]]
pattern = '^gazette\\.example/(?P<id>\\d+)/'
"""


def outlets(folder: Path, rules: str = "") -> Path:
    """A folder of outlets in which the gazette has these rules besides."""
    path = folder / "gazette" / "outlet.toml"
    path.parent.mkdir(parents=True)
    path.write_text(OUTLET + rules)
    return folder


def url(number: int) -> str:
    return f"https://gazette.example/{number}/story"


def html(number: int, *extra: str) -> bytes:
    """A story with a paragraph of its own for each of ``extra``."""
    paragraphs = [
        f"Lamp number {number} at the old harbour was lit again on Friday, after {number + 2} years of repairs.",
        f"The keeper of lamp {number} said that the glass had come from a workshop two valleys away, on a cart.",
        f"Visitors may climb its {number * 7 + 40} steps from Sunday on; the council asks them to leave dogs below.",
        *extra,
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang=en><head><title>Lamp {number} shines</title>"
        f'<meta property="article:published_time" content="2026-02-{1 + number % 27:02}T09:00:00Z"></head>'
        f"<body><article><h1>Lamp {number} shines</h1>{body}</article></body></html>"
    ).encode()


def capture(number: int, *extra: str, body: bytes | None = None) -> Capture:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    date = NOW + timedelta(seconds=number)
    return Capture(url=url(number), date=date, status=200, headers=headers, body=body or html(number, *extra))


def write_archive(folder: Path, captures: Iterable[Capture]) -> list[ArchivePlace]:
    """The captures as an archive file in ``folder``."""
    with ArchiveWriter(folder, "gazette", software="test", now=NOW) as writer:
        return [writer.write(one) for one in captures]


def read_all(data: Path, folder: Path, places: Iterable[ArchivePlace]) -> None:
    """Save what the archived pages at ``places`` say by the rules in ``folder``, in one run."""
    pages = (ArchivedPage(folder=data / "archive", place=place, outlet="gazette") for place in places)
    with Store.open(data / "corpus.db", create=True) as store:
        for _ in save_all(extract_all(pages, Rules(folder=folder), ledger=True), store, "extract", lambda: NOW):
            pass
