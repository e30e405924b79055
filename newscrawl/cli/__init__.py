"""The command line: each command is a thin call of the library, named by the same verb."""

from __future__ import annotations

from newscrawl.cli.group import Commands, cli, main

__all__ = ["Commands", "cli", "main"]
