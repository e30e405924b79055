"""Text in the form in which it is searched and compared: how a word is written does not matter any more.

Gone are case, accents, harakat and other points, tatweel and joiners; alef, ya, kaf and ta-marbuta have one form
each, as have the digits of all scripts.
"""

from __future__ import annotations

import sys
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_POINTS = [*range(0x0300, 0x0370), *range(0x0591, 0x05C8), *range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670,
           *range(0x06D6, 0x06DD), *range(0x06DF, 0x06E9), *range(0x06EA, 0x06EE), *range(0x08D3, 0x0900)]  # fmt: skip
_INVISIBLE = [0x0640, 0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
_ONE_FORM = {
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه",
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
}  # fmt: skip
_DIGITS = {
    number: str(unicodedata.decimal(chr(number)))
    for number in range(0x80, sys.maxunicode + 1)
    if chr(number).isdecimal()
}
_FOLDED = {**dict.fromkeys(_POINTS + _INVISIBLE), **{ord(one): form for one, form in _ONE_FORM.items()}, **_DIGITS}

# Scripts that put no space between words: each character is a word, and a word searched for is a phrase.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
WORD = regex.compile(
    rf"(?V1){_UNSPACED}\p{{M}}*|[[\p{{L}}\p{{N}}\p{{M}}\u0640\u00ad\u200b-\u200f\u2060]--{_UNSPACED}]+"
)
"""A word as written in a text."""


def fold(text: str) -> str:
    """``text`` with every character in its one form."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_FOLDED))


_worked_out: dict[str, str] = {}


def searched(text: str | None) -> str:
    """``text`` as it is searched: its folded words, one space apart."""
    if text is None:
        return ""
    form = _worked_out.get(text)
    return " ".join(words(text)) if form is None else form


@contextmanager
def worked_out(forms: Mapping[str, str]) -> Iterator[None]:
    """Have ``searched`` know these texts' forms meanwhile: a fifth of what storing an article takes is folding it."""
    _worked_out.update(forms)
    try:
        yield
    finally:
        _worked_out.clear()


def words(text: str) -> list[str]:
    """The folded words of ``text``, in order."""
    found: list[str] = WORD.findall(fold(text))
    return found
