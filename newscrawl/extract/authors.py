"""Bylines into clean names: who wrote, and which agency it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extract.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = read_words("authors")


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of ``words``, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


BY = rf"(?:{any_of(_WORDS['by'])})"
_ROLE = frozenset(_WORDS["role"])
_NO_NAME = _ROLE | frozenset(_WORDS["role_fields"] + _WORDS["role_links"])
_PARTICLES = frozenset(_WORDS["particles"])
_ACCOUNT = frozenset(_WORDS["account"])
_AGENCY = {name.casefold(): name for name in _WORDS["agency"]}
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAG = re.compile(r"<[^<>]{0,300}>")
_JOINED = re.compile(
    rf"(?:{any_of(_WORDS['by_joined'])})\s*(?=[\u4e00-\u9fff]{{2,4}}\Z|\Z)|.+(?:{any_of(_WORDS['reported'])})\Z"
)
_PICTURE = re.compile(rf"(?<!& )(?<!und )\b(?:{any_of(_WORDS['picture'])})\s*[:：].*", re.I)
_LABEL = re.compile(rf"[^\W\d_][^:：]{{1,24}}[:：]\s*|.{{0,40}}\b{BY}(?:\s+|\Z)", re.I)
_OPENING = re.compile(rf"(?:{BY}(?:\s*[:：]\s*|\s+|\Z))+", re.I)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}")
_NAMED_MAIL = re.compile(rf"\A\s*{_MAIL.pattern}\s*\(([^()]{{2,60}})\)\s*\Z")
_HANDLE = re.compile(r"(?<!\w)@\w{1,40}")
_ADDRESS = re.compile(r"//|www\.|^/|\.(?:html?|php|aspx?)\b")
_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_ELSEWHERE = re.compile(r"\s+(?:[Ff]or|FOR|in)\s+(?:(?:[Tt]he|THE)\s+)?[A-Z].{0,60}\Z")
_AFTER_DASH = re.compile(r"\s[–—-]\s.{0,80}")
_AND = re.compile(rf"\s+(?:{any_of(_WORDS['and'])}|&|\+)\s+|(?<=\w)\s+و(?=\w)", re.I)
_PARTS = re.compile(
    r"\s*(?:[;|•·\n、，،؛/／]|,(?!\s*(?:Jr|Sr|Ph\.?D|M\.?D|II+)\b)|(?<=[a-zß-ÿ]{3})(?<!Prof)(?<!Dipl)(?<!med)\.(?=\s+[A-ZÀ-Þ]))\s*"
)
_LETTER = re.compile(r"[^\W\d_]")
_ACCOUNT_LIKE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_EAST_ASIAN = re.compile(r"[\u4e00-\u9fff々]{2,5}|[\uac00-\ud7a3]{2,4}")
_TRIM = "【】〔〕 \t\r\n,:;|/•·-–—*\"'“”„«»"
_LONGEST, _MOST_WORDS, _LONGEST_INITIALS = 60, 6, 4


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote: people or desks as named, and agencies apart."""

    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.authors or self.agencies)


def read_byline(values: Iterable[str]) -> Byline:
    """The names in ``values`` (bylines or single names), each once, without introductions, roles and contacts."""
    authors: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for name in (name for value in values for name in _names(value)):
        key = name.casefold()
        if key in _AGENCY:
            agencies.setdefault(key, _AGENCY[key])
        elif key not in _ACCOUNT:
            authors.setdefault(re.sub(r"[\W_]+", "", key), name)
    return Byline(tuple(authors.values()), tuple(agencies.values()))


def is_account(name: str) -> bool:
    """Whether ``name`` looks like a login (``jane-doe``, ``user12``) rather than a name."""
    return bool(_ACCOUNT_LIKE.fullmatch(name)) and len(name) > 3


def is_agency(name: str) -> bool:
    """Whether ``name`` is that of a news agency."""
    return " ".join(name.split()).casefold() in _AGENCY


def is_person(text: str) -> bool:
    """Whether ``text`` is written like a name: two to five words, capitalised where the script has capitals."""
    words = text.split()
    if _EAST_ASIAN.fullmatch(text):
        return True
    if not 2 <= len(words) <= 5 or any(c.isdigit() for c in text) or len(text) > _LONGEST:
        return False
    return all(not word[0].islower() or word.casefold() in _PARTICLES for word in words)


def _names(value: str) -> Iterator[str]:
    text = _TAG.sub("\n", _INVISIBLE.sub("", value[:500]))
    if named := _NAMED_MAIL.match(text):
        text = named[1]
    text = _BRACKETS.sub(" ", _HANDLE.sub(" ", _MAIL.sub(" ", text)))
    if _ADDRESS.search(text):
        return
    for line in text.split("\n"):
        yield from _without_places([name for part in _PARTS.split(line) for name in _names_of(part)])


def _names_of(part: str) -> Iterator[str]:
    whole = _AFTER_DASH.sub("", _without_opening(_PICTURE.sub("", " ".join(part.split()))))
    for piece in _joined_names(_ELSEWHERE.sub("", whole)):
        name = _without_role(_JOINED.sub("", _without_opening(piece).strip(_TRIM)))
        if _is_name(name):
            yield name.rstrip(".") if len(name.split()[-1].rstrip(".")) > 3 else name


def _without_places(names: list[str]) -> list[str]:
    """``names`` of one line without single words beside full names or agencies: towns, as in "Jane Doe, London"."""
    if not any(is_person(name) or is_agency(name) for name in names):
        return names
    full = any(is_person(name) for name in names)
    return [name for name in names if not _is_town(name, full)]


def _is_town(name: str, full: bool) -> bool:
    """Whether ``name`` is a single word where others are full names, or one too long for initials beside an agency."""
    return not (" " in name or is_person(name) or is_agency(name)) and (full or len(name) > _LONGEST_INITIALS)


def _without_opening(text: str) -> str:
    if found := _OPENING.match(text):
        return text[found.end() :]
    found = _LABEL.match(text)
    rest = text[found.end() :] if found else text
    return rest if found and (not rest or is_person(rest.strip(_TRIM))) else text


def _joined_names(text: str) -> list[str]:
    """The names that "and" joins, where what stands on both sides may be one."""
    pieces = _AND.split(text)
    return pieces if all(_may_stand_alone(piece.strip(_TRIM)) for piece in pieces) else [text]


def _may_stand_alone(text: str) -> bool:
    return text.casefold() in _AGENCY or is_person(text) or (len(text.split()) == 1 and text[:1].isupper())


def _without_role(name: str) -> str:
    """``name`` without role words at its end; empty where it is nothing but a role."""
    words = name.split()
    if all(word.casefold() in _NO_NAME for word in words):
        return ""
    kept = list(words)
    while kept and kept[-1].casefold() in _ROLE:
        kept.pop()
    return " ".join(kept) if len(kept) >= 2 or not kept[0].isascii() else name


def _is_name(text: str) -> bool:
    return bool(_LETTER.search(text)) and len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS
