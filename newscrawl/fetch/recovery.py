"""Taking up what a killed run left behind."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from newscrawl.archive import finish_abandoned, read_captures
from newscrawl.records import ArchivePlace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.archive import Capture
    from newscrawl.fetch.session import Session
    from newscrawl.outlet import Outlet


def recover(session: Session, outlets: Iterable[Outlet]) -> None:
    """Finish abandoned archive files; pages in them that the frontier does not know of need no second request.

    A page is written to the archive a moment before the frontier hears of it, and a kill may fall between.
    """
    for path in finish_abandoned(session.archive):
        for outlet in outlets:
            _adopt(session, outlet, path)
        _remember(session, path)


def _remember(session: Session, path: Path) -> None:
    """Keep at hand where the pages of ``path`` lie: an article may have been waiting for its next one."""
    for capture in read_captures(path):
        if capture.status == HTTPStatus.OK:
            session.recovered[capture.url] = ArchivePlace(file=path.name, offset=capture.offset)


def _adopt(session: Session, outlet: Outlet, path: Path) -> None:
    waiting = {target.link.url: target for target in session.store.pending(outlet.name)}
    for capture in read_captures(path) if waiting else ():
        if capture.status == HTTPStatus.OK and (target := waiting.pop(capture.url, None)):
            session.store.discover(session.run, outlet, [target.link], datetime.now(UTC))
            _note(session, outlet, capture, path)


def _note(session: Session, outlet: Outlet, capture: Capture, path: Path) -> None:
    place = ArchivePlace(file=path.name, offset=capture.offset)
    session.store.archived(session.run, outlet.name, capture.url, place, capture.date)
