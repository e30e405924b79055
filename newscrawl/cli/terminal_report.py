"""The short form of a report, for the shell."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import click

from newscrawl.cli.printing import print_table
from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.numbers import Numbers

_SPARKS = "▁▂▃▄▅▆▇█"
_WIDTH = 40
_BAR = 24
_MOST = 8


def print_numbers(numbers: Numbers) -> None:
    """Print the main numbers: totals, a row for each outlet, what rules removed, and the last runs."""
    click.echo(_headline(numbers))
    if numbers.outlets:
        click.echo()
        columns = ("outlet", "articles", f"per {numbers.unit}", "dated", "author", "removed", "health")
        print_table(columns, _outlets(numbers))
    if numbers.rules:
        click.echo()
        print_table(("rule", "removed", ""), _rules(numbers))
    for line in _last(numbers):
        click.echo(line)


def _headline(numbers: Numbers) -> str:
    share = numbers.removed_share
    removed = "" if share is None else f", {share:.1%} of their pages' text removed"
    return f"{numbers.articles:,} articles of {len(numbers.outlets):,} outlets{removed}"


def _outlets(numbers: Numbers) -> Iterator[tuple[object, ...]]:
    """Each outlet with a line of how many articles it published."""
    by_outlet: defaultdict[str, Counter[object]] = defaultdict(Counter)
    for period in numbers.periods:
        by_outlet[period.outlet][period.start] += period.articles
    starts = sorted({period.start for period in numbers.periods})[-_WIDTH:]
    verdicts = {verdict.outlet: verdict.verdict for verdict in numbers.verdicts}
    for one in numbers.outlets:
        shown = one.kept_chars + one.removed_chars
        yield (
            one.outlet,
            one.articles,
            sparkline([by_outlet[one.outlet][start] for start in starts]),
            f"{one.dated / one.articles:.0%}",
            f"{one.authored / one.articles:.0%}",
            f"{one.removed_chars / shown:.1%}" if shown else None,
            verdicts.get(one.outlet),
        )


def sparkline(values: Sequence[int]) -> str:
    """Numbers as a row of small bars, the largest the highest; nothing is a space."""
    most = max(values, default=0)
    return "".join(_SPARKS[-(-value * len(_SPARKS) // most) - 1] if value else " " for value in values)


def _rules(numbers: Numbers) -> Iterator[tuple[object, ...]]:
    most = numbers.rules[0].share or 1
    for rule in numbers.rules[:_MOST]:
        yield rule.rule, f"{rule.share:.1%}", "█" * max(1, round(_BAR * rule.share / most))


def _last(numbers: Numbers) -> Iterator[str]:
    if numbers.runs:
        run = numbers.runs[-1]
        yield ""
        yield f"run {run.run}: {run.command}, {run.started:%Y-%m-%d %H:%M} UTC, {run.status} after {run.seconds:,.0f} s"
    for verdict in numbers.verdicts:
        if verdict.verdict != "ok":
            yield printable(f"{verdict.outlet} is {verdict.verdict}: {'; '.join(verdict.causes)}")
