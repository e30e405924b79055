"""What cron and systemd are told is what they understand, and runs from anywhere, whatever the folders are called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.errors import UsageError
from newscrawl.schedule.cron import check_cron
from newscrawl.schedule.plan import Plan
from newscrawl.schedule.process import PROGRAM
from newscrawl.schedule.units import GRACE, Installation, cron_lines, systemd_units

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURLY = Plan(outlet="gazette", times=60 * MINUTE, jitter=10 * MINUTE, max_time=20 * MINUTE)
OFTEN = Plan(outlet="courier", times=5 * MINUTE)
NIGHTLY = Plan(outlet="herald", times="30 2 * * *", zone="Asia/Damascus", jitter=2 * MINUTE)
FOLDERS = [
    "/srv/news",
    "/srv/my news",
    "/srv/100% new",
    '/srv/it\'s "new"',
    "/srv/a$HOME;b",
    "/srv/back\\slash",
    "/srv/أخبار",
]


def here(folder: str | Path = "/srv/news", **changes) -> Installation:
    given = {"program": PROGRAM, "folder": Path(folder), "data": Path(folder) / "data"} | changes
    return Installation(**given)


def unit(text: str) -> dict[str, str]:
    """The keys of a unit file."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def run(*args: object, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawl", "schedule", "print", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


@pytest.mark.parametrize(
    ("plans", "minutes"), [([HOURLY, NIGHTLY], "*/5"), ([HOURLY, OFTEN], "*")], ids=["usual", "often"]
)
def test_cron_looks_every_few_minutes_and_more_often_where_a_schedule_does(plans, minutes):
    comment, line = cron_lines(here(), plans, NOW).splitlines()
    assert comment.startswith("# ")
    fields = line.split(None, 5)
    assert check_cron(" ".join(fields[:5])) == f"{minutes} * * * *"
    assert fields[5].startswith("cd /srv/news && ")


def test_the_system_s_crontab_names_the_user():
    line = cron_lines(here(user="news"), [HOURLY], NOW).splitlines()[1]
    assert line.split()[5:7] == ["news", "cd"]


@pytest.mark.parametrize("name", ["news", "my news", "100% new", 'it\'s "new"', "a$HOME;b", "back\\slash", "أخبار"])
def test_what_cron_is_told_runs_in_the_folder_and_all_that_is_said_reaches_the_log(tmp_path, name):
    folder = tmp_path / name
    (folder / "bin").mkdir(parents=True)
    for program, script in (("say", 'echo "$PWD|$*"; echo trouble >&2'), ("logger", 'cat > "$(dirname "$0")/log"')):
        (folder / "bin" / program).write_text(f"#!/bin/sh\n{script}\n")
        (folder / "bin" / program).chmod(0o755)
    line = cron_lines(here(folder, program=[str(folder / "bin" / "say")]), [HOURLY], NOW).splitlines()[1]
    # As cron does: what follows a % that is not escaped would be the command's input.
    command = re.split(r"(?<!\\)%", line.split(None, 5)[5])[0].replace(r"\%", "%")
    subprocess.run(
        ["sh", "-c", command], env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}, check=True, timeout=20
    )
    said = (folder / "bin" / "log").read_text().splitlines()
    assert said == [f"{folder}|crawl --due --data {folder}/data", "trouble"]


def test_each_outlet_has_a_service_and_a_timer_that_keep_to_its_schedule():
    units = systemd_units(here(), [HOURLY, OFTEN], NOW)
    assert set(units) == {
        f"newscrawl-{name}.{kind}" for name in ("gazette", "courier") for kind in ("service", "timer")
    }
    service, timer = unit(units["newscrawl-gazette.service"]), unit(units["newscrawl-gazette.timer"])
    assert service["ExecStart"].endswith(" -P -m newscrawl crawl --due gazette --data /srv/news/data")
    assert service["TimeoutStartSec"] == str(20 * 60 + int(GRACE.total_seconds()))
    assert (service["WorkingDirectory"], service["Type"], service["KillMode"]) == ("/srv/news", "oneshot", "mixed")
    assert "User" not in service
    assert (timer["OnCalendar"], timer["Persistent"]) == ("*:0/5", "true")
    assert (timer["RandomizedDelaySec"], timer["FixedRandomDelay"]) == ("300", "true")
    assert unit(units["newscrawl-courier.timer"])["OnCalendar"] == "*:0/1"
    assert "RandomizedDelaySec" not in units["newscrawl-courier.timer"]
    assert unit(units["newscrawl-courier.service"])["TimeoutStartSec"] == "infinity"


def test_units_of_the_system_name_the_user_and_wait_for_the_network():
    service = unit(systemd_units(here(user="news"), [HOURLY], NOW)["newscrawl-gazette.service"])
    assert (service["User"], service["After"]) == ("news", "network-online.target")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("user", [None, "root"], ids=["of a user", "of the system"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_systemd_finds_nothing_to_complain_of(tmp_path, folder, user):
    units = systemd_units(here(folder, user=user), [HOURLY, OFTEN, NIGHTLY], NOW)
    for name, text in units.items():
        (tmp_path / name).write_text(text)
    # Without the machine's own units, some of which it may complain of.
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *(str(tmp_path / name) for name in units)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_times_of_the_timers():
    expressions = {unit(text)["OnCalendar"] for name, text in systemd_units(here(), [HOURLY, OFTEN], NOW).items()
                   if name.endswith(".timer")}  # fmt: skip
    done = subprocess.run(["systemd-analyze", "calendar", *expressions], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_told_is_refused():
    with pytest.raises(UsageError, match="neither cron nor systemd"):
        here("/srv/two\nlines")


def test_the_command_prints_this_installation_with_absolute_paths(tmp_path):
    done = run("--cron", "--data", "corpora", cwd=tmp_path)
    assert done.returncode == 0
    assert (
        f"cd {tmp_path} && {sys.executable} -P -m newscrawl crawl --due --data {tmp_path}/corpora 2>&1" in done.stdout
    )
    assert "# newscrawl crawls what is due: menafn, sana, syriatimes" in done.stdout


def test_the_command_writes_the_units_into_a_folder_and_says_what_to_do(tmp_path):
    done = run("--systemd", "-o", "units", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert {path.name for path in (tmp_path / "units").iterdir()} == {
        f"newscrawl-{name}.{kind}" for name in ("menafn", "sana", "syriatimes") for kind in ("service", "timer")
    }
    assert "systemctl --user enable --now newscrawl-menafn.timer" in done.stderr
    assert "# newscrawl-sana.timer\n" in run("--systemd", cwd=tmp_path).stdout


def test_settings_that_only_the_shell_knows_are_named(tmp_path):
    done = run(
        "--cron", cwd=tmp_path, env=os.environ | {"NEWSCRAWL_CONTACT": "a@example.org", "NEWSCRAWL_DATA": "here"}
    )
    assert (done.returncode, f"{tmp_path}/here" in done.stdout) == (0, True)
    assert done.stderr == (
        "newscrawl: NEWSCRAWL_CONTACT: known to this shell only. Set it in newscrawl.toml, for cron and systemd.\n"
    )


@pytest.mark.parametrize("args", [[], ["--cron", "-o", "units"]])
def test_the_form_must_be_chosen(tmp_path, args):
    assert run(*args, cwd=tmp_path).returncode == 2


def test_where_no_outlet_has_a_schedule_there_is_nothing_to_print(tmp_path):
    switched_off = "".join(f"[schedules.{name}]\nenabled = false\n" for name in ("menafn", "sana", "syriatimes"))
    (tmp_path / "newscrawl.toml").write_text(switched_off)
    done = run("--cron", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No outlet has a schedule" in done.stderr
