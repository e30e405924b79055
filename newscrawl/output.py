"""Where records leave to: stdout, or a file that is there whole or not at all, zipped by its suffix."""

from __future__ import annotations

import glob
import gzip
import io
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO, cast

import zstandard

from newscrawl.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDOUT = "-"

_REMOVE = "import shutil, sys; sys.stdin.read() or shutil.rmtree(sys.argv[1], ignore_errors=True)"

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
    with open_whole(target) as file, _as_text(file, Path(target).suffix) as text:
        yield text


@contextmanager
def open_whole(target: str) -> Iterator[IO[bytes]]:
    """A file beside ``target`` that replaces it at the end; a device or a pipe is written as it is.

    Raises:
        ExportError: the target cannot be written.
    """
    path = Path(target).resolve()
    try:
        with path.open("wb") if path.exists() and not path.is_file() else _replacing(path) as file:
            yield file
    except OSError as error:
        raise ExportError(f"{target}: cannot be written ({error.strerror}).") from error


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that is named ``path`` once it is whole; until then it has no name, where the system has such files.

    So nothing is left of it where the process is killed.
    """
    part = part_of(path)
    try:
        with _unnamed(path.parent) or part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not part.exists():
                _name(file, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _unnamed(folder: Path) -> IO[bytes] | None:
    """A file in ``folder`` that has no name; None where there is no such thing."""
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666), "wb")
    except OSError:  # not on every file system; and what else is wrong, a file with a name will tell
        return None


def _name(file: IO[bytes], path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Only with the folder's descriptor does Python follow the link, as it must.
        os.link(f"/proc/self/fd/{file.fileno()}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


@contextmanager
def removed_if_killed(folder: Path) -> Iterator[None]:
    """Have ``folder`` removed if this process ends in here: a process that waits for nothing else sees to that."""
    command = [sys.executable, "-I", "-S", "-c", _REMOVE, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as watcher:
        yield
        with suppress(BrokenPipeError):
            watcher.communicate(b"done")


def part_of(path: Path) -> Path:
    """A name of this process's own beside ``path``; what processes that were killed left under theirs is removed."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if not _is_alive(left.suffixes[-2].removeprefix(".")):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError, OverflowError):
        return True
    return int(process) != os.getpid()  # Nobody else has our number: it was left by a process that had it before.


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
