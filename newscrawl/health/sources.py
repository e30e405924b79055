"""Whether an outlet's sources name articles at all, each against its own answers before."""

from __future__ import annotations

from itertools import takewhile
from statistics import median
from typing import TYPE_CHECKING

from newscrawl.health.answers import is_usable, said_of
from newscrawl.health.measures import RESTS
from newscrawl.health.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawl.health.measures import OutletRun, SourceMeasure

ASKED = 2
"""How often a source must fail, if others still answer, to be lost."""
FEW = 5
"""Addresses that are none of an article: fewer tell nothing of the patterns."""

Answers = list[tuple["OutletRun", "SourceMeasure"]]
"""What a source answered, newest first, with the runs that asked."""


def answers_of(runs: Sequence[OutletRun]) -> Mapping[str, Answers]:
    """The answers of each source that the newest run with sources knows, by its address."""
    newest = next((run.measures.sources for run in runs if run.measures.sources), ())
    found: dict[str, Answers] = {source.url: [] for source in newest}
    for run in runs:
        for source in run.measures.sources:
            if source.url in found and source.status != RESTS:
                found[source.url].append((run, source))
    return {url: answers for url, answers in found.items() if answers}


def find_fruitless(runs: Sequence[OutletRun]) -> Iterator[str]:
    """Whether the sources of the newest run that asked any name no address of an article."""
    run = next((run for run in runs if any(s.status != RESTS for s in run.measures.sources)), None)
    if run is None or any(run.states.get(s) for s in run.states if s not in ("not-an-article", "offsite")):
        return
    strange = sum(run.states.values())
    if strange >= FEW:
        yield f"{counted(strange, 'address')} named, none of an article by the outlet's patterns (run {run.run})"
    answers = answers_of(runs).values()
    if answers and all(_names_nothing(those) for those in answers):
        yield from (f"{those[0][1].kind} {those[0][1].url}: names nothing any more" for those in answers)


def find_lost(runs: Sequence[OutletRun]) -> Iterator[str]:
    """Sources that give nothing while others do."""
    for answers in answers_of(runs).values():
        source = answers[0][1]
        failed = [run for run, _ in takewhile(lambda answer: not is_usable(answer[1]), answers)]
        if len(failed) >= ASKED:
            yield f"{source.kind} {source.url}: {said_of(source)} since run {failed[-1].run}"
        elif not failed and _names_nothing(answers):
            yield f"{source.kind} {source.url}: names nothing any more"


def _names_nothing(answers: Answers) -> bool:
    """Whether a source that used to name addresses answered twice with none."""
    given = [source.items for _, source in answers if source.status.startswith("2")]
    usual = given[ASKED:]
    return len(usual) >= ASKED and not any(given[:ASKED]) and median(usual) > 0
