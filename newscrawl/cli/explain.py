"""``newscrawl explain``: what became of each block of a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from newscrawl.cli.options import Setting, as_json, common, one_outlet, without
from newscrawl.cli.printing import console, print_json
from newscrawl.errors import UsageError
from newscrawl.noise.tally import tally
from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.records import Block

_LONGEST = 120  # Characters shown of a removed block; -v shows all.


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A page's blocks, in order, under what they belong to."""

    heading: tuple[str, ...]
    blocks: Sequence[Block]


@click.command(short_help="Show block by block what was kept or removed, and why.")
@click.argument("target", metavar="ID|URL|FILE")
@one_outlet
@without
@as_json
@common
def explain(setting: Setting, target: str, outlet: str | None, without: tuple[str, ...], as_json: bool) -> None:
    """Show every block of a page in order: kept, or removed by which rule on what evidence.

    A stored article (by its id or any of its addresses) is explained from the corpus, as it was extracted; a
    FILE is extracted now. Neither asks the network. Runs of blocks removed by one rule are folded; -v shows each.
    """
    path = Path(target)
    if path.is_file():
        explained = _extracted(setting, path, outlet, without)
    elif without:
        raise UsageError(f"{target}: is no file. --without takes one, for what is stored was extracted before.")
    else:
        explained = _stored(setting, target)
    if as_json:
        print_json(_objects(explained.blocks))
    else:
        _print(explained, whole=setting.verbose)


def _extracted(setting: Setting, path: Path, outlet: str | None, without: tuple[str, ...]) -> Explained:
    from newscrawl.batch import Rules
    from newscrawl.documents import find_files, is_warc, read_page
    from newscrawl.extract import strip
    from newscrawl.store import learned_noise

    if is_warc(path):
        raise UsageError(f"{path}: is a WARC file, which holds many pages. Extract it with --save, then explain an id.")
    page = read_page(next(find_files(path)))
    learned = learned_noise(setting.corpus) if setting.names_data else {}
    rules = Rules(outlet=outlet, folder=setting.config.outlets, learned=learned, without=without)
    stripped = strip(page, rules.for_page(page))
    state = f"refused: {stripped.refused}" if stripped.refused else "article"
    heading = (stripped.title, f"{path} · {stripped.outlet} · {state}", *_gap(stripped.continues_at))
    return Explained(heading=heading, blocks=stripped.blocks)


def _stored(setting: Setting, target: str) -> Explained:
    from newscrawl.store import Store

    if not setting.corpus.exists():
        raise UsageError(f"{target}: is no file, and there is no corpus at {setting.corpus} to find it in.")
    with Store.read(setting.corpus) as store:
        record = store.article(target)
        if record is None and (refusal := store.refusal(target)):
            raise UsageError(f"{target}: was refused ({refusal.reason}) and is no article of {setting.corpus}.")
        if record is None:
            raise UsageError(f"{target}: neither a file nor an article of {setting.corpus}, by id or by address.")
        place = f"{record['id']} · {record['outlet']} · {record['date_published'] or 'undated'}"
        heading = (record["title"], place, *_gap(record["continues_at"]))
        return Explained(heading=heading, blocks=store.blocks(record["id"]))


def _gap(continues_at: str | None) -> tuple[str, ...]:
    return (f"goes on at {continues_at}, which is not here",) if continues_at else ()


def _objects(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    for position, block in enumerate(blocks):
        yield {
            "position": position,
            "kept": block.kept,
            "rule": block.rule,
            "evidence": block.evidence,
            "text": block.text,
            "place": block.place,
            "captured": dict(block.captured),
        }


def _print(explained: Explained, *, whole: bool) -> None:
    out = console()
    for line in explained.heading:
        out.print(Text(printable(line), style="bold" if line is explained.heading[0] else "dim"), soft_wrap=True)
    out.print()
    lines = _lines(explained.blocks) if whole else _folded(explained.blocks)
    if sys.stdout.isatty():
        out.print(_grid(lines))
    else:
        for verdict, rule, text in lines:
            click.echo(f"{verdict.plain:8} {rule.plain:20} {text.plain}")
    out.print()
    for line in _sums(explained.blocks):
        out.print(line, soft_wrap=True)


def _grid(lines: Iterator[tuple[Text, Text, Text]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    for _ in range(2):
        grid.add_column(no_wrap=True)
    grid.add_column()
    for line in lines:
        grid.add_row(*line)
    return grid


def _folded(blocks: Sequence[Block]) -> Iterator[tuple[Text, Text, Text]]:
    """Lines of ``_lines``, a run of blocks removed by one rule being one line, long ones shortened."""
    for (kept, rule), run in groupby(blocks, key=lambda block: (block.kept, block.rule)):
        members = list(run)
        if kept:
            yield from _lines(members)
        else:
            text = _shortened(" | ".join(block.text for block in members), _LONGEST)
            evidence = members[0].evidence if len(members) == 1 else f"{len(members)} blocks"
            evidence = _shortened(evidence, _LONGEST // 2)
            yield from _lines([replace(members[0], rule=rule, text=text, evidence=evidence)])


def _shortened(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[Text, Text, Text]]:
    """Verdict, rule and text of each block; the evidence follows the text of a removed one."""
    for block in blocks:
        text = printable(" ".join(block.text.split()))
        if block.kept:
            yield Text("kept", style="green"), Text(printable(block.rule), style="dim"), Text(text)
        else:
            told = Text(text, style="dim").append(f"  [{printable(block.evidence)}]", style="cyan dim")
            yield Text("removed", style="red"), Text(printable(block.rule), style="yellow"), told


def _sums(blocks: Sequence[Block]) -> Iterator[str]:
    """Characters by rule, and that kept and removed make up the page; what only its scripts carry stands apart."""
    sums = tally(blocks)
    for rule, size in sums.removed_by.items():
        yield f"{size:>8,} characters removed by {printable(rule)}"
    whole = f"{sums.visible:,} visible characters in {sums.blocks:,} blocks"
    yield f"{sums.kept:>8,} kept + {sums.removed:,} removed = {whole}"
    if sums.recovered:
        yield f"{sums.recovered:>8,} recovered from the page's scripts, beside the visible text"
