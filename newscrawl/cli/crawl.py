"""``newscrawl crawl``: outlets to the corpus."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.account import account_row, print_account
from newscrawl.cli.options import Setting, as_json, as_length, as_moment, common, known_outlets, since
from newscrawl.cli.printing import print_json
from newscrawl.outlet import outlet_files
from newscrawl.schedule.status import read_scheduled
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.crawl import RunSummary
    from newscrawl.schedule.status import Scheduled

log = logging.getLogger(__name__)


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
@click.option("--due", is_flag=True, help="Only outlets that their schedules say are due, each for its max_time.")
@click.option("--max-time", callback=as_length, metavar="TIME", help="Stop after this time (30m), as Ctrl-C would.")
@as_json
@common
def crawl(
    setting: Setting,
    outlets: tuple[str, ...],
    limit: int | None,
    since: date | None,
    replay: Path | None,
    at: date | None,
    due: bool,
    max_time: timedelta | None,
    as_json: bool,
) -> None:
    """Fetch what is new or due of each OUTLET (default: all) and store it.

    Ends with the account of the run: every address discovered is in exactly one state. Interrupted, stopped at its time
    or killed, the next crawl goes on from there, and fetches nothing again that was archived. --since passes over
    addresses that state an older date. An outlet that another process is crawling is skipped and named. With --due it
    says so where nothing is due, and what is next; cron and systemd may call it as often as they like.
    """
    if replay and due:
        raise click.UsageError("--due is of no use with --replay.")
    if at and not replay:
        raise click.UsageError("--at needs --replay.")
    names = outlets or tuple(outlet_files(setting.config.outlets))
    max_times = _due(setting, outlets, datetime.now(UTC)) if due else dict.fromkeys(names)
    if max_times:
        _crawl(
            setting,
            {name: max_time or own for name, own in max_times.items()},
            as_json,
            limit=limit,
            since=first_instant(since),
            replay=replay,
            at=last_instant(at),
        )


def _due(setting: Setting, names: tuple[str, ...], now: datetime) -> dict[str, timedelta | None]:
    """The outlets to crawl now, each with how long it may take; where there are none, that is told."""
    found = read_scheduled(setting.config, now, names, opening=Store.open)
    due = [one.plan for one in found if one.is_due(now)]
    if not due:
        click.echo(f"newscrawl: nothing due; {_what_is_next(found)}.", err=True)
    return {plan.outlet: plan.max_time for plan in due}


def _what_is_next(found: Sequence[Scheduled]) -> str:
    waiting = sorted((one.due.at, one.plan.outlet) for one in found if one.due.at and not one.running)
    if waiting:
        return f"{waiting[0][1]} is next, at {waiting[0][0].isoformat()}"
    return "what has a schedule is being crawled" if found else "no schedule"


def _crawl(setting: Setting, max_times: dict[str, timedelta | None], as_json: bool, **options: Any) -> None:
    from newscrawl import crawl as crawling  # Scrapy takes a second, which is too long to learn that nothing is due.

    known = known_outlets(max_times, setting.config)
    limits = {name: length for name, length in max_times.items() if length}
    summary = crawling.crawl(known, setting.config, max_times=limits, **options)
    if as_json:
        print_json([account_row(summary.account)])
    else:
        print_account(summary.account)
    for line in _remarks(summary):
        log.warning("%s", line)
    click.get_current_context().exit(summary.exit_code)


def _remarks(summary: RunSummary) -> Iterator[str]:
    """What a person should know of a run besides its account."""
    if failed := summary.account.states.get("error"):
        yield f"{failed} ended in error; newscrawl runs show --state error lists them."
    for outlet in summary.locked:
        yield f"{outlet}: skipped, another crawl of it is running."
    for outlet in summary.timed_out:
        yield f"{outlet}: stopped at its max_time; the next crawl goes on from there."
    for outlet in summary.useless:
        yield f"{outlet}: none of its sources could be used."


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
