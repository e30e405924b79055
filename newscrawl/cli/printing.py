"""How reports reach the terminal: safe text, one JSON object a line, and tables."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawl.printable import CONTROLS, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PIPED_WIDTH = 10_000  # So that a line stays a line.


def json_line(value: Mapping[str, Any]) -> str:
    """``value`` as JSON on one line; what a terminal would obey stands escaped."""
    line = json.dumps(value, ensure_ascii=False)
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one object a line on stdout."""
    for row in rows:
        click.echo(json_line(row))


def console(*, stderr: bool = False) -> Console:
    """A console on stdout or stderr, plain and of fixed width where that is no terminal."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names; numbers to the right, None as nothing."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    listed = [list(row) for row in rows]
    for number, name in enumerate(columns):
        numeric = bool(listed) and all(isinstance(row[number], int | float) for row in listed)
        table.add_column(printable(name), justify="right" if numeric else "left")
    for row in listed:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    out = console()
    with out.capture() as drawn:
        out.print(table)
    for line in drawn.get().splitlines():
        click.echo(line.rstrip())
