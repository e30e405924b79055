"""What a crawl of an outlet measures as it goes: counters, and little that grows with the run."""

from __future__ import annotations

from array import array
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from newscrawl.discover import stated_at
from newscrawl.extract.language import canonical
from newscrawl.health.measures import RESTS, Measures, RuleMeasure, SourceMeasure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from newscrawl.health.measures import Saved
    from newscrawl.outlet import Source
    from newscrawl.records import Article, Link, Stripped

_COUNTED = (
    "pages", "new", "changed", "titled", "dated", "timed", "authored", "removed_chars", "future", "language_conflicts"
)  # fmt: skip
_AHEAD = timedelta(days=1)  # A calendar's entries lie in the future, and tell nothing of how fresh a source is.


@dataclass(slots=True)
class Gauge:
    """Counts what happens to one outlet in one run, from ``started`` on by the crawl's clock."""

    started: datetime
    requests: Counter[str] = field(default_factory=Counter)
    received: int = 0
    elapsed: timedelta | None = None
    _begin: float = field(default_factory=perf_counter)
    _counts: Counter[str] = field(default_factory=Counter)
    _chars: array[int] = field(default_factory=lambda: array("I"))
    _languages: Counter[str] = field(default_factory=Counter)
    _zones: Counter[str] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)
    _matched: Counter[str] = field(default_factory=Counter)
    _tried: Counter[str] = field(default_factory=Counter)
    _rules: dict[str, RuleMeasure] = field(default_factory=dict)
    _sources: dict[str, SourceMeasure] = field(default_factory=dict)
    _seconds: Counter[str] = field(default_factory=Counter)

    def end(self) -> None:
        """Note that the outlet's crawl is over."""
        self.elapsed = timedelta(seconds=perf_counter() - self._begin)

    @property
    def ended(self) -> datetime:
        """The end of the outlet's crawl, by the crawl's clock."""
        return self.started + (self.elapsed or timedelta(seconds=perf_counter() - self._begin))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time that passes in here to ``stage``."""
        begin = perf_counter()
        try:
            yield
        finally:
            self.took(stage, perf_counter() - begin)

    def took(self, stage: str, seconds: float) -> None:
        """Add ``seconds`` to ``stage``."""
        self._seconds[stage] += seconds  # type: ignore[assignment]  # a Counter adds up seconds as well

    def answer(self, source: Source, url: str, status: str, links: Sequence[Link], now: datetime) -> None:
        """Note what a source, or a further sitemap or page of it at ``url``, answered; ``status`` is the source's."""
        stated = [at for link in links if (at := stated_at(link)) and at < now + _AHEAD]
        new = SourceMeasure(
            url=source.url, kind=source.kind, status=status, items=len(links), newest=max(stated, default=None)
        )
        old = self._sources.get(source.url)
        self._sources[source.url] = _joined(old, new, own=url == source.url) if old else new

    def rest(self, source: Source) -> None:
        """Note that a source was not asked."""
        self._sources[source.url] = SourceMeasure(url=source.url, kind=source.kind, status=RESTS, items=0, newest=None)

    def page(self, page: Stripped) -> None:
        """Count a page that was read."""
        self._counts["pages"] += 1
        if page.refused:
            self._refused[page.refused] += 1
        for name, hit in page.matched:
            self._tried[name] += 1
            self._matched[name] += hit

    def unreadable(self) -> None:
        """Count a page on which reading failed."""
        self._counts["pages"] += 1
        self._refused["error"] += 1

    def article(self, article: Article) -> None:
        """Count an article."""
        timed = article.date_published is not None and article.date_precision != "day"
        self._chars.append(len(article.text))
        self._counts.update(
            titled=bool(article.title),
            dated=article.date_published is not None,
            timed=timed,
            authored=bool(article.authors),
            removed_chars=article.removed_chars,
            future=article.dated_ahead,
            language_conflicts=_contradicts(article.language, article.language_declared),
        )
        self._languages[article.language or "und"] += 1
        if timed:
            self._zones[article.date_zone or "unknown"] += 1
        self._count_rules(article)

    def _count_rules(self, article: Article) -> None:
        blocks: Counter[str] = Counter()
        chars: Counter[str] = Counter()
        for block in article.blocks:
            if not block.kept:
                blocks[block.rule] += 1
                chars[block.rule] += len(block.text)
        for rule, count in blocks.items():
            was = self._rules.get(rule, RuleMeasure(pages=0, blocks=0, chars=0))
            self._rules[rule] = RuleMeasure(
                pages=was.pages + 1, blocks=was.blocks + count, chars=was.chars + chars[rule]
            )

    def measures(self, saved: Iterable[Saved]) -> Measures:
        """All that was measured, with what of the articles was ``saved``."""
        lags = self._count_saved(saved)
        return Measures(
            requests=dict(sorted(self.requests.items())),
            bytes=self.received,
            articles=len(self._chars),
            median_chars=round(median(self._chars)) if self._chars else None,
            kept_chars=sum(self._chars),
            languages=_ordered(self._languages),
            zones=_ordered(self._zones),
            median_lag_hours=round(median(lags), 2) if lags else None,
            refused=_ordered(self._refused),
            selectors={name: (self._matched[name], tried) for name, tried in self._tried.items()},
            rules=dict(sorted(self._rules.items())),
            sources=tuple(sorted(self._sources.values(), key=lambda source: source.url)),
            stages={stage: round(seconds, 3) for stage, seconds in sorted(self._seconds.items())},
            **{name: self._counts[name] for name in _COUNTED},
        )

    def _count_saved(self, saved: Iterable[Saved]) -> array[float]:
        """Count new and changed articles; the lags of the new ones in hours."""
        lags: array[float] = array("d")
        for one in saved:
            self._counts["new" if one.revision == 1 else "changed"] += 1
            if one.revision == 1 and one.lag_hours is not None:
                lags.append(one.lag_hours)
        return lags


def _joined(old: SourceMeasure, new: SourceMeasure, *, own: bool) -> SourceMeasure:
    newest = max(filter(None, (old.newest, new.newest)), default=None)
    return replace(old, items=old.items + new.items, newest=newest, status=new.status if own else old.status)


def _contradicts(language: str | None, declared: str | None) -> bool:
    """Whether a page declares a language, and its text is in another."""
    stated = canonical(declared)
    return language is not None and stated is not None and language != stated


def _ordered(counts: Counter[str]) -> Mapping[str, int]:
    """``counts``, the most frequent first."""
    return dict(counts.most_common())
