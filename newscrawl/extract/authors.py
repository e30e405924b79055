"""Bylines into clean names: who wrote, and which agency it came from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = tomllib.loads(files("newscrawl.extract").joinpath("words/authors.toml").read_text("utf-8"))


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ROLE = frozenset(_WORDS["role"])
_ROLE_LINKS = frozenset(_WORDS["role_links"])
_ACCOUNT = frozenset(_WORDS["account"])
_AGENCY = {name.casefold(): name for name in _WORDS["agency"]}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAG = re.compile(r"<[^<>]{0,300}>")
_BY = re.compile(rf"(?:(?:{_any(_WORDS['by'])})(?:\s*[:：]\s*|\s+))+", re.I)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}")
_HANDLE = re.compile(r"(?<!\w)@\w{1,40}")
_ADDRESS = re.compile(r"(?:https?:)?//|www\.|^/|\.(?:html?|php|aspx?)\b")
_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_PARTS = re.compile(rf"\s*(?:[;|•·\n、，،]|,(?!\s*(?:Jr|Sr|PhD|MD|III?)\b)|&|(?<=\s)/(?=\s)|(?<=\s)[–—-](?=\s)|(?<=\s)(?:{_any(_WORDS['and'])})(?=\s)|(?<=\s)و(?=\w))\s*", re.I)
_LETTER = re.compile(r"[^\W\d_]")
_TRIM = " \t\r\n.,:;|/•·-–—*\"'“”„«»"
_LONGEST = 60
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote: people or desks as named, and agencies apart."""

    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.authors or self.agencies)


def read_byline(values: Iterable[str]) -> Byline:
    """The names in ``values`` (a byline, or several names), each once, without introductions, roles and contacts."""
    authors: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for name in (name for value in values for name in _names(value)):
        key = name.casefold()
        if key in _AGENCY:
            agencies.setdefault(key, _AGENCY[key])
        elif key not in _ACCOUNT:
            authors.setdefault(key, name)
    return Byline(tuple(authors.values()), tuple(agencies.values()))


def _names(value: str) -> Iterator[str]:
    text = _TAG.sub(" ", _INVISIBLE.sub("", value[:500]))
    if _ADDRESS.search(text):
        return
    text = _BRACKETS.sub(" ", _HANDLE.sub(" ", _MAIL.sub(" ", text)))
    for part in _PARTS.split(" ".join(text.split())):
        name = _BY.sub("", part, count=1) if _BY.match(part) else part
        name = _without_role(name.strip(_TRIM))
        if _is_name(name):
            yield name


def _without_role(name: str) -> str:
    """``name`` without role words at its end, or empty where it is nothing else."""
    words = name.split()
    if all(word.casefold() in _ROLE or word.casefold() in _ROLE_LINKS for word in words):
        return ""
    return name


def _is_name(text: str) -> bool:
    return bool(_LETTER.search(text)) and len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS
