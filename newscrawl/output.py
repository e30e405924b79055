"""Where records leave to: stdout, or a file that is there whole or not at all, zipped by its suffix."""

from __future__ import annotations

import gzip
import io
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO, cast

import zstandard

from newscrawl.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDOUT = "-"

# A half of a surrogate pair, which pages hold in broken JSON, leaves as the JSON escape that it then is.
_ERRORS = "backslashreplace"


@contextmanager
def open_output(target: str) -> Iterator[TextIO]:
    """A text stream to ``target`` (``-`` is stdout) that takes the target's name only when all went well.

    Raises:
        ExportError: the target cannot be written.
    """
    if target == STDOUT:
        cast("io.TextIOWrapper", sys.stdout).reconfigure(encoding="utf-8", errors=_ERRORS, newline="\n")
        yield sys.stdout
        sys.stdout.flush()
        return
    path = Path(target).resolve()
    try:
        with _open_whole(path) as file, _as_text(file, path.suffix) as text:
            yield text
    except OSError as error:
        raise ExportError(f"{target}: cannot be written ({error.strerror}).") from error


@contextmanager
def _open_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file beside ``path`` that replaces it at the end; a device or a pipe is written as it is."""
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _as_text(file: IO[bytes], suffix: str) -> Iterator[TextIO]:
    """``file`` as text, zipped as ``suffix`` says; equal text gives equal bytes."""
    if suffix == ".gz":
        packed = cast("IO[bytes]", gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))
    elif suffix == ".zst":
        packed = cast("IO[bytes]", zstandard.ZstdCompressor().stream_writer(file, closefd=False))
    else:
        packed = file
    text = io.TextIOWrapper(packed, encoding="utf-8", errors=_ERRORS, newline="\n")
    try:
        yield text
    finally:
        text.flush()
        text.detach()
        if packed is not file:
            packed.close()
