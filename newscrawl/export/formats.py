"""Rows as JSON lines, CSV or Parquet: each format as a context that gives a function which writes one row."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.export.columns import instant
from newscrawl.output import STDOUT, open_output, open_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from newscrawl.export.columns import Column

    Write = Callable[[Mapping[str, Any]], object]

_ROW_GROUP = 2_000  # Rows that Parquet keeps in memory until they are written.
# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN = (str, bytes)


def as_line(record: Mapping[str, Any]) -> str:
    """``record`` as one line of JSON: its own order of keys, characters as they are."""
    return json.dumps(record, ensure_ascii=False) + "\n"


@contextmanager
def write_jsonl(target: str, columns: Sequence[Column]) -> Iterator[Write]:
    """JSON lines, zipped by the target's suffix."""
    readers = [(column.name, column.read) for column in columns]
    with open_output(target) as file:
        yield lambda record: file.write(as_line({name: read(record) for name, read in readers}))


@contextmanager
def write_csv(target: str, columns: Sequence[Column]) -> Iterator[Write]:
    """CSV with a header (RFC 4180), zipped by the target's suffix; lists and objects are JSON in their cell.

    A text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    with open_output(target) as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])
        yield lambda record: writer.writerow([_cell(column.read(record)) for column in columns])


@contextmanager
def write_parquet(target: str, columns: Sequence[Column]) -> Iterator[Write]:
    """Parquet with proper types: instants in UTC (a day is its first), lists and objects."""
    if target == STDOUT:
        raise UsageError("Parquet cannot be streamed to stdout. Name a file with -o.")
    from newscrawl.export import parquet

    with open_whole(target) as file, parquet.open_writer(file, columns) as writer:
        batch: list[dict[str, Any]] = []

        def write(record: Mapping[str, Any]) -> None:
            batch.append({column.name: _typed(column, record) for column in columns})
            if len(batch) == _ROW_GROUP:
                flush()

        def flush() -> None:
            writer.write(batch)
            batch.clear()

        yield write
        flush()


FORMATS: dict[str, Callable[..., Any]] = {"jsonl": write_jsonl, "csv": write_csv, "parquet": write_parquet}


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _typed(column: Column, record: Mapping[str, Any]) -> Any:
    value = column.read(record)
    return instant(value) if column.kind == "moment" else value
