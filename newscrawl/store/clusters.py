"""Near-duplicates: candidates found by keys in a table, told apart by their texts, and linked as clusters."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.similarity import Story, is_same_story, overlap, read_story, story_keys
from newscrawl.store.conditions import matching
from newscrawl.store.database import first, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from newscrawl.store.filters import Filters

_A_KEY = 64  # Newest stories asked for a key: thousands may share one that fill the same form.
_PORTION = 100  # Articles linked in one transaction.
_COMPARED = 12  # Candidates whose texts are compared, those with most keys in common first.
# The earliest by a date that can be trusted; a day counts as its end, for the story may be as late as that.
_ORIGINAL_FIRST = """
    published_to IS NULL, date_source IS NULL OR date_source IN ('htmldate', 'url'), published_to, date_crawled, id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster, and which share of the shorter text it has in common with the original."""

    id: str
    outlet: str
    url: str | None
    title: str
    agency: str | None
    date_published: str | None
    is_original: bool
    overlap: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that tell the same story nearly word by word; the original first, then by date."""

    id: str
    members: tuple[Member, ...]


def link_article(db: Database, article_id: str, keys: tuple[int, ...]) -> None:
    """Link an article, new or with a new text, with those that share ``keys`` and tell the same; in a transaction."""
    number = _number(db, article_id, keys)
    if number is None:  # Its date may have changed all the same.
        _settle(db, _cluster_of(db, article_id))
        return
    same = _same(db, article_id, _candidates(db, number, keys))
    _leave(db, article_id)
    if same:
        _join(db, [article_id, *same])


def unlink_article(db: Database, article_id: str) -> None:
    """Take an article out of its cluster and of the table of keys."""
    _number(db, article_id, ())
    _leave(db, article_id)
    db.execute("DELETE FROM story_keys WHERE article_id = ?", [article_id])


def link_missing(db: Database, after: str) -> list[str]:
    """Link a portion of the articles that were never looked at, of those with an id ``after`` that; their ids."""
    sql = """
        SELECT id, text FROM articles
        WHERE id > ? AND NOT EXISTS (SELECT 1 FROM story_keys WHERE article_id = id) ORDER BY id LIMIT ?
    """
    missing = list(rows(db, sql, [after, _PORTION]))
    for row in missing:
        link_article(db, row["id"], story_keys(row["text"]))
    return [row["id"] for row in missing]


def forget_links(db: Database) -> None:
    """Forget all clusters and what they were found by."""
    db.execute("DELETE FROM story_keys")
    db.execute("DELETE FROM story_bands")
    db.execute("UPDATE articles SET cluster_id = NULL, is_original = NULL WHERE cluster_id IS NOT NULL")


def read_clusters(db: Database, filters: Filters) -> Iterator[Cluster]:
    """Clusters with an article that matches, by id."""
    where, values = matching(filters)
    sql = f"SELECT DISTINCT cluster_id FROM articles WHERE cluster_id IS NOT NULL AND {where} ORDER BY cluster_id"
    for (cluster,) in db.execute(sql, values).fetchall():
        yield Cluster(cluster, tuple(_members(db, cluster)))


def read_cluster(db: Database, cluster: str) -> Cluster | None:
    """The cluster of that id, if it has members."""
    members = tuple(_members(db, cluster))
    return Cluster(cluster, members) if members else None


def _number(db: Database, article_id: str, keys: tuple[int, ...]) -> int | None:
    """Under which number the article has ``keys``; None where it had the very same before."""
    packed = array("q", keys).tobytes()
    row = first(db, "SELECT number, keys FROM story_keys WHERE article_id = ?", [article_id])
    if row and row["keys"] == packed:
        return None
    if row:
        gone = [(key, row["number"]) for key in array("q", row["keys"])]
        db.conn.executemany("DELETE FROM story_bands WHERE key = ? AND number = ?", gone)
        db.execute("UPDATE story_keys SET keys = ? WHERE number = ?", [packed, row["number"]])
        number = int(row["number"])
    else:
        cursor = db.conn.execute("INSERT INTO story_keys (article_id, keys) VALUES (?, ?)", [article_id, packed])
        number = int(cursor.lastrowid or 0)
    db.conn.executemany("INSERT INTO story_bands (key, number) VALUES (?, ?)", ((key, number) for key in keys))
    return number


def _candidates(db: Database, number: int, keys: Iterable[int]) -> list[str]:
    """Ids of the articles that share most keys with ``number``; the newer first where they share as many."""
    shared: Counter[int] = Counter()
    sql = "SELECT number FROM story_bands WHERE key = ? AND number <> ? ORDER BY number DESC LIMIT ?"
    for place, key in enumerate(keys):
        weight = 100 if place < 2 else 1  # The whole text, or its beginning word by word, says more than a band.
        for (other,) in db.conn.execute(sql, [key, number, _A_KEY]):
            shared[other] += weight
    best = sorted(shared, key=lambda other: (shared[other], other), reverse=True)[:_COMPARED]
    marks = ", ".join("?" * len(best))
    found = dict(db.conn.execute(f"SELECT number, article_id FROM story_keys WHERE number IN ({marks})", best))
    return [found[other] for other in best if other in found]  # Keys may outlive an article that another tool removed.


def _same(db: Database, article_id: str, candidates: list[str]) -> list[str]:
    """Those of ``candidates`` that tell the story of the article."""
    if not candidates:
        return []
    story = _story(db, article_id)
    return [other for other in candidates if is_same_story(story, _story(db, other))]


def _story(db: Database, article_id: str) -> Story:
    sql = "SELECT title, text, language FROM articles WHERE id = ?"
    return read_story(*db.execute(sql, [article_id]).fetchone())


def _cluster_of(db: Database, article_id: str) -> str | None:
    row = first(db, "SELECT cluster_id FROM articles WHERE id = ?", [article_id])
    return row["cluster_id"] if row else None


def _leave(db: Database, article_id: str) -> None:
    if cluster := _cluster_of(db, article_id):
        db.execute("UPDATE articles SET cluster_id = NULL, is_original = NULL WHERE id = ?", [article_id])
        _settle(db, cluster)


def _join(db: Database, members: list[str]) -> None:
    """Make one cluster of ``members`` and of the clusters that they are in: the oldest of these, or a new one."""
    joined = sorted({int(cluster) for member in members if (cluster := _cluster_of(db, member))})
    number = joined[0] if joined else db.conn.execute("INSERT INTO clusters DEFAULT VALUES").lastrowid
    for where, values in (("id", members), ("cluster_id", [str(cluster) for cluster in joined])):
        marks = ", ".join("?" * len(values))
        db.execute(f"UPDATE articles SET cluster_id = ? WHERE {where} IN ({marks})", [str(number), *values])
    _settle(db, str(number))


def _settle(db: Database, cluster: str | None) -> None:
    """Say which of a cluster is the original; a cluster of one is none."""
    sql = f"SELECT id FROM articles WHERE cluster_id = ? ORDER BY {_ORIGINAL_FIRST}"
    members = [str(row[0]) for row in db.execute(sql, [cluster]).fetchall()]
    if len(members) == 1:
        db.execute("UPDATE articles SET cluster_id = NULL, is_original = NULL WHERE id = ?", members)
    elif members:
        db.execute("UPDATE articles SET is_original = (id = ?) WHERE cluster_id = ?", [members[0], cluster])


def _members(db: Database, cluster: str) -> Iterator[Member]:
    original: Story | None = None
    for row in rows(db, f"SELECT * FROM articles WHERE cluster_id = ? ORDER BY {_ORIGINAL_FIRST}", [cluster]):
        story = read_story(row["title"], row["text"], row["language"])
        original = original or story
        yield Member(
            id=row["id"],
            outlet=row["outlet"],
            url=row["url"],
            title=row["title"],
            agency=row["agency"],
            date_published=row["date_published"],
            is_original=bool(row["is_original"]),
            overlap=round(overlap(original, story), 3),
        )
