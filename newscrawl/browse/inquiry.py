"""What a reader looks for: words, and the outlets, languages, days, agencies and kinds that were chosen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from newscrawl.errors import UsageError
from newscrawl.store import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FACETS = ("outlet", "language", "day", "agency", "kind")
PAGE = 20
"""Articles listed at once."""
_FARTHEST = 50_000  # Pages: as far as anybody turns them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Words (none: all articles, newest first), what is chosen of each facet, and the page of answers, from 1."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, Sequence[str]]) -> Self:
        """What the arguments of an address ask for; those that mean nothing are passed over."""
        chosen = {name: tuple(dict.fromkeys(arguments[name])) for name in FACETS if arguments.get(name)}
        page = 1
        with suppress(ValueError):
            page = min(max(int("".join(arguments.get("page", ())[:1]) or 1), 1), _FARTHEST)
        return cls(words=" ".join(arguments.get("q", ())).strip(), chosen=chosen, page=page)

    @property
    def filters(self) -> Filters:
        """The same for the store.

        Raises:
            UsageError: a day is none.
        """
        day = _day(self.chosen["day"][-1]) if "day" in self.chosen else None
        return Filters(
            outlets=self.chosen.get("outlet", ()),
            languages=self.chosen.get("language", ()),
            agencies=self.chosen.get("agency", ()),
            kinds=self.chosen.get("kind", ()),
            since=day,
            until=day,
            query=self.words or None,
        )

    @property
    def skip(self) -> int:
        """How many answers stand on the pages before."""
        return (self.page - 1) * PAGE

    def has(self, facet: str, value: str) -> bool:
        """Whether ``value`` is chosen."""
        return value in self.chosen.get(facet, ())

    def toggled(self, facet: str, value: str) -> str:
        """The address of the same with ``value`` chosen, or no longer; of days there is one at a time."""
        others = tuple(one for one in self.chosen.get(facet, ()) if one != value)
        kept = () if facet == "day" else others
        values = others if self.has(facet, value) else (*kept, value)
        return replace(self, chosen={**self.chosen, facet: values}, page=1).address()

    def turned(self, page: int) -> str:
        """The address of another page of the same answers."""
        return replace(self, page=page).address()

    def address(self) -> str:
        """Where the answers are."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"/search?{urlencode(pairs)}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day. Write it as 2026-03-01.") from None
