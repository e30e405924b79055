"""``newscrawl crawl``: outlets to the corpus."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import click

from newscrawl import crawl as crawling
from newscrawl.cli.account import account_row, print_account
from newscrawl.cli.options import Setting, as_json, as_moment, common, known_outlets, since
from newscrawl.cli.printing import print_json
from newscrawl.outlet import outlet_files


@click.command(short_help="Fetch what is new or due and store it.")
@click.argument("outlets", nargs=-1, metavar="[OUTLET]...")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N articles of each outlet.")
@since
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Answer every request from this WARC file; no network, no delays.",
)
@click.option(
    "--at", callback=as_moment, metavar="TIME", help="With --replay: of several captures the latest until then."
)
@as_json
@common
def crawl(
    setting: Setting,
    outlets: tuple[str, ...],
    limit: int | None,
    since: date | None,
    replay: Path | None,
    at: date | None,
    as_json: bool,
) -> None:
    """Fetch what is new or due of each OUTLET (default: all) and store it.

    Ends with the account of the run: every address discovered is in exactly one state. Interrupted or killed, the
    next crawl goes on from there, and fetches nothing again that was archived. --since passes over addresses that
    state an older date. An outlet that another process is crawling is skipped and named.
    """
    if at and not replay:
        raise click.UsageError("--at needs --replay.")
    names = outlets or tuple(outlet_files(setting.config.outlets))
    summary = crawling.crawl(
        known_outlets(dict.fromkeys(names), setting.config),
        setting.config,
        limit=limit,
        since=first_instant(since),
        replay=replay,
        at=last_instant(at),
    )
    if as_json:
        print_json([account_row(summary.account)])
    else:
        print_account(summary.account)
    if failed := summary.account.states.get("error"):
        click.echo(f"newscrawl: {failed} ended in error; newscrawl runs show --state error lists them.", err=True)
    for outlet in summary.locked:
        click.echo(f"newscrawl: {outlet}: skipped, another crawl of it is running.", err=True)
    for outlet in summary.useless:
        click.echo(f"newscrawl: {outlet}: none of its sources could be used.", err=True)
    click.get_current_context().exit(summary.exit_code)


def first_instant(moment: date | None) -> datetime | None:
    """A day's beginning in UTC; an instant as it is."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, UTC)


def last_instant(moment: date | None) -> datetime | None:
    """A day's end in UTC; an instant as it is."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.max, UTC)
