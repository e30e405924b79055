"""The store: everything that is kept, behind one door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawl.outlet import Outlet
    from newscrawl.records import ArchivePlace, Article, Block, Link, Stripped
    from newscrawl.store.filters import Filters
    from newscrawl.store.frontier import Outcome, SourceState, Target
    from newscrawl.store.runs import Run, RunAccount


class Store:
    """A corpus database; a context manager that closes it.

    It belongs to the thread that opened it.  Each method that writes is one short transaction, on disk when it
    returns.  Instants are aware datetimes; those kept are in UTC.
    """

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """The corpus at ``path``, to read and write, its schema brought up to date; made if missing and ``create``.

        Raises:
            StoreError: there is none, it is no corpus, it is damaged, or a newer newscrawl wrote it.
        """
        raise NotImplementedError

    @classmethod
    def read(cls, path: Path) -> Self:
        """The corpus at ``path``, only to read: nothing is created or changed.

        Raises:
            StoreError: as for ``open``; also where its schema is older than this program's.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database; runs that were not finished count as died from now on."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Articles

    def save(self, run: int, articles: Sequence[Article]) -> list[str]:
        """Store ``articles``; per article the state in which its address ends in ``run``.

        ``stored``: new, or a new revision since its content changed.  ``unchanged``: known, same content.
        ``duplicate``: another address gave the same article in this run, or the outlet has the same content
        under another id; the address is then added to ``also_at`` of the article kept.

        A stored article is what extraction made of its latest capture, ledger included.  ``revision``,
        ``also_at`` and ``gone_at`` are the store's own: what ``articles`` say of them is not read.
        The address is ``requested_url``, else ``url``, else ``source``, else ``id``.
        """
        raise NotImplementedError

    def refuse(self, run: int, pages: Sequence[Stripped]) -> None:
        """Keep that ``pages`` were refused, why and where they lie; each address ends in the state ``refused``."""
        raise NotImplementedError

    def article(self, id_or_url: str) -> dict[str, Any] | None:
        """The record with this id or any address it was found at (scheme, ``www.``, tracking aside)."""
        raise NotImplementedError

    def articles(self, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
        """The records that match, ordered by id, as of one moment and without holding them in memory."""
        raise NotImplementedError

    def undated(self, filters: Filters) -> int:
        """How many articles match but for having no date; 0 where ``filters`` has no span."""
        raise NotImplementedError

    def blocks(self, article_id: str) -> list[Block]:
        """Every block of the article's page, in order, with its verdict; empty for an unknown id."""
        raise NotImplementedError

    def revisions(self, article_id: str) -> list[dict[str, Any]]:
        """Former contents of an article, oldest first, without the current one.

        Keys: revision, title, lead, text, authors, date_published, content_hash, date_crawled.
        """
        raise NotImplementedError

    # Runs

    def start_run(self, outlets: Sequence[str], command: str, version: str, now: datetime) -> int:
        """The number of a new run.  Runs whose process has gone are marked ``died`` on the way."""
        raise NotImplementedError

    def finish_run(
        self, run: int, status: str, now: datetime, *, reason: str | None = None, requests: int = 0, received: int = 0
    ) -> None:
        """End ``run`` as ``status`` (``finished``, ``interrupted``, ``failed``) with its requests and bytes received."""
        raise NotImplementedError

    def account(self, run: int) -> RunAccount:
        """How many addresses of ``run`` are in which state; of an unfinished run, as it stands."""
        raise NotImplementedError

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        raise NotImplementedError

    def run(self, number: int) -> Run:
        """The run of that number.

        Raises:
            StoreError: there is none.
        """
        raise NotImplementedError

    def outcomes(self, run: int) -> Iterator[Outcome]:
        """Addresses of ``run`` with their states; those that cost no request are kept of the latest run only."""
        raise NotImplementedError

    # Frontier

    def discover(
        self, run: int, outlet: Outlet, links: Iterable[Link], now: datetime, *, again: bool = False
    ) -> list[Target]:
        """Enter article addresses into ``run`` and return those to fetch, each article once.

        New, due, or stated as modified after our copy: ``pending``, and returned.  Another address of an article
        already entered to be fetched in this run: ``duplicate``.  Otherwise ``known``; ``again`` fetches these too.
        Addresses that are no article's go to ``settle``.
        """
        raise NotImplementedError

    def resume(self, run: int, outlet: str, now: datetime) -> list[Target]:
        """Enter into ``run`` what former runs left ``pending`` and what failed and is due; all of it is to fetch."""
        raise NotImplementedError

    def resume_fetched(self, run: int, outlet: str) -> list[Target]:
        """Enter into ``run`` what lies in the archive but was never stripped; each has its ``place``."""
        raise NotImplementedError

    def pending(self, outlet: str) -> list[Target]:
        """Addresses that wait to be fetched."""
        raise NotImplementedError

    def fetched(self, outlet: str) -> list[Target]:
        """Addresses archived but not yet stripped, with their ``place``."""
        raise NotImplementedError

    def archived(
        self,
        run: int,
        outlet: str,
        url: str,
        place: ArchivePlace,
        fetched_at: datetime,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Note that the page discovered as ``url`` now lies at ``place``: its state becomes ``fetched``."""
        raise NotImplementedError

    def settle(self, run: int, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Note final states, of discovered addresses and of those never entered (``not-an-article``, ``offsite``).

        Failures become due again: a broken fetch at the next run, then ever later; anything else after a day.
        """
        raise NotImplementedError

    # Sources

    def source(self, outlet: str, url: str) -> SourceState | None:
        """What is known of a source; None before it was first asked."""
        raise NotImplementedError

    def sources(self, outlet: str) -> list[SourceState]:
        """All sources of an outlet that were ever asked, by address."""
        raise NotImplementedError

    def note_source(
        self,
        outlet: str,
        url: str,
        kind: str,
        now: datetime,
        *,
        status: str,
        body_hash: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> bool:
        """Note an answer of a source and tell whether its body changed; without ``body_hash`` it is a failure,
        unless ``status`` is ``304``."""
        raise NotImplementedError
