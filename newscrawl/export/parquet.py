"""Parquet through pyarrow, which only those who export it need."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from newscrawl.errors import UsageError

try:
    import pyarrow
    from pyarrow import parquet
except ImportError as error:
    raise UsageError("Parquet needs pyarrow. Install newscrawl[parquet].") from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.export.columns import Column

_text = pyarrow.string()
_image = pyarrow.struct([("url", _text), ("caption", _text), ("credit", _text)])
_conflict = pyarrow.struct([("date", _text), ("raw", _text), ("source", _text), ("place", _text)])
_TYPES = {
    "text": _text,
    "number": pyarrow.int64(),
    "flag": pyarrow.bool_(),
    "moment": pyarrow.timestamp("us", tz="UTC"),
    "texts": pyarrow.list_(_text),
    "image": _image,
    "images": pyarrow.list_(_image),
    "conflict": pyarrow.list_(_conflict),
}


class Writer:
    """Writes batches of rows, each as a row group."""

    def __init__(self, writer: parquet.ParquetWriter, schema: pyarrow.Schema) -> None:
        self._writer, self._schema = writer, schema

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Write ``rows``; none is no row group."""
        if rows:
            self._writer.write_batch(pyarrow.RecordBatch.from_pylist(rows, schema=self._schema))


@contextmanager
def open_writer(file: IO[bytes], columns: Sequence[Column]) -> Iterator[Writer]:
    """A writer of ``columns`` to ``file``."""
    schema = pyarrow.schema([(column.name, _TYPES[column.kind]) for column in columns])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        yield Writer(writer, schema)


def count_rows(path: str) -> int:
    """How many rows the file says it has."""
    return int(parquet.ParquetFile(path).metadata.num_rows)
