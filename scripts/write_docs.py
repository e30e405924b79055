"""Write what the docs show of the program: docs/commands.md, the rules in docs/noise.md, and README.md's examples."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from newscrawl.batch import Rules, extract_one
from newscrawl.cli import cli
from newscrawl.noise.catalogue import CATALOGUE, Listed
from newscrawl.samples import read_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
NOISE = ROOT / "docs" / "noise.md"
README = ROOT / "README.md"
SAMPLE = Path("newscrawl/outlets/menafn/samples/provider_en.html")
DEMO = ROOT / "data" / "demo.warc.gz"
OUTLETS = ("sana", "menafn", "syriatimes")
WIDTH = 110

INTRODUCTION = """# Commands

Written by `scripts/write_docs.py` from the commands' own help.

Records and reports go to stdout, everything else to stderr. Exit codes: 0 done (also when nothing was new: an address
that ends in `http-404` or `too-short` is an outcome, not a failure) · 1 unexpected error · 2 wrong usage, or a file
that cannot be used · 3 finished, but an outlet could use none of its sources, pages ended in `error`, or
an outlet was skipped since another crawl of it runs · 4 a guard stopped what would have taken too much away, or a check
found damage · 5 nothing could be fetched · 75 other crawls run of all that was asked for · 130 interrupted, all saved.

Settings: a command's option, then the environment (`NEWSCRAWL_DATA`, `NEWSCRAWL_OUTLETS`, `NEWSCRAWL_CONTACT`), then
`newscrawl.toml` in the working folder (`data`, `outlets`, `contact`, and the tables `schedules`).
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
    parts = [f"## {name}\n\n```\n{help_text}\n```\n" for name, help_text in commands(cli, root)]
    return "\n".join([INTRODUCTION, *parts])


def noise_page() -> str:
    """docs/noise.md with the rules as they are now."""
    rows = [f"| `{rule.name}` | {rule.family} | {_verdict(rule)} | {rule.what} |" for rule in CATALOGUE]
    table = "\n".join(["| rule | family | verdict | takes |", "|---|---|---|---|", *rows])
    before, rest = NOISE.read_text("utf-8").split("<!-- rules -->")
    return f"{before}<!-- rules -->\n{table}\n<!-- end -->{rest.split('<!-- end -->')[1]}"


def _verdict(rule: Listed) -> str:
    return "keeps" if rule.keeps else "removes"


def readme() -> str:
    """README.md with its blocks as the program prints them now."""
    text = README.read_text("utf-8")
    blocks = {"record": f"json\n{record()}", "explain": f"\n{explanation()}", "account": f"\n{account()}"}
    for name, shown in blocks.items():
        block = f"```{shown}\n```"
        marked = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.S)
        text = marked.sub(lambda match, block=block: match[1] + block + match[2], text)
    return text


def record() -> str:
    """The record of the sample; hashes change with every rule and are left out."""
    sample = next(one for one in read_samples(ROOT / SAMPLE.parent) if one.path.stem == SAMPLE.stem)
    fields = extract_one(sample.page, Rules(), ledger=False).as_record()
    hidden = dict.fromkeys(("content_hash", "rules_hash", "extractor"), "...")
    return json.dumps(fields | hidden, ensure_ascii=False, indent=1)


def explanation() -> str:
    """What ``explain`` prints of the sample, long lines cut."""
    result = CliRunner().invoke(cli, ["explain", str(ROOT / SAMPLE), "--outlet", "menafn"])
    shown = result.stdout.replace(f"{ROOT}/", "").strip().split("\n")
    return "\n".join(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in shown)


def account() -> str:
    """What a crawl of the demo prints; in a process of its own, for Scrapy's event loop starts but once."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "newscrawl", "crawl", "--replay", DEMO, "--data", data, *OUTLETS]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    NOISE.write_text(noise_page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
