"""Which blocks of an outlet repeat over its stories: counted from what is kept of each page, whatever its order.

All that grows with the corpus is in temporary tables, which SQLite keeps on disk.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.noise.repeated import Standing
from newscrawl.store.database import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

MIN_SHARE = 0.1
MIN_PAGES = 10
"""Where a block counts as repeated, if nothing else is said."""

ALIKE = 0.6
"""Two pages tell one story if they share this much of the shorter's blocks, its title being one of them."""
MOSTLY = 0.5
"""Noise at the head of stories is on this share of pages; what fewer have may be a column's opening."""
SELDOM = 0.2
"""What opens stories or is quoted in a larger share of its stories than this is no noise elsewhere."""

_STORYS_OWN = (5, 20)  # What is on more pages than this, depending on how many there are, tells no stories apart.


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A block that repeats: on ``pages`` of ``of`` pages, a story captured several times being one.

    ``kept_on`` is how many articles have it in their text.
    """

    fingerprint: int
    pages: int
    of: int
    kept_on: int


def find_repetitions(db: Database, outlet: str, min_share: float, min_pages: int) -> list[Repetition]:
    """The blocks on at least ``min_pages`` pages of ``outlet`` and ``min_share`` of them, as of one moment.

    Left out is what opens stories or is quoted, and what heads them on fewer than half of the pages.
    """
    with _scratch(db):
        total = db.execute("SELECT count(*) FROM noise_pages WHERE outlet = ?", [outlet]).fetchone()[0]
        low, high = _STORYS_OWN
        usual = min(high, max(low, min_pages, math.ceil(min_share * total)))
        _count_pages(db, outlet)
        _measure_stories(db, outlet, usual)
        _link_stories(db, usual)
        _join_stories(db)
        stories = db.execute("SELECT count(DISTINCT story) FROM temp.stories").fetchone()[0]
        least = max(min_pages, math.ceil(min_share * stories), 2)
        return [Repetition(of=stories, **row) for row in _repeated(db, least, max(least, MOSTLY * stories))]


@contextmanager
def _scratch(db: Database) -> Iterator[None]:
    """A transaction that reads, and writes only to temporary tables, which are gone after it."""
    db.execute("BEGIN")
    try:
        for statement in (
            "CREATE TEMP TABLE spread (print INTEGER PRIMARY KEY, pages INTEGER NOT NULL)",
            """
            CREATE TEMP TABLE stories (
                page INTEGER PRIMARY KEY, story INTEGER NOT NULL, article_id TEXT, title INTEGER, size INTEGER NOT NULL
            )""",
            "CREATE TEMP TABLE shared (print INTEGER, page INTEGER, PRIMARY KEY (print, page)) WITHOUT ROWID",
            "CREATE TEMP TABLE links (page INTEGER, other INTEGER, PRIMARY KEY (page, other)) WITHOUT ROWID",
        ):
            db.execute(statement)
        yield
    finally:
        db.rollback()


def _count_pages(db: Database, outlet: str) -> None:
    """On how many pages each block is that is on several."""
    db.execute(
        """
        INSERT INTO temp.spread
        SELECT print, count(*) FROM noise_pages JOIN noise_prints ON page = id WHERE outlet = ?
        GROUP BY print HAVING count(*) > 1
        """,
        [outlet],
    )


def _measure_stories(db: Database, outlet: str, usual: int) -> None:
    """Each page as a story of its own, its size being its title and the blocks that tell it from others."""
    db.execute(
        """
        INSERT INTO temp.stories
        SELECT id, id, article_id, title, 1 + count(print) - count(CASE WHEN spread.pages >= ? THEN 1 END)
        FROM noise_pages LEFT JOIN noise_prints ON page = id LEFT JOIN temp.spread USING (print)
        WHERE outlet = ? GROUP BY id
        """,
        [usual, outlet],
    )


def _link_stories(db: Database, usual: int) -> None:
    """Which pages tell the same story: the same article, much the same blocks, or the same title and nothing else."""
    db.execute(
        """
        INSERT INTO temp.shared SELECT print, page
        FROM temp.stories CROSS JOIN noise_prints USING (page) CROSS JOIN temp.spread USING (print) WHERE pages < ?
        """,
        [usual],
    )
    db.execute(
        """
        INSERT INTO temp.links
        SELECT one.page, two.page
        FROM temp.shared AS a JOIN temp.shared AS b ON b.print = a.print AND b.page <> a.page
        JOIN temp.stories AS one ON one.page = a.page JOIN temp.stories AS two ON two.page = b.page
        GROUP BY one.page, two.page HAVING count(*) + (one.title = two.title) >= ? * min(one.size, two.size)
        """,
        [ALIKE],
    )
    for same, among in (("article_id", "1"), ("title", "size = 1")):
        star = f"SELECT page, min(page) OVER (PARTITION BY {same}) AS least FROM temp.stories WHERE {among}"
        for pair in ("page, least", "least, page"):
            db.execute(f"INSERT OR IGNORE INTO temp.links SELECT {pair} FROM ({star}) WHERE page <> least")


def _join_stories(db: Database) -> None:
    """Give pages that are linked, over however many others, one story."""
    nearest = """
        SELECT links.page, min(story) AS least FROM temp.links JOIN temp.stories ON stories.page = other
        GROUP BY links.page
    """
    changed = 1
    while changed:
        changed = db.execute(
            f"""
            UPDATE temp.stories SET story = least FROM ({nearest}) AS near
            WHERE near.page = stories.page AND least < story
            """
        ).rowcount


def _repeated(db: Database, least: int, most: float) -> Iterator[dict[str, int]]:
    """Blocks on at least ``least`` stories, or on ``most`` where they stand at their heads."""
    return rows(
        db,
        """
        WITH counted AS (
            SELECT print AS fingerprint,
                count(DISTINCT CASE WHEN standing > :protected THEN story END) AS pages,
                count(DISTINCT CASE WHEN standing = :body THEN story END) AS in_bodies,
                count(DISTINCT CASE WHEN standing = :protected THEN story END) AS protected,
                count(DISTINCT CASE WHEN kept AND standing > :protected THEN article_id END) AS kept_on
            FROM temp.stories CROSS JOIN noise_prints USING (page) CROSS JOIN temp.spread USING (print)
            WHERE spread.pages >= :least GROUP BY print
        )
        SELECT fingerprint, pages, kept_on FROM counted
        WHERE pages >= :least AND (in_bodies >= :least OR pages >= :most) AND protected <= :seldom * pages
        """,
        {
            "least": least,
            "most": most,
            "seldom": SELDOM,
            "protected": int(Standing.PROTECTED),
            "body": int(Standing.BODY),
        },
    )
