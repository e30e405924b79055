"""Where the sound part of a gzipped archive file ends."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_PIECE = 1 << 18


def sound_end(path: Path, start: int = 0) -> int:
    """The offset behind the last gzip member that is whole, looking from the member at ``start`` on.

    WARC readers pass over a cut record in silence; a member's own checksum does not.
    """
    end = start
    with path.open("rb") as file:
        file.seek(start)
        pending = file.read(_CHUNK)
        while pending:
            member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            size = 0
            while not member.eof:
                pending = pending or file.read(_CHUNK)
                if not pending:
                    return end
                try:
                    left = _feed(member, pending)
                except zlib.error:
                    return end
                size += len(pending) - len(left)
                pending = left
            end += size
            pending = pending or file.read(_CHUNK)
    return end


def _feed(member: zlib._Decompress, data: bytes) -> bytes:
    """Decompress ``data`` a piece at a time, keeping nothing; what lies behind the member's end comes back."""
    while data and not member.eof:
        member.decompress(data, _PIECE)
        data = member.unconsumed_tail
    return member.unused_data
