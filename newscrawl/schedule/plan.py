"""What the files say of when outlets are crawled: an outlet's own schedule, and what the installation changes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from newscrawl.config import FILE
from newscrawl.errors import ConfigError
from newscrawl.outlet import SECONDS, Outlet, Schedule, length_of, load_outlet, outlet_files
from newscrawl.schedule.cron import explain_cron

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.config import Config
    from newscrawl.outlet import ScheduleChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When one outlet is crawled: so often, or at the times of a cron expression in ``zone``."""

    outlet: str
    times: timedelta | str
    zone: str = "UTC"
    jitter: timedelta = timedelta()
    max_time: timedelta | None = None

    @property
    def words(self) -> str:
        """The plan as a person reads it."""
        if isinstance(self.times, str):
            when = f"{explain_cron(self.times)} ({self.zone})"
        else:
            when = f"every {told(self.times)}"
        later = f", up to {told(self.jitter)} later" if self.jitter else ""
        return when + later + (f", for {told(self.max_time)} at most" if self.max_time else "")


def read_plans(config: Config, names: Iterable[str] = ()) -> dict[str, Plan]:
    """The plan of each outlet called ``names`` (none: of all) that has one, by outlet; files of others stay unread.

    Raises:
        ConfigError: the installation changes the schedule of an unknown outlet, or leaves it without a time.
        OutletError: an outlet is unknown, or its file cannot be used.
    """
    files = outlet_files(config.outlets)
    if unknown := sorted(config.schedules.keys() - files.keys()):
        raise ConfigError(f"{FILE}: schedules.{unknown[0]}: no such outlet. Known: {', '.join(sorted(files))}.")
    outlets = [load_outlet(name, config.outlets) for name in names or files]
    plans = (_plan(outlet, config.schedules.get(outlet.name)) for outlet in outlets)
    return {plan.outlet: plan for plan in plans if plan}


def told(length: timedelta) -> str:
    """``length`` in the largest unit that leaves no fraction (``90m``)."""
    seconds = int(length.total_seconds())
    unit = next(unit for unit, size in SECONDS.items() if seconds % size == 0)
    return f"{seconds // SECONDS[unit]}{unit}"


def _plan(outlet: Outlet, change: ScheduleChange | None) -> Plan | None:
    schedule = _changed(outlet, change) if change else outlet.schedule
    if schedule is None:
        return None
    return Plan(
        outlet=outlet.name,
        times=schedule.times,
        zone=schedule.timezone or outlet.timezone,
        jitter=length_of(schedule.jitter or "0s"),
        max_time=length_of(schedule.max_time) if schedule.max_time else None,
    )


def _changed(outlet: Outlet, change: ScheduleChange) -> Schedule | None:
    """The schedule as the installation has it; None where it is switched off."""
    if not change.enabled:
        return None
    own: dict[str, Any] = outlet.schedule.model_dump(exclude_none=True) if outlet.schedule else {}
    if change.every or change.cron:
        own = {key: value for key, value in own.items() if key not in ("every", "cron", "timezone")}
    try:
        return Schedule.model_validate(own | change.model_dump(exclude_none=True, exclude={"enabled"}))
    except ValidationError as error:
        complaint = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{FILE}: schedules.{outlet.name}: {complaint}.") from error
