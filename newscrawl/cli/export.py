"""``newscrawl export``: the corpus to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from newscrawl import export as exporting
from newscrawl.cli.options import Setting, common, known_outlets, only_languages, only_outlets, since, until
from newscrawl.export import Shape, format_of
from newscrawl.export.columns import PROFILES
from newscrawl.export.formats import FORMATS
from newscrawl.health.words import counted
from newscrawl.output import STDOUT
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from datetime import date


def _names(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


@click.command(short_help="Write the cleaned corpus to files.")
@click.option("-o", "--output", metavar="PATH|-", help="A file (.gz and .zst are zipped), a folder, or - for stdout.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="Default: by the file's name, else jsonl.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="native", show_default=True,
              help="The fields of our record, or those that a known kind of dataset has.")  # fmt: skip
@click.option("--fields", callback=_names, metavar="A,B", help="Only these fields, in this order.")
@only_outlets
@since
@until
@only_languages
@click.option("--query", metavar="QUERY", help="Only articles that search finds by it.")
@click.option("--revisions", type=click.Choice(["latest", "first", "all"]), default="latest", show_default=True,
              help="Which records of an article that changed; all: oldest first.")  # fmt: skip
@click.option("--one-per-cluster", is_flag=True, help="Of near-duplicates only the original, or the earliest chosen.")
@click.option("--shard-size", type=click.IntRange(min=1), metavar="N", help="A folder of files of N records each.")
@click.option("--new-for", metavar="NAME", help="Only what is new or changed since the last export for NAME.")
@click.option("--check", type=click.Path(exists=True, path_type=Path), metavar="PATH",
              help="Instead: check an exported file or folder against its manifest and the schema.")  # fmt: skip
@common
def export(
    setting: Setting,
    output: str | None,
    form: str | None,
    profile: str,
    fields: tuple[str, ...],
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    languages: tuple[str, ...],
    query: str | None,
    revisions: Literal["latest", "first", "all"],
    one_per_cluster: bool,
    shard_size: int | None,
    new_for: str | None,
    check: Path | None,
) -> None:
    """Write the cleaned corpus, ordered by id: JSON lines, CSV or Parquet.

    A file or folder is there whole or not at all, the same bytes each time, with a manifest beside it: filters,
    counts, versions and hashes. --since and --until compare with date_published, both days included; they leave out
    articles without a date, and say how many.
    """
    if check:
        records = counted(exporting.check_export(check), "record")
        click.echo(f"{records}, all as the manifest and the schema say", err=True)
        return
    if not output:
        raise click.UsageError("Missing option '-o' / '--output'.")
    known_outlets(outlets, setting.config)
    filters = Filters(
        outlets=outlets,
        since=since,
        until=until,
        languages=languages,
        query=query,
        revisions=revisions,
        one_per_cluster=one_per_cluster,
    )
    shape = Shape(
        format=form or format_of(output), profile=profile, fields=fields, shard_size=shard_size, new_for=new_for
    )
    with Store.open(setting.corpus) if new_for else Store.read(setting.corpus) as store:
        summary = exporting.export(store, output, filters, shape)
    click.echo(f"{counted(summary.written, 'record')} written to {'stdout' if output == STDOUT else output}", err=True)
    if summary.undated:
        click.echo(f"{summary.undated:,} more match but have no date", err=True)
