"""Whether an outlet answers: what its sources and pages gave, run by run."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from newscrawl.health.measures import RESTS
from newscrawl.health.words import counted, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.health.measures import OutletRun, SourceMeasure

SURE = timedelta(hours=2)
"""After a good run this long ago, one bad run is enough; else it takes two."""
MANY = 10
"""Or one in which this many requests failed."""
FEW = 3
"""Pages that fail while the sources answer: fewer are their own affair."""

_REFUSING = re.compile(r"(?:http-)?(?:401|403|407|429|451)|robots\.txt does not allow it")
_MISSING = re.compile(r"http-4(?:0[0246]|10)")
_FAILING = re.compile(r"http-(?:408|5\d\d)|error")
_BESIDE = re.compile(r"3(?!04)\d\d|404|410")  # on the way elsewhere, or of no weight: most sites lack a robots.txt


@dataclass(frozen=True, slots=True)
class Outage:
    """Successive runs, newest first, in which an outlet gave nothing or mostly refusals and errors."""

    runs: tuple[OutletRun, ...]

    @property
    def refused(self) -> bool:
        """Whether most of what was not given was refused, rather than missing or broken."""
        refusals = sum(_refusals(run) for run in self.runs)
        return 2 * refusals >= sum(_bad(run) for run in self.runs)

    def causes(self) -> Iterator[str]:
        """What was answered, in words."""
        requests: Counter[str] = Counter()
        for run in self.runs:
            requests.update({k: n for k, n in run.measures.requests.items() if not _BESIDE.fullmatch(k)})
        worst = Counter({status: n for status, n in requests.items() if status not in ("200", "304")})
        total = sum(requests.values())
        since = f"since {when(self.runs[-1].started)} (run {self.runs[-1].run})"
        for status, count in worst.most_common(1):
            said = "no answer to" if status == "failed" else f"{status} on"
            yield f"{said} {count:,} of {counted(total, 'request')} {since}"
        for source in self.runs[0].measures.sources:
            if source.status != RESTS and not is_usable(source):
                yield f"{source.kind} {source.url}: {said_of(source)}"


def outage(runs: Sequence[OutletRun]) -> Outage | None:
    """The outage that the newest of ``runs`` are part of, once it is no passing fault."""
    tried = [run for run in runs if has_tried(run)]
    down = tuple(takewhile(is_down, tried))
    if not down or not _counts(down):
        return None
    up = tried[len(down)] if len(down) < len(tried) else None
    sure = up is None or len(down) > 1 or down[0].started - up.started >= SURE or _bad(down[0]) >= MANY
    return Outage(down) if sure else None


def _counts(down: Sequence[OutletRun]) -> bool:
    """Whether sources failed, or so many pages that they cannot be the same few, tried again and again."""
    if any(_lacks_sources(run) or _bad_pages(run) >= FEW for run in down):
        return True
    return sum(map(_refusals, down)) >= FEW or sum(map(_bad_pages, down)) >= MANY


def has_tried(run: OutletRun) -> bool:
    """Whether the run asked for anything."""
    return bool(_asked(run) or _good_pages(run) or _bad_pages(run))


def is_down(run: OutletRun) -> bool:
    """Whether none of the sources that the run asked gave anything, or most pages were not given."""
    bad, good = _bad_pages(run), _good_pages(run)
    return _lacks_sources(run) or (bad > 0 and good == 0) or bad >= max(FEW, good)


def is_usable(source: SourceMeasure) -> bool:
    """Whether a source that was asked gave what can be read, or word that nothing has changed."""
    return source.status == "304" or source.status.startswith("2")


def said_of(source: SourceMeasure) -> str:
    """What a source that cannot be used answered."""
    return f"answers {source.status}" if source.status.isdigit() else source.status


def missing_pages(run: OutletRun) -> tuple[int, int]:
    """Addresses that gave no page (missing, refused or failed), of all that were asked for."""
    missing = _bad_pages(run) + sum(n for state, n in run.states.items() if _MISSING.fullmatch(state))
    return missing, missing + _good_pages(run)


def _asked(run: OutletRun) -> list[SourceMeasure]:
    return [source for source in run.measures.sources if source.status != RESTS]


def _given(run: OutletRun) -> list[SourceMeasure]:
    return [source for source in _asked(run) if is_usable(source)]


def _lacks_sources(run: OutletRun) -> bool:
    return bool(_asked(run)) and not _given(run)


def _good_pages(run: OutletRun) -> int:
    return run.measures.pages - run.measures.refused.get("error", 0) + run.states.get("unchanged", 0)


def _bad_pages(run: OutletRun) -> int:
    return sum(n for state, n in run.states.items() if _FAILING.fullmatch(state) or _REFUSING.fullmatch(state))


def _bad(run: OutletRun) -> int:
    return _bad_pages(run) + len(_asked(run)) - len(_given(run))


def _refusals(run: OutletRun) -> int:
    pages = sum(n for state, n in run.states.items() if _REFUSING.fullmatch(state))
    return pages + sum(_REFUSING.fullmatch(source.status) is not None for source in _asked(run))
