"""The blocks of an article's pages as those of one story: what repeats, or only leads from page to page, is removed."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from newscrawl.extract.words import read_words
from newscrawl.noise.lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.outlet import Outlet
    from newscrawl.records import Block

REPEATED, MARK, REFUSED = "page-repeat", "page-mark", "page-refused"
_LONGEST_MARK = 80


def join(pages: Sequence[Sequence[Block]], title: str, outlet: Outlet) -> tuple[Block, ...]:
    """The blocks of all ``pages`` in order; those behind the first say in their place which page they stand on.

    Of what was kept, the headline and paragraphs that an earlier page has are removed from the later ones
    (``page-repeat``), and lines such as "Page 2 of 3" from all (``page-mark``).
    """
    told = {fold(title)}
    joined: list[Block] = []
    for number, blocks in enumerate(pages, start=1):
        judged = [_judged(block, told if number > 1 else set(), outlet) for block in blocks]
        told |= {fold(block.text) for block in judged if block.kept or block.rule == "lead"}
        joined += [replace(block, place=f"page {number} {block.place}") if number > 1 else block for block in judged]
    return tuple(joined)


def refuse_page(blocks: Sequence[Block], reason: str) -> tuple[Block, ...]:
    """The blocks of a further page that is none: a wall, say, that stands where the story goes on."""
    return tuple(replace(block, kept=False, rule=REFUSED, evidence=reason) if block.kept else block for block in blocks)


def _judged(block: Block, told: set[str], outlet: Outlet) -> Block:
    if not block.kept:
        return block
    if REPEATED not in outlet.noise.off and fold(block.text) in told:
        return replace(block, kept=False, rule=REPEATED, evidence="an earlier page of the article has it")
    if MARK not in outlet.noise.off and is_page_mark(block.text):
        return replace(block, kept=False, rule=MARK, evidence="leads from page to page")
    return block


def is_page_mark(text: str) -> bool:
    """Whether a line only says which page this is, or leads to another."""
    folded = fold(text[: _LONGEST_MARK + 1]).strip(" .:-–—>→<←|()[]'\"")
    if len(text) > _LONGEST_MARK or not folded:
        return False
    return folded in _leading() or any(pattern.fullmatch(folded) for pattern in _patterns())


@cache
def _leading() -> frozenset[str]:
    return frozenset(map(fold, read_words("pages")["leading"]))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _expressions()))


def _expressions() -> Iterator[str]:
    """Patterns of folded lines: "page 2 of 3", "2/3", "1 2 3 next page"."""
    words = read_words("pages")
    page, of, leading = ("|".join(re.escape(fold(word)) for word in words[key]) for key in ("page", "of", "leading"))
    number = r"\d{1,2}"
    yield rf"(?:{page})\s?{number}(?:\s?(?:{of})\s?{number})?"
    yield rf"{number}\s?(?:/|(?:{of}))\s?{number}(?:\s(?:{page}))?"
    yield rf"(?:(?:{page})\s?:?\s?)?{number}(?:[\s|·,-]{{1,3}}{number}){{1,19}}(?:\s(?:{leading}|next))?"
