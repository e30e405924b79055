"""What changed between two revisions: paragraphs, and the words within them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from newscrawl.revisions.corrections import is_correction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["same", "added", "removed", "changed"]

FIELDS = ("title", "lead", "authors", "date_published")
"""What of a record is compared besides its text."""

_ALIKE = 0.5  # Share of words that two paragraphs have in common if one is the other's new wording.
_NEAR = 8  # Paragraphs that a reworded one is looked for among: hostile pages have thousands.
_MANY = 2000  # Words from which on exactness gives way to speed.
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A stretch of words that is in both revisions (``same``), or was ``added`` or ``removed``."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field or paragraph and what became of it; ``correction`` tells that an added one owns up to a mistake."""

    where: str
    kind: Kind
    edits: tuple[Edit, ...]
    correction: bool = False

    @property
    def before(self) -> str:
        """Its wording in the older revision."""
        return "".join(edit.text for edit in self.edits if edit.kind != "added")

    @property
    def after(self) -> str:
        """Its wording in the newer revision."""
        return "".join(edit.text for edit in self.edits if edit.kind != "removed")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every paragraph of both records in order, after those of ``FIELDS`` that changed."""
    fields = (_field(name, before.get(name), after.get(name)) for name in FIELDS)
    paragraphs = _paragraphs(before["text"].split("\n\n"), after["text"].split("\n\n"))
    return (*(change for change in fields if change), *paragraphs)


def _field(name: str, before: Any, after: Any) -> Change | None:
    old, new = (", ".join(value) if isinstance(value, list) else value or "" for value in (before, after))
    return None if old == new else _change(name, old, new)


def _paragraphs(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield from (_change("text", text, text) for text in before[start:end])
        else:
            yield from _reworded(list(before[start:end]), after[new_start:new_end])


def _reworded(before: list[str], after: Sequence[str]) -> Iterator[Change]:
    """Changes from ``before`` to ``after``: a new paragraph beside the old one that it is a wording of, if any."""
    for text in after:
        found = next((n for n, old in enumerate(before[:_NEAR]) if _alike(old, text)), None)
        if found is None:
            yield _change("text", "", text)
            continue
        yield from (_change("text", old, "") for old in before[:found])
        yield _change("text", before[found], text)
        del before[: found + 1]
    yield from (_change("text", old, "") for old in before)


def _alike(before: str, after: str) -> bool:
    matcher = SequenceMatcher(None, before.split()[:_MANY], after.split()[:_MANY], autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _change(where: str, before: str, after: str) -> Change:
    edits = tuple(_edits(before, after))
    kinds = {edit.kind for edit in edits}
    kind: Kind = "changed" if len(kinds) > 1 else next(iter(kinds), "same")
    noted = where == "text" and kind in ("added", "changed") and is_correction(after) and not is_correction(before)
    return Change(where=where, kind=kind, edits=edits, correction=noted)


def _edits(before: str, after: str) -> Iterator[Edit]:
    if before == after or not (before and after):
        kind: Kind = "same" if before == after else "removed" if before else "added"
        yield Edit(kind=kind, text=before or after)
        return
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > _MANY)
    for operation, start, end, new_start, new_end in matcher.get_opcodes():
        if operation == "equal":
            yield Edit(kind="same", text="".join(old[start:end]))
            continue
        if end > start:
            yield Edit(kind="removed", text="".join(old[start:end]))
        if new_end > new_start:
            yield Edit(kind="added", text="".join(new[new_start:new_end]))
