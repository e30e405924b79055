"""``newscrawl reextract``: archived pages to records, again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newscrawl.batch import Rules
from newscrawl.cli.options import Setting, as_json, common, known_outlets, only_outlets
from newscrawl.cli.options import since as since_option
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import ExitCode
from newscrawl.progress import Progress
from newscrawl.reextract import GUARD, Reextraction, Report
from newscrawl.store import ANY_REASON, Choice, Store

if TYPE_CHECKING:
    from datetime import date


@click.command(short_help="Read the archived pages again by the present rules.")
@only_outlets
@since_option
@click.option("--stale", is_flag=True, help="Only pages that were read by other rules than the present ones.")
@click.option("--refused", is_flag=False, flag_value=ANY_REASON, metavar="[REASON]",
              help="Only pages that were refused (for REASON, such as too-short).")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--guard", type=click.FloatRange(0, 1), default=GUARD, show_default=True, metavar="SHARE",
              help="Stop (exit code 4) where more than this share would lose half of the text or all.")  # fmt: skip
@as_json
@common
def reextract(
    setting: Setting,
    outlets: tuple[str, ...],
    since: date | None,
    stale: bool,
    refused: str | None,
    dry_run: bool,
    guard: float,
    as_json: bool,
) -> None:
    """Read the archived pages again by the present rules, without the network and on all cores.

    Start with --dry-run, which tells what would change, with samples. What is changed is no new revision: the outlet
    changed nothing. Killed or interrupted, it is taken up with --stale. --since is the day of the fetch.
    """
    known_outlets([name for name in outlets if "." not in name], setting.config)  # others are hosts without a file
    open_store = Store.read if dry_run else Store.open
    with open_store(setting.corpus) as store, Progress() as progress:
        work = Reextraction(
            store=store,
            archive=setting.config.data / "archive",
            rules=Rules(folder=setting.config.outlets, learned=store.learned_noise()),
            choice=Choice(outlets=outlets, since=since, refused=refused),
            stale=stale,
            guard=guard,
            progress=progress,
        )
        report = work.preview() if dry_run else work.apply(lambda: datetime.now(UTC))
    _print(report, as_json=as_json, done=not dry_run)
    work.check(report, report.pages)
    click.get_current_context().exit(ExitCode.NOT_ALL_WELL if report.newly_failing else 0)


def _print(report: Report, *, as_json: bool, done: bool) -> None:
    if as_json:
        print_json([asdict(report)])
        return
    numbers = [(name.replace("_", " "), value) for name, value in asdict(report).items() if name != "samples"]
    print_table(("done" if done else "would be", "number"), numbers)
    if report.samples:
        click.echo()
        columns = ("kind", "id", "gained", "lost", "title", "excerpt")
        print_table(columns, [[sample[name] for name in columns] for sample in report.samples])
