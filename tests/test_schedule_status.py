"""``schedule status`` tells of each outlet what was, what is and what is to come, whoever starts the crawls."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from scheduled_site import BUNDLED

from newscrawl.cli import cli
from newscrawl.config import Config, load_config
from newscrawl.outlet import ScheduleChange
from newscrawl.schedule.status import read_scheduled
from newscrawl.store import Job, Store

NOW = datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def config(tmp_path):
    changes = {name: ScheduleChange(enabled=False) for name in BUNDLED[1:]}
    changes["menafn"] = ScheduleChange(every="1h", jitter="0s")
    return Config(data=tmp_path, schedules=changes)


def crawled(config: Config, *hours: float, status: str = "finished", ended: bool = True) -> None:
    """Crawls that started so many hours before now."""
    with Store.open(config.data / "corpus.db", create=True) as store:
        for age in hours:
            run = store.start_run(["menafn"], "crawl", "0", NOW - age * HOUR)
            if ended:
                store.finish_run(run, status, NOW - age * HOUR + timedelta(minutes=5))


def standing(config: Config):
    (found,) = read_scheduled(config, NOW)
    return found


def test_an_outlet_that_was_never_crawled_is_due_and_not_overdue(config):
    one = standing(config)
    assert (one.last, one.job, one.due.at, one.missed) == (None, None, None, 0)
    assert one.is_due(NOW)
    assert not one.is_overdue


def test_an_outlet_is_due_at_its_next_time(config):
    crawled(config, 1.1, 0.2)
    one = standing(config)
    assert one.due.at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert (one.missed, one.is_due(NOW), one.is_overdue) == (0, False, False)


@pytest.mark.parametrize(
    ("ago", "missed", "overdue"), [(0.9, 0, False), (1.9, 1, False), (2.9, 2, False), (3.9, 3, True)]
)
def test_an_outlet_is_overdue_when_more_than_three_of_its_times_have_passed(config, ago, missed, overdue):
    crawled(config, ago)
    one = standing(config)
    assert (one.missed, one.is_due(NOW), one.is_overdue) == (missed, True, overdue)


def test_what_was_missed_before_the_last_crawl_is_told_as_well(config):
    crawled(config, 6.2, 0.2)
    one = standing(config)
    assert (one.missed, one.is_overdue) == (5, False)


def test_a_crawl_under_way_is_running_and_neither_due_nor_overdue(config):
    with Store.open(config.data / "corpus.db", create=True) as store:
        store.start_run(["menafn"], "crawl", "0", NOW - 5 * HOUR)
        one = standing(config)
        assert one.running
        assert not one.is_due(NOW)
        assert not one.is_overdue


def test_a_crawl_whose_process_is_gone_has_died(config):
    crawled(config, 0.2, ended=False)
    one = standing(config)
    assert (one.last.status, one.running) == ("died", False)


def test_runs_that_are_no_crawls_and_crawls_of_others_do_not_count(config):
    with Store.open(config.data / "corpus.db", create=True) as store:
        for outlets, command in ((["menafn"], "reextract"), (["sana"], "crawl")):
            store.finish_run(store.start_run(outlets, command, "0", NOW), "finished", NOW)
    assert standing(config).last is None


# The command


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What the command prints, and its exit code, with one outlet that is crawled hourly."""
    off = "".join(f"[schedules.{name}]\nenabled = false\n" for name in BUNDLED[1:])
    (tmp_path / "newscrawl.toml").write_text(f'{off}[schedules.menafn]\nevery = "1h"\njitter = "0s"\n')
    monkeypatch.chdir(tmp_path)

    def run(*args: str):
        return CliRunner().invoke(cli, ["schedule", "status", *args])

    return run


def since(hours: float, status: str = "finished") -> int:
    """A crawl so many hours before the present."""
    now = datetime.now(UTC)
    with Store.open(load_config().data / "corpus.db", create=True) as store:
        run = store.start_run(["menafn"], "crawl", "0", now - hours * HOUR)
        store.finish_run(run, status, now - hours * HOUR, reason="menafn: reached max_time")
    return run


def test_the_table_says_all_of_an_outlet_in_a_line(told):
    since(0, "timed-out")
    done = told()
    assert done.exit_code == 0
    head, line = done.stdout.splitlines()
    assert head.split("  ")[0] == "outlet"
    assert "timed-out" in line
    assert line.endswith("every 1h, for 45m at most")


@pytest.mark.parametrize(("hours", "code"), [(0, 0), (5, 4)])
def test_the_exit_code_tells_whether_an_outlet_is_overdue(told, hours, code):
    since(hours)
    done = told()
    assert done.exit_code == code
    assert ("overdue" in done.stdout) is bool(code)


def test_without_a_corpus_everything_is_due(told):
    done = told()
    assert done.exit_code == 0
    assert "never" in done.stdout
    assert "now" in done.stdout


def test_what_the_daemon_saw_is_told_where_the_run_does_not_tell_it(told):
    since(0.1)
    now = datetime.now(UTC) - timedelta(minutes=1)
    with Store.open(load_config().data / "corpus.db") as store:
        store.note_job(Job(outlet="menafn", started=now - HOUR, ended=now, exit_code=-9, missed=2, reason="was killed"))
    assert "finished, exit code -9, was killed" in told().stdout
    line = told("--json").stdout
    assert '"exit_code": -9, "missed": 2, "reason": "was killed"' in line
    since(0)
    assert "killed" not in told().stdout


def test_old_jobs_are_pruned_with_the_runs_but_for_the_last_of_each_outlet(config):
    old = NOW - timedelta(days=400)
    with Store.open(config.data / "corpus.db", create=True) as store:
        for outlet, code in (("menafn", 1), ("menafn", 2), ("sana", 3)):
            store.note_job(Job(outlet=outlet, started=old, ended=old, exit_code=code, missed=0))
        store.prune_runs(NOW - timedelta(days=90))
        assert [store.last_job(name).exit_code for name in ("menafn", "sana")] == [2, 3]
    with closing(sqlite3.connect(config.data / "corpus.db")) as db:
        assert db.execute("SELECT exit_code FROM jobs ORDER BY number").fetchall() == [(2,), (3,)]
