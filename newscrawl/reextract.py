"""Stored pages read again by the present rules: what would change, and the change itself, without the network."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import islice, tee
from typing import TYPE_CHECKING, Any

from newscrawl.archive import ArchivedPage
from newscrawl.batch import ERROR, Refused, Rules, extract_all
from newscrawl.errors import GuardError
from newscrawl.extract.strip import EXTRACTOR, rules_hash
from newscrawl.outlet import GENERIC, Outlet, outlet_files
from newscrawl.progress import Progress
from newscrawl.records import Article, Page
from newscrawl.revisions import compare
from newscrawl.store import UNCHANGED, Renewal
from newscrawl.urls import article_key

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.store import Choice, KeptPage, Store

BATCH = 100
SAMPLES = 5
GUARD = 0.05
"""Share of the pages that may lose half of their text or all of it before a re-extraction stops."""

_PAGES = "pages"
_RENEWED = "renewed"
_LOST = 0.5
_OWN = ("extractor", "rules_hash", "revision", "also_at", "cluster_id", "is_original", "gone_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a kept page reads now: the renewal that says so, and what it did to the text."""

    renewal: Renewal
    kinds: tuple[str, ...]
    gained: int = 0
    lost: int = 0
    excerpt: str | None = None

    @property
    def harmful(self) -> bool:
        """Whether an article was emptied, or its text shrank by half."""
        return "emptied" in self.kinds or "shrunk" in self.kinds


@dataclass(kw_only=True)
class Report:
    """What reading the pages again came to: ``pages`` is the sum of the six below it."""

    pages: int = 0
    unchanged: int = 0
    changed: int = 0
    emptied: int = 0
    newly_failing: int = 0
    recovered: int = 0
    still_refused: int = 0
    text_changed: int = 0
    """Of those changed; so are the next three."""
    dates_changed: int = 0
    shrunk: int = 0
    """Texts that lost half of their length or more."""
    fields_changed: int = 0
    """Title, authors and the like."""
    gained: int = 0
    lost: int = 0
    """Characters of text."""
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def harmed(self) -> int:
        """Articles that lost half of their text, or all of it."""
        return self.emptied + self.shrunk

    def add(self, verdict: Verdict) -> None:
        """Count ``verdict``; the first few of each kind are kept as samples."""
        self.pages += 1
        self.gained += verdict.gained
        self.lost += verdict.lost
        for kind in verdict.kinds:
            setattr(self, kind, getattr(self, kind) + 1)
        told = verdict.kinds[-1]
        if told not in ("unchanged", "still_refused") and self._shown(told) < SAMPLES:
            self.samples.append(_sample(verdict))

    def _shown(self, kind: str) -> int:
        return sum(sample["kind"] == kind for sample in self.samples)


@dataclass(frozen=True, kw_only=True)
class Reextraction:
    """A re-extraction of the pages that ``choice`` names, in ``archive``, by ``rules``."""

    store: Store
    archive: Path
    rules: Rules
    choice: Choice
    stale: bool = False
    """Only pages that were read by other rules than the present ones."""
    guard: float = GUARD
    workers: int | None = None
    progress: Progress = field(default_factory=Progress)

    def preview(self) -> Report:
        """What would change; nothing is written."""
        report = Report()
        self.progress.expect(_PAGES, self.total())
        with closing(self._verdicts(self._pages())) as verdicts:
            for verdict in verdicts:
                self._count(report, verdict)
        return report

    def apply(self, clock: Callable[[], datetime]) -> Report:
        """Keep what the pages say now, batch by batch; what takes text away comes last, once it is known to be little.

        Raises:
            GuardError: more than ``guard`` of the pages would be emptied or lose half of their text.
        """
        report, run = Report(), self.store.start_run(self.choice.outlets, "reextract", version("newscrawl"), clock())
        status = "interrupted"
        try:
            held = self._apply_harmless(report, run, clock)
            for batch in _batches(self._verdicts(held)):
                self.store.renew(run, [verdict.renewal for verdict in batch], clock())
            status = "finished"
        except GuardError:
            status = "failed"
            raise
        finally:
            self.store.finish_run(run, status, clock())
        return report

    def total(self) -> int:
        """How many pages are to be read."""
        return sum(reading.pages for reading in self.store.readings(self.choice) if self._wants(reading))

    def check(self, report: Report, total: int) -> None:
        """Let pass what harms little enough of ``total`` pages.

        Raises:
            GuardError: more than ``guard`` of the pages would be emptied or lose half of their text.
        """
        if report.harmed > self.guard * total:
            raise GuardError(
                f"{report.emptied:,} articles would be emptied and {report.shrunk:,} lose half of their text or more, "
                f"of {total:,} pages; the guard allows {self.guard:.0%}. Look with --dry-run, mend the rules, or "
                "allow a larger share with --guard."
            )

    def _apply_harmless(self, report: Report, run: int, clock: Callable[[], datetime]) -> list[KeptPage]:
        """Keep what does no harm; the pages where text would be lost, at most as many as the guard allows."""
        held: list[KeptPage] = []
        total = self.total()
        self.progress.expect(_PAGES, total)
        for batch in _batches(self._verdicts(self._pages())):
            for verdict in batch:
                self._count(report, verdict)
            held += [verdict.renewal.kept for verdict in batch if verdict.harmful]
            self.check(report, total)
            self.store.renew(run, [verdict.renewal for verdict in batch if not verdict.harmful], clock())
        return held

    def _count(self, report: Report, verdict: Verdict) -> None:
        report.add(verdict)
        self.progress.advance(_PAGES)

    def _pages(self) -> Iterator[KeptPage]:
        return (kept for kept in self.store.kept_pages(self.choice) if self._wants(kept))

    def _verdicts(self, pages: Iterable[KeptPage]) -> Generator[Verdict, None, None]:
        """A verdict for each of ``pages``, in order, made on all cores."""
        left, right = tee(pages)  # They are apart by what the workers are busy with.
        documents = (self._document(kept) for kept in left)
        with closing(extract_all(documents, self.rules, ledger=True, workers=self.workers)) as outcomes:
            for kept, outcome in zip(right, outcomes, strict=True):
                yield _judge(kept, self._outlet(kept), outcome)

    def _document(self, kept: KeptPage) -> ArchivedPage:
        outlet = self._outlet(kept)
        url = kept.requested_url or kept.url
        link = self.store.stated_link(outlet.name, article_key(url, outlet), url) if url else None
        return ArchivedPage(
            folder=self.archive,
            place=kept.place,
            outlet=outlet.name,
            url=kept.url,
            source=kept.source,
            link=link,
            parts=self.store.parts(kept.place),
        )

    def _wants(self, read: Any) -> bool:
        """Whether pages of an outlet that were read by these rules are to be read again."""
        present = (EXTRACTOR, rules_hash(self._outlet(read)))
        return not self.stale or (read.extractor, read.rules_hash) != present

    def _outlet(self, read: Any) -> Outlet:
        """The outlet by which pages are read; sites without one of their own are kept under their host."""
        if read.outlet in outlet_files(self.rules.folder):
            return self.rules.for_page(Page(body=b"", outlet=read.outlet))
        return self.rules.for_page(Page(body=b"", outlet=GENERIC.name, url=f"https://{read.outlet}/"))


def _judge(kept: KeptPage, outlet: Outlet, outcome: Article | Refused) -> Verdict:
    key = article_key(kept.address, outlet)
    renewal = Renewal(kept=kept, outlet=outlet.name, key=key, page=None, state=ERROR)
    if isinstance(outcome, Article):
        return _judge_article(renewal, outcome)
    if outcome.stripped is None and outcome.reason == ERROR:
        return Verdict(renewal=replace(renewal, reason=outcome.detail), kinds=("newly_failing",))
    state = UNCHANGED if outcome.reason == kept.refused else outcome.reason
    renewal = replace(renewal, page=outcome.stripped, state=state)
    if kept.refused:
        return Verdict(renewal=renewal, kinds=("still_refused",))
    lost = len(kept.record["text"]) if kept.record else 0
    return Verdict(renewal=renewal, kinds=("emptied",), lost=lost, excerpt=outcome.reason)


def _judge_article(renewal: Renewal, article: Article) -> Verdict:
    record = renewal.kept.record
    if renewal.kept.refused or record is None:
        renewal = replace(renewal, page=article, state="stored")
        return Verdict(renewal=renewal, kinds=("recovered",), gained=len(article.text))
    now = article.as_record()
    changed = {name for name, value in now.items() if value != record[name] and name not in _OWN}
    if not changed:
        return Verdict(renewal=replace(renewal, page=article, state=UNCHANGED), kinds=("unchanged",))
    return _judge_change(replace(renewal, page=article, state=_RENEWED), record, now, changed)


def _judge_change(renewal: Renewal, record: dict[str, Any], now: dict[str, Any], changed: set[str]) -> Verdict:
    edits = [(change, edit) for change in compare(record, now) for edit in change.edits if change.where == "text"]
    gained = sum(len(edit.text) for _, edit in edits if edit.kind == "added")
    lost = sum(len(edit.text) for _, edit in edits if edit.kind == "removed")
    told = {
        "changed": True,
        "fields_changed": bool(changed - {"text", "date_published", "content_hash"}),
        "dates_changed": "date_published" in changed,
        "text_changed": "text" in changed,
        "shrunk": len(now["text"]) <= _LOST * len(record["text"]),
    }
    excerpt = next((edit.text for _, edit in edits if edit.kind != "same"), ", ".join(sorted(changed)))
    kinds = tuple(kind for kind, holds in told.items() if holds)
    return Verdict(renewal=renewal, kinds=kinds, gained=gained, lost=lost, excerpt=excerpt)


def _sample(verdict: Verdict) -> dict[str, Any]:
    kept, now = verdict.renewal.kept, verdict.renewal.page
    return {
        "kind": verdict.kinds[-1],
        "id": kept.id,
        "url": kept.url,
        "title": now.title if now else kept.record and kept.record["title"],
        "gained": verdict.gained,
        "lost": verdict.lost,
        "excerpt": (verdict.excerpt or verdict.renewal.reason or "")[:200],
    }


def _batches(verdicts: Generator[Verdict, None, None]) -> Iterator[list[Verdict]]:
    with closing(verdicts):
        while batch := list(islice(verdicts, BATCH)):
            yield batch
