"""``newscrawl runs``: what happened."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.account import account_row, print_account
from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import UsageError
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.store import Run, RunAccount

_ALL = "all"


@click.group(short_help="List the runs of a corpus, or show one.")
def runs() -> None:
    """The runs of a corpus and what became of each address in them."""


@runs.command("list")
@as_json
@common
def list_runs(setting: Setting, as_json: bool) -> None:
    """List the runs, newest first."""
    with Store.read(setting.corpus) as store:
        rows = [_told(run, store.account(run.number)) for run in store.runs()]
    if as_json:
        print_json(rows)
    else:
        columns = ("run", "command", "status", "started", "ended", "discovered", "stored", "requests", "bytes")
        print_table(columns, [[row[name] for name in columns] for row in rows])


@runs.command("show")
@click.argument("number", type=int, required=False)
@click.option("--state", "states", multiple=True, metavar="NAME",
              help="Also list the addresses in this state (all: each with its own); may be repeated.")  # fmt: skip
@as_json
@common
def show_run(setting: Setting, number: int | None, states: tuple[str, ...], as_json: bool) -> None:
    """Show run NUMBER (default: the newest): its account, outlet by outlet, and how it adds up."""
    with Store.read(setting.corpus) as store:
        run = store.run(number) if number else next(iter(store.runs()), None)
        if run is None:
            raise UsageError(f"{setting.corpus}: holds no run yet.")
        account = store.account(run.number)
        outcomes = list(_in_states(store, run.number, states)) if states else []
    if as_json:
        print_json([_told(run, account) | account_row(account), *outcomes])
        return
    print_table(("run", "value"), [(key, value) for key, value in _told(run, account).items() if key != "states"])
    click.echo()
    print_account(account)
    if outcomes:
        click.echo()
        print_table(tuple(outcomes[0]), [tuple(outcome.values()) for outcome in outcomes])


def _in_states(store: Store, run: int, states: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for outcome in store.outcomes(run):
        if outcome.state in states or _ALL in states:
            yield asdict(outcome)


def _told(run: Run, account: RunAccount) -> dict[str, Any]:
    """A run as a report shows it."""
    return dict(_facts(run)) | {
        "discovered": account.discovered,
        "stored": account.states.get("stored", 0),
        "states": account.states,
    }


def _facts(run: Run) -> Iterator[tuple[str, Any]]:
    yield "run", run.number
    yield "command", run.command
    yield "version", run.version
    yield "status", run.status
    yield "reason", run.reason
    yield "started", run.started.isoformat(timespec="seconds")
    yield "ended", run.ended and run.ended.isoformat(timespec="seconds")
    yield "requests", run.requests
    yield "bytes", run.bytes
