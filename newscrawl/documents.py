"""Documents on disk: paths to saved files and archived pages, and a saved file to a page."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawl.archive.pages import page_of, read_parts
from newscrawl.archive.reader import has_places, list_captures, read_captures
from newscrawl.errors import UsageError
from newscrawl.neighbours import Neighbours
from newscrawl.outlet import outlets_by_host
from newscrawl.records import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 10 * 2**20
"""Bytes of a document, decompressed; the crawl's limit too."""
MANIFEST = "manifest.jsonl"

_KINDS = {".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".txt": "text/plain"}
READABLE = {*_KINDS.values(), "application/xhtml+xml"}
_ARCHIVE = ".warc"
_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"
_log = logging.getLogger(__name__)


class DocumentError(UsageError):
    """A saved file that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """A document on disk with what a manifest says of it."""

    path: Path
    url: str | None = None
    encoding: str | None = None
    outlet: str | None = None
    fetched_at: datetime | None = None


def find_documents(path: Path, outlets: Path | None = None) -> Iterator[SavedFile | Page]:
    """What lies at ``path``: a saved file, a folder's in order of name, or the pages of a WARC file.

    ``outlets`` is a folder of outlets of your own, whose addresses may tell pages of one article.

    Raises:
        ArchiveError: a WARC file cannot be read.
        DocumentError: a manifest is malformed or names a file that is not there.
    """
    for saved in find_files(path):
        if is_warc(saved.path):
            yield from _archived_pages(saved.path, outlets)
        else:
            yield saved


def find_files(path: Path) -> Iterator[SavedFile]:
    """The file at ``path``, or the folder's documents in order of name, with the facts of the folder's manifest.

    Raises:
        DocumentError: the manifest is malformed or names a file that is not there.
    """
    if not path.is_dir():
        yield SavedFile(path=path, **_read_manifest(path.parent / MANIFEST).get(path.name, {}))
        return
    facts = _read_manifest(path / MANIFEST)
    listed = {path / name for name in facts}
    for found in sorted(listed | {file for file in path.rglob("*") if _is_document(file)}):
        yield SavedFile(path=found, **facts.get(found.relative_to(path).as_posix(), {}))


def read_page(saved: SavedFile) -> Page:
    """The page that ``saved`` holds, unzipped if need be.

    Raises:
        DocumentError: the file cannot be opened, is broken gzip or larger than ``LIMIT``.
    """
    body = _read_body(saved.path)
    if len(body) > LIMIT:
        raise DocumentError(f"{saved.path}: larger than {LIMIT // 2**20} MB")
    return Page(
        body=body,
        url=saved.url,
        requested_url=saved.url,
        outlet=saved.outlet,
        fetched_at=saved.fetched_at,
        encoding=saved.encoding,
        content_type=_KINDS.get(_suffix(saved.path)),
        source=str(saved.path),
    )


def is_warc(path: Path) -> bool:
    """Whether the file at ``path`` begins as a WARC file, zipped or not."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            zipped = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path) if zipped else path.open("rb") as file:
            return file.read(len(_WARC)) == _WARC
    except (OSError, EOFError, zlib.error):
        return False


def is_page(url: str, status: int, content_type: str | None) -> bool:
    """Whether a response may be a page that is read: no feed, robots.txt, redirect or error."""
    kind = (content_type or "text/html").partition(";")[0].strip().lower()
    return status == HTTPStatus.OK and kind in READABLE and urlsplit(url).path != "/robots.txt"


def _archived_pages(path: Path, outlets: Path | None) -> Iterator[Page]:
    """Responses of a WARC file that may be articles, with those that may be their further pages."""
    passed_over = 0
    headings = list_captures(path) if has_places(path) else ()
    pages = (heading for heading in headings if is_page(heading.url, heading.status, heading.content_type))
    neighbours = Neighbours(path.name, pages, outlets_by_host(outlets))
    for capture in read_captures(path, decoded=True):
        page = page_of(capture, file=path.name)
        if is_page(capture.url, capture.status, page.content_type):
            beside = neighbours.beside(capture.url, capture.date)
            yield replace(page, source=str(path), further=read_parts(path.parent, beside))
        else:
            passed_over += 1
    if passed_over:
        _log.info("%s: %d responses are no pages (feeds, robots.txt, redirects, errors)", path, passed_over)


def _read_body(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            zipped = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path) if zipped else path.open("rb") as file:
            return file.read(LIMIT + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DocumentError(f"{path}: is broken gzip ({error})") from error
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror})") from error


def _suffix(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _is_document(path: Path) -> bool:
    return (_suffix(path) in _KINDS or _suffix(path) == _ARCHIVE) and path.is_file()


@cache
def _read_manifest(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), start=1):
        if line.strip():
            try:
                name, facts = _read_row(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise DocumentError(f"{path}, line {number}: is no entry of a manifest ({error}).") from error
            if not (path.parent / name).is_file():
                raise DocumentError(f"{path}, line {number}: {name} is not in this folder.")
            rows[name] = facts
    return rows


def _read_row(row: Any) -> tuple[str, dict[str, Any]]:
    """File name and facts of a manifest's line; keys that it may have beside these are not ours."""
    facts = {key: row[key] for key in ("url", "encoding", "outlet") if isinstance(row.get(key), str)}
    if row.get("fetched_at"):
        fetched_at = datetime.fromisoformat(row["fetched_at"])
        facts["fetched_at"] = fetched_at.astimezone(UTC) if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    return Path(row["file"]).as_posix(), facts
