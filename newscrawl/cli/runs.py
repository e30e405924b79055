"""``newscrawl runs``: what happened."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.account import account_row, print_account
from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import UsageError
from newscrawl.health.words import counted
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.health import OutletRun
    from newscrawl.store import Run, RunAccount

_ALL = "all"
_LISTED = ("run", "command", "status", "started", "duration", "new", "changed", "discovered", "requests", "size")


@click.group(short_help="List, show and prune the runs of a corpus.")
def runs() -> None:
    """The runs of a corpus and what became of each address in them."""


@runs.command("list")
@as_json
@common
def list_runs(setting: Setting, as_json: bool) -> None:
    """List the runs, newest first."""
    with Store.read(setting.corpus) as store:
        totals = store.totals()
        found = [_told(run, store.account(run.number), totals.get(run.number)) for run in store.runs()]
    if as_json:
        print_json(found)
    else:
        print_table(_LISTED, [[_in_words(row)[name] for name in _LISTED] for row in found])


@runs.command("show")
@click.argument("number", type=int, required=False)
@click.option("--state", "states", multiple=True, metavar="NAME",
              help="Also list the addresses in this state (all: each with its own); may be repeated.")  # fmt: skip
@as_json
@common
def show_run(setting: Setting, number: int | None, states: tuple[str, ...], as_json: bool) -> None:
    """Show run NUMBER (default: the newest): its account, outlet by outlet, how it adds up, and what it measured."""
    with Store.read(setting.corpus) as store:
        run = store.run(number) if number else next(iter(store.runs()), None)
        if run is None:
            raise UsageError(f"{setting.corpus}: holds no run yet.")
        account = store.account(run.number)
        told = _told(run, account, store.totals().get(run.number))
        parts = list(store.outlet_runs(run=run.number))
        outcomes = list(_in_states(store, run.number, states)) if states else []
    if as_json:
        measures = {part.outlet: _measured(part) for part in parts}
        print_json([told | account_row(account) | {"measures": measures}, *outcomes])
        return
    print_table(("run", "value"), [(name, value) for name, value in _in_words(told).items() if name != "states"])
    click.echo()
    print_account(account)
    for columns, rows in _tables(parts):
        click.echo()
        print_table(columns, rows)
    if outcomes:
        click.echo()
        print_table(tuple(outcomes[0]), [tuple(outcome.values()) for outcome in outcomes])


@runs.command("prune")
@click.option("--older-than", "days", type=click.IntRange(min=1), required=True, metavar="DAYS",
              help="Runs that ended longer ago than this.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be let go of.")
@common
def prune_runs(setting: Setting, days: int, dry_run: bool) -> None:
    """Let go of the accounts of old runs: their addresses, their counts and what they measured.

    Each outlet's last crawl stays. Of runs that articles may cite the line in `runs list` stays. A crawl does the same
    at its end where keep_runs is set in newscrawl.toml. Health looks back 35 days.
    """
    with Store.open(setting.corpus) as store:
        pruned = store.prune_runs(datetime.now(UTC) - timedelta(days=days), dry_run=dry_run)
    would = "would be " if dry_run else ""
    click.echo(
        f"accounts of {counted(pruned.runs, 'run')} with {counted(pruned.addresses, 'address')} {would}pruned; "
        f"{pruned.gone:,} of them {would}gone altogether."
    )


def _in_states(store: Store, run: int, states: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for outcome in store.outcomes(run):
        if outcome.state in states or _ALL in states:
            yield asdict(outcome)


def _told(run: Run, account: RunAccount, totals: tuple[int, int] | None) -> dict[str, Any]:
    """A run as a report shows it; what was not measured or was pruned is None."""
    new, changed = totals or (None, None)
    return dict(_facts(run)) | {
        "new": new,
        "changed": changed,
        "discovered": None if run.pruned else account.discovered,
        "stored": None if run.pruned else account.states.get("stored", 0),
        "states": account.states,
        "pruned": run.pruned,
    }


def _facts(run: Run) -> Iterator[tuple[str, Any]]:
    yield "run", run.number
    yield "command", run.command
    yield "version", run.version
    yield "status", run.status
    yield "reason", run.reason
    yield "started", run.started.isoformat(timespec="seconds")
    yield "ended", run.ended and run.ended.isoformat(timespec="seconds")
    yield "seconds", (run.ended - run.started).total_seconds() if run.ended else None
    yield "requests", run.requests
    yield "bytes", run.bytes


def _in_words(told: dict[str, Any]) -> dict[str, Any]:
    """A run with its duration and size as a person reads them, in their places."""
    words = {"seconds": ("duration", _duration(told["seconds"])), "bytes": ("size", _size(told["bytes"]))}
    return dict(words.get(name, (name, value)) for name, value in told.items())


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else str(timedelta(seconds=round(seconds)))


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def _measured(part: OutletRun) -> dict[str, Any]:
    """What was measured of an outlet, as JSON."""
    share = part.measures.removed_share
    return {
        "started": part.started.isoformat(timespec="seconds"),
        "seconds": (part.ended - part.started).total_seconds(),
        "removed_share": None if share is None else round(share, 4),
        **part.measures.as_record(),
    }


def _tables(parts: Sequence[OutletRun]) -> Iterator[tuple[Sequence[str], list[Sequence[object]]]]:
    """What was measured, outlet by outlet: what came of it, the answers, and where the time went."""
    if not parts:
        return
    columns = ("outlet", "duration", "size", "pages", "articles", "new", "changed", "median chars", "removed")
    yield columns, [_sizes(part) for part in parts]
    for name, counts in (
        ("requests", [part.measures.requests for part in parts]),
        ("seconds", [part.measures.stages for part in parts]),
    ):
        keys = sorted({key for count in counts for key in count})
        rows: list[Sequence[object]] = [
            (part.outlet, *(count.get(key, 0) for key in keys)) for part, count in zip(parts, counts, strict=True)
        ]
        if keys:
            yield (name, *keys), rows


def _sizes(part: OutletRun) -> Sequence[object]:
    measured, share = part.measures, part.measures.removed_share
    return (
        part.outlet,
        _duration((part.ended - part.started).total_seconds()),
        _size(measured.bytes),
        measured.pages,
        measured.articles,
        measured.new,
        measured.changed,
        measured.median_chars,
        None if share is None else f"{share:.0%}",
    )
