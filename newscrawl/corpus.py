"""A corpus as Python reads it: typed articles, found by outlet, date, language or words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from newscrawl.records import Article, Image
from newscrawl.store import Filters, Store, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from newscrawl.query import Snippet
    from newscrawl.records import Block


def open_corpus(path: Path | str = "data") -> Corpus:
    """The corpus in a data folder (or a ``corpus.db``), to be read; a context manager that closes it.

    Raises:
        StoreError: there is none, or it cannot be read.
    """
    found = Path(path)
    return Corpus(Store.read(found / "corpus.db" if found.is_dir() or not found.suffix else found))


class Corpus:
    """Articles that were stored; nothing is changed.  It belongs to the thread that opened it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def articles(
        self,
        *,
        outlet: str | Iterable[str] = (),
        language: str | Iterable[str] = (),
        since: date | str | None = None,
        until: date | str | None = None,
        query: str | None = None,
        one_per_cluster: bool = False,
    ) -> Iterator[Article]:
        """The articles that match, ordered by id, one at a time; ``blocks`` are left out.

        ``since`` and ``until`` are days (in UTC) or instants with an offset, both included; with them, articles
        without a date are left out.  ``query`` is what ``search`` takes.

        Raises:
            UsageError: a date or a query that is none.
        """
        filters = Filters(
            outlets=_several(outlet),
            languages=_several(language),
            since=_moment(since),
            until=_moment(until),
            query=query,
            one_per_cluster=one_per_cluster,
        )
        return (_article(record) for record in self._store.articles(filters))

    def article(self, id_or_url: str) -> Article | None:
        """The article of that id, or found at that address."""
        record = self._store.article(id_or_url)
        return _article(record) if record else None

    def blocks(self, article_id: str) -> list[Block]:
        """Every block of an article's page with its verdict; empty for an unknown id."""
        return self._store.blocks(article_id)

    def search(self, query: str, *, limit: int = 20) -> Iterator[tuple[Article, Snippet]]:
        """The best answers to ``query`` with the piece of text that answers it, best first.

        Raises:
            UsageError: the query names nothing to be found.
        """
        return ((_article(found.record), found.snippet) for found in self._store.search(query, limit=limit))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _several(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _moment(value: date | str | None) -> date | None:
    return moment(value) if isinstance(value, str) else value


def _article(record: dict[str, Any]) -> Article:
    """The record as it was before it was stored, but for its blocks."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    values["images"] = tuple(Image(**image) for image in record["images"])
    values["image"] = Image(**record["image"]) if record["image"] else None
    return Article(**values, blocks=())
