"""The revisions of an article, and how much changed from each to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawl.revisions.diff import Change, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A revision and the characters of text that it added to the one before and removed from it."""

    record: Mapping[str, Any]
    added: int = 0
    removed: int = 0
    notes: tuple[str, ...] = ()
    """``correction``: a paragraph added owns up to a mistake.  ``other rules``: those of extraction changed as well."""


def steps(records: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    """The revisions, oldest first as ``records`` are."""
    yield Step(record=records[0])
    for former, record in pairwise(records):
        yield _step(former, record, compare(former, record))


def _step(former: Mapping[str, Any], record: Mapping[str, Any], changes: Sequence[Change]) -> Step:
    ours = (former["extractor"], former["rules_hash"]) != (record["extractor"], record["rules_hash"])
    noted = ["correction"] * any(change.correction for change in changes) + ["other rules"] * ours
    edits = [edit for change in changes if change.where == "text" for edit in change.edits]
    return Step(
        record=record,
        added=sum(len(edit.text) for edit in edits if edit.kind == "added"),
        removed=sum(len(edit.text) for edit in edits if edit.kind == "removed"),
        notes=tuple(noted),
    )
