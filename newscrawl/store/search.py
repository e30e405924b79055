"""Full-text search over a folded shadow of title, lead and text, kept in step with the articles by triggers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.query import Query, Snippet, parse_query, snippet
from newscrawl.store.articles import READ, read_record
from newscrawl.store.conditions import matching
from newscrawl.store.database import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawl.store.filters import Filters

_WEIGHTS = "8.0, 4.0, 1.0"  # A word in the title says more of a story than one in its text.


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that answers a query; the better, the higher its ``score``."""

    record: dict[str, Any]
    score: float
    snippet: Snippet


def find_texts(db: Database, query: str, filters: Filters, limit: int, skip: int = 0) -> Iterator[Found]:
    """The best answers among the articles that match, best first, but for the first ``skip``."""
    wanted = parse_query(query)
    where, values = matching(filters)
    # The best are chosen before anything else of them is read: a common word is in half of a corpus.
    sql = f"""
        SELECT {READ}, score FROM (
            SELECT article_id, -bm25(search, {_WEIGHTS}) AS score
            FROM search JOIN search_texts ON number = search.rowid JOIN articles ON articles.id = article_id
            WHERE search MATCH ? AND {where} ORDER BY score DESC, article_id LIMIT ? OFFSET ?
        ) JOIN articles ON articles.id = article_id ORDER BY score DESC, article_id
    """
    found = rows(db, sql, [wanted.expression, *values, limit, skip])
    return (_found(row, wanted) for row in found)


def rebuild(db: Database) -> int:
    """Make the shadow anew, inside a transaction; how many articles it has."""
    db.execute("INSERT INTO search (search) VALUES ('rebuild')")  # First: a damaged index lets nothing be deleted.
    db.execute("DELETE FROM search_texts")
    filled = db.execute(
        """
        INSERT INTO search_texts (article_id, title, lead, text)
        SELECT id, folded(title), folded(lead), folded(text) FROM articles ORDER BY id
        """
    )
    return int(filled.rowcount)


def _found(row: dict[str, Any], query: Query) -> Found:
    record = read_record(row)
    whole = "\n\n".join(filter(None, (record["lead"], record["text"])))
    return Found(record=record, score=row["score"], snippet=snippet(whole, query))
