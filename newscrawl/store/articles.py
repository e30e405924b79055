"""Articles as rows: saved with their revisions, read back as records."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from newscrawl.folding import worked_out
from newscrawl.imprint import imprint_of, storable
from newscrawl.records import NOT_IN_RECORD, Article
from newscrawl.store.clusters import link_article, unlink_article
from newscrawl.store.conditions import matching, matching_undated
from newscrawl.store.database import first, rows
from newscrawl.store.instants import stated_span
from newscrawl.store.ledger import write_blocks
from newscrawl.store.prints import count_prints
from newscrawl.store.refusals import address_of, forget_refusal
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawl.store.filters import Filters

RECORD = tuple(field.name for field in fields(Article) if field.name not in NOT_IN_RECORD)
_JSON = frozenset({"authors", "tags", "image", "images", "date_conflict", "also_at", "further_urls"})
_BOOLEAN = frozenset({"is_accessible_for_free", "is_original"})
_STORES_OWN = ("revision", "also_at", "cluster_id", "is_original")
_COLUMNS = (*RECORD, "published_from", "published_to", "archive_file", "archive_offset", "run")
# A record names the addresses of its cluster, too; they are looked up when it is read, so that they are never stale.
READ = f"""{", ".join(f"articles.{name}" for name in RECORD)},
    CASE WHEN articles.cluster_id IS NOT NULL THEN (
        SELECT json_group_array(linked.url) FROM articles AS linked
        WHERE linked.cluster_id = articles.cluster_id AND linked.id <> articles.id AND linked.url IS NOT NULL
    ) END AS linked
"""
_FORMER = ("revision", "title", "lead", "text", "authors", "date_published", "content_hash", "date_crawled")

_UPSERT = f"""
    INSERT INTO articles ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")}
"""
_KEEP_FORMER = f"""
    INSERT INTO revisions (article_id, {", ".join(_FORMER)}, record, archive_file, archive_offset)
    SELECT id, {", ".join(_FORMER)}, ?, archive_file, archive_offset FROM articles WHERE id = ?
"""


def save_article(db: Database, run: int, article: Article) -> tuple[str, str]:
    """Save ``article`` inside a transaction; the state it ends in, and the id under which it is kept."""
    article = replace(article, imprint=imprint_of(article))
    row = first(db, "SELECT * FROM articles WHERE id = ?", [article.id])
    if row is None:
        if twin := _twin(db, article):
            return "duplicate", _note_duplicate(db, twin, article)
        _write(db, run, article, {"revision": _next_revision(db, article)})
        return "stored", article.id
    saved_from = row["requested_url"] or row["url"] or row["source"] or row["id"]
    if row["run"] == run and saved_from != address_of(article):
        return "duplicate", _note_duplicate(db, row, article)
    if _is_older(article, row):
        return "older", _note_duplicate(db, row, article)
    own = {name: row[name] for name in _STORES_OWN}
    if row["content_hash"] == article.content_hash:
        _write(db, run, article, own)
        return "unchanged", article.id
    _keep_former(db, row)
    _write(db, run, article, own | {"revision": row["revision"] + 1})
    return "stored", article.id


def renew_article(db: Database, run: int, article_id: str, article: Article) -> str | None:
    """Keep ``article`` as what the page of the article ``article_id`` says, read anew: the outlet changed nothing.

    So there is no new revision.  The state is told where it is now known as another article that is kept already.
    """
    article = replace(article, imprint=imprint_of(article))
    row = first(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    if row is None:
        return None
    own = {name: row[name] for name in (*_STORES_OWN, "gone_at")}
    if article.id != article_id:
        remove_article(db, article_id)
        if other := first(db, "SELECT * FROM articles WHERE id = ?", [article.id]):
            _note_duplicate(db, other, article)
            return "duplicate"
        own["revision"] = 1
    _write(db, run, article, own)
    return None


def remove_article(db: Database, article_id: str) -> None:
    """Let go of an article whose page is read as none; what it said stays among the revisions, in case it returns."""
    row = first(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    if row is None:
        return
    _keep_former(db, row)
    unlink_article(db, article_id)
    for table, column in (("ledger", "article_id"), ("addresses", "article_id"), ("articles", "id")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", [article_id])


def note_address(db: Database, article_id: str, url: str) -> None:
    """Note that sources name an article that is kept, if it is, at ``url`` as well: under another slug, say."""
    row = first(db, "SELECT id, also_at FROM articles WHERE id = ?", [article_id])
    new = [storable(canonical_address(url)), article_id]
    if row and db.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", new).rowcount:
        _add_address(db, row, url)


def find_article(db: Database, id_or_url: str) -> dict[str, Any] | None:
    """The record of that id, or found at that address."""
    row = first(db, f"SELECT {READ} FROM articles WHERE id = ?", [storable(id_or_url)]) or first(
        db,
        f"SELECT {READ} FROM addresses JOIN articles ON articles.id = article_id WHERE address = ?",
        [storable(canonical_address(id_or_url))],
    )
    return read_record(row) if row else None


def find_articles(db: Database, filters: Filters) -> Iterator[dict[str, Any]]:
    """The records that match, by id; in place of, or before, the present ones those that ``filters`` ask for."""
    for record in _present(db, filters):
        former = former_records(db, record) if filters.revisions != "latest" and record["revision"] > 1 else []
        yield from {"latest": [record], "first": [*former, record][:1], "all": [*former, record]}[filters.revisions]


def _present(db: Database, filters: Filters) -> Iterator[dict[str, Any]]:
    where, values = matching(filters)
    found = rows(db, f"SELECT {READ} FROM articles WHERE {where} ORDER BY id", values)
    return (read_record(row) for row in found)


def count_undated(db: Database, filters: Filters) -> int:
    """How many match but for having no date."""
    if not (filters.since or filters.until):
        return 0
    where, values = matching_undated(filters)
    return int(db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0])


def former_records(db: Database, record: dict[str, Any]) -> list[dict[str, Any]]:
    """What ``record`` said before, oldest first; of revisions kept before 0.2 the present fields stand for others."""
    sql = f"SELECT {', '.join(_FORMER)}, record FROM revisions WHERE article_id = ? ORDER BY revision"
    return [_former_record(row, record) for row in rows(db, sql, [record["id"]])]


def _former_record(row: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    others: dict[str, Any] = json.loads(row.pop("record") or "{}")
    return present | others | row | {"authors": json.loads(row["authors"])}


def _next_revision(db: Database, article: Article) -> int:
    """The number of the revision that ``article`` begins, or takes up where it was removed with this content."""
    last = first(db, "SELECT * FROM revisions WHERE article_id = ? ORDER BY revision DESC LIMIT 1", [article.id])
    if last is None:
        return 1
    if last["content_hash"] != article.content_hash:
        return int(last["revision"]) + 1
    db.execute("DELETE FROM revisions WHERE article_id = ? AND revision = ?", [article.id, last["revision"]])
    return int(last["revision"])


def _keep_former(db: Database, row: dict[str, Any]) -> None:
    record = read_record(row)
    others = {name: record[name] for name in RECORD if name not in _FORMER}
    db.execute(_KEEP_FORMER, [json.dumps(others, ensure_ascii=False), row["id"]])


def _is_older(article: Article, row: dict[str, Any]) -> bool:
    """Whether ``article`` was fetched before the one that is kept; to the second, however the zone is written."""
    fetched, kept_since = (str(date or "")[:19] for date in (article.date_crawled, row["date_crawled"]))
    return bool(fetched) and fetched < kept_since


def _twin(db: Database, article: Article) -> dict[str, Any] | None:
    """The outlet's article with the same content under another id."""
    sql = "SELECT * FROM articles WHERE outlet = ? AND content_hash = ? ORDER BY id LIMIT 1"
    return first(db, sql, [article.outlet, article.content_hash])


def _note_duplicate(db: Database, row: dict[str, Any], article: Article) -> str:
    count_prints(db, article)
    if article.url and article.url != row["url"]:
        _add_address(db, row, article.url)
    _note_addresses(db, row["id"], article)
    return str(row["id"])


def _add_address(db: Database, row: dict[str, Any], url: str) -> None:
    listed = sorted({*json.loads(row["also_at"]), url})
    db.execute("UPDATE articles SET also_at = ? WHERE id = ?", [json.dumps(listed, ensure_ascii=False), row["id"]])


def _write(db: Database, run: int, article: Article, own: dict[str, Any]) -> None:
    published_from, published_to = stated_span(article.date_published)
    hidden = {
        "published_from": published_from,
        "published_to": published_to,
        "archive_file": article.place and article.place.file,
        "archive_offset": article.place and article.place.offset,
        "run": run,
    }
    row = {name: _value(value) for name, value in article.as_record().items()}
    with worked_out(dict(imprint_of(article).searched)):
        db.execute(_UPSERT, row | hidden | {"gone_at": None} | own)
    forget_refusal(db, article)
    count_prints(db, article)
    _note_addresses(db, article.id, article)
    write_blocks(db, article)
    link_article(db, article.id, imprint_of(article).story)


def _note_addresses(db: Database, article_id: str, article: Article) -> None:
    for url in {article.url, article.requested_url, article.canonical_url, *article.further_urls} - {None}:
        db.execute(
            "INSERT OR REPLACE INTO addresses VALUES (?, ?)", [storable(canonical_address(str(url))), article_id]
        )


def _value(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    return storable(value) if isinstance(value, str) else value


def read_record(row: dict[str, Any]) -> dict[str, Any]:
    """The record that a row keeps."""
    record = {name: _field(name, row[name]) for name in RECORD}
    if linked := row.get("linked"):
        record["also_at"] = sorted({*record["also_at"], *json.loads(linked)})
    return record


def _field(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _JSON:
        return json.loads(value)
    return bool(value) if name in _BOOLEAN else value
