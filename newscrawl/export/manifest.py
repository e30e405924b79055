"""The manifest beside an export: what it holds, how it was chosen, and the hash of every file."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from newscrawl.export.columns import day_of
from newscrawl.export.schema import RECORD_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.export.shape import Shape
    from newscrawl.store import Filters

UNKNOWN = "unknown"
_LATER = ("agencies", "kinds")  # Filters told only where set: readers of changes are known by what they chose before.
_COUNTED = {"outlets": "outlet", "languages": "language", "extractors": "extractor", "rules": "rules_hash"}


class Tally:
    """Counts records while they pass."""

    def __init__(self) -> None:
        self.records = 0
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in (*_COUNTED, "days")}

    def counted(self, records: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Hand on ``records``, each counted."""
        pairs = [(self._counts[name], field) for name, field in _COUNTED.items()]
        days = self._counts["days"]
        for record in records:
            for counter, field in pairs:
                counter[record[field] or UNKNOWN] += 1
            days[str(day_of(record) or UNKNOWN)] += 1
            self.records += 1
            yield record

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Records by outlet, language, extractor, rules and day, each by name."""
        return {name: dict(sorted(counter.items())) for name, counter in self._counts.items()}


def describe_file(path: Path, records: int) -> dict[str, Any]:
    """A file of an export with its size in bytes and its hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "records": records, "bytes": path.stat().st_size, "sha256": digest}


def describe(
    tally: Tally, files: Sequence[Mapping[str, Any]], undated: int, filters: Filters, shape: Shape
) -> dict[str, Any]:
    """The manifest.  It tells no time, so that equal corpora give equal manifests."""
    return {
        "tool": f"newscrawl {version('newscrawl')}",
        "record_version": RECORD_VERSION,
        "format": shape.format,
        "profile": shape.profile,
        "fields": [column.name for column in shape.columns],
        "filters": described(filters) | {"new_for": shape.new_for},
        "records": tally.records,
        "undated_left_out": undated,
        **tally.counts,
        "files": list(files),
    }


def described(filters: Filters) -> dict[str, Any]:
    """``filters`` ready for JSON."""
    told = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(filters).items()
    }
    told.pop("changes")
    unset = {name for name in _LATER if not told[name]}
    return {n: list(v) if isinstance(v, tuple) else v for n, v in told.items() if n not in unset}
