"""The blocks of a page with their verdicts, each distinct one stored once."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.imprint import imprint_of, paragraphs
from newscrawl.records import Block
from newscrawl.store.conditions import matching
from newscrawl.store.database import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from newscrawl.imprint import Verdict
    from newscrawl.records import Article
    from newscrawl.store.filters import Filters


_INSERT_TEXT = "INSERT INTO texts (id, text, digest) VALUES (?, ?, ?)"
_INSERT_VERDICT = """
    INSERT INTO verdicts (id, text_id, kept, rule, evidence, place, captured, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text that a rule removed: from how many articles, how many characters in all, and one of the articles."""

    rule: str
    text: str
    articles: int
    characters: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A text that a rule removed: how often it stood on a page, and how many characters that makes."""

    rule: str
    text: str
    times: int
    characters: int


def write_blocks(db: Database, article: Article) -> None:
    """Make the ledger of ``article`` that of its present blocks."""
    spans = list(_spans(_intern(db, imprint_of(article).verdicts)))
    if spans == _spans_of(db, article.id):
        return
    db.execute("DELETE FROM ledger WHERE article_id = ?", [article.id])
    db.conn.executemany(
        "INSERT INTO ledger (article_id, position, first, last) VALUES (?, ?, ?, ?)",
        ((article.id, position, *span) for position, span in enumerate(spans)),
    )


def read_blocks(db: Database, article_id: str) -> Iterator[Block]:
    """The blocks of an article, in the order of its page."""
    text = db.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
    told = iter(paragraphs(text[0]) if text else ())
    for row in rows(
        db,
        """
        SELECT t.text, v.kept, v.rule, v.evidence, v.place, v.captured
        FROM ledger AS l JOIN verdicts AS v ON v.id BETWEEN l.first AND l.last
        LEFT JOIN texts AS t ON t.id = v.text_id
        WHERE l.article_id = ? ORDER BY l.position, v.id
        """,
        [article_id],
    ):
        row["text"] = next(told) if row["text"] is None else row["text"]
        row["captured"] = tuple(tuple(pair) for pair in json.loads(row["captured"]))
        yield Block(**row | {"kept": bool(row["kept"])})


# Most pages of an outlet have the same spans: these are looked into once, not once a page.
_SPANS = """
    spans AS MATERIALIZED (
        SELECT first, last, count(*) AS times FROM ledger
        WHERE article_id IN (SELECT id FROM articles WHERE {where}) GROUP BY first, last
    ),
    removed AS (
        SELECT first, last, times, rule, text_id, text
        FROM spans CROSS JOIN verdicts ON verdicts.id BETWEEN first AND last JOIN texts ON texts.id = text_id
        WHERE NOT kept
    )
"""


def count_removals(db: Database, filters: Filters) -> dict[str, tuple[int, int]]:
    """Blocks and characters that each rule removed from the articles that match."""
    where, values = matching(filters)
    sql = "WITH {spans} SELECT rule, sum(times), sum(times * length(text)) FROM removed GROUP BY rule"
    found = db.execute(sql.format(spans=_SPANS.format(where=where)), values)
    return {rule: (blocks, characters) for rule, blocks, characters in found}


def most_repeated(db: Database, filters: Filters, limit: int) -> list[Repeated]:
    """The texts removed most often from the articles that match; as often as they stood on them, twice on some."""
    where, values = matching(filters)
    sql = f"""
        WITH {_SPANS.format(where=where)}
        SELECT rule, text, sum(times) AS times, sum(times) * length(text) AS characters
        FROM removed GROUP BY rule, text_id ORDER BY times DESC, rule, text LIMIT ?
    """
    return [Repeated(**row) for row in rows(db, sql, [*values, limit])]


def largest_cuts(db: Database, filters: Filters, rule: str | None, by: str, limit: int) -> list[Cut]:
    """The texts removed from the articles that match, by ``characters`` in all or by ``articles``, most first."""
    where, values = matching(filters)
    found = rows(
        db,
        f"""
        SELECT rule, text_id, texts.text, count(DISTINCT article_id) AS articles,
            count(*) * length(texts.text) AS characters, min(article_id) AS example
        FROM articles JOIN ledger ON article_id = articles.id
        JOIN verdicts ON verdicts.id BETWEEN first AND last JOIN texts ON texts.id = text_id
        WHERE {where} AND NOT kept AND (? IS NULL OR rule = ?)
        GROUP BY rule, text_id ORDER BY {by} DESC, rule, texts.text LIMIT ?
        """,
        [*values, rule, rule, limit],
    )
    return [Cut(**{name: value for name, value in row.items() if name != "text_id"}) for row in found]


def _intern(db: Database, verdicts: Sequence[Verdict]) -> list[int]:
    """Ids of ``verdicts``; new ones get consecutive ids, so that another page of the outlet is a few spans."""
    ids = _known(db, "verdicts", [verdict.digest for verdict in verdicts])
    new = {verdict.digest: verdict for verdict in verdicts if verdict.digest not in ids}
    texts = {verdict.text_digest: verdict.text for verdict in new.values() if verdict.text_digest}
    text_ids = _known(db, "texts", list(texts))
    missing = {key: (text, key) for key, text in texts.items() if key not in text_ids}
    text_ids |= _insert(db, "texts", _INSERT_TEXT, missing)
    # An id of a text, the rest of the verdict as it is, and its digest.
    found = {key: (text_ids.get(new[key].text_digest or b""), *new[key][3:], key) for key in new}
    ids |= _insert(db, "verdicts", _INSERT_VERDICT, found)
    return [ids[verdict.digest] for verdict in verdicts]


def _insert(db: Database, table: str, sql: str, values: Mapping[bytes, tuple[object, ...]]) -> dict[bytes, int]:
    """Insert ``values`` behind the last row of ``table``; their ids by digest."""
    last = db.conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
    db.conn.executemany(sql, ((last + n, *row) for n, row in enumerate(values.values(), start=1)))
    return {digest: last + n for n, digest in enumerate(values, start=1)}


def _known(db: Database, table: str, digests: Sequence[bytes]) -> dict[bytes, int]:
    """Ids by digest; asked for in portions that SQLite's limit on parameters allows."""
    found: dict[bytes, int] = {}
    for start in range(0, len(digests), 500):
        portion = digests[start : start + 500]
        marks = ", ".join("?" * len(portion))
        found.update(db.conn.execute(f"SELECT digest, id FROM {table} WHERE digest IN ({marks})", portion))
    return found


def prune_unused(db: Database) -> tuple[int, int]:
    """Drop the verdicts, and then the texts, that no article's ledger has any more; how many of each."""
    verdicts = sum(
        db.conn.execute("DELETE FROM verdicts WHERE id > ? AND id < ?", gap).rowcount for gap in list(_gaps(db))
    )
    sql = "DELETE FROM texts WHERE id NOT IN (SELECT text_id FROM verdicts WHERE text_id IS NOT NULL)"
    return verdicts, db.conn.execute(sql).rowcount


def _gaps(db: Database) -> Iterator[tuple[int, int]]:
    """Between which ids of verdicts lie none that a ledger has."""
    end = 0
    for first, last in db.execute("SELECT first, max(last) FROM ledger GROUP BY first ORDER BY first"):
        if first > end + 1:
            yield end, first
        end = max(end, last)
    yield end, sys.maxsize


def _spans(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """``ids`` in order, as runs of consecutive ones."""
    span: tuple[int, int] | None = None
    for number in ids:
        if span and number == span[1] + 1:
            span = (span[0], number)
            continue
        if span:
            yield span
        span = (number, number)
    if span:
        yield span


def _spans_of(db: Database, article_id: str) -> list[tuple[int, int]]:
    cursor = db.execute("SELECT first, last FROM ledger WHERE article_id = ? ORDER BY position", [article_id])
    return [(first, last) for first, last in cursor]
