"""Write docs/commands.md: the help of every command, as the command line prints it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).parent.parent / "docs" / "commands.md"
INTRODUCTION = """# Commands

Written by `scripts/write_commands.py` from the commands' own help.

Records and reports go to stdout, everything else to stderr. Exit codes: 0 done (also when nothing was new: an address
that ends in `http-404` or `too-short` is an outcome, not a failure) · 1 unexpected error · 2 wrong usage, or a file
that cannot be used · 3 finished, but an outlet could use none of its sources, or pages ended in `error` · 5 nothing
could be fetched · 75 another run holds the lock · 130 interrupted, state saved.

Settings: a command's option, then the environment (`NEWSCRAWL_DATA`, `NEWSCRAWL_OUTLETS`, `NEWSCRAWL_CONTACT`), then
`newscrawl.toml` in the working folder (`data`, `outlets`, `contact`).
"""


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Full name and help of each command under ``command``."""
    if not isinstance(command, click.Group):
        yield context.command_path, command.get_help(context)
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        if child:
            yield from commands(child, click.Context(child, info_name=name, parent=context))


def page() -> str:
    """The whole of docs/commands.md."""
    root = click.Context(cli, info_name="newscrawl", terminal_width=100, **cli.context_settings)
    parts = [f"## {name}\n\n```\n{help_text}\n```\n" for name, help_text in commands(cli, root)]
    return "\n".join([INTRODUCTION, *parts])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
