"""A log file that is turned over when it is full, by whichever of the processes that write it comes to that."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from newscrawl.errors import UsageError

if TYPE_CHECKING:
    import logging


class LogFile(RotatingFileHandler):
    """Appends to a file; what cannot be written costs the lines, never the work."""

    is_newscrawls = True

    def __init__(self, path: Path, max_bytes: int, keep: int) -> None:
        try:
            super().__init__(path, maxBytes=max_bytes, backupCount=keep, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UsageError(f"{path}: the log cannot be written ({error.strerror}). Name another file.") from error
        self._lock_file = FileLock(f"{self.baseFilename}.lock")
        self._told = False

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  # the name is logging's
        """Whether the file is full, once we write to the one that has the name now."""
        self._follow()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:  # noqa: N802
        """Turn the file over, unless another process has just done so."""
        with self._lock_file:
            if not self._follow():
                super().doRollover()

    def close(self) -> None:
        """End the file; what could not be written was told."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Tell once on stderr that the file cannot be written: the disk may be full."""
        if not self._told:
            self._told = True
            print(f"newscrawl: {self.baseFilename}: cannot be written ({sys.exc_info()[1]}).", file=sys.stderr)

    def _follow(self) -> bool:
        """Whether the name belongs to another file by now, which is written from now on."""
        if self.stream and not _is_same(self.stream.fileno(), Path(self.baseFilename)):
            self.stream.close()
            self.stream = self._open()
            return True
        return False


def _is_same(number: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except FileNotFoundError:
        return False
