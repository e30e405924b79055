"""Captures of one WARC file that may be pages of the same article, found by their addresses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extract.paging import MOST, first_addresses, own_addresses
from newscrawl.outlet import GENERIC, host_of
from newscrawl.records import ArchivePlace, Part
from newscrawl.urls import article_key, canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from newscrawl.archive import Heading
    from newscrawl.outlet import Outlet


class _Capture(NamedTuple):
    date: datetime
    offset: int
    url: str


class Neighbours:
    """The addresses of a file that may be those of further pages; all others are not kept in mind."""

    def __init__(self, file: str, headings: Iterable[Heading], outlets: Mapping[str, Outlet]) -> None:
        """Read ``headings``, once; ``outlets`` are those declared, by their hosts."""
        self._file = file
        self._outlets = outlets
        self._captures: dict[str, list[_Capture]] = defaultdict(list)
        for heading in headings:
            for article in (*first_addresses(heading.url), *self._numbers(heading.url)):
                self._captures[article].append(_Capture(heading.date, heading.offset, heading.url))

    def beside(self, url: str, date: datetime) -> tuple[Part, ...]:
        """The captures that may be further pages of the article captured at ``url``; of each address the one after."""
        own = canonical_address(url)
        found: dict[str, list[_Capture]] = defaultdict(list)
        for article in {*own_addresses(url), *self._numbers(url)}:
            for capture in self._captures.get(article, ()):
                found[canonical_address(capture.url)].append(capture)
        chosen = (_after(captures, date) for address, captures in found.items() if address != own)
        few = sorted(chosen, key=lambda capture: capture.offset)[:MOST]
        return tuple(Part(url=one.url, place=ArchivePlace(file=self._file, offset=one.offset)) for one in few)

    def _numbers(self, url: str) -> Iterator[str]:
        """The outlet's own number of the article at ``url``, if it has one."""
        outlet = self._outlets.get(host_of(url), GENERIC)
        said = outlet.identify(url)
        if said and said.source_id:
            yield f"{outlet.name} {article_key(url, outlet)}"


def _after(captures: list[_Capture], date: datetime) -> _Capture:
    """The first of ``captures`` from ``date`` on, else the last before."""
    return min((one for one in captures if one.date >= date), default=None) or max(captures)
