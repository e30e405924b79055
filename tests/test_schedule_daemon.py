"""The daemon crawls what is due, whatever happens to it, to its crawls and to its databases."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from scheduled_site import ScheduledSite, scheduled_site

from newscrawl.schedule import clock
from newscrawl.schedule.clock import Clock
from newscrawl.schedule.plan import Plan
from newscrawl.store import Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path):
    with scheduled_site(tmp_path) as found:
        yield found


class Daemon:
    """The daemon at work, and what it and its crawls have logged so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log: list[str] = []
        self._reader = threading.Thread(target=lambda: self.log.extend(process.stderr), daemon=True)
        self._reader.start()

    def says(self, words: str) -> bool:
        """Whether it has logged this."""
        return any(words in line for line in list(self.log))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def ended(self, sign: int) -> int:
        """Its exit code when it is sent a signal."""
        self.process.send_signal(sign)
        code = self.process.wait(timeout=40)
        self._reader.join(timeout=10)
        assert not self.says("Traceback"), "".join(self.log)
        return code


@contextmanager
def daemon(desk: ScheduledSite, *options: str, **given) -> Iterator[Daemon]:
    """The daemon at work; it and its crawls are gone when the context ends."""
    process = desk.start("schedule", "run", "-v", *options, **given)
    one = Daemon(process)
    try:
        yield one
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=40)
        print("".join(one.log))  # which a test that fails shows


def wait_until(condition: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def finished(desk: ScheduledSite, count: int) -> bool:
    return sum(run.status == "finished" for run in desk.runs()) >= count


def test_killed_and_started_again_it_makes_up_once_for_what_was_missed(desk):
    desk.declare('every = "1d"')
    desk.declare('every = "365d"', name="yearly")
    with Store.open(desk.corpus) as store:
        for name, days in (("local", 5), ("yearly", 0)):
            started = datetime.now(UTC) - timedelta(days=days)
            store.finish_run(store.start_run([name], "crawl", "0", started), "finished", started)
    with daemon(desk) as one:
        wait_until(desk.job)
        one.kill()
    assert (desk.job().exit_code, desk.job().missed) == (0, 4)
    with Store.open(desk.corpus) as store:  # three days without a daemon
        started = datetime.now(UTC) - timedelta(days=3)
        store.finish_run(store.start_run(["local"], "crawl", "0", started), "finished", started)
    with daemon(desk) as one:
        wait_until(lambda: len(desk.runs()) == 5)
        wait_until(lambda: desk.job().missed == 2)
        time.sleep(2)
        assert one.ended(signal.SIGTERM) == 0
    assert [run.outlets for run in desk.runs()] == [("local",)] * 3 + [("yearly",), ("local",)]


def test_killed_before_a_crawl_had_begun_it_begins_it_again(desk):
    desk.declare('every = "1d"')
    with daemon(desk) as one:
        wait_until((desk.folder / "data" / "schedule.db").exists)
        one.kill()
    with daemon(desk) as one:
        wait_until(lambda: finished(desk, 1))
        assert one.ended(signal.SIGTERM) == 0
    wait_until(lambda: not desk.status()["running_since"])
    assert len(desk.runs()) == 1
    assert desk.site.asked("/news/1") == 1


def test_it_goes_on_by_its_schedule_and_a_second_one_ends_with_75(desk):
    desk.declare('every = "2s"')
    with daemon(desk, "--log-json") as one:
        wait_until(lambda: finished(desk, 1))
        second = desk.run("schedule", "run")
        assert second.returncode == 75
        assert "another `newscrawl schedule run` works on it" in second.stderr
        wait_until(lambda: finished(desk, 2))
        assert one.ended(signal.SIGINT) == 130
    told = [json.loads(line)["message"] for line in one.log]  # all of stderr
    assert {"Crawling by schedule: local.", "local: crawled, exit code 0."} < set(told)
    assert any(message.startswith("Run 1 begins") for message in told)  # the crawl logs in the same form
    assert all(run.outlets == ("local",) for run in desk.runs())


def test_a_crawl_that_hangs_beyond_its_time_is_ended_and_that_is_kept(desk):
    desk.declare('every = "1d"\nmax_time = "1s"')
    with daemon(desk, "--grace", "1s", env=patched(desk.folder, "crawl", HANGING)) as one:
        wait_until(desk.job)
        assert one.ended(signal.SIGTERM) == 0
    job = desk.job()
    assert job.exit_code == -signal.SIGKILL
    assert job.reason == "did not end by itself at its max_time, and was killed since it did not obey"
    assert timedelta(seconds=3) <= job.ended - job.started < timedelta(seconds=20)
    assert job.reason in desk.run("schedule", "status").stdout


def test_told_to_end_it_lets_crawls_finish_what_they_have_begun(desk):
    desk.site.articles(*range(1, 31))
    desk.declare('every = "1d"', delay=0.3)
    with daemon(desk) as one:
        wait_until(lambda: any(path.startswith("/news/") for _, path in desk.site.requests))
        assert one.ended(signal.SIGTERM) == 0
    assert (desk.job().exit_code, desk.job().reason) == (130, "was told to end with the daemon")
    assert desk.runs()[0].status == "interrupted"
    with Store.read(desk.corpus) as store:
        states = store.account(1).states
    assert states["stored"] == sum(path.startswith("/news/") for _, path in desk.site.requests)
    assert states["pending"]


def test_another_s_crawl_of_an_outlet_is_not_disturbed(desk):
    desk.declare('every = "1d"')
    with Store.open(desk.corpus) as store:
        store.claim(["local"])
        with daemon(desk) as one:
            wait_until(desk.job)
            assert desk.job().exit_code == 75
            assert one.ended(signal.SIGTERM) == 0


def test_on_sighup_it_reads_the_schedules_anew(desk):
    desk.declare('every = "365d"')
    with daemon(desk) as one:
        wait_until(lambda: finished(desk, 1))
        desk.configure("[schedules.local]\nevery = 7")
        one.process.send_signal(signal.SIGHUP)
        wait_until(lambda: one.says("schedules.local.every") and one.says("The schedules stay as they were."))
        desk.declare('every = "1s"')
        one.process.send_signal(signal.SIGHUP)
        wait_until(lambda: finished(desk, 2))
        assert one.ended(signal.SIGTERM) == 0


def test_databases_that_are_busy_for_a_while_do_not_end_it(desk):
    desk.declare('every = "2s"')
    with daemon(desk) as one:
        wait_until(lambda: finished(desk, 1))
        with ExitStack() as held:
            for name in ("corpus.db", "schedule.db"):
                other = sqlite3.connect(desk.folder / "data" / name, isolation_level=None, timeout=30)
                held.enter_context(closing(other)).execute("BEGIN EXCLUSIVE")
            time.sleep(3)
        before = len(desk.runs())
        wait_until(lambda: finished(desk, before + 1))
        assert one.ended(signal.SIGTERM) == 0


def test_a_full_disk_does_not_end_it(desk):
    desk.declare('every = "2s"')
    with daemon(desk, env=patched(desk.folder, "schedule", IMPATIENT)) as one:
        wait_until(lambda: finished(desk, 1))
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        wait_until(lambda: one.says("Schedule database: ") and one.says("is kept with the next one's"))
        before = len(desk.runs())
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_until(lambda: finished(desk, before + 1))
        assert one.ended(signal.SIGTERM) == 0


HANGING = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
IMPATIENT = "from newscrawl.schedule import clock; clock.RETRY_SECONDS = 1"


def patched(folder: Path, command: str, statement: str) -> dict[str, str]:
    """An environment in which processes of a command begin with this statement."""
    (folder / "sitecustomize.py").write_text(f"import sys\nif {command!r} in sys.orig_argv:\n    {statement}\n")
    return os.environ | {"PYTHONPATH": str(folder)}


# What the daemon keeps time with

calls: list[str] = []


def note(outlet: str) -> None:
    calls.append(outlet)


def test_while_its_database_is_busy_the_clock_says_so_in_a_line_and_tries_again(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(clock, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(clock, "_ENGINE", {"connect_args": {"timeout": 0.1}})
    calls.clear()
    ours = Clock(tmp_path / "schedule.db", 1)
    ours.start()
    ours.place(Plan(outlet="gazette", times=timedelta(days=1)), datetime.now(UTC), note)
    with closing(sqlite3.connect(tmp_path / "schedule.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ours.go()
        wait_until(lambda: len(caplog.messages) >= 2)
        assert not calls
        other.execute("ROLLBACK")
    wait_until(lambda: calls)
    ours.stop()
    assert calls == ["gazette"]
    assert set(caplog.messages) == {"Schedule database: database is locked. Trying again in 0 s."}


def test_one_outlet_is_called_once_at_a_time(tmp_path, monkeypatch):
    release, begun = threading.Event(), []
    monkeypatch.setitem(globals(), "_hold", lambda outlet: (begun.append(outlet), release.wait(20)))
    ours = Clock(tmp_path / "schedule.db", 3)
    ours.start()
    ours.place(Plan(outlet="gazette", times=timedelta(seconds=1)), datetime.now(UTC), hold)
    ours.place(Plan(outlet="courier", times=timedelta(days=1)), datetime.now(UTC), hold)
    ours.go()
    time.sleep(2.5)
    assert sorted(begun) == ["courier", "gazette"]
    release.set()
    ours.stop()


def hold(outlet: str) -> None:
    globals()["_hold"](outlet)


def test_a_damaged_database_of_jobs_is_told_with_what_to_do(desk):
    desk.declare('every = "1d"')
    (desk.folder / "data" / "schedule.db").write_bytes(b"no database at all" * 300)
    done = desk.run("schedule", "run")
    assert done.returncode == 2
    assert "schedule.db: cannot be used (file is not a database). Try again; or remove it" in done.stderr
