"""Showing how far a long command has come: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

if TYPE_CHECKING:
    from rich.progress import TaskID

LINE_SECONDS = 10.0
"""How often a line is written where there is no terminal."""


class Progress:
    """How many of how many, by name; a context manager around the work.  It writes to stderr only.

    Without ``bars`` a terminal too gets lines only: for work whose results appear on it meanwhile.
    """

    def __init__(self, *, bars: bool = True) -> None:
        self._done: Counter[str] = Counter()
        self._total: Counter[str] = Counter()
        self._tasks: dict[str, TaskID] = {}
        self._bars = _bars() if bars and sys.stderr.isatty() else None
        self._next_line = monotonic() + LINE_SECONDS

    def expect(self, name: str, count: int) -> None:
        """Add ``count`` to what is to be done under ``name``."""
        self._total[name] += count
        self._show(name)

    def advance(self, name: str, count: int = 1) -> None:
        """Add ``count`` to what is done under ``name``, expected or not."""
        self._done[name] += count
        self._total[name] = max(self._total[name], self._done[name])
        self._show(name)

    def _show(self, name: str) -> None:
        if self._bars:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name)
            self._bars.update(self._tasks[name], completed=self._done[name], total=self._total[name])
        elif monotonic() >= self._next_line:
            self._next_line = monotonic() + LINE_SECONDS
            counts = ", ".join(f"{each} {self._done[each]} of {self._total[each]}" for each in sorted(self._total))
            print(counts, file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()


def _bars() -> Bars:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # rich would take over stdout as well, and send records that are piped elsewhere to the terminal.
    return Bars(*columns, console=Console(stderr=True), redirect_stdout=False)
