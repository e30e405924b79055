"""An article as it is set for reading: what stands where, in which direction, and what was taken out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import count, groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from datasette.utils import tilde_encode

from newscrawl.noise.tally import Tally, tally
from newscrawl.printable import CONTROLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.records import Block

_TINTS = 12  # Colours of the style sheet; a thirteenth rule has that of the first.
_HEADING = re.compile(r"(?:^|/)h[1-6](?:\[\d+\])?$")
_ITEM = re.compile(r"(?:^|/)li(?:\[\d+\])?$")
_LEFT, _RIGHT = frozenset({"L"}), frozenset({"R", "AL"})
_SAMPLE = 2_000  # Characters that tell in which direction a text runs.


@dataclass(frozen=True, slots=True)
class Passage:
    """A kept block: ``number`` is its place among them; ``form`` is ``paragraph``, ``heading`` or ``item``."""

    number: int
    text: str
    form: str
    recovered: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """Blocks that follow each other and that one rule removed; ``evidence`` is what all of them have in common."""

    rule: str
    tint: int
    blocks: tuple[Block, ...]
    evidence: str | None

    @property
    def characters(self) -> int:
        """How long they are together."""
        return sum(len(block.text) for block in self.blocks)

    @property
    def rows(self) -> tuple[tuple[str, tuple[Block, ...]], ...]:
        """The blocks, those together that were removed on the same evidence."""
        runs = groupby(self.blocks, key=lambda block: block.evidence)
        return tuple((evidence, tuple(run)) for evidence, run in runs)


@dataclass(frozen=True, slots=True)
class RemovedBy:
    """A line of the legend: a rule, its colour, its characters on this page, and whether they are shown."""

    rule: str
    tint: int
    characters: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A page block by block in its order, and what the blocks add up to."""

    pieces: tuple[Passage | Cut, ...]
    sums: Tally
    legend: tuple[RemovedBy, ...]


def lay_out(blocks: Sequence[Block], text: str, *, removed: bool, hidden: frozenset[str] = frozenset()) -> Layout:
    """The page of an article: what was kept, and with ``removed`` what the rules took out, but for ``hidden`` ones.

    Without blocks, which older records lack, the paragraphs of ``text`` stand alone.
    """
    sums = tally(blocks)
    tints = {rule: number % _TINTS for number, rule in enumerate(sums.removed_by)}
    legend = tuple(RemovedBy(rule, tints[rule], size, rule not in hidden) for rule, size in sums.removed_by.items())
    shown = [block for block in blocks if block.kept or (removed and block.rule not in hidden)]
    pieces = tuple(_pieces(shown, tints)) or tuple(_paragraphs(text))
    return Layout(pieces, sums, legend)


def direction(text: str | None, language: str | None = None) -> str:
    """``rtl`` or ``ltr``: as most letters of ``text`` run, else as ``language`` does."""
    kinds = [unicodedata.bidirectional(character) for character in (text or "")[:_SAMPLE]]
    right, left = sum(kind in _RIGHT for kind in kinds), sum(kind in _LEFT for kind in kinds)
    if right == left:
        return "rtl" if (language or "").partition("-")[0] in {"ar", "fa", "he", "ku", "ps", "ur"} else "ltr"
    return "rtl" if right > left else "ltr"


def safe_link(url: str | None) -> str | None:
    """``url`` if it is a web address that may be followed; None for any other, such as ``javascript:``."""
    if not url or CONTROLS.search(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def article_path(article_id: str) -> str:
    """Where the page of an article is."""
    return f"/article/{tilde_encode(article_id)}"


def moment(stated: str | None) -> str:
    """A date as stated, to the minute and easier on the eye: ``2026-03-01 10:00 +03:00``."""
    day, _, time = (stated or "undated").partition("T")
    zone = (time[-6:] if time[-6:-5] in ("+", "-") else "UTC") if time else ""
    return " ".join(filter(None, (day, time[:5], "UTC" if zone == "+00:00" else zone)))


def said_of_date(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is known of the date, as names and values."""
    zone = {"stated": "stated by the page", "assumed": "assumed: the outlet's own"}.get(record["date_zone"])
    told = {
        "Printed as": record["date_published_raw"],
        "Found in": record["date_source"],
        "Exact to the": record["date_precision"],
        "Time zone": zone,
        "Modified": record["date_modified"],
    }
    yield from ((name, value) for name, value in told.items() if value)
    for other in record["date_conflict"] or ():
        yield "Disagrees", " · ".join(str(other[key]) for key in ("raw", "place") if other.get(key))


def _paragraphs(text: str) -> Iterator[Passage]:
    return (Passage(number, part, "paragraph", False) for number, part in enumerate(text.split("\n\n")))


def _pieces(blocks: Sequence[Block], tints: dict[str, int]) -> Iterator[Passage | Cut]:
    numbers = count()
    for (kept, rule), run in groupby(blocks, key=lambda block: (block.kept, block.rule)):
        members = tuple(run)
        if kept:
            yield from (Passage(next(numbers), b.text, _form(b.place), b.recovered) for b in members)
        else:
            evidence = {block.evidence for block in members}
            yield Cut(rule, tints[rule], members, evidence.pop() if len(evidence) == 1 else None)


def _form(place: str) -> str:
    if _HEADING.search(place):
        return "heading"
    return "item" if _ITEM.search(place) else "paragraph"
