"""What a run measured of an outlet, and the verdict on it: frozen, no I/O."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


RESTS = "rests"
"""The status of a source that was not asked, because it was silent for long or failing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMeasure:
    """A feed, sitemap or listing as it answered: how many addresses it named, and the newest date it states of one.

    ``status`` is an HTTP status, ``rests``, or what went wrong in words.
    """

    url: str
    kind: str
    status: str
    items: int
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMeasure:
    """What one rule removed: from how many pages, how many blocks, how many characters."""

    pages: int
    blocks: int
    chars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What one run measured of one outlet; ``titled`` to ``authored`` count articles, as does ``articles``."""

    requests: Mapping[str, int] = field(default_factory=dict)
    """Answers by HTTP status, and ``failed`` for requests that got none; sources, robots.txt and retries too."""
    bytes: int = 0
    """Received, as they came over the wire."""
    pages: int = 0
    """Pages that were read."""
    articles: int = 0
    """Pages that are articles."""
    new: int = 0
    changed: int = 0
    """Articles that got a new revision."""
    titled: int = 0
    dated: int = 0
    timed: int = 0
    """Dated to the time of day."""
    authored: int = 0
    median_chars: int | None = None
    """Of the texts of the articles."""
    kept_chars: int = 0
    removed_chars: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    """Articles by the language of their text (``und`` where none was told)."""
    language_conflicts: int = 0
    """Articles in another language than their page declares."""
    zones: Mapping[str, int] = field(default_factory=dict)
    """Articles dated to the time of day, by how the zone is known: ``stated``, ``assumed`` or ``unknown``."""
    median_lag_hours: float | None = None
    """Of new articles dated to the time of day: from their publication until they were fetched."""
    future: int = 0
    """Pages that state a date later than the fetch, which is not believed."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Pages that are no articles, by reason."""
    selectors: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Pages matched and pages tried by what the outlet's file selects (``selectors.title``, ``noise.prune: .ad``)."""
    rules: Mapping[str, RuleMeasure] = field(default_factory=dict)
    """What each rule removed from the articles."""
    sources: tuple[SourceMeasure, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds spent on it: ``fetch``, ``strip``, ``dates``, ``language``, ``store``; they may overlap."""

    @property
    def removed_share(self) -> float | None:
        """Removed characters of all that the articles' pages showed; None without any."""
        whole = self.kept_chars + self.removed_chars
        return self.removed_chars / whole if whole else None

    def as_record(self) -> dict[str, Any]:
        """The measures as a JSON-ready mapping."""
        sources = [asdict(s) | {"newest": s.newest and s.newest.isoformat()} for s in self.sources]
        return asdict(self) | {"sources": sources}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """The measures that ``as_record`` gave; what an older program did not measure has its default."""
        known = {f.name: record[f.name] for f in fields(cls) if f.name in record}
        known["sources"] = tuple(_source(source) for source in record.get("sources", ()))
        known["selectors"] = {name: (hit, tried) for name, (hit, tried) in record.get("selectors", {}).items()}
        known["rules"] = {name: RuleMeasure(**rule) for name, rule in record.get("rules", {}).items()}
        return cls(**known)


def _source(record: Mapping[str, Any]) -> SourceMeasure:
    newest = record["newest"]
    return SourceMeasure(**{**record, "newest": datetime.fromisoformat(newest) if newest else None})


@dataclass(frozen=True, slots=True)
class Saved:
    """An article that a run stored: its revision, the time of its publication if known, and that of its fetch."""

    revision: int
    published: datetime | None
    fetched: datetime | None

    @property
    def lag_hours(self) -> float | None:
        """From publication to fetch."""
        return (self.fetched - self.published).total_seconds() / 3600 if self.fetched and self.published else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletRun:
    """An outlet's part in a run: ``states`` counts its addresses, ``started`` and ``ended`` are the crawl's clock.

    ``status`` is the run's: finished, interrupted or failed.
    """

    run: int
    outlet: str
    command: str
    status: str
    started: datetime
    ended: datetime
    states: Mapping[str, int]
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How an outlet fares at an instant, and why in words; ``run`` is the newest one that it was judged by, if any.

    ``verdict`` is ``ok``, ``quiet``, ``drift``, ``broken``, ``blocked``, ``stale`` or ``never``.
    """

    outlet: str
    at: datetime
    run: int | None
    verdict: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A change of verdict that a ``hook`` (``command``, ``webhook``) is to be told of; ``before`` stood until then."""

    number: int
    hook: str
    before: str | None
    verdict: Verdict
