"""From captures to pages: what extraction asks of an archive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.archive.reader import find_file, read_capture
from newscrawl.errors import ArchiveError
from newscrawl.records import ArchivePlace, Link, Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.archive.capture import Capture
    from newscrawl.records import Part


def page_of(capture: Capture, *, file: str, outlet: str | None = None, link: Link | None = None) -> Page:
    """The page that a decoded ``capture`` holds; ``file`` names the archive file it lies in."""
    content_type = capture.header("Content-Type")
    return Page(
        url=capture.url,
        requested_url=link.url if link else capture.url,
        outlet=outlet,
        fetched_at=capture.date,
        body=capture.body,
        encoding=charset_of(content_type),
        content_type=content_type,
        etag=capture.header("ETag"),
        last_modified=capture.header("Last-Modified"),
        link=link,
        place=ArchivePlace(file=file, offset=capture.offset),
    )


def read_page(
    folder: Path, place: ArchivePlace, *, outlet: str | None, link: Link | None = None, parts: Sequence[Part] = ()
) -> Page:
    """The page at ``place`` of the archive in ``folder``, as a crawl would have handed it on, with its ``parts``.

    Raises:
        ArchiveError: the file or the record is missing or damaged.
    """
    capture = read_capture(find_file(folder, place), place.offset, decoded=True)
    page = page_of(capture, file=place.file, outlet=outlet, link=link)
    others = (replace(read_page(folder, p.place, outlet=outlet), requested_url=p.url) for p in parts if p.place)
    return replace(page, further=tuple(others))


def read_parts(folder: Path, parts: Sequence[Part], *, outlet: str | None = None) -> tuple[Page, ...]:
    """Pages on which an article may go on; those that are not sound are missing, as if they had not been fetched."""
    pages = []
    for part in parts:
        with suppress(ArchiveError):
            pages += [read_page(folder, part.place, outlet=outlet)] if part.place else []
    return tuple(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page of the archive that is still to be read: small, so that a worker process reads it itself."""

    folder: Path
    place: ArchivePlace
    outlet: str
    url: str | None = None
    source: str | None = None
    link: Link | None = None
    parts: tuple[Part, ...] = ()
    """Pages on which its article went on."""
    beside: tuple[Part, ...] = ()
    """Pages on which it may go on, by their addresses."""

    def read(self) -> Page:
        """The page, as it was when it was first read.

        Raises:
            ArchiveError: the file or the record is missing or damaged.
        """
        page = read_page(self.folder, self.place, outlet=self.outlet, link=self.link, parts=self.parts)
        beside = read_parts(self.folder, self.beside, outlet=self.outlet)
        return replace(page, source=self.source, further=(*page.further, *beside))


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type header states."""
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'") or None
    return None
