"""Blocks that may prove to be noise by their repetition over an outlet's pages: fingerprints, and what is protected."""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.noise.lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.records import Block

LONGEST = 600
"""Characters of a block that is counted: repeated noise is a paragraph at the most."""

_QUOTES = frozenset("\"'“”„‟«»‹›『「《〝‘")
_PHRASES = frozenset({"related", "newsletter", "follow", "comment-prompt", "legal"})
_WEIGHED = frozenset({"judge", "fragment", "learned"})
_MARGINS = frozenset({"nav", "header", "footer", "form", "button", "select"})
_SENTENCE_ENDS = tuple('.!?…。！？؟۔।"”»’)')
_SHORTEST_SENTENCE = 40
_SHORTEST_PARAGRAPH = 120  # also where a script ends sentences with no mark, as Thai does


class Standing(IntEnum):
    """Where a block stood: what its repetition there tells."""

    PROTECTED = 0
    """The story's first paragraph, a quotation, or too long: tells stories apart, and is never noise."""
    HEAD = 1
    """Before the first paragraph, where columns open alike: noise only if most of the outlet's pages have it."""
    BODY = 2
    """Anywhere after."""


class Print(NamedTuple):
    """A block of a page as it is counted."""

    fingerprint: int
    standing: Standing
    kept: bool


def fingerprint(text: str) -> int:
    """A number, of 64 bits with sign, for all texts that differ in case, accents, quotes and white space only."""
    return int.from_bytes(blake2b(fold(text).encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def may_repeat(text: str) -> bool:
    """Whether a block is of a size to be counted, and not only marks and digits."""
    return len(text) <= LONGEST and sum(map(str.isalpha, text[:LONGEST])) > 1


def is_quoted(text: str, tags: frozenset[str]) -> bool:
    """Whether a block opens with a quotation mark, or stands in a quotation."""
    return text[:1] in _QUOTES or "blockquote" in tags


def read_prints(blocks: Sequence[Block]) -> Iterator[Print]:
    """What is to be counted of a page: the blocks near its story, each distinct text once.

    These are what was kept, what was weighed and found wanting, and what a phrase gave away; not menus and margins.
    """
    first = next((i for i, block in enumerate(blocks) if block.kept and _opens_story(block.text)), len(blocks))
    found: dict[int, Print] = {}
    for index, block in enumerate(blocks):
        if _is_near_story(block):
            made = Print(fingerprint(block.text), _standing(block, index - first), block.kept)
            known = found.setdefault(made.fingerprint, made)
            found[made.fingerprint] = Print(
                made.fingerprint, min(known.standing, made.standing), known.kept or made.kept
            )
    yield from found.values()


def _is_near_story(block: Block) -> bool:
    """Whether a block is counted: menus and margins are removed without its help."""
    return block.kept or block.rule in _PHRASES or (block.rule in _WEIGHED and not block.tags & _MARGINS)


def _standing(block: Block, offset: int) -> Standing:
    """``offset`` counts from the story's first paragraph."""
    if offset == 0 or is_quoted(block.text, block.tags) or not may_repeat(block.text):
        return Standing.PROTECTED
    return Standing.HEAD if offset < 0 and block.rule not in _PHRASES else Standing.BODY


def _opens_story(text: str) -> bool:
    """Whether a block reads like a paragraph rather than like a label."""
    if len(text) >= _SHORTEST_PARAGRAPH:
        return True
    return text.endswith(_SENTENCE_ENDS) and len(text) >= _SHORTEST_SENTENCE
