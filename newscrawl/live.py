"""An outlet's file held against its site: a few recent articles, and whether they have what its samples have."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.crawl import ask_for_contact, run_spiders
from newscrawl.errors import ExitCode
from newscrawl.extract import strip
from newscrawl.fetch.session import open_session
from newscrawl.health.measures import RESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawl.config import Config
    from newscrawl.fetch.session import Session
    from newscrawl.health.measures import SourceMeasure
    from newscrawl.outlet import Outlet
    from newscrawl.records import Article
    from newscrawl.samples import Sample
    from newscrawl.store import Outcome

LIMIT = 3
"""Articles that are fetched, unless more are asked for."""

TIME = "time of day"
FIELDS = (
    "title", "lead", "text", "authors", "agency", "dateline", "date_published", TIME, "language", "language_declared",
    "section", "tags", "image", "canonical_url", "source_id",
)  # fmt: skip
_ANSWERED = ("200", "304", RESTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCheck:
    """How an outlet's site is today, by ``articles`` and by ``outcomes`` of the addresses that gave none.

    ``expected`` are the fields that all samples have, ``missing`` those of them that no article has; ``unmatched``
    are selectors that find something in samples and nothing on any page; ``silent`` are sources that named nothing.
    """

    outlet: str
    pages: int
    articles: tuple[Article, ...]
    outcomes: tuple[Outcome, ...]
    expected: tuple[str, ...]
    unmatched: tuple[str, ...]
    silent: tuple[SourceMeasure, ...]
    interrupted: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that all samples have, and none of the articles."""
        stated = [stated_fields(article.as_record()) for article in self.articles]
        return tuple(field for field in self.expected if not any(field in fields for fields in stated))

    @property
    def exit_code(self) -> ExitCode:
        """What a command that ran it returns."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if not self.pages:
            return ExitCode.NOTHING_FETCHED
        return ExitCode.TROUBLE if self.missing or self.unmatched else ExitCode.DONE


def check_live(outlet: Outlet, samples: Sequence[Sample], config: Config, *, limit: int = LIMIT) -> LiveCheck:
    """Fetch some recent articles of ``outlet`` as a crawl would, and keep nothing of them.

    Once per process, as ``newscrawl.crawl``.
    """
    ask_for_contact(config, [source.url for source in outlet.sources])
    found: list[Article] = []
    shown = [sample for sample in samples if _shows_page(sample)]
    with (
        tempfile.TemporaryDirectory(prefix="newscrawl-") as folder,
        open_session(_away(config, Path(folder)), [outlet.name], "outlets check", emit=found.append) as session,
    ):
        run_spiders(session, [{"outlet": outlet, "limit": limit}])
        session.flush()
        measured = session.gauge(outlet.name).measures(())
        return LiveCheck(
            outlet=outlet.name,
            pages=session.pages,
            articles=tuple(sorted(found, key=lambda article: article.url or "")),
            outcomes=_without_article(session, found),
            expected=tuple(field for field in FIELDS if shown and all(_has(sample, field) for sample in shown)),
            unmatched=_unmatched(_matched(shown, outlet), measured.selectors),
            silent=tuple(source for source in measured.sources if _is_silent(source)),
            interrupted=session.status == "interrupted",
        )


def stated_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``record`` that say something; a date that tells the time of day counts twice."""
    precision = record.get("date_precision")
    said = {**record, TIME: precision if precision != "day" else None}
    return {field: value for field in FIELDS if (value := said.get(field))}


def _away(config: Config, folder: Path) -> Config:
    """``config`` with a data folder that is thrown away."""
    return config.model_copy(update={"data": folder})


def _shows_page(sample: Sample) -> bool:
    """Whether a sample is an article on a page of the site, not a text document or a page that is refused."""
    return "refused" not in sample.fields and sample.document.suffix != ".txt"


def _has(sample: Sample, field: str) -> bool:
    return field in stated_fields(sample.fields)


def _matched(samples: Iterable[Sample], outlet: Outlet) -> set[str]:
    """The selectors of ``outlet`` that find something in ``samples``."""
    return {name for sample in samples for name, hit in strip(sample.page, outlet).matched if hit}


def _unmatched(expected: set[str], measured: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    return tuple(name for name, (hits, tried) in measured.items() if name in expected and tried and not hits)


def _is_silent(source: SourceMeasure) -> bool:
    """Whether a source named nothing; an index of sitemaps may not have been followed any further."""
    return source.status not in _ANSWERED or (not source.items and source.kind != "sitemap")


def _without_article(session: Session, found: Sequence[Article]) -> tuple[Outcome, ...]:
    """How those addresses ended that were fetched and gave no article."""
    given = {article.requested_url for article in found}
    quiet = ("pending", "not-an-article", "duplicate", "part")
    outcomes = session.store.outcomes(session.run)
    return tuple(one for one in outcomes if one.state not in quiet and one.url not in given)
