"""Writes what the docs know from the code: commands, rules, keys of outlets and settings, tables of the database.

What pages show of the program's output is written by run_docs.py.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl import config, outlet
from newscrawl.cli import cli
from newscrawl.errors import ExitCode
from newscrawl.noise.catalogue import CATALOGUE, Listed

sys.path.insert(0, str(Path(__file__).parent))

import tables
from declared import key_table, member_meanings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCS = Path(__file__).parent.parent / "docs"

INTRODUCTION = """# Commands

Written by `scripts/write_docs.py` from the commands' own help.

Records and reports go to stdout, everything else to stderr; reports take `--json`. Every command takes `--data DIR`,
the folder of `corpus.db` and `archive/` (default: `data` in the working folder); what else comes from `newscrawl.toml`
and the environment is told by [settings](settings.md). Scrapy's own commands work from a checkout, too: `scrapy list`,
`scrapy crawl news -a outlet=sana`.

## Exit codes

{codes}
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


def commands_page() -> str:
    """The whole of docs/commands.md."""
    root = click.Context(cli, info_name="newscrawl", terminal_width=100, **cli.context_settings)
    found = list(commands(cli, root))
    summary = "\n".join(f"| [`{name}`](#{name.replace(' ', '-')}) | {_summary(text)} |" for name, text in found)
    parts = [f"## {name}\n\n```\n{text}\n```\n" for name, text in found]
    codes = [f"| {int(code)} | {meaning} |" for code, meaning in zip(ExitCode, member_meanings(ExitCode), strict=True)]
    introduction = INTRODUCTION.format(codes="\n".join(["| code | meaning |", "|---:|---|", *codes]))
    return "\n".join([introduction, f"## All commands\n\n| command | does |\n|---|---|\n{summary}\n", *parts])


def _summary(help_text: str) -> str:
    """The first sentence of a command's help."""
    description = help_text.split("\n\n")[1]
    return " ".join(description.split()).replace("|", "\\|")


def noise_page() -> str:
    """docs/noise.md with the rules as they are now."""
    rows = [f"| `{rule.name}` | {rule.family} | {_verdict(rule)} | {rule.what} |" for rule in CATALOGUE]
    table = "\n".join(["| rule | family | verdict | takes |", "|---|---|---|---|", *rows])
    return _filled(_read("noise.md"), {"rules": table})


def _verdict(rule: Listed) -> str:
    return "keeps" if rule.keeps else "removes"


def outlets_page() -> str:
    """docs/outlets.md with the keys as they are now."""
    return _with_keys("outlets.md", outlet)


def settings_page() -> str:
    """docs/settings.md with the keys as they are now."""
    return _with_keys("settings.md", config)


def tables_page() -> str:
    """docs/tables.md with the tables and columns as they are now."""
    return tables.page(_read("tables.md"))


def _with_keys(name: str, module: object) -> str:
    """A page with the keys of the models that it marks, which ``module`` has."""
    text = _read(name)
    models = re.findall(r"<!-- keys of (\w+) -->", text)
    return _filled(text, {f"keys of {model}": key_table(getattr(module, model)) for model in models})


def _filled(text: str, parts: dict[str, str]) -> str:
    """``text`` with each part between the mark of its name and the next end."""
    for name, part in parts.items():
        marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
        text = marked.sub(lambda match, part=part: f"{match[1]}{part}\n{match[2]}", text)
    return text


def _read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "noise.md": noise_page,
    "outlets.md": outlets_page,
    "settings.md": settings_page,
    "tables.md": tables_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
