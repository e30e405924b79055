"""What a reader searches for (words, "phrases", begin*, OR, -what must not be there), and where a text has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.folding import WORD, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_MOST_TERMS = 100  # SQLite gives expressions a depth of 256.
_WINDOW, _BEFORE = 32, 6  # Words of a snippet, and how many of them stand before the first one found.


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that follow each other; of the last one only its beginning, if ``prefix``."""

    words: tuple[str, ...]
    prefix: bool
    wanted: bool

    def __str__(self) -> str:
        return f'"{" ".join(self.words)}"' + (" *" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives of terms that must all be there, or must not."""

    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def expression(self) -> str:
        """The query in the language of FTS5."""
        return " OR ".join(f"({_expression(terms)})" for terms in self.alternatives)

    def finds(self, folded: list[str]) -> str | None:
        """Which word of the query one of ``folded`` answers to."""
        for term in chain.from_iterable(self.alternatives):
            for position, word in enumerate(term.words):
                beginning = term.prefix and position == len(term.words) - 1
                if term.wanted and any(one.startswith(word) if beginning else one == word for one in folded):
                    return word
        return None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the original text; ``marks`` are the spans of the words that were found."""

    text: str
    marks: tuple[tuple[int, int], ...]


def parse_query(text: str) -> Query:
    """The query that ``text`` writes; any text is one, if it has a word to look for.

    Raises:
        UsageError: nothing is to be found: there is no word in it, or only words that must not be there; or it is
            longer than a query may be.
    """
    alternatives = [tuple(terms) for terms in _alternatives(text) if terms]
    if not alternatives:
        raise UsageError(f"{text!r} holds no word to search for.")
    if not all(any(term.wanted for term in terms) for terms in alternatives):
        raise UsageError(f"{text!r} says only what must not be found. Add a word that must be there.")
    if sum(map(len, alternatives)) > _MOST_TERMS:
        raise UsageError(f"A query of more than {_MOST_TERMS} words is too long. Leave some out.")
    return Query(tuple(alternatives))


def snippet(text: str, query: Query) -> Snippet:
    """The part of ``text`` where most words of ``query`` stand together; its beginning, where none does."""
    spans = [match.span() for match in WORD.finditer(text)]
    found = {number: word for number, span in enumerate(spans) if (word := query.finds(words(text[slice(*span)])))}
    best = max(found, key=lambda number: (_variety(found, number), -number), default=0)
    first = max(0, best - _BEFORE)
    last = min(first + _WINDOW, len(spans))
    start = spans[first][0] if first else 0
    end = spans[last - 1][1] if last < len(spans) else len(text)
    marks = tuple((spans[n][0] - start, spans[n][1] - start) for n in sorted(found) if first <= n < last)
    return Snippet(text[start:end], marks)


def _alternatives(text: str) -> Iterator[list[Term]]:
    terms: list[Term] = []
    wanted = True
    for piece in _PIECE.finditer(text):
        operator = piece[0]
        if operator == "OR":
            yield terms
            terms = []
        elif operator not in _OPERATORS and (folded := words(piece["phrase"] or piece["word"] or "")):
            terms.append(Term(tuple(folded), piece[0].endswith("*"), wanted and not piece["minus"]))
        wanted = operator != "NOT"
    yield terms


def _expression(terms: tuple[Term, ...]) -> str:
    wanted = " AND ".join(str(term) for term in terms if term.wanted)
    unwanted = " OR ".join(str(term) for term in terms if not term.wanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _variety(found: dict[int, str], first: int) -> int:
    return len({found[number] for number in range(first, first + _WINDOW - _BEFORE) if number in found})
