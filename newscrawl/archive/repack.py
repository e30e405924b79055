"""Archive files that are zipped as a whole, made into files whose records have places of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive.capture import as_record
from newscrawl.archive.reader import read_captures
from newscrawl.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

_UNFINISHED = ".tmp"


def repack(path: Path, target: Path) -> None:
    """Write the responses of the WARC file at ``path`` to ``target``, zipped one by one, so that each has a place.

    Raises:
        ArchiveError: the file cannot be read, or ``target`` cannot be written.
    """
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            for capture in read_captures(path):
                file.write(as_record(capture))
        unfinished.replace(target)
    except OSError as error:
        raise ArchiveError(f"{target}: cannot be written ({error.strerror}). Free some space.") from error
    finally:
        unfinished.unlink(missing_ok=True)
