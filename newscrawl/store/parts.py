"""Where the further pages of articles lie, by the place of the first: what an article needs besides its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.imprint import storable
from newscrawl.records import ArchivePlace, Article, Part
from newscrawl.store.database import first
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawl.records import Stripped


def keep_parts(db: Database, page: Article | Stripped) -> None:
    """Keep where the further pages of ``page`` lie."""
    if page.place:
        for part in page.parts:
            keep_part(db, page.place, part)


def keep_part(db: Database, place: ArchivePlace, part: Part) -> None:
    """Keep where a further page of the article whose first page lies at ``place`` lies."""
    if part.place:
        db.execute(
            "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)",
            [
                place.file,
                place.offset,
                storable(part.url),
                storable(canonical_address(part.url)),
                part.place.file,
                part.place.offset,
            ],
        )


def parts_at(db: Database, place: ArchivePlace) -> tuple[Part, ...]:
    """The further pages of the article whose first page lies at ``place``, in the order in which they were fetched."""
    sql = "SELECT url, part_file, part_offset FROM parts WHERE archive_file = ? AND archive_offset = ? ORDER BY rowid"
    found = db.execute(sql, [place.file, place.offset])
    return tuple(Part(url=url, place=ArchivePlace(file=file, offset=offset)) for url, file, offset in found)


def part_places(db: Database, file: str) -> Iterator[ArchivePlace]:
    """Places in an archive file at which further pages lie."""
    for (offset,) in db.execute("SELECT part_offset FROM parts WHERE part_file = ?", [file]):
        yield ArchivePlace(file=file, offset=offset)


def is_part(db: Database, url: str) -> bool:
    """Whether a page was found to be a further page of an article at another address."""
    return first(db, "SELECT 1 FROM parts WHERE address = ? LIMIT 1", [storable(canonical_address(url))]) is not None


def move_parts(db: Database, file: str, new_file: str) -> None:
    """Note where the pages of an archive file now lie; what is known of those that are gone is let go.

    ``temp.moved`` says where each that was moved lay and lies.
    """
    for name in ("archive", "part"):
        sound = "SELECT old FROM temp.moved"
        db.execute(f"DELETE FROM parts WHERE {name}_file = ? AND {name}_offset NOT IN ({sound})", [file])
        new = f"(SELECT new FROM temp.moved WHERE old = {name}_offset)"
        db.execute(
            f"UPDATE parts SET {name}_offset = {new}, {name}_file = ? WHERE {name}_file = ?",
            [new_file, file],
        )
