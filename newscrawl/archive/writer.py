"""Writing an archive file: a record at a time, each safe on disk as soon as it is written."""

from __future__ import annotations

import fcntl
import logging
import secrets
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Self

from newscrawl.archive.capture import Capture, as_info, as_record
from newscrawl.archive.tail import sound_end
from newscrawl.errors import ArchiveError
from newscrawl.records import ArchivePlace

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

SUFFIX = ".warc.gz"
UNFINISHED = ".part"

log = logging.getLogger(__name__)


class ArchiveWriter:
    """A new archive file in ``folder``; places name the file as it will be called once it is closed."""

    def __init__(self, folder: Path, stem: str, *, software: str, now: datetime) -> None:
        """Open ``<stem>-<UTC time>-<random><.warc.gz.part>``.

        Raises:
            ArchiveError: the folder cannot be written.
        """
        self.name = f"{stem}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}{SUFFIX}"
        self.path = folder / (self.name + UNFINISHED)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("xb")
        except OSError as error:
            raise ArchiveError(f"{self.path}: cannot be written ({error.strerror}). Choose another --data.") from error
        _hold(self._file)
        self._append(as_info(self.name, software, now))

    def write(self, capture: Capture) -> ArchivePlace:
        """Keep ``capture``; when this returns, a killed process no longer loses it.

        Raises:
            ArchiveError: the disk is full or gone.
        """
        offset = self._file.tell()
        try:
            self._append(as_record(capture))
        except OSError as error:
            raise ArchiveError(f"{self.path}: cannot be written ({error.strerror}). Free some space.") from error
        return ArchivePlace(file=self.name, offset=offset)

    def close(self) -> Path:
        """Finish the file and give it its final name."""
        if not self._file.closed:
            self._file.close()
            self.path.rename(final_path(self.path))
        return final_path(self.path)

    def _append(self, member: bytes) -> None:
        self._file.write(member)
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def final_path(path: Path) -> Path:
    """What the unfinished file ``path`` is called once it is closed."""
    return path.with_name(path.name.removesuffix(UNFINISHED))


def finish_abandoned(folder: Path) -> list[Path]:
    """Close the files that killed processes left unfinished in ``folder``; a cut last record is taken off.

    Files that another process is still writing are left alone.
    """
    return [final for path in sorted(folder.glob(f"*{SUFFIX}{UNFINISHED}")) if (final := _finish(path))]


def _finish(path: Path) -> Path | None:
    with path.open("r+b") as file:
        if not _hold(file):
            return None
        size = path.stat().st_size
        if (end := sound_end(path)) < size:
            log.warning("%s: the last record was cut off by a crash; %d bytes taken off.", path, size - end)
            file.truncate(end)
        path.rename(final_path(path))
    return final_path(path)


def _hold(file: IO[bytes]) -> bool:
    """Mark ``file`` as being written; False where another process writes it.  The mark ends with the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
