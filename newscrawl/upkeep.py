"""Looking after a corpus: database and archive checked together, and what nobody needs dropped."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from newscrawl.archive.check import archive_files, begun_at, outlet_name, prune, verify
from newscrawl.archive.reader import find_file
from newscrawl.archive.writer import UNFINISHED
from newscrawl.errors import ArchiveError
from newscrawl.records import ArchivePlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.store import Store


def find_faults(store: Store, archive: Path) -> Iterator[str]:
    """What is wrong with the database, its search index and the archived pages that it needs, a sentence each."""
    yield from store.check()
    for file, group in groupby(store.needed_places(), key=lambda place: place[0]):
        yield from _file_faults(archive, file, [offset for _, offset in group])


def _file_faults(archive: Path, file: str, needed: list[int]) -> Iterator[str]:
    try:
        found = verify(find_file(archive, ArchivePlace(file=file, offset=0)))
    except ArchiveError as error:
        yield f"{len(needed):,} pages: {error}"
        return
    yield from map(str, found.damages)
    if missing := len(set(needed) - set(found.offsets)):
        yield f"{file}: {missing:,} of the {len(needed):,} pages needed are not there or not sound."


def prune_archive(
    store: Store, archive: Path, before: datetime, *, outlets: Iterable[str] = (), refused: bool = False
) -> Iterator[tuple[str, int]]:
    """Drop from files begun ``before`` what neither article nor revision needs; each file, and the bytes it frees.

    With ``refused`` the pages that were refused go too, and are then not tried again.
    """
    needed: dict[str, list[int]] = {}
    for file, offset in store.needed_places(refused=not refused):
        needed.setdefault(file, []).append(offset)
    chosen = set(outlets)
    for path in archive_files(archive):
        begun = begun_at(path)
        if begun is None or begun >= before or path.name.endswith(UNFINISHED):
            continue
        if not chosen or outlet_name(path) in chosen:
            yield path.name, _prune(store, path, needed.get(path.name, []))


def _prune(store: Store, path: Path, needed: list[int]) -> int:
    if not needed:  # First in the database: a place must never name a file that is gone.
        store.move_places(path.name, "", {})
    return prune(path, needed, lambda new_name, moved: store.move_places(path.name, new_name, moved))
