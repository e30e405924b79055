"""``newscrawl export``: the corpus to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from newscrawl import export as exporting
from newscrawl.cli.options import Setting, common, known_outlets, only_languages, only_outlets, since, until
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from datetime import date


@click.command(short_help="Write the cleaned corpus to a file.")
@click.option("-o", "--output", required=True, metavar="FILE|-", help="JSONL; .gz and .zst are zipped; - is stdout.")
@only_outlets
@since
@until
@only_languages
@click.option("--revisions", type=click.Choice(["latest", "first", "all"]), default="latest", show_default=True,
              help="Which records of an article that changed; all: oldest first.")  # fmt: skip
@common
def export(
    setting: Setting,
    output: str,
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    languages: tuple[str, ...],
    revisions: Literal["latest", "first", "all"],
) -> None:
    """Write the cleaned corpus, one JSON object a line, ordered by id.

    The file is there whole or not at all. --since and --until compare with date_published, both days included;
    they leave out articles without a date, and say how many.
    """
    known_outlets(outlets, setting.config)
    filters = Filters(outlets=outlets, since=since, until=until, languages=languages, revisions=revisions)
    with Store.read(setting.corpus) as store:
        summary = exporting.export(store, output, filters)
    click.echo(f"{summary.written:,} records written to {'stdout' if output == '-' else output}", err=True)
    if summary.undated:
        click.echo(f"{summary.undated:,} more match but have no date", err=True)
