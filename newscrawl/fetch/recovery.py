"""Taking up what a killed run left behind."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from newscrawl.archive import finish_abandoned, read_captures
from newscrawl.archive.check import outlet_name
from newscrawl.records import ArchivePlace

if TYPE_CHECKING:
    from newscrawl.fetch.session import Session


def recover(session: Session) -> None:
    """Finish abandoned archive files; pages in them that the frontier does not know of need no second request.

    A page is written to the archive a moment before the frontier hears of it, and a kill may fall between.  That
    goes for all outlets, whether this run crawls them or not: a file is abandoned only once.
    """
    for path in finish_abandoned(session.archive):
        found = {}
        for capture in read_captures(path):
            if capture.status == HTTPStatus.OK:
                place = ArchivePlace(file=path.name, offset=capture.offset)
                found[capture.url] = (place, capture.date)
                session.recovered[capture.url] = place
        session.store.adopt(outlet_name(path), found)
