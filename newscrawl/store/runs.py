"""Runs, and the account of what became of each address in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that writes; ``status`` is running, died, or as the command finished it."""

    number: int
    command: str
    version: str
    outlets: tuple[str, ...]
    started: datetime
    ended: datetime | None
    status: str
    reason: str | None
    requests: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccount:
    """How many addresses of a run ended in which state, outlet by outlet."""

    run: int
    outlets: Mapping[str, Mapping[str, int]]

    @property
    def states(self) -> dict[str, int]:
        """Addresses by state over all outlets."""
        total: Counter[str] = Counter()
        for states in self.outlets.values():
            total.update(states)
        return dict(sorted(total.items()))

    @property
    def discovered(self) -> int:
        """Addresses discovered: each is in exactly one state."""
        return sum(self.states.values())
