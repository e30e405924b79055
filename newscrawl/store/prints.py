"""What is counted of pages, so that noise can be told by its repetition: fingerprints of blocks, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.imprint import imprint_of, storable
from newscrawl.noise.repeated import fingerprint
from newscrawl.store.refusals import address_of
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawl.records import Article, Stripped

_NOTE_PAGE = """
    INSERT INTO noise_pages (outlet, address, article_id, title) VALUES (?, ?, ?, ?)
    ON CONFLICT (outlet, address) DO UPDATE SET article_id = excluded.article_id, title = excluded.title
    RETURNING id
"""


def count_prints(db: Database, article: Article) -> None:
    """Count the blocks of ``article``, in place of what its address counted for before."""
    key = (article.outlet, _address(article), storable(article.id), fingerprint(article.title))
    page = db.conn.execute(_NOTE_PAGE, key).fetchone()[0]
    db.conn.execute("DELETE FROM noise_prints WHERE page = ?", (page,))
    db.conn.executemany(
        "INSERT INTO noise_prints (page, print, standing, kept) VALUES (?, ?, ?, ?)",
        ((page, *made) for made in imprint_of(article).prints),
    )


def forget_prints(db: Database, page: Stripped) -> None:
    """Count no longer what the address of ``page`` gave, now that it is no article's."""
    key = (page.outlet, _address(page))
    which = "SELECT id FROM noise_pages WHERE outlet = ? AND address = ?"
    db.execute(f"DELETE FROM noise_prints WHERE page IN ({which})", key)
    db.execute("DELETE FROM noise_pages WHERE outlet = ? AND address = ?", key)


def count_pages(db: Database) -> dict[str, int]:
    """How many pages are counted, by outlet."""
    return dict(db.execute("SELECT outlet, count(*) FROM noise_pages GROUP BY outlet ORDER BY outlet"))


def _address(page: Article | Stripped) -> str:
    return storable(canonical_address(address_of(page)))
