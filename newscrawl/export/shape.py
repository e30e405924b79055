"""What an export is to look like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newscrawl.export.columns import Column, columns_of

SUFFIXES = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl"}
ZIPPED = frozenset({".gz", ".zst"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Format, profile, fields (none: all of the profile), and records a file (None: one file for all).

    ``new_for`` is the name of the reader for whom only what changed since its last export is written.
    """

    format: str = "jsonl"
    profile: str = "native"
    fields: tuple[str, ...] = ()
    shard_size: int | None = None
    new_for: str | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the export has."""
        return columns_of(self.profile, self.fields)


def format_of(target: str) -> str:
    """The format that a file's name tells; JSON lines where it tells none."""
    suffixes = Path(target).suffixes
    known = [suffix for suffix in suffixes if suffix not in ZIPPED]
    return SUFFIXES.get(known[-1], "jsonl") if known else "jsonl"
