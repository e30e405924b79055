"""When outlets are due: slots, jitter, what was missed, and days on which the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.config import Config, load_config
from newscrawl.errors import ConfigError, OutletError
from newscrawl.outlet import BUNDLED, load_outlet, load_outlets, read_outlet
from newscrawl.schedule.due import COUNTED, due_times, missed, next_due, shortest_gap, slots
from newscrawl.schedule.plan import Plan, read_plans

if TYPE_CHECKING:
    from pathlib import Path

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW_YORK = ZoneInfo("America/New_York")  # springs forward 2026-03-08 02:00, falls back 2026-11-01 02:00


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hourly(**changes) -> Plan:
    return Plan(**{"outlet": "gazette", "times": HOUR} | changes)


def cron(times: str, **changes) -> Plan:
    return Plan(**{"outlet": "gazette", "times": times, "zone": "America/New_York"} | changes)


def first(plan: Plan, after: str, count: int) -> list[str]:
    """The first slots after a time, as New York's clocks show them."""
    return [f"{slot.astimezone(NEW_YORK):%d %H:%M}" for slot in islice(slots(plan, utc(after)), count)]


def test_every_is_counted_in_utc_whatever_the_start():
    after = utc("2026-03-01T10:17:33")
    assert list(islice(slots(hourly(), after), 2)) == [utc("2026-03-01T11:00"), utc("2026-03-01T12:00")]
    assert next(slots(hourly(times=timedelta(days=1)), after)) == utc("2026-03-02T00:00")
    assert next(slots(hourly(), utc("2026-03-01T11:00"))) == utc("2026-03-01T12:00")


def test_cron_is_read_in_its_zone():
    assert first(cron("5 */2 * * *"), "2026-01-10T12:00", 3) == ["10 08:05", "10 10:05", "10 12:05"]


def test_cron_counts_weekdays_from_sunday():
    friday, monday = cron("0 9 * * 5"), cron("0 9 * * MON")
    assert next(slots(friday, utc("2026-01-10T00:00"))).astimezone(NEW_YORK).strftime("%a") == "Fri"
    assert next(slots(monday, utc("2026-01-10T00:00"))).astimezone(NEW_YORK).strftime("%a") == "Mon"


def test_in_spring_a_time_that_does_not_exist_comes_right_after_the_gap_and_none_is_lost():
    assert first(cron("30 2 * * *"), "2026-03-07T12:00", 3) == ["08 03:00", "09 02:30", "10 02:30"]
    assert first(cron("0,30 2 * * *"), "2026-03-07T12:00", 3) == ["08 03:00", "09 02:00", "09 02:30"]
    assert first(cron("30 * * * *"), "2026-03-08T05:00", 4) == ["08 00:30", "08 01:30", "08 03:30", "08 04:30"]


def test_in_autumn_a_time_that_comes_twice_counts_once_unless_it_comes_every_hour():
    assert first(cron("30 1 * * *"), "2026-10-31T12:00", 2) == ["01 01:30", "02 01:30"]
    assert first(cron("30 * * * *"), "2026-11-01T04:00", 4) == ["01 00:30", "01 01:30", "01 01:30", "01 02:30"]


@pytest.mark.parametrize("started", ["2026-11-01T05:30", "2026-11-01T05:45", "2026-11-01T06:10", "2026-11-01T06:59"])
def test_in_the_repeated_hour_what_was_crawled_is_not_crawled_again(started):
    assert next_due(cron("30 1 * * *"), utc(started), utc(started)).at == utc("2026-11-02T06:30")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Damascus", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("times", ["30 2 * * *", "*/30 * * * *", "5 */2 * * *", "0 0,1,2,3 * * *", "0 2 * * SUN"])
def test_slots_of_a_year_rise_and_are_the_same_from_wherever_they_are_counted(times, zone):
    plan = Plan(outlet="gazette", times=times, zone=zone)
    begin = utc("2026-01-01T00:00")
    year = list(islice(slots(plan, begin), 400 if times.startswith("*/30") else 5000))
    assert all(earlier < later for earlier, later in pairwise(year))
    assert all(next(slots(plan, slot)) == later for slot, later in pairwise(year[:400]))


def test_a_crawl_for_a_slot_is_due_within_the_jitter_and_always_at_the_same_time():
    plan = hourly(jitter=10 * MINUTE)
    due = list(islice(due_times(plan, utc("2026-03-01T00:30")), 200))
    delays = {one.minute * 60 + one.second for one in due}
    assert max(delays) < 600
    assert len(delays) > 100
    assert due[7:] == list(islice(due_times(plan, due[6]), 193))
    other = list(islice(due_times(hourly(jitter=10 * MINUTE, outlet="courier"), utc("2026-03-01T00:30")), 200))
    assert sum(ours == theirs for ours, theirs in zip(due, other, strict=True)) < 5


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.integers(2, 200_000).map(lambda s: timedelta(seconds=s)), st.sampled_from(["7 * * * *", "*/20 3 * * *"])
    ),
    st.integers(0, 400_000),
    st.integers(0, 10**8),
)
def test_due_times_never_pass_the_next_slot(times, jitter, offset):
    plan = Plan(outlet="gazette", times=times, zone="Asia/Damascus", jitter=timedelta(seconds=jitter))
    after = utc("2025-01-01T00:00") + timedelta(seconds=offset)
    found = list(islice(slots(plan, after), 6))
    for (slot, following), due in zip(pairwise(found), due_times(plan, after), strict=False):
        assert after < slot <= due < following
        assert due.microsecond == 0


def test_an_outlet_that_was_never_crawled_is_due_at_once():
    now = utc("2026-03-01T10:17")
    due = next_due(hourly(), None, now)
    assert (due.at, due.missed, due.is_now(now)) == (None, 0, True)


def test_a_crawl_counts_for_the_slot_it_began_in_whoever_began_it():
    plan = hourly(jitter=30 * MINUTE)
    for minute in (0, 1, 29, 59):
        started = utc(f"2026-03-01T10:{minute:02}")
        due = next_due(plan, started, started)
        assert utc("2026-03-01T11:00") <= due.at < utc("2026-03-01T11:30")


@pytest.mark.parametrize(("until", "passed"), [("10:59", 0), ("11:00", 0), ("11:59", 0), ("12:00", 1), ("15:30", 4)])
def test_of_what_was_missed_one_is_made_up_for_and_the_others_are_counted(until, passed):
    started, now = utc("2026-03-01T10:20"), utc(f"2026-03-01T{until}")
    due = next_due(hourly(), started, now)
    assert due.missed == passed
    assert due.is_now(now) is (until >= "11:00")


def test_what_was_missed_in_years_is_counted_up_to_a_bound():
    assert missed(hourly(times=MINUTE), utc("2020-01-01T00:00"), utc("2026-01-01T00:00")) == COUNTED


def test_a_clock_that_was_ahead_keeps_no_outlet_waiting():
    now = utc("2026-03-01T10:17")
    assert next_due(hourly(), utc("2031-01-01T00:00"), now).at == utc("2026-03-01T11:00")


def test_the_shortest_gap_of_a_plan():
    now = utc("2026-03-01T10:17")
    assert shortest_gap(hourly(), now) == HOUR
    assert shortest_gap(cron("0,7 3 * * *"), now) == 7 * MINUTE


# The files

HEAD = """
name = "gazette"
title = "The Harbour Gazette"
homepage = "https://gazette.example/"
languages = ["en"]
timezone = "Asia/Beirut"
"""


def declare(folder: Path, schedule: str) -> Path:
    path = folder / "gazette" / "outlet.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEAD}[schedule]\n{schedule}\n" if schedule else HEAD)
    return path


def configure(folder: Path, text: str) -> Config:
    (folder / "newscrawl.toml").write_text(f'outlets = "{folder}"\n{text}\n')
    return load_config(folder)


@pytest.mark.parametrize(
    ("schedule", "complaint"),
    [
        ('cron = "61 * * * *"', "schedule.cron: is no cron expression such as '5 */2 * * *': bad minute"),
        ('cron = "0 25 * * *"', "bad hour"),
        ('cron = "0 0 0 * *"', "bad day-of-month"),
        ('cron = "0 0 * 13 *"', "bad month"),
        ('cron = "0 0 * * 8"', "bad day-of-week"),
        ('cron = "0 0 L * *"', "bad day-of-month"),
        ('cron = "0 0 * * 5#2"', "bad day-of-week"),
        ('cron = "0 0 * *"', "4 fields instead of minute, hour, day-of-month, month, day-of-week"),
        ('cron = "0 0 * * * *"', "6 fields instead of"),
        ('cron = "0 0 30 2 *"', "schedule.cron"),
        ('every = "often"', "schedule.every: is no duration such as 30m, 6h or 7d (given: 'often')"),
        ('every = "0m"', "schedule.every: must be longer than nothing"),
        ('every = "400d"', "no longer than a year"),
        ('every = "1h"\nmax_time = "0s"', "schedule.max_time: must be longer than nothing"),
        ('every = "1h"\njitter = "x"', "schedule.jitter: is no duration"),
        ('every = "1h"\ncron = "0 0 * * *"', "schedule: names both every and cron. Take one away"),
        ('jitter = "1m"', "schedule: names neither every nor cron. State one"),
        ('every = "1h"\ntimezone = "UTC"', "names a timezone, which is of use to cron only"),
        ('cron = "0 0 * * *"\ntimezone = "Mars/Base"', "schedule.timezone: is not an IANA time zone"),
        ('every = "1h"\nenabled = false', "unknown key 'schedule.enabled'"),
    ],
)
def test_a_schedule_that_cannot_be_used_is_refused_by_key(tmp_path, schedule, complaint):
    with pytest.raises(OutletError) as refused:
        read_outlet(declare(tmp_path, schedule))
    assert complaint in str(refused.value)


def test_a_schedule_says_when_in_words(tmp_path):
    declare(tmp_path, 'cron = "5 */2 * * *"\njitter = "2m"\nmax_time = "90m"')
    plan = read_plans(Config(outlets=tmp_path))["gazette"]
    assert plan.words == "at minute 5 past every second hour (Asia/Beirut), up to 2m later, for 90m at most"
    assert (plan.zone, plan.jitter, plan.max_time) == ("Asia/Beirut", 2 * MINUTE, 90 * MINUTE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", "every 1h, up to 2m later"),
        ('every = "2h"', "every 2h, up to 2m later"),
        ('cron = "0 3 * * *"', "at 03:00 every day (Asia/Beirut), up to 2m later"),
        ('cron = "0 3 * * *"\ntimezone = "UTC"\njitter = "0s"', "at 03:00 every day (UTC)"),
        ('max_time = "20m"', "every 1h, up to 2m later, for 20m at most"),
        ("enabled = false", None),
        ('enabled = false\nevery = "2h"', None),
    ],
)
def test_an_installation_changes_a_schedule_key_by_key(tmp_path, change, words):
    declare(tmp_path, 'every = "1h"\njitter = "2m"')
    plan = read_plans(configure(tmp_path, f"[schedules.gazette]\n{change}")).get("gazette")
    assert (plan and plan.words) == words


def test_an_installation_gives_a_schedule_to_an_outlet_that_has_none(tmp_path):
    declare(tmp_path, "")
    assert "gazette" not in read_plans(configure(tmp_path, ""))
    assert read_plans(configure(tmp_path, '[schedules.gazette]\nevery = "1d"'))["gazette"].words == "every 1d"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[schedules.gazette]\ncron = "x"', "schedules.gazette.cron: is no cron expression"),
        ('[schedules.gazette]\nevry = "1h"', "schedules.gazette.evry"),
        ('[schedules.gazete]\nevery = "1h"', "schedules.gazete: no such outlet. Known: gazette, "),
        ('[schedules.gazette]\njitter = "1m"', "schedules.gazette: names neither every nor cron. State one."),
    ],
)
def test_a_change_that_cannot_be_used_is_refused_by_key(tmp_path, text, complaint):
    declare(tmp_path, "")
    with pytest.raises(ConfigError) as refused:
        read_plans(configure(tmp_path, text))
    assert complaint in str(refused.value)


def test_bundled_outlets_carry_polite_schedules():
    plans = read_plans(Config())
    assert set(plans) == {path.parent.name for path in BUNDLED.glob("*/outlet.toml")}
    for plan in plans.values():
        gap = shortest_gap(plan, utc("2026-03-01T00:00"))
        assert gap >= HOUR
        assert timedelta() < plan.jitter < gap
        assert plan.max_time
        assert plan.jitter + plan.max_time <= gap


def test_a_schedule_does_not_change_how_pages_are_read():
    from newscrawl.extract.strip import rules_hash

    outlet = load_outlet("sana")
    assert rules_hash(outlet) == rules_hash(outlet.model_copy(update={"schedule": None}))
    assert load_outlets()["sana"].schedule
