"""What cron or systemd must be told so that what is due gets crawled: of this installation, by its present schedules.

Both only look, every few minutes; what is due is decided by ``crawl --due``.  So all schedules mean the same wherever
they are run: systemd knows days whose clock changes otherwise than cron does, and cron knows neither zones nor jitter.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.schedule.due import shortest_gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawl.schedule.plan import Plan

GRACE = timedelta(seconds=90)
"""How long a crawl that is told to end may take: an answer under way is waited for up to a minute."""
_DENSE = timedelta(minutes=10)
_USUAL, _OFTEN = 5, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The program as it is called here, the folder it is called in, and the data; paths are absolute.

    ``user`` is who runs it, where that must be told: in files of the whole system.
    """

    program: Sequence[str]
    folder: Path
    data: Path
    user: str | None = None

    def __post_init__(self) -> None:
        for path in (*self.program, str(self.folder), str(self.data)):
            if re.search("[\x00-\x1f\x7f]", path):
                raise UsageError(f"{path!r}: has a character that neither cron nor systemd can be told.")

    def command(self, *outlets: str) -> list[str]:
        """The command line that crawls what is due."""
        return [*self.program, "crawl", "--due", *outlets, "--data", str(self.data)]


def cron_lines(here: Installation, plans: Sequence[Plan], now: datetime) -> str:
    """Lines for ``crontab -e``, or with a user for a file in /etc/cron.d.  What is said goes to the system's log."""
    minutes = min(_tick(plan, now) for plan in plans)
    command = f"cd {shlex.quote(str(here.folder))} && {shlex.join(here.command())} 2>&1 | logger -t newscrawl"
    fields = ["*" if minutes == 1 else f"*/{minutes}", "*", "*", "*", "*", here.user, command.replace("%", r"\%")]
    names = ", ".join(plan.outlet for plan in plans)
    return f"# newscrawl crawls what is due: {names}\n{' '.join(filter(None, fields))}\n"


def systemd_units(here: Installation, plans: Iterable[Plan], now: datetime) -> dict[str, str]:
    """Unit files by name: a service and a timer for each outlet, so that none waits for another's crawl."""
    units = {}
    for plan in plans:
        units[f"newscrawl-{plan.outlet}.service"] = _service(here, plan)
        units[f"newscrawl-{plan.outlet}.timer"] = _timer(plan, _tick(plan, now))
    return units


def _service(here: Installation, plan: Plan) -> str:
    limit = f"{(plan.max_time + GRACE).total_seconds():.0f}" if plan.max_time else "infinity"
    network = "Wants=network-online.target\nAfter=network-online.target\n" if here.user else ""
    user = f"User={here.user}\n" if here.user else ""
    return f"""[Unit]
Description=newscrawl: crawl {plan.outlet} if it is due
{network}
[Service]
Type=oneshot
{user}WorkingDirectory={_escaped(str(here.folder))}
ExecStart={" ".join(_quoted(argument) for argument in here.command(plan.outlet))}
# Its schedule ends a crawl after its max_time; this ends one that hangs.
TimeoutStartSec={limit}
TimeoutStopSec={GRACE.total_seconds():.0f}
KillMode=mixed
# Another crawl of it is running; it was stopped.
SuccessExitStatus=75 130
"""


def _timer(plan: Plan, minutes: int) -> str:
    spread = min(plan.jitter, timedelta(minutes=minutes))
    jitter = f"RandomizedDelaySec={spread.total_seconds():.0f}\nFixedRandomDelay=true\n" if spread else ""
    return f"""[Unit]
Description=newscrawl: look whether {plan.outlet} is due ({_escaped(plan.words)})

[Timer]
OnCalendar=*:0/{minutes}
Persistent=true
{jitter}
[Install]
WantedBy=timers.target
"""


def _tick(plan: Plan, now: datetime) -> int:
    """Every how many minutes to look."""
    return _OFTEN if shortest_gap(plan, now) < _DENSE else _USUAL


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(argument: str) -> str:
    """An argument as systemd reads it back."""
    if re.fullmatch(r"[\w./:=@+-]+", argument):
        return argument
    inner = argument.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{_escaped(inner)}"'
