"""From captures to pages: what extraction asks of an archive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.archive.reader import find_file, read_capture
from newscrawl.records import ArchivePlace, Link, Page

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.archive.capture import Capture


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


def read_page(folder: Path, place: ArchivePlace, *, outlet: str, link: Link | None = None) -> Page:
    """The page at ``place`` of the archive in ``folder``, as a crawl would have handed it on.

    Raises:
        ArchiveError: the file or the record is missing or damaged.
    """
    capture = read_capture(find_file(folder, place), place.offset, decoded=True)
    return page_of(capture, file=place.file, outlet=outlet, link=link)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page of the archive that is still to be read: small, so that a worker process reads it itself."""

    folder: Path
    place: ArchivePlace
    outlet: str
    url: str | None = None
    source: str | None = None
    link: Link | None = None

    def read(self) -> Page:
        """The page, as it was when it was first read.

        Raises:
            ArchiveError: the file or the record is missing or damaged.
        """
        return replace(read_page(self.folder, self.place, outlet=self.outlet, link=self.link), source=self.source)


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type header states."""
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'") or None
    return None
