"""Pages that stand where an article should be, per language: the data in ``walls/*.toml`` and the look-up in it.

``title`` phrases are all of a title, or all between its bars and dashes; ``text`` phrases stand anywhere in the text.
Stories are written about paywalls, cookies and dead links too, so a phrase in quotes counts for nothing, a title for
nothing without a text that agrees or says next to nothing, and in a longer text two different phrases must speak.
A short or common phrase ("page not found") needs company as soon as there is room for a story around it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.noise.lexicon import Hit, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = Path(__file__).parent / "walls"
_BARS = re.compile(r"\s+[-–—]+\s+|\s*[|·»>—–]\s*")
_EDGES = " .,!?…:;'\"()[]*،؟。！？"
_LONG = 600  # characters, from which on one phrase is not enough
_LONGEST = 4000
_BARE = 200  # characters, up to which a title or a few words may speak alone
_TELLING = 20  # characters, from which on a phrase is a sentence of its own; half as many where words are not spaced
_QUOTES = ("'", '"', "「", "『", "《")
_UNSPACED = 0x2E80


def find_wall(title: str, text: str) -> Hit | None:
    """The phrase by which a page is a wall, a bot check or an error page rather than an article; None for articles."""
    if len(text) > _LONGEST:
        return None
    found = {hit.phrase: hit for hit in (*_in_title(title), *_in_text(text))}.values()
    for category in dict.fromkeys(hit.category for hit in found):
        hits = [hit for hit in found if hit.category == category]
        if len(hits) > 1 or (len(text) <= _LONG and _may_speak_alone(hits[0], text)):
            return hits[0]
    return None


def _may_speak_alone(hit: Hit, text: str) -> bool:
    telling = _TELLING if ord(hit.phrase[-1]) < _UNSPACED else _TELLING // 2
    return len(text) <= _BARE or (hit.how == "text" and len(hit.phrase) >= telling)


def _in_title(title: str) -> Iterator[Hit]:
    folded = fold(title)
    parts = {part.strip(_EDGES) for part in (folded, *_BARS.split(folded))}
    return (hit for hit in _phrases() if hit.how == "title" and hit.phrase in parts)


def _in_text(text: str) -> list[Hit]:
    """What the text says, the longest phrases first; what overlaps with those is not said anew."""
    folded = fold(text)
    hits: list[Hit] = []
    taken: list[range] = []
    for hit in sorted((hit for hit in _phrases() if hit.how == "text"), key=lambda hit: -len(hit.phrase)):
        said = _said(folded, hit.phrase)
        if said and not any(said.start < other.stop and other.start < said.stop for other in taken):
            hits.append(hit)
            taken.append(said)
    return hits


def _said(folded: str, phrase: str) -> range:
    """Where the text says ``phrase`` itself, in whole words and not within quotes; an empty range where it does not."""
    start = folded.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        before, after = folded[max(start - 1, 0) : start], folded[end : end + 1]
        if not (before in _QUOTES or _joins(before, phrase[0]) or _joins(phrase[-1], after)):
            return range(start, end)
        start = folded.find(phrase, start + 1)
    return range(0)


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and ord(left) < _UNSPACED and not "\u0e00" <= left <= "\u0eff"


@cache
def _phrases() -> tuple[Hit, ...]:
    return tuple(
        Hit(category, how, fold(phrase).strip(_EDGES), path.stem)
        for path in sorted(_FOLDER.glob("*.toml"))
        for category, lists in tomllib.loads(path.read_text("utf-8")).items()
        for how, phrases in lists.items()
        for phrase in phrases
    )
