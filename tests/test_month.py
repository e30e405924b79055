"""A simulated month: crawls by a clock of its own, and the right verdict on the right day for every outlet."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_month import DAYS, EVENING, WEATHER, day

from newscrawl.config import Config
from newscrawl.health.watch import standings_of
from newscrawl.store import Store

if TYPE_CHECKING:
    from newscrawl.health import Verdict

# Outlets by the days on which they are anything but ok.
EXPECTED = {
    "control": {},
    "outage": {12: "broken", 13: "broken"},
    "layout": dict.fromkeys(range(14, 20), "drift"),
    "frozen": dict.fromkeys(range(16, 21), "stale"),  # one day without news is no sign yet
    "wall": dict.fromkeys(range(18, 21), "blocked"),
    "zone": dict.fromkeys(range(16, 23), "drift"),
    "weekend": {},
    "newcomer": {},
}
CAUSES = {
    ("outage", 13): "503 on 6 of 6 requests since 2026-03-13 18:00 UTC (run 12)",
    ("layout", 15): "selector selectors.title matched 0 of 10 pages since run 14; 100 % as a rule",
    (
        "frozen",
        20,
    ): "feed https://frozen.test/feed.xml: its newest item is 6 days old; it was never older than 45 minutes",
    ("wall", 20): "403 on 3 of 3 requests since 2026-03-19 18:00 UTC (run 18)",
    ("zone", 22): "8 of 20 articles state times whose zone is assumed; 0 % as a rule",
}
RUN = """
if __name__ == "__main__":  # the workers import this file, too, and need none of it
    import json, logging, sys
    from pathlib import Path

    import newscrawl.settings
    import newscrawl.workers
    from made_month import DAYS, EVENING, WEATHER, day, write_day, write_outlets
    from newscrawl.config import Config
    from newscrawl.crawl import crawl
    from newscrawl.outlet import load_outlet

    newscrawl.settings.TWISTED_REACTOR_ENABLED = False  # without it the event loop can start again
    newscrawl.settings.DOWNLOAD_HANDLERS = {"http": None, "https": None}  # nothing is fetched from the network
    newscrawl.workers.usable_cores = lambda: 1  # a worker is slow at its first page, and there are few
    logging.basicConfig(level=logging.ERROR)
    folder = Path(sys.argv[1])
    write_outlets(folder / "outlets")
    hooks = {"command": sys.argv[2]}
    config = Config(data=folder / "data", outlets=folder / "outlets", contact="mailto:a@example.org", hooks=hooks)
    for number in range(1, DAYS + 1):
        names = [name for name, weather in WEATHER.items() if weather.begins <= number]
        outlets = [load_outlet(name, config.outlets) for name in names]
        crawl(outlets, config, replay=write_day(folder / "warc", number), at=day(number) + EVENING)
"""
HOOK = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + chr(10))"


@pytest.fixture(scope="module")
def month(tmp_path_factory) -> Path:
    """A folder in which the month has passed."""
    folder = tmp_path_factory.mktemp("month")
    (folder / "run.py").write_text(RUN)
    (folder / "hook.py").write_text(HOOK)
    hook = shlex.join([sys.executable, str(folder / "hook.py"), str(folder / "told.jsonl")])
    command = [sys.executable, str(folder / "run.py"), str(folder), hook]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=280, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def standings(folder: Path, number: int) -> dict[str, Verdict]:
    """What is to be said of each outlet on the evening of a day."""
    config = Config(data=folder / "data", outlets=folder / "outlets")
    with Store.read(folder / "data" / "corpus.db") as store:
        return {s.verdict.outlet: s.verdict for s in standings_of(store, config, day(number) + EVENING)}


@pytest.mark.parametrize("outlet", EXPECTED)
def test_each_day_has_its_verdict(month, outlet):
    found = {number: standings(month, number)[outlet].verdict for number in range(WEATHER[outlet].begins, DAYS + 1)}
    assert found == {number: EXPECTED[outlet].get(number, "ok") for number in found}


@pytest.mark.parametrize(("outlet", "number"), CAUSES)
def test_a_verdict_says_why(month, outlet, number):
    assert CAUSES[outlet, number] in standings(month, number)[outlet].causes


def test_each_trouble_is_told_once_when_it_begins_and_once_when_it_ends(month):
    told = [json.loads(line) for line in (month / "told.jsonl").read_text().splitlines()]
    expected = []
    for outlet, days in EXPECTED.items():
        if days:
            (trouble,) = set(days.values())
            expected += [(min(days), outlet, trouble, "ok"), (max(days) + 1, outlet, "ok", trouble)]
    found = [
        ((datetime.fromisoformat(t["at"]) - day(1)).days + 1, t["outlet"], t["verdict"], t["before"]) for t in told
    ]
    assert sorted(found) == sorted(expected)


def test_the_history_holds_one_row_a_change(month):
    with Store.read(month / "data" / "corpus.db") as store:
        changes = {outlet: [v.verdict for v in store.verdicts(outlet)] for outlet in EXPECTED}
    assert changes == {
        outlet: ["ok", *set(days.values()), "ok"] if days else ["ok"] for outlet, days in EXPECTED.items()
    }


@pytest.mark.parametrize(("number", "code"), [(11, 0), (12, 4), (17, 4), (24, 0)])
def test_the_command_ends_with_4_on_days_of_trouble(month, number, code):
    assert health(month, "--at", (day(number) + EVENING).isoformat()) == (code, verdicts(month, number))


def test_after_a_replay_it_is_judged_where_the_replay_ended(month):
    assert health(month) == (0, verdicts(month, DAYS))


def verdicts(folder: Path, number: int) -> dict[str, str]:
    return {outlet: verdict.verdict for outlet, verdict in standings(folder, number).items()}


def health(folder: Path, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code of the command, and the verdicts that it tells."""
    config = folder / "newscrawl.toml"
    config.write_text(f"data = {json.dumps(str(folder / 'data'))}\noutlets = {json.dumps(str(folder / 'outlets'))}\n")
    command = [sys.executable, "-m", "newscrawl", "health", "--json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    rows = map(json.loads, done.stdout.splitlines())
    return done.returncode, {row["outlet"]: row["verdict"] for row in rows}
