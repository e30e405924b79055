"""What an outlet's pages give that is not as usual: selectors, fields, lengths, languages, dates."""

from __future__ import annotations

from functools import partial
from itertools import chain
from math import exp, log
from typing import TYPE_CHECKING

from newscrawl.health.answers import is_down, missing_pages
from newscrawl.health.baseline import baselines, fallen, intervals, median_of, risen, shifted
from newscrawl.health.words import counted, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newscrawl.health.baseline import Baseline, Change, Count
    from newscrawl.health.measures import OutletRun

ALL = 0.8
"""The share of pages from which on they are as good as all."""
FACTOR = 2.0
"""How many times longer or shorter texts are another kind of text."""
SHARE = 0.2
"""By how much the removed share may move."""
LAG_HOURS = 0.75
"""By how much the time from publication to fetch may move: zones differ by an hour, or a half."""
LAG_SPREADS = 10.0
"""How many usual spreads that is, at the least: a few articles that are found late are no sign."""
LATE = 2
"""After how many usual intervals a run is late, and finds older articles than others."""

_FIELDS = {"titled": "a title", "dated": "a date", "timed": "a time of day", "authored": "an author"}
_SIGNS = {
    "future": "state a date later than their fetch",
    "language_conflicts": "are in another language than they declare",
}


def find_changes(runs: Sequence[OutletRun], trouble: datetime | None) -> tuple[bool, list[str]]:
    """What changed, in words, and whether it leaves nothing; what was usual was so before the ``trouble`` began."""
    by_page = baselines(runs, lambda run: run.measures.pages, trouble)
    by_article = baselines(runs, lambda run: run.measures.articles, trouble)
    refused = risen(by_page, _refused)
    causes = [_say_refused(runs, refused)] if refused else []
    causes += _selectors(by_page, runs)
    causes += _rules(by_article, runs)
    causes += _shares(by_page, by_article)
    causes += _mixes(by_article)
    causes += _sizes(by_article)
    causes += _lag(runs, trouble)
    return bool(refused and refused.had >= ALL * refused.of), causes


def _refused(run: OutletRun) -> tuple[int, int]:
    return sum(run.measures.refused.values()), run.measures.pages


def _say_refused(runs: Sequence[OutletRun], change: Change) -> str:
    newest = next(run for run in runs if run.measures.refused)
    reason, _ = max(newest.measures.refused.items(), key=lambda item: item[1])
    return f"{change.had} of {counted(change.of, 'page')} gave no article ({reason}); {percent(change.usual)} as a rule"


def _selectors(by_page: Sequence[Baseline], runs: Sequence[OutletRun]) -> Iterator[str]:
    named = (run.measures.selectors for baseline in by_page[:1] for run in baseline.latest.runs)
    for name in dict.fromkeys(chain.from_iterable(named)):
        count = partial(_selected, name)
        if change := fallen(by_page, count):
            yield _say_fallen(f"selector {name}", "matched", change, count, runs)


def _selected(name: str, run: OutletRun) -> tuple[int, int]:
    return run.measures.selectors.get(name, (0, 0))


def _rules(by_article: Sequence[Baseline], runs: Sequence[OutletRun]) -> Iterator[str]:
    usual = (portion for baseline in by_article[:1] for portion in baseline.usual)
    for name in sorted({name for portion in usual for run in portion.runs for name in run.measures.rules}):
        count = partial(_ruled, name)
        change = fallen(by_article, count)
        if change and not change.had:
            yield _say_fallen(f"rule {name}", "removed something from", change, count, runs)


def _ruled(name: str, run: OutletRun) -> tuple[int, int]:
    rule = run.measures.rules.get(name)
    return rule.pages if rule else 0, run.measures.articles


def _say_fallen(subject: str, verb: str, change: Change, count: Count, runs: Sequence[OutletRun]) -> str:
    """What matches less than it did; where it matches nothing any more, on how many pages and since which run."""
    if change.had:
        return f"{subject} {verb} {change.had} of {counted(change.of, 'page')}; {percent(change.usual)} as a rule"
    pages, since = 0, runs[0].run
    for run in runs:
        had, of = count(run)
        if had:
            break
        pages, since = pages + of, run.run if of else since
    return f"{subject} {verb} 0 of {counted(pages, 'page')} since run {since}; {percent(change.usual)} as a rule"


def _shares(by_page: Sequence[Baseline], by_article: Sequence[Baseline]) -> Iterator[str]:
    for name, words in _FIELDS.items():
        if change := fallen(by_article, partial(_counted, name)):
            yield f"{change.had} of {_of(change)} have {words}; {percent(change.usual)} as a rule"
    for name, words in _SIGNS.items():
        if change := risen(by_article, partial(_counted, name)):
            yield f"{change.had} of {_of(change)} {words}; {percent(change.usual)} as a rule"
    if change := risen(by_page, _duplicates):
        yield f"{change.had} of {_of(change)} say the same as another; {percent(change.usual)} as a rule"
    if change := risen(by_page, missing_pages):
        yield f"{change.had} of {counted(change.of, 'address')} gave no page; {percent(change.usual)} as a rule"


def _counted(name: str, run: OutletRun) -> tuple[int, int]:
    return getattr(run.measures, name), run.measures.articles


def _duplicates(run: OutletRun) -> tuple[int, int]:
    return min(run.states.get("duplicate", 0), run.measures.articles), run.measures.articles


def _mixes(by_article: Sequence[Baseline]) -> Iterator[str]:
    """Languages and zones that are far more frequent than they were."""
    for kind, words in (("languages", "are in"), ("zones", "state times whose zone is")):
        for name in sorted({n for b in by_article for run in b.newest.runs for n in getattr(run.measures, kind)}):
            count = partial(_of_mix, kind, name)
            if change := risen(by_article, count):
                yield f"{change.had} of {_of(change)} {words} {name}; {percent(change.usual)} as a rule"


def _of_mix(kind: str, name: str, run: OutletRun) -> tuple[int, int]:
    mix = getattr(run.measures, kind)
    return mix.get(name, 0), sum(mix.values())


def _sizes(by_article: Sequence[Baseline]) -> Iterator[str]:
    if shift := shifted(by_article, _log_chars, log(FACTOR)):
        yield f"the median text has {exp(shift.newest):,.0f} characters; {exp(shift.usual):,.0f} as a rule"
    if shift := shifted(by_article, lambda run: run.measures.removed_share, SHARE):
        yield f"{percent(shift.newest)} of the text was removed; {percent(shift.usual)} as a rule"


def _log_chars(run: OutletRun) -> float | None:
    return log(run.measures.median_chars) if run.measures.median_chars else None


def _lag(runs: Sequence[OutletRun], trouble: datetime | None) -> Iterator[str]:
    """Articles that seem older or younger when they are found than they did, as after a change of zone."""
    by_new = baselines(_timely(runs), lambda run: run.measures.new, trouble)
    if shift := shifted(by_new, lambda run: run.measures.median_lag_hours, LAG_HOURS, LAG_SPREADS):
        yield f"articles are found {shift.newest:.1f} h after the date they state; {shift.usual:.1f} h as a rule"


def _timely(runs: Sequence[OutletRun]) -> list[OutletRun]:
    """The runs that did not come late: after a pause, or an outage, all articles are older."""
    up = [run for run in runs if not is_down(run)]
    gaps = intervals(run.started for run in up)
    late = LATE * median_of(gaps) if gaps else None
    return [run for run, gap in zip(up, gaps, strict=False) if late and gap < late]


def _of(change: Change) -> str:
    return counted(change.of, "article")
