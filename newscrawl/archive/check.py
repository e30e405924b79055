"""What an archive folder holds: whether it is sound, how large it is, and files without what nobody needs."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.archive.reader import Damage, list_records, read_captures
from newscrawl.archive.writer import SUFFIX, UNFINISHED
from newscrawl.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_NAME = re.compile(r"(?P<outlet>.+)-(?P<time>\d{8}T\d{6}Z)-[0-9a-f]{6}" + re.escape(SUFFIX))
_ELSEWHERE = "(elsewhere)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A file as it was found: where its sound captures begin, and what is damaged."""

    file: str
    bytes: int
    offsets: tuple[int, ...]
    damages: tuple[Damage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the archive files of an outlet that were begun in one month take."""

    outlet: str
    month: str
    files: int
    bytes: int


def archive_files(folder: Path) -> list[Path]:
    """The archive files in ``folder``, unfinished ones too, by name."""
    return sorted(path for pattern in (f"*{SUFFIX}", f"*{SUFFIX}{UNFINISHED}") for path in folder.glob(pattern))


def verify(path: Path) -> Verified:
    """Read all of the file at ``path``, digests and its end included."""
    damages: list[Damage] = []
    offsets: list[int] = []
    try:
        offsets.extend(capture.offset for capture in read_captures(path, report=damages.append))
    except ArchiveError as error:
        damages.append(Damage(path, 0, str(error)))
    return Verified(file=path.name, bytes=path.stat().st_size, offsets=tuple(offsets), damages=tuple(damages))


def sizes(folder: Path) -> list[Size]:
    """What ``folder`` holds by outlet and month, as the names of the files tell."""
    files: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for path in archive_files(folder):
        begun, outlet = begun_at(path), outlet_name(path)
        key = (outlet, f"{begun:%Y-%m}" if begun else "")
        files[key] += 1
        taken[key] += path.stat().st_size
    return [Size(outlet=key[0], month=key[1], files=files[key], bytes=taken[key]) for key in sorted(files)]


def begun_at(path: Path) -> datetime | None:
    """When the archive file at ``path`` was begun, by its name."""
    match = _NAME.match(path.name)
    return datetime.strptime(match["time"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def outlet_name(path: Path) -> str:
    """The outlet whose responses are in the archive file at ``path``, by its name."""
    match = _NAME.match(path.name)
    return match["outlet"] if match else _ELSEWHERE


def copy_needed(path: Path, needed: Sequence[int], target: Path) -> dict[int, int]:
    """Write ``target`` with the records of ``path`` at the offsets ``needed`` only; where each lies now.

    Records are copied as they are, so their digests still hold.  What opens the file is kept.
    """
    wanted, moved = set(needed), dict[int, int]()
    with path.open("rb") as source, target.open("wb") as file:
        for number, (start, end) in enumerate(_spans(path)):
            if number == 0 or start in wanted:
                moved[start] = file.tell()
                source.seek(start)
                file.write(source.read(end - start))
        file.flush()
        os.fsync(file.fileno())
    return {old: new for old, new in moved.items() if old in wanted}


def _spans(path: Path) -> Iterator[tuple[int, int]]:
    """Where each record begins and ends."""
    start: int | None = None
    for offset in list_records(path):
        if start is not None:
            yield start, offset
        start = offset
    if start is not None:
        yield start, path.stat().st_size


def prune(path: Path, needed: Sequence[int], move: Callable[[str, dict[int, int]], None]) -> int:
    """Drop from the file at ``path`` what is not ``needed``; how many bytes that frees.

    ``move`` is called with the new file's name and the places in it once it is safe on disk, before the old one goes:
    killed in between, either file has all.  A file of which nothing is needed goes whole.
    """
    before = path.stat().st_size
    if not needed:
        path.unlink()
        return before
    target = _pruned_path(path)
    unfinished = target.with_name(target.name + ".tmp")
    moved = copy_needed(path, needed, unfinished)
    unfinished.replace(target)
    move(target.name, moved)
    path.unlink()
    return before - target.stat().st_size


def _pruned_path(path: Path) -> Path:
    """A free name of the same outlet and time."""
    head, mark = path.name.removesuffix(SUFFIX)[:-6], path.name.removesuffix(SUFFIX)[-6:]
    number = int(mark, 16)
    while True:
        number = (number + 1) % 0x1000000
        target = path.with_name(f"{head}{number:06x}{SUFFIX}")
        if not target.exists():
            return target
