"""Which address was captured when, and where in a WARC file: what replay looks up."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from w3lib.url import safe_url_string

from newscrawl.archive.reader import read_capture, read_captures
from newscrawl.errors import ArchiveError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from newscrawl.archive.capture import Capture


class ArchiveIndex:
    """The captures of one WARC file by address, in order of their dates."""

    def __init__(self, path: Path) -> None:
        """Read ``path`` once.

        Raises:
            ArchiveError: the file is missing, no WARC file, or holds no responses.
        """
        self.path = path
        self._captures: dict[str, list[tuple[datetime, int]]] = {}
        for capture in read_captures(path):
            self._captures.setdefault(_key(capture.url), []).append((capture.date, capture.offset))
        if not self._captures:
            raise ArchiveError(f"{path}: holds no responses to replay.")
        for places in self._captures.values():
            places.sort()

    @property
    def newest(self) -> datetime:
        """The time of the last capture."""
        return max(places[-1][0] for places in self._captures.values())

    def find(self, url: str, at: datetime | None = None) -> Capture | None:
        """The latest capture of ``url``, or the latest not after ``at``; None where there is none."""
        places = self._captures.get(_key(url), [])
        count = len(places) if at is None else bisect_right(places, at, key=lambda place: place[0])
        return read_capture(self.path, places[count - 1][1]) if count else None

    def addresses(self) -> list[str]:
        """Every address in the file, sorted."""
        return sorted(self._captures)


def _key(url: str) -> str:
    """``url`` as a request sends it: escaped, without a fragment."""
    return safe_url_string(url).partition("#")[0]
