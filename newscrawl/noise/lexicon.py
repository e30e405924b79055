"""Phrases that give noise away, per language: the data in ``lexicon/*.toml`` and the look-up in it.

A ``starts`` phrase written with a colon ("source:") is a label: it counts only where the block, too, goes on with a
colon, a bar, an arrow or a dash, so that "Source code leaked" stays a sentence.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "lexicon"
# Quotes are plain; Arabic, Persian and Urdu keyboards spell the same letter differently; "I" may be a dotless i.
_PLAIN = str.maketrans("‘’‚‛‹›`“”„‟«»ıيىكةە", "'" * 7 + '"' * 6 + "iییکهه")
# Accents, Hebrew and Arabic vowel signs, Indic dots, and characters that cannot be seen.
_MARKS = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u093c\u09bc"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_EDGES = " \t\"'.,:;!?…-–—|>»›→▶►•*#()[]<،؛؟。、：！？【】《》「」『』·/\\+"
_LABEL_MARKS = (":", "=", "/")
# Thai, Lao, Chinese, Japanese and Korean write words together or hang endings on them: a character stands for the word.
_UNSPACED = "\u0e00-\u0eff\u2e80-\ufdcf\U00020000-\U0003ffff"
_CHARACTER = re.compile(f"[{_UNSPACED}]")
_LABEL = re.compile(rf"\s*[:|>»›→▶►]|(?<=[{_UNSPACED}])[=/丨]|\s+[-–—]\s|\s?[–—]|\s*$")
_KEY = 3
_LONGEST = {"whole": 120, "starts": 320, "ends": 240, "contains": 900}
_LONGEST_DATELINE = 120  # "Update: police say ..." and "Published on Tuesday, the report ..." open stories as well


class Hit(NamedTuple):
    """A phrase found in a block: what kind of noise it speaks of, how it was found, and in which language."""

    category: str
    how: str
    phrase: str
    language: str


class _Opening(NamedTuple):
    stem: str
    label: bool
    hit: Hit


class _Index(NamedTuple):
    whole: dict[str, Hit]
    starts: dict[str, list[_Opening]]
    contains: dict[str, list[Hit]]
    ends: dict[str, list[Hit]]
    characters: list[str]


def fold(text: str) -> str:
    """``text`` for comparison: no case, accents, vowel signs or invisible marks; plain letters, quotes and spaces."""
    if not text.isascii():
        odd, plain = _odd_characters()
        text = odd.sub(lambda match: plain[match.group()], text)
    return " ".join(text.casefold().split())


def find(text: str) -> Hit | None:
    """The first phrase that ``text`` is, opens with or (in a short text) contains; None where there is none."""
    if len(text) > _LONGEST["contains"]:
        return None
    index = _index()
    folded = fold(text).lstrip(_EDGES)
    if hit := index.whole.get(folded.rstrip(_EDGES)):
        return hit
    if len(folded) <= _LONGEST["starts"] and (hit := _opening(index, folded)):
        return hit
    if len(folded) <= _LONGEST["ends"] and (hit := _ending(index, folded.rstrip(_EDGES))):
        return hit
    keys = [key for key in folded.split() if key in index.contains]
    if _CHARACTER.search(folded):
        keys += [key for key in index.characters if key in folded]
    return next((hit for key in keys for hit in index.contains[key] if hit.phrase in folded), None)


def categories() -> frozenset[str]:
    """The kinds of noise that the lexicon knows."""
    index = _index()
    starts = (opening.hit for openings in index.starts.values() for opening in openings)
    others = (hit for hits in (*index.contains.values(), *index.ends.values()) for hit in hits)
    return frozenset(hit.category for hit in (*index.whole.values(), *starts, *others))


def _opening(index: _Index, folded: str) -> Hit | None:
    for length in range(_KEY, 0, -1):
        for opening in index.starts.get(folded[:length], ()):
            if folded.startswith(opening.stem) and _opens(opening, folded):
                return opening.hit
    return None


def _ending(index: _Index, folded: str) -> Hit | None:
    hits = index.ends.get(folded[-1:], ())
    return next((hit for hit in hits if folded.endswith(hit.phrase) and len(folded) > len(hit.phrase)), None)


def _opens(opening: _Opening, folded: str) -> bool:
    """Whether what follows the phrase bears it out: a label's colon, a date line's number, or the end of a word."""
    if opening.hit.category == "dateline" and not (len(folded) <= _LONGEST_DATELINE and _has_digit(folded)):
        return False
    end = len(opening.stem)
    return _LABEL.match(folded, end) is not None or (not opening.label and _ends_word(folded, end))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _ends_word(text: str, end: int) -> bool:
    """Whether a word ends at ``end``; scripts without spaces end one anywhere, and "© 20" any year."""
    if end >= len(text) or text[end - 1].isdigit():
        return True
    return not (text[end].isalnum() and text[end - 1].isalnum()) or _CHARACTER.match(text, end) is not None


@cache
def _index() -> _Index:
    index = _Index({}, {}, {}, {}, [])
    for path in sorted(_FOLDER.glob("*.toml")):
        for category, lists in tomllib.loads(path.read_text("utf-8")).items():
            for how, phrases in lists.items():
                for phrase in phrases:
                    _enter(index, phrase, Hit(category, how, fold(phrase).strip(_EDGES), path.stem))
    for openings in index.starts.values():
        openings.sort(key=lambda opening: -len(opening.stem))
    return index


def _enter(index: _Index, written: str, hit: Hit) -> None:
    if hit.how == "whole":
        index.whole.setdefault(hit.phrase, hit)
    elif hit.how == "starts":
        opening = _Opening(hit.phrase, fold(written).endswith(_LABEL_MARKS), hit)
        index.starts.setdefault(hit.phrase[:_KEY], []).append(opening)
    elif hit.how == "ends":
        index.ends.setdefault(hit.phrase[-1], []).append(hit)
    else:
        _enter_inner(index, hit)


def _enter_inner(index: _Index, hit: Hit) -> None:
    """Under its longest inner word, to which nothing clings, or its first; under how it begins where words are one."""
    words = hit.phrase.split()
    if len(words) > 1 and not _CHARACTER.search(hit.phrase):
        key = max(words[1:-1] or words[:1], key=len)
    else:
        key = hit.phrase[0]
        if key not in index.characters:
            index.characters.append(key)
    index.contains.setdefault(key, []).append(hit)


@cache
def _odd_characters() -> tuple[re.Pattern[str], dict[str, str]]:
    """The characters that ``fold`` rewrites, found once, as normalising each text anew costs five times as much."""
    spans = (range(0x80, 0x2600), range(0x3000, 0x3400), range(0xF900, 0x10000))
    every = (chr(code) for span in spans for code in span)
    plain = {character: bare for character in every if (bare := _bare(character)) != character}
    return re.compile("[" + re.escape("".join(plain)) + "]"), plain


def _bare(character: str) -> str:
    letters = _MARKS.sub("", unicodedata.normalize("NFKD", character))
    return unicodedata.normalize("NFC", letters.translate(_PLAIN))
