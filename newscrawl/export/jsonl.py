"""Records as JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.output import open_output
from newscrawl.store import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from newscrawl.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """How many records an export wrote, and how many it left out since they have no date to compare."""

    written: int
    undated: int


def export(store: Store, target: Path | str, filters: Filters | None = None) -> ExportSummary:
    """Write the records that match to ``target`` (``-``: stdout), ordered by id, zipped by ``.gz`` or ``.zst``.

    Equal corpora give equal bytes.  The file is there whole or not at all; records stream through.

    Raises:
        ExportError: the target cannot be written.
    """
    wanted = filters or Filters()
    written = 0
    with open_output(str(target)) as file:
        for record in store.articles(wanted):
            file.write(as_line(record))
            written += 1
    return ExportSummary(written=written, undated=store.undated(wanted))


def as_line(record: Mapping[str, Any]) -> str:
    """``record`` as one line of JSON: its own order of keys, characters as they are."""
    return json.dumps(record, ensure_ascii=False) + "\n"
