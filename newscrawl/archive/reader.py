"""Reading archive files, ours and others': every sound capture in order, or one by its place."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType

from newscrawl.archive.capture import Capture
from newscrawl.archive.content import MAX_BODY, decode
from newscrawl.archive.tail import GZIP_MAGIC, sound_end
from newscrawl.archive.writer import UNFINISHED
from newscrawl.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.records import ArchivePlace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of an archive file, from ``offset`` on, that cannot be trusted."""

    file: Path
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: record at byte {self.offset}: {self.reason}."


def log_damage(damage: Damage) -> None:
    """Say in the log what was damaged."""
    log.warning("%s", damage)


def read_captures(
    path: Path, *, decoded: bool = False, report: Callable[[Damage], None] = log_damage
) -> Iterator[Capture]:
    """The responses in the WARC file at ``path``, digests verified; ``decoded`` undoes their content encoding.

    A record that fails its digest, and a tail that was cut off, go to ``report`` and are left out.

    Raises:
        ArchiveError: the file is missing or is no WARC file.
    """
    last = -1
    with _opened(path) as file:
        try:
            for record in ArchiveIterator(file, parse_http=False):
                last = record.stream_pos
                if capture := _sound_capture(record, path, decoded, report):
                    yield capture
        except OSError as error:
            if last < 0:
                raise ArchiveError(f"{path}: is not a WARC file ({error}).") from error
            report(Damage(path, last, f"what follows cannot be read ({error})"))
            return
    _check_tail(path, max(last, 0), report)


def read_capture(path: Path, offset: int, *, decoded: bool = False) -> Capture:
    """The one response at ``offset`` of the WARC file at ``path``.

    Raises:
        ArchiveError: there is no sound response at that place.
    """
    with _opened(path) as file:
        file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(file, parse_http=False)), None)
            if record is None or record.record_type != WarcRecordType.response:
                raise OSError("none there")
            return _capture(record, offset, decoded)
        except OSError as error:
            raise ArchiveError(f"{path}: no sound response at byte {offset} ({error}).") from error


@dataclass(frozen=True, slots=True)
class Heading:
    """What a capture's headers tell: enough to know whether its body is worth reading."""

    url: str
    date: datetime
    status: int
    content_type: str | None
    offset: int


def list_captures(path: Path, *, report: Callable[[Damage], None] = log_damage) -> Iterator[Heading]:
    """The responses in the WARC file at ``path``, their bodies neither kept nor verified.

    A tail that was cut off goes to ``report``.

    Raises:
        ArchiveError: the file is missing or is no WARC file.
    """
    last = -1
    with _opened(path) as file:
        try:
            for record in ArchiveIterator(file, parse_http=False, record_types=WarcRecordType.response):
                last = record.stream_pos
                record.parse_http(strict_mode=False)
                yield _heading(record)
        except OSError as error:
            if last < 0:
                raise ArchiveError(f"{path}: is not a WARC file ({error}).") from error
            report(Damage(path, last, f"what follows cannot be read ({error})"))
            return
    _check_tail(path, max(last, 0), report)


def list_records(path: Path) -> Iterator[int]:
    """Where each record of the WARC file at ``path`` begins, of whatever type."""
    with _opened(path) as file:
        yield from (record.stream_pos for record in ArchiveIterator(file, parse_http=False))


def has_places(path: Path) -> bool:
    """Whether each record of the WARC file at ``path`` can be read by its offset: not if it is zipped as a whole."""
    second = next(islice(list_captures(path), 1, None), None)
    try:
        return second is None or read_capture(path, second.offset).url == second.url
    except ArchiveError:
        return False


def find_file(folder: Path, place: ArchivePlace) -> Path:
    """Where the file of ``place`` is now: closed, or left unfinished by a killed process.

    Raises:
        ArchiveError: neither is in ``folder``.
    """
    closed = folder / place.file
    for path in (closed, closed.with_name(closed.name + UNFINISHED)):
        if path.exists():
            return path
    raise ArchiveError(f"{closed}: is missing. Put the archive file back into the data folder.")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror}).") from error


def _sound_capture(record: WarcRecord, path: Path, decoded: bool, report: Callable[[Damage], None]) -> Capture | None:
    if record.record_type != WarcRecordType.response:
        return None
    offset = record.stream_pos
    try:
        return _capture(record, offset, decoded)
    except OSError as error:
        report(Damage(path, offset, str(error)))
        return None


def _capture(record: WarcRecord, offset: int, decoded: bool) -> Capture:
    """The response that ``record`` holds; OSError where it is cut, altered or too large."""
    record.freeze()
    if "WARC-Block-Digest" in record.headers and not record.verify_block_digest():
        raise OSError("its digest does not match: the record is cut or altered")
    record.parse_http(auto_decode="transfer", strict_mode=False)
    http = record.http_headers
    capture = Capture(
        url=_target(record),
        date=record.record_date.astimezone(UTC),
        status=0 if http is None else http.status_code or 0,
        headers=() if http is None else http.to_tuples(),
        body=record.reader.read(MAX_BODY + 1),
        offset=offset,
    )
    return _decoded(capture) if decoded else capture


def _heading(record: WarcRecord) -> Heading:
    http = record.http_headers
    return Heading(
        url=_target(record),
        date=record.record_date.astimezone(UTC),
        status=0 if http is None else http.status_code or 0,
        content_type=None if http is None else http.get("Content-Type"),
        offset=record.stream_pos,
    )


def _target(record: WarcRecord) -> str:
    return str(record.headers.get("WARC-Target-URI") or "").strip("<>")


def _decoded(capture: Capture) -> Capture:
    """``capture`` without its content encoding, nor the header that states it."""
    return replace(
        capture,
        headers=tuple(pair for pair in capture.headers if pair[0].lower() != "content-encoding"),
        body=decode(capture.body, capture.header("Content-Encoding")),
    )


def _check_tail(path: Path, last: int, report: Callable[[Damage], None]) -> None:
    with path.open("rb") as file:
        gzipped = file.read(2) == GZIP_MAGIC
    if gzipped and (end := sound_end(path, last)) < path.stat().st_size:
        report(Damage(path, end, "the file is cut off here; the record is incomplete"))
