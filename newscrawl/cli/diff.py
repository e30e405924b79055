"""``newscrawl diff``: what changed between two revisions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from newscrawl.cli.history import revisions_of
from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import console, print_json
from newscrawl.errors import UsageError
from newscrawl.printable import printable
from newscrawl.revisions import Change, Edit, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STYLES = {"same": "", "added": "green", "removed": "red strike"}
_MARKS = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}


@click.command(short_help="Show what changed between two revisions of an article.")
@click.argument("target", metavar="ID|URL")
@click.argument("first", type=click.IntRange(min=1), required=False, metavar="[R1")
@click.argument("second", type=click.IntRange(min=1), required=False, metavar="R2]")
@as_json
@common
def diff(setting: Setting, target: str, first: int | None, second: int | None, as_json: bool) -> None:
    """Show what changed from revision R1 to R2 of an article (default: the last two), by paragraph and word.

    In colour on a terminal; elsewhere [-removed-] and {+added+}. Paragraphs that stayed are counted; -v shows them.
    --json prints an object for each field or paragraph that changed.
    """
    records = {record["revision"]: record for record in revisions_of(setting, target)}
    older, newer = _chosen(list(records), target, first, second)
    changes = compare(records[older], records[newer])
    if as_json:
        print_json(_object(change) for change in changes if change.kind != "same")
    else:
        _print(f"{records[newer]['id']} · revision {older} to {newer}", changes, whole=setting.verbose)


def _chosen(present: Sequence[int], target: str, first: int | None, second: int | None) -> tuple[int, int]:
    if len(present) < 2:
        raise UsageError(f"{target}: has one revision only, so there is nothing to compare.")
    chosen = (first or present[-2], second or present[-1])
    if unknown := [str(number) for number in chosen if number not in present]:
        known = ", ".join(map(str, present))
        raise UsageError(f"{target}: has no revision {' and '.join(unknown)}. It has {known}.")
    return chosen


def _object(change: Change) -> dict[str, Any]:
    return {
        "where": change.where,
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "correction": change.correction,
        "edits": [{"kind": edit.kind, "text": edit.text} for edit in change.edits],
    }


def _print(heading: str, changes: Sequence[Change], *, whole: bool) -> None:
    out = console()
    out.print(Text(printable(heading), style="bold"), soft_wrap=True)
    for line in _lines(changes, whole=whole, coloured=out.is_terminal):
        out.print()
        out.print(line, soft_wrap=not out.is_terminal)


def _lines(changes: Sequence[Change], *, whole: bool, coloured: bool) -> Iterator[Text]:
    for same, run in groupby(changes, key=lambda change: change.kind == "same" and not whole):
        members = list(run)
        if same:
            yield Text(f"({len(members)} {'paragraph' if len(members) == 1 else 'paragraphs'} unchanged)", style="dim")
        else:
            yield from (_line(change, coloured=coloured) for change in members)


def _line(change: Change, *, coloured: bool) -> Text:
    line = Text("correction: " if change.correction else "", style="bold yellow")
    if change.where != "text":
        line.append(f"{change.where}: ", style="bold")
    for edit in change.edits:
        line.append(_told(edit, coloured=coloured), style=_STYLES[edit.kind] if coloured else "")
    return line


def _told(edit: Edit, *, coloured: bool) -> str:
    return printable(edit.text) if coloured else _MARKS[edit.kind].format(printable(edit.text))
