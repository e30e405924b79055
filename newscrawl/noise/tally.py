"""What the verdicts on a page add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.records import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Characters of a page: kept, removed by each rule (most first), and those that only its scripts carry."""

    kept: int
    removed_by: Mapping[str, int]
    recovered: int
    blocks: int
    """Those of the visible page; recovered ones stand apart."""

    @property
    def removed(self) -> int:
        """Characters removed by any rule."""
        return sum(self.removed_by.values())

    @property
    def visible(self) -> int:
        """All that the page shows: what is kept and what is removed."""
        return self.kept + self.removed


def tally(blocks: Sequence[Block]) -> Tally:
    """The sums of the blocks of a page."""
    shown = [block for block in blocks if not block.recovered]
    removed_by: Counter[str] = Counter()
    for block in shown:
        if not block.kept:
            removed_by[block.rule] += len(block.text)
    return Tally(
        kept=sum(len(block.text) for block in shown if block.kept),
        removed_by=dict(removed_by.most_common()),
        recovered=sum(len(block.text) for block in blocks if block.recovered),
        blocks=len(shown),
    )
