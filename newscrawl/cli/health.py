"""``newscrawl health``: how outlets fare against their own history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.crawl import last_instant
from newscrawl.cli.options import Setting, as_json, as_moment, common, known_outlets
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import ExitCode, UsageError
from newscrawl.health.hooks import hooks_of, message_of
from newscrawl.health.measures import Untold, Verdict
from newscrawl.health.watch import look_after, standings_of, time_in, troubled
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.health.watch import Standing


@click.command(short_help="Tell which outlets are in trouble, and why.")
@click.argument("outlets", nargs=-1, metavar="[OUTLET]...")
@click.option("--at", callback=as_moment, metavar="TIME",
              help="Judge as of this time (default: now; after a replay that of its archive).")  # fmt: skip
@click.option("--tell", is_flag=True, help="Keep changes and tell the hooks of them, as each crawl does at its end.")
@click.option("--test-hook", is_flag=True, help="Only send the hooks a message that says it is a test.")
@as_json
@common
def health(
    setting: Setting, outlets: tuple[str, ...], at: date | None, tell: bool, test_hook: bool, as_json: bool
) -> None:
    """Judge each OUTLET (default: all that were crawled) by its own last runs.

    A verdict is ok, quiet, drift, broken, blocked, stale or never, with its cause. Ends with exit code 4 if any is in
    trouble: drift, broken, blocked or stale.
    """
    if test_hook:
        _test_hooks(setting)
        return
    if tell and outlets:
        raise click.UsageError("--tell looks after all outlets; leave their names out.")
    names = [outlet.name for outlet in known_outlets(dict.fromkeys(outlets), setting.config)]
    with (Store.open if tell else Store.read)(setting.corpus) as store:
        now = last_instant(at) or time_in(store, datetime.now(UTC))
        found = look_after(store, setting.config, now) if tell else standings_of(store, setting.config, now, names)
    if as_json:
        print_json(_told(standing) for standing in found)
    else:
        _print(found)
    click.get_current_context().exit(ExitCode.TROUBLE if any(troubled(found)) else 0)


def _told(standing: Standing) -> dict[str, Any]:
    """An outlet's standing as a report shows it."""
    verdict, last = standing.verdict, standing.last_run
    return {
        "outlet": verdict.outlet,
        "verdict": verdict.verdict,
        "since": standing.since.isoformat(timespec="seconds"),
        "run": verdict.run,
        "last_run": last and last.started.isoformat(timespec="seconds"),
        "new_in_a_day": standing.new,
        "causes": list(verdict.causes),
    }


def _print(found: Sequence[Standing]) -> None:
    print_table(("outlet", "verdict", "since", "last run", "new/24h", "cause"), list(_rows(found)))


def _rows(found: Sequence[Standing]) -> Iterator[tuple[object, ...]]:
    """A row an outlet, and one more for each further cause."""
    for standing in found:
        verdict, last = standing.verdict, standing.last_run
        causes = verdict.causes or ("",)
        started = f"{last.started:%Y-%m-%d %H:%M}" if last else None
        since = f"{standing.since:%Y-%m-%d %H:%M}"
        yield verdict.outlet, verdict.verdict, since, started, str(standing.new), causes[0]
        yield from (("", "", "", "", "", cause) for cause in causes[1:])


def _test_hooks(setting: Setting) -> None:
    hooks = hooks_of(setting.config.hooks)
    if not hooks:
        raise UsageError("No hook is configured. Set command or webhook in the table hooks of newscrawl.toml.")
    verdict = Verdict(outlet="test", at=datetime.now(UTC), run=None, verdict="ok", causes=("this is only a test",))
    for name, tell in hooks.items():
        tell(message_of(Untold(number=0, hook=name, before=None, verdict=verdict)))
        click.echo(f"{name}: told.")
