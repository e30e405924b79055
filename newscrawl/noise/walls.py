"""Pages that stand where an article should be, per language: the data in ``walls/*.toml`` and the look-up in it.

``title`` phrases are all of a title, or all between its bars and dashes; ``text`` phrases stand anywhere in the text.
Stories are written about paywalls, cookies and dead links too, so a phrase in quotes counts for nothing, a title for
nothing without a text that agrees or says next to nothing, and in a longer text two different phrases must speak.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from newscrawl.noise.lexicon import Hit, fold

_FOLDER = Path(__file__).parent / "walls"
_BARS = re.compile(r"\s+[-–—]+\s+|\s*[|·»>—–]\s*")
_EDGES = " .,!?…:;'\"()[]*،؟。！？"
_LONG = 600  # characters, from which on one phrase is not enough
_LONGEST = 4000
_BARE = 200  # characters, up to which the title may speak alone
_QUOTES = ("'", '"', "「", "『", "《")
_UNSPACED = 0x2E80


def find_wall(title: str, text: str) -> Hit | None:
    """The phrase by which a page is a wall, a bot check or an error page rather than an article; None for articles."""
    if len(text) > _LONGEST:
        return None
    titled, said = list(_in_title(title)), list(_in_text(text))
    for category in dict.fromkeys(hit.category for hit in (*said, *titled)):
        hits = _different(hit for hit in (*said, *titled) if hit.category == category)
        if len(hits) > 1 or (len(text) <= _LONG and _may_speak_alone(hits[0], text)):
            return hits[0]
    return None


def _may_speak_alone(hit: Hit, text: str) -> bool:
    return hit.how == "text" or len(text) <= _BARE


def _in_title(title: str) -> Iterator[Hit]:
    folded = fold(title)
    parts = {part.strip(_EDGES) for part in (folded, *_BARS.split(folded))}
    return (hit for hit in _phrases() if hit.how == "title" and hit.phrase in parts)


def _in_text(text: str) -> Iterator[Hit]:
    folded = fold(text)
    return (hit for hit in _phrases() if hit.how == "text" and _says(folded, hit.phrase))


def _says(folded: str, phrase: str) -> bool:
    """Whether the text says ``phrase`` itself: in whole words, and not within quotes."""
    start = folded.find(phrase)
    while start >= 0:
        before, after = folded[start - 1 : start], folded[start + len(phrase) :][:1]
        if not (before.endswith(_QUOTES) or _joins(before, phrase[0]) or _joins(phrase[-1], after)):
            return True
        start = folded.find(phrase, start + 1)
    return False


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and ord(left) < _UNSPACED and not "\u0e00" <= left <= "\u0eff"


def _different(hits: Iterator[Hit]) -> list[Hit]:
    """``hits`` without those whose phrase another one includes, in their order."""
    by_phrase: dict[str, Hit] = {}
    for hit in hits:
        by_phrase.setdefault(hit.phrase, hit)
    return [hit for hit in by_phrase.values() if not any(hit.phrase in other for other in by_phrase if other != hit.phrase)]


@cache
def _phrases() -> tuple[Hit, ...]:
    return tuple(
        Hit(category, how, fold(phrase).strip(_EDGES), path.stem)
        for path in sorted(_FOLDER.glob("*.toml"))
        for category, lists in tomllib.loads(path.read_text("utf-8")).items()
        for how, phrases in lists.items()
        for phrase in phrases
    )
