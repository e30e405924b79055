"""``newscrawl report``: corpus and crawls, to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newscrawl.cli.options import Setting, as_json, common, only_outlets, since, until
from newscrawl.cli.printing import print_json
from newscrawl.cli.terminal_report import print_numbers
from newscrawl.errors import UsageError
from newscrawl.numbers import gather_numbers
from newscrawl.output import open_output
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from datetime import date

    from newscrawl.numbers import Numbers


@click.command(short_help="Draw corpus and crawls on a page to look at.")
@click.option("-o", "--output", metavar="FILE|-", help="The page to write, as HTML that loads nothing; - is stdout.")
@click.option("--terminal", is_flag=True, help="Print a short form instead.")
@only_outlets
@since
@until
@as_json
@common
def report(
    setting: Setting,
    output: str | None,
    terminal: bool,
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    as_json: bool,
) -> None:
    """Draw articles, what they state, what was removed, health and runs, on one page for screens and paper.

    --since and --until are days of publication, and of runs; without them runs of the last 60 days are shown. The page
    needs what newscrawl[report] installs; --terminal and --json do not. --json prints the numbers instead.
    """
    if not (output or terminal or as_json):
        raise click.UsageError("Missing option '-o' / '--output', or --terminal.")
    with Store.read(setting.corpus) as store:
        _check(store, outlets)
        numbers = gather_numbers(store, datetime.now(UTC), Filters(outlets=outlets, since=since, until=until))
    if as_json:
        print_json([numbers.as_record()])
    if terminal:
        print_numbers(numbers)
    if output:
        with open_output(output) as stream:
            stream.write(_page(numbers))


def _check(store: Store, outlets: tuple[str, ...]) -> None:
    """Refuse a name that means no outlet of the corpus: its report would be empty."""
    known = {share.outlet for share in store.outlets()} | set(store.last_crawls())
    if unknown := next((name for name in outlets if name not in known), None):
        named = ", ".join(sorted(known)) or "none yet"
        raise UsageError(f"{unknown!r} is no outlet of this corpus, which has {named}.")


def _page(numbers: Numbers) -> str:
    try:
        from newscrawl.report.page import render
    except ImportError as error:
        told = f"The page needs {error.name}, which is not installed. Install it: pip install 'newscrawl[report]'."
        raise UsageError(f"{told} --terminal works without.") from error
    return render(numbers)
