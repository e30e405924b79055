"""``newscrawl removed``: what was cut from the articles of a corpus."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import click

from newscrawl.cli.options import Setting, as_json, common, only_outlets
from newscrawl.cli.options import since as since_option
from newscrawl.cli.printing import print_json, print_table
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from datetime import date

_LONGEST = 100  # Characters shown of a cut; --json has all.


@click.command(short_help="List the largest and most frequent cuts.")
@only_outlets
@click.option("--rule", metavar="NAME", help="Only what this rule removed.")
@since_option
@click.option("--by", type=click.Choice(["characters", "articles"]), default="characters", show_default=True,
              help="First what takes most text in all, or what most articles have.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many.")
@as_json
@common
def removed(
    setting: Setting,
    outlets: tuple[str, ...],
    rule: str | None,
    since: date | None,
    by: Literal["characters", "articles"],
    limit: int,
    as_json: bool,
) -> None:
    """List texts that were removed from the present articles: by which rule, from how many, and how much in all.

    The example is an article to look at with newscrawl explain. --since compares with date_published.
    """
    with Store.read(setting.corpus) as store:
        cuts = store.cuts(Filters(outlets=outlets, since=since), rule=rule, by=by, limit=limit)
    if as_json:
        print_json(asdict(cut) for cut in cuts)
        return
    columns = ("articles", "characters", "rule", "example", "text")
    rows = [asdict(cut) | {"text": _shortened(cut.text)} for cut in cuts]
    print_table(columns, [[row[name] for name in columns] for row in rows])


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
