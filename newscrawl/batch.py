"""Many pages to articles, on all cores, in the order given and in constant memory."""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from newscrawl.archive.pages import ArchivedPage
from newscrawl.documents import DocumentError, SavedFile, read_page
from newscrawl.errors import ArchiveError, NewscrawlError
from newscrawl.extract import settle_dates, settle_language, strip
from newscrawl.imprint import imprint_of
from newscrawl.outlet import GENERIC, Outlet, load_outlet, outlet_of
from newscrawl.workers import PAGE_SECONDS, Workers, usable_cores

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from newscrawl.outlet import LearnedBlock
    from newscrawl.records import ArchivePlace, Article, Page, Stripped
    from newscrawl.workers import Task

    Document = Page | SavedFile | ArchivedPage

_AHEAD = 16  # Pages under way for each worker: one slow page does not leave the others idle.

ERROR = "error"
STRAY = "not-an-article"
PART = "part"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A page that gave no article: it is none (``reason`` says which kind of none), or reading it failed.

    ``reason`` is ``error`` where reading failed, and ``detail`` then says how.  ``stripped`` is the page as far as
    it was read, where the ledger was asked for.
    """

    source: str | None
    url: str | None
    outlet: str
    reason: str
    detail: str | None = None
    stripped: Stripped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which outlet's rules apply: the named one's for all pages, else each page's own."""

    outlet: str | None = None
    folder: Path | None = None
    """Outlets of the user's own."""
    learned: Mapping[str, frozenset[LearnedBlock]] = field(default_factory=dict)
    """Noise that a corpus knows, by the name that pages are kept under."""
    without: tuple[str, ...] = ()
    """Rules that are switched off."""

    def for_page(self, page: Page) -> Outlet:
        """The outlet of ``page``, with what was learned of it and without what is switched off."""
        outlet = self._outlet(page)
        if learned := self.learned.get(outlet.kept_as(page.url)):
            outlet = outlet.with_learned(learned)
        return outlet.without(self.without) if self.without else outlet

    def _outlet(self, page: Page) -> Outlet:
        """The named outlet, else the page's, else the one that owns its address, else the generic one."""
        if name := self.outlet or page.outlet:
            return load_outlet(name, self.folder)
        return outlet_of(page.url, self.folder) if page.url else GENERIC


def extract_all(
    documents: Iterable[Document],
    rules: Rules,
    *,
    ledger: bool = False,
    workers: int | None = None,
    joined: set[ArchivePlace] | None = None,
) -> Generator[Article | Refused, None, None]:
    """An outcome for each of ``documents``, in their order; articles carry their imprint if ``ledger`` is set.

    A page that was joined to an article before it is refused as ``part``: one at the places ``joined``, which grow.

    Raises:
        OutletError: an outlet that ``rules`` or a document names is unknown or cannot be used.
    """
    count = workers or usable_cores()
    pool = Workers(count)
    try:
        waiting = iter(documents)
        under_way: deque[tuple[Document, Task]] = deque()
        places = set() if joined is None else joined
        while True:
            for document in islice(waiting, count * _AHEAD - len(under_way)):
                under_way.append((document, pool.run(extract_one, document, rules, ledger)))
            if not under_way:
                break
            document, task = under_way.popleft()
            outcome = _outcome(document, pool.finish(task))
            page = outcome.stripped if isinstance(outcome, Refused) else outcome
            places.update(part.place for part in (page.parts if page else ()) if part.place)
            yield _refused(document, PART) if _place(document) in places else outcome
    finally:
        pool.stop()


def extract_one(document: Document, rules: Rules, ledger: bool) -> Article | Refused:
    """The outcome of one document."""
    try:
        page = _read(document)
    except (ArchiveError, DocumentError) as error:
        return _refused(document, ERROR, str(error))
    outlet = rules.for_page(page)
    stray = bool(page.place and page.url and outlet.articles and not outlet.identify(page.url))
    if stray and not isinstance(document, ArchivedPage):  # An archive holds listings and home pages as well.
        return _refused(document, STRAY, outlet=outlet.name)
    stripped = strip(page, outlet)
    if stray:
        stripped = replace(stripped, refused=STRAY)
    if stripped.refused:
        refused = _refused(document, stripped.refused, outlet=outlet.name)
        return replace(refused, stripped=replace(stripped, blocks=(), dates=())) if ledger else refused
    article = settle_language(settle_dates(stripped, outlet))
    return replace(article, blocks=(), imprint=imprint_of(article) if ledger else None)


def _place(document: Document) -> ArchivePlace | None:
    return None if isinstance(document, SavedFile) else document.place


def _read(document: Document) -> Page:
    if isinstance(document, SavedFile):
        return read_page(document)
    return document.read() if isinstance(document, ArchivedPage) else document


def _outcome(document: Document, task: Future[Article | Refused]) -> Article | Refused:
    try:
        outcome: Article | Refused = task.result()
        return outcome
    except FutureTimeoutError:
        return _refused(document, ERROR, f"took longer than {PAGE_SECONDS:.0f} s")
    except ProcessExpired as error:
        return _refused(document, ERROR, f"ended its worker process (code {error.exitcode})")
    except NewscrawlError:
        raise
    except Exception as error:  # A fault of ours that this page brought to light must not cost the others.
        _log.debug("%s", getattr(error, "traceback", error))
        return _refused(document, ERROR, f"{type(error).__name__}: {error}")


def _refused(document: Document, reason: str, detail: str | None = None, outlet: str | None = None) -> Refused:
    return Refused(
        source=str(document.path) if isinstance(document, SavedFile) else document.source,
        url=document.url,
        outlet=outlet or document.outlet or GENERIC.name,
        reason=reason,
        detail=detail,
    )
