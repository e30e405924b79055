"""``newscrawl noise``: what repeats over an outlet's pages, proposed and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import UsageError
from newscrawl.printable import printable
from newscrawl.store import MIN_PAGES, MIN_SHARE, Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.store import RepeatedBlock

_SHOWN = 80

_numbers = click.argument("numbers", nargs=-1, required=True, type=int, metavar="N...")


@click.group(short_help="Learn noise from what repeats over an outlet's pages.")
def noise() -> None:
    """Blocks that repeat over the pages of an outlet: proposed as noise, and approved or rejected by you."""


@noise.command("learn")
@click.argument("outlet")
@click.option("--min-share", type=click.FloatRange(0, 1, min_open=True), default=MIN_SHARE, show_default=True,
              metavar="SHARE", help="On at least this share of the pages.")  # fmt: skip
@click.option("--min-pages", type=click.IntRange(min=2), default=MIN_PAGES, show_default=True, metavar="N",
              help="On at least N pages.")  # fmt: skip
@click.option("--auto", is_flag=True, help="Approve what is proposed.")
@as_json
@common
def learn(setting: Setting, outlet: str, min_share: float, min_pages: int, auto: bool, as_json: bool) -> None:
    """Propose the blocks of OUTLET that repeat, with examples and what they would remove.

    Each story counts once, however often and under however many addresses it was captured. First paragraphs and
    quotations are protected. Nothing is removed before you approve it.
    """
    with Store.open(setting.corpus) as store:
        pages = store.counted_pages()
        if outlet not in pages:
            known = ", ".join(pages) or "none"
            raise UsageError(f"{setting.corpus}: holds no page of {outlet!r} to learn from. Outlets it holds: {known}.")
        found = store.learn(outlet, min_share=min_share, min_pages=min_pages)
        if auto:
            store.approve_noise(outlet, [block.number for block in found])
            found = [block for block in store.repeated_blocks(outlet) if block.number in {b.number for b in found}]
    if as_json:
        print_json(map(_object, found))
    else:
        _print_proposals(outlet, found, auto=auto)


@noise.command("list")
@click.argument("outlet", required=False)
@as_json
@common
def list_noise(setting: Setting, outlet: str | None, as_json: bool) -> None:
    """List the blocks that were ever proposed (of OUTLET, or of all), and what was decided of each."""
    with Store.read(setting.corpus) as store:
        blocks = store.repeated_blocks(outlet)
    if as_json:
        print_json(map(_object, blocks))
    else:
        columns = ("outlet", "number", "state", "pages", "of", "kept_on", "characters", "text")
        print_table(columns, [[_shortened(_object(block)[name]) for name in columns] for block in blocks])


@noise.command("approve")
@click.argument("outlet")
@_numbers
@common
def approve(setting: Setting, outlet: str, numbers: tuple[int, ...]) -> None:
    """Approve blocks of OUTLET by number: the rule `learned` removes them from pages that are read from now on."""
    with Store.open(setting.corpus) as store:
        store.approve_noise(outlet, numbers)
    click.echo(f"{outlet}: {len(set(numbers))} approved. {_EFFECT}", err=True)


@noise.command("reject")
@click.argument("outlet")
@_numbers
@common
def reject(setting: Setting, outlet: str, numbers: tuple[int, ...]) -> None:
    """Reject blocks of OUTLET by number, approved ones too: they are kept, and proposed no more."""
    with Store.open(setting.corpus) as store:
        store.reject_noise(outlet, numbers)
    click.echo(f"{outlet}: {len(set(numbers))} rejected.", err=True)


_EFFECT = "Pages that are read from now on lose them; stored articles once they are extracted again."


def _object(block: RepeatedBlock) -> dict[str, Any]:
    return {
        "outlet": block.outlet,
        "number": block.number,
        "state": block.state,
        "pages": block.pages,
        "of": block.of,
        "kept_on": block.kept_on,
        "characters": block.characters,
        "text": block.text,
        "examples": [example._asdict() for example in block.examples],
    }


def _shortened(cell: Any) -> Any:
    text = " ".join(cell.split()) if isinstance(cell, str) else cell
    return f"{text[: _SHOWN - 1]}…" if isinstance(text, str) and len(text) > _SHOWN else text


def _print_proposals(outlet: str, found: Sequence[RepeatedBlock], *, auto: bool) -> None:
    if not found:
        click.echo(f"{outlet}: nothing else repeats that often.", err=True)
        return
    for block in found:
        share = f"on {block.pages:,} of {block.of:,} pages ({block.pages / block.of:.0%})"
        loss = (
            f"would go from {block.kept_on:,} texts, {block.characters:,} characters"
            if block.kept_on
            else "in none of the texts"
        )
        click.echo(f"{block.number:>4}  {share}; {loss}")
        click.echo(f"      {printable(' '.join(block.text.split()))}")
        for example in block.examples:
            click.echo(f"        {printable(' · '.join(filter(None, (example.title, example.url))))}")
    done = f"All approved. {_EFFECT}" if auto else f"newscrawl noise approve {outlet} N... removes them."
    click.echo(done, err=True)
