"""Undoing the content encoding of a body, never beyond the size that a page may have."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from fastwarc.stream_io import BrotliReader, GzipReader, ZstdReader

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a body at the most, decoded; what a crawl fetches at the most as well."""

_READERS: dict[str, Callable[[BytesIO], GzipReader | BrotliReader | ZstdReader]] = {
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "deflate": lambda body: GzipReader(body, zlib=True),
    "br": BrotliReader,
    "zstd": ZstdReader,
}


def decode(body: bytes, encodings: str | None) -> bytes:
    """``body`` without the encodings that its Content-Encoding header lists; unknown ones are left on.

    Raises:
        OSError: the body is not so encoded, or is larger than ``MAX_BODY`` when decoded.
    """
    for encoding in reversed((encodings or "").lower().split(",")):
        if body and (reader := _READERS.get(encoding.strip())):
            body = reader(BytesIO(body)).read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise OSError(f"its body is larger than {MAX_BODY} bytes")
    return body
