"""``newscrawl schedule``: what crawls outlets when they are due."""

from __future__ import annotations

import getpass
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.options import Setting, as_json, as_length, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import ExitCode, UsageError
from newscrawl.output import open_whole
from newscrawl.schedule.plan import read_plans, told
from newscrawl.schedule.process import PROGRAM
from newscrawl.schedule.status import read_scheduled
from newscrawl.schedule.units import GRACE, Installation, cron_lines, systemd_units

if TYPE_CHECKING:
    from newscrawl.config import Config
    from newscrawl.schedule.status import Scheduled

log = logging.getLogger(__name__)


@click.group(short_help="Crawl outlets when they are due: by cron, systemd or a daemon.")
def schedule() -> None:
    """The schedules of outlets, which they state under [schedule] and newscrawl.toml may change."""


@schedule.command("run")
@click.option("--at-once", type=click.IntRange(min=1), default=4, show_default=True, metavar="N",
              help="Crawl at most N outlets at a time.")  # fmt: skip
@click.option("--grace", callback=as_length, default=told(GRACE), show_default=True, metavar="TIME",
              help="How long a crawl that is told to end may take before it is killed.")  # fmt: skip
@common
def run_schedule(setting: Setting, at_once: int, grace: timedelta) -> None:
    """Crawl outlets when they are due, each in a process of its own, until told to end.

    SIGTERM and Ctrl-C let the crawls under way finish what they have begun; SIGHUP reads the schedules anew. Killed, it
    makes up for what was missed when it is started again, once for each outlet. One daemon works on a data folder.
    """
    from newscrawl.schedule.daemon import run_daemon  # only the daemon needs APScheduler

    click.echo("newscrawl: crawling by schedule; newscrawl schedule status tells how it stands.", err=True)
    options = _log_options(click.get_current_context().params)
    interrupted = run_daemon(setting.config, at_once=at_once, grace=grace, options=options)
    click.get_current_context().exit(ExitCode.INTERRUPTED if interrupted else 0)


@schedule.command("status")
@as_json
@common
def show_status(setting: Setting, as_json: bool) -> None:
    """Show of each outlet that has a schedule when it was crawled, when it is due, and what was missed.

    The same whether cron, systemd or the daemon starts the crawls. Ends with exit code 4 if an outlet is overdue: more
    than three times of its schedule passed and nothing began to crawl it.
    """
    now = datetime.now(UTC)
    found = read_scheduled(setting.config, now)
    if as_json:
        print_json(_facts(one, now) for one in found)
    else:
        columns = ("outlet", "last start", "result", "next due", "running since", "missed", "schedule")
        print_table(columns, [_row(one, now) for one in found])
    click.get_current_context().exit(ExitCode.TROUBLE if any(one.is_overdue for one in found) else 0)


@schedule.command("print")
@click.option("--cron", "form", flag_value="cron", help="Print a line for crontab.")
@click.option("--systemd", "form", flag_value="systemd", help="Print a service and a timer for each outlet.")
@click.option("--system", is_flag=True, help="For the whole system, run as you; else for your own crontab or units.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="With --systemd: write the files into this folder.")  # fmt: skip
@common
def print_schedule(setting: Setting, form: str | None, system: bool, output: Path | None) -> None:
    """Print what cron or systemd must be told to crawl what is due, for this installation and working folder."""
    if form is None or (output and form == "cron"):
        raise click.UsageError("Choose --systemd, which -o DIR may go with, or --cron.")
    now = datetime.now(UTC)
    plans = list(read_plans(setting.config).values())
    if not plans:
        raise UsageError("No outlet has a schedule. State one under [schedule] in its file.")
    if unknown := sorted(name for name in os.environ if name.startswith("NEWSCRAWL_") and name != "NEWSCRAWL_DATA"):
        log.warning("%s: known to this shell only. Set it in newscrawl.toml, for cron and systemd.", ", ".join(unknown))
    here = _installation(setting.config, getpass.getuser() if system else None)
    if form == "cron":
        click.echo(cron_lines(here, plans, now), nl=False)
        return
    units = systemd_units(here, plans, now)
    if output:
        _write(units, output, "" if system else " --user")
    else:
        click.echo("\n".join(f"# {name}\n{text}" for name, text in units.items()), nl=False)


def _installation(config: Config, user: str | None) -> Installation:
    return Installation(program=PROGRAM, folder=Path.cwd(), data=config.data.absolute(), user=user)


def _write(units: dict[str, str], folder: Path, scope: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror}).") from error
    for name, text in units.items():
        with open_whole(str(folder / name)) as file:
            file.write(text.encode())
    timers = " ".join(name for name in units if name.endswith(".timer"))
    click.echo(f"newscrawl: {len(units)} files written to {folder}. Once they are where systemd looks:", err=True)
    click.echo(f"  systemctl{scope} daemon-reload && systemctl{scope} enable --now {timers}", err=True)


def _log_options(given: dict[str, Any]) -> list[str]:
    """Options of how to log as each crawl is to be given them, too."""
    flags = [f"--{name.replace('_', '-')}" for name in ("verbose", "debug", "log_json") if given[name]]
    return flags + (["--log-file", str(given["log_file"])] if given["log_file"] else [])


def _facts(one: Scheduled, now: datetime) -> dict[str, Any]:
    last, job, due = one.last, one.job, one.due.at
    return {
        "outlet": one.plan.outlet,
        "schedule": one.plan.words,
        "last_run": last.number if last else None,
        "last_start": _time(last.started if last else None),
        "last_end": _time(last.ended if last else None),
        "last_status": last.status if last else None,
        "last_reason": last.reason if last else None,
        "job": {
            "started": _time(job.started),
            "ended": _time(job.ended),
            "exit_code": job.exit_code,
            "missed": job.missed,
            "reason": job.reason,
        }
        if job
        else None,
        "next_due": _time(due or now),
        "running_since": _time(last.started) if last and one.running else None,
        "missed": one.missed,
        "overdue": one.is_overdue,
    }


def _row(one: Scheduled, now: datetime) -> tuple[object, ...]:
    facts = _facts(one, now)
    due = "now" if one.is_due(now) else facts["next_due"]
    due = f"{due}, overdue" if one.is_overdue else due
    start = facts["last_start"] or "never"
    return one.plan.outlet, start, _result(one), due, facts["running_since"], one.missed, one.plan.words


def _result(one: Scheduled) -> str:
    """How the last crawl ended, and what the daemon has to add: of a crawl that never began, it alone knows."""
    status = one.last.status if one.last else ""
    job = one.job
    if job is None or (one.last and job.ended < one.last.started) or not (job.exit_code or job.reason):
        return status
    return ", ".join(filter(None, (status, f"exit code {job.exit_code}", job.reason)))


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
