"""What the rules look at: a page's pieces with the vote, the headline and what the outlet declares."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from newscrawl.blocks import home
from newscrawl.noise.features import Signs, class_groups, features, word_set
from newscrawl.noise.lexicon import Hit, find, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.blocks import Container, Piece
    from newscrawl.noise.features import Layout
    from newscrawl.outlet import LearnedBlock, Outlet

_PLACES = {
    "navigation": (frozenset({"nav"}), frozenset({"nav", "header", "footer", "select", "button", "form"})),
    "comments": (frozenset({"comment"}), frozenset[str]()),
    "sidebar": (frozenset({"related", "promo", "advert"}), frozenset({"aside"})),
}
_LONGEST_TITLE = 400
_LEADING_AWAY = frozenset({"related", "newsletter", "follow", "comments"})


@dataclass(frozen=True)
class Scene:
    """A page as the rules see it.

    ``pruned`` and ``body`` are the indices of pieces inside elements that the outlet's ``noise.prune`` and
    ``selectors.body`` name; ``body`` is None where the outlet names none or the page has none of them.
    """

    layout: Layout
    outlet: Outlet
    title: str
    lead: str | None
    plain: bool
    pruned: frozenset[int] = field(default=frozenset())
    body: frozenset[int] | None = None
    declared_body: str = ""
    """The body that the page declares for machines, without white space; empty where it declares none."""
    phrases: dict[int, Hit | None] = field(default_factory=dict, repr=False)
    """Look-ups in the lexicon so far."""
    titles: dict[int, bool] = field(default_factory=dict, repr=False)
    """Pieces compared with the title so far."""
    places: dict[Container, dict[str, str]] = field(default_factory=dict, repr=False)
    """Surroundings told so far."""

    @cached_property
    def learned(self) -> dict[int, LearnedBlock]:
        """What the outlet's pages taught, by fingerprint."""
        return {block.fingerprint: block for block in self.outlet.learned}

    @cached_property
    def title_folded(self) -> str:
        """The headline for comparison."""
        return fold(self.title[:_LONGEST_TITLE])

    def shows_title(self, piece: Piece) -> bool:
        """Whether the piece is the title, but for case, accents and signs."""
        if piece.index not in self.titles:
            size = len(self.title)
            alike = size and 0.7 * size - 5 <= len(piece.text) <= 1.3 * size + 5
            self.titles[piece.index] = bool(alike) and fold(piece.text[:_LONGEST_TITLE]) == self.title_folded
        return self.titles[piece.index]

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The headline's words."""
        return word_set(self.title)

    @cached_property
    def headline(self) -> Piece | None:
        """The piece that shows the title: the last before the story, else the first."""
        shown = [piece for piece in self.layout.pieces if self.shows_title(piece)]
        before = [piece for piece in shown if piece.index <= self.story_start]
        return next(iter((*reversed(before), *shown)), None)

    @cached_property
    def lead_words(self) -> frozenset[str]:
        """The words of the page's own description."""
        return word_set(self.lead)

    @cached_property
    def story_start(self) -> int:
        """The first piece of some length that stands among the body's paragraphs."""
        for piece in self.layout.pieces:
            if self.layout.votes[piece.index] >= 0.5 and len(piece.text) > 60 and self.share_at_home(piece) > 0.3:
                return piece.index
        return 0

    def share_at_home(self, piece: Piece) -> float:
        """The share of the voted text in the container that ``piece`` shares with its neighbours."""
        return self.layout.masses[home(piece.container)].paragraphs / (self.layout.voted or 1.0)

    @cached_property
    def near_body(self) -> frozenset[int]:
        """The pieces that are close enough to the voted text to be weighed at all."""
        return frozenset(piece.index for piece in self.layout.pieces if self._is_near_body(piece))

    def _is_near_body(self, piece: Piece) -> bool:
        layout = self.layout
        if layout.votes[piece.index] > 0 or self.share_at_home(piece) > 0.02:
            return True
        if len(piece.text) >= 60 and layout.look_share(piece) > 0.1:
            return True
        above = home(piece.container).parent
        if above is not None and layout.masses[above].voted > 0.15 * layout.voted:
            return True
        return layout.levels_to_main(piece.container) >= 0

    @cached_property
    def begin(self) -> int:
        """The last piece that the outlet's ``noise.begin`` matches, or -1: the story is after it."""
        patterns = [re.compile(pattern) for pattern in self.outlet.noise.begin]
        return max((p.index for p in self.layout.pieces if _matches(patterns, p.text)), default=-1)

    @cached_property
    def end(self) -> int:
        """The first piece after the headline that the outlet's ``noise.end`` matches: the story is before it."""
        patterns = [re.compile(pattern) for pattern in self.outlet.noise.end]
        start = self.begin if self.plain else self.headline.index if self.headline else self.story_start
        after = (p.index for p in self.layout.pieces if p.index > start and _matches(patterns, p.text))
        return next(after, len(self.layout.pieces))

    def surroundings(self, container: Container) -> dict[str, str]:
        """Kinds of places that ``container`` is in by element or class, each with the label that shows it.

        Elements that hold most of the page tell nothing of their parts.
        """
        missing = list(takewhile(lambda step: step not in self.places, container.chain()))
        for step in reversed(missing):
            above = self.places[step.parent] if step.parent else {}
            own = {} if self.layout.is_most_of_page(step) else place_of(step)
            self.places[step] = above if own.keys() <= above.keys() else own | above
        return self.places[container]

    def phrase(self, piece: Piece) -> Hit | None:
        """The noise phrase in the piece, if any."""
        if piece.index not in self.phrases:
            self.phrases[piece.index] = find(piece.text)
        return self.phrases[piece.index]

    @cached_property
    def since_prompt(self) -> list[int]:
        """For each piece the count of pieces since one that leads away from the story."""
        counts, count = [], 99
        for piece in self.layout.pieces:
            count += 1
            if piece.index in self.near_body and (hit := self.phrase(piece)) and hit.category in _LEADING_AWAY:
                count = 0
            counts.append(count)
        return counts

    def declared(self, piece: Piece) -> float:
        """Whether the declared body holds the piece: 1 or 0, or -1 where the page declares none."""
        if not self.declared_body:
            return -1.0
        return float("".join(piece.text.split())[:80] in self.declared_body)

    def row(self, piece: Piece) -> list[float]:
        """What is measured of the piece."""
        hit = self.phrase(piece)
        signs = Signs(
            title=self.title_words,
            lead=self.lead_words,
            headline=self.headline,
            phrase=hit.category if hit else None,
            since_prompt=self.since_prompt[piece.index],
            declared=self.declared(piece),
        )
        return features(self.layout, piece.index, signs)


def place_of(container: Container) -> dict[str, str]:
    """Kinds of places that an element is or calls itself, each with its label."""
    groups = class_groups(container.words)
    return {kind: container.label for kind, (own, tags) in _PLACES.items() if container.tag in tags or groups & own}


def _matches(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)
