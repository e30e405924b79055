"""Commands that are killed, lose workers or run out of disk: nothing is lost, and the next run completes the same.

Each fault is tried ``NEWSCRAWL_ROUNDS`` times (3; ``make soak``: 30), each time at another instant.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from kept_pages import capture, outlets, read_all, write_archive
from local_site import Answer, local_site
from test_ingest import part

from newscrawl.archive.check import archive_files, verify
from newscrawl.store import Filters, Store
from newscrawl.upkeep import find_faults

ROUNDS = int(os.environ.get("NEWSCRAWL_ROUNDS", "3"))
DEMO = Path(__file__).parent.parent / "data" / "demo.warc.gz"
PLEA = "Please consider our paper edition, which has more."
STORIES = 40


class Desk:
    """A folder with the commands that are put to the test, and what they leave behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = outlets(folder / "outlets")
        self.environment = os.environ | {"NEWSCRAWL_OUTLETS": str(self.rules), "PYTHONWARNINGS": "ignore"}
        self.warc = folder / "pages.warc.gz"
        captures = [capture(n, PLEA) for n in range(1, STORIES + 1)]
        captures[10:10], captures[30:30] = [part(70, 1)], [part(70, 2)]  # an article of two pages
        (written,) = {place.file for place in write_archive(folder / "made", captures)}
        (folder / "made" / written).rename(self.warc)

    def arguments(self, verb: str, data: Path) -> list[str]:
        """The command line of ``verb``."""
        own = {
            "crawl": ["--replay", str(DEMO), "syriatimes"],
            "ingest": [str(self.warc)],
            "reextract": ["--stale"],
            "export": ["-o", str(data / "out.jsonl.gz")],
        }
        return [sys.executable, "-m", "newscrawl", verb, *own[verb], "--data", str(data)]

    def prepare(self, verb: str, data: Path) -> None:
        """Make in ``data`` what ``verb`` works on."""
        data.mkdir()
        if verb in ("reextract", "export"):
            captures = [capture(n, PLEA) for n in range(1, STORIES + 1)]
            read_all(data, self.rules, write_archive(data / "archive", captures))
            os.utime(data)
        if verb == "reextract":
            rules = self.folder / f"new-{data.name}"
            outlets(rules, f'[noise]\nphrases = ["{PLEA}"]\n')
            self.environment["NEWSCRAWL_OUTLETS"] = str(rules)

    def start(self, verb: str, data: Path, **options) -> subprocess.Popen[bytes]:
        """The command under way, in a session of its own."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "env": self.environment}
        return subprocess.Popen(self.arguments(verb, data), start_new_session=True, **quiet, **options)

    def run(self, verb: str, data: Path) -> None:
        """The command to its end, which must be good."""
        process = self.start(verb, data)
        _, log = process.communicate(timeout=120)
        assert process.returncode == 0, log.decode()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def contents(data: Path):
    """All that a corpus says; a cluster is called by its first article, for its number is that of its finding."""
    with Store.read(data / "corpus.db") as store:
        found = list(store.articles(Filters(revisions="all")))
    names = {one["cluster_id"]: one["id"] for one in reversed(found) if one["cluster_id"]}
    return {f"{one['id']} {one['revision']}": one | {"cluster_id": names.get(one["cluster_id"])} for one in found}


def check(data: Path) -> set[str]:
    """The articles in ``data``, after all there was found sound, but for a tail that the next run mends."""
    path = data / "corpus.db"
    if not path.exists() or not path.stat().st_size:  # a kill may fall between the file and its first page
        return set()
    with Store.open(path) as store:
        assert store.check() == []
    return set(contents(data))


@pytest.mark.parametrize("verb", ["crawl", "ingest", "reextract", "export"])
def test_killed_at_any_instant(desk, verb):
    whole = desk.folder / "whole"
    desk.prepare(verb, whole)
    started = time.monotonic()
    desk.run(verb, whole)
    seconds, expected = time.monotonic() - started, contents(whole)
    chance = random.Random(verb)
    for number in range(ROUNDS):
        data = desk.folder / f"round-{number}"
        desk.prepare(verb, data)
        before = check(data)
        process = desk.start(verb, data)
        time.sleep(seconds * chance.uniform(0.2, 1))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert before <= check(data)
        desk.run(verb, data)
        with Store.open(data / "corpus.db") as store:
            assert list(find_faults(store, data / "archive")) == []
        assert all(verify(path).damages == () for path in archive_files(data / "archive"))
        assert json.dumps(contents(data), sort_keys=True) == json.dumps(expected, sort_keys=True)
        assert not list(data.rglob("*.part"))


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes in the session of ``process`` that are not its own children: those that read pages."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent, _, session = map(int, path.read_text().rpartition(")")[2].split()[1:4])
            if session == process.pid and process.pid not in (parent, int(path.parent.name)):
                found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
@pytest.mark.parametrize("verb", ["ingest", "reextract"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung for a while"])
def test_workers_that_are_lost(desk, verb, sign):
    whole = desk.folder / "whole"
    desk.prepare(verb, whole)
    desk.run(verb, whole)
    for number in range(ROUNDS):
        data = desk.folder / f"round-{number}"
        desk.prepare(verb, data)
        process = desk.start(verb, data)
        end = time.monotonic() + 30
        while not (found := workers_of(process)) and time.monotonic() < end:
            time.sleep(0.01)
        for worker in found:
            with suppress(ProcessLookupError):
                os.kill(worker, sign)
        if sign == signal.SIGSTOP:
            time.sleep(1)
            for worker in found:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGCONT)
        _, log = process.communicate(timeout=120)
        assert process.returncode == 0, log.decode()
        assert contents(data) == contents(whole)


@pytest.mark.parametrize("verb", ["crawl", "ingest", "reextract"])
def test_no_more_room_on_the_disk(desk, verb):
    whole = desk.folder / "whole"
    desk.prepare(verb, whole)
    desk.run(verb, whole)
    for number in range(ROUNDS):
        data = desk.folder / f"round-{number}"
        desk.prepare(verb, data)
        Store.open(data / "corpus.db", create=True).close()
        # A corpus that is there is written through its log, which begins anew.
        used = 0 if verb == "reextract" else (data / "corpus.db").stat().st_size
        wanted = 160_000 if verb == "reextract" else (whole / "corpus.db").stat().st_size - used
        limit = used + wanted * (number + 1) // (ROUNDS + 3)
        full = lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # noqa: E731
        before = check(data)
        process = desk.start(verb, data, preexec_fn=full)
        _, log = process.communicate(timeout=120)
        # With a little room all of it may stand in the log, which is as good as in the file.
        done = number > 0 and process.returncode == 0
        assert process.returncode == (0 if done else 2), log.decode()
        assert b"Traceback" not in log
        assert before <= check(data)
        assert not done or contents(data) == contents(whole)
        desk.run(verb, data)
        assert contents(data) == contents(whole)


def broken(answer, kind: str):
    """A route that breaks three times and then answers."""
    times = iter(range(3))

    def route(request):
        if next(times, None) is None:
            return answer
        if kind == "500":
            return Answer(b"broken", 500)
        if kind == "half":
            request.send_response(200)
            request.send_header("Content-Length", str(len(answer.body)))
            request.end_headers()
            request.wfile.write(answer.body[: len(answer.body) // 2])
        return None  # and the connection is closed

    return route


def test_a_server_that_breaks_down_for_a_while(tmp_path):
    with local_site(tmp_path) as site:
        site.articles(*range(1, 10))
        site.declare()
        healthy = dict(site.routes)
        for number in range(1, 10):
            kind = ("dropped", "half", "500")[number % 3]
            site.routes[f"/news/{number}"] = broken(healthy[f"/news/{number}"], kind)
        first = site.crawl()
        assert first.states.get("stored", 0) < 9
        second = site.crawl()
        assert second.code == 0
        data = tmp_path / "data"
        with Store.open(data / "corpus.db") as store:
            assert list(find_faults(store, data / "archive")) == []
        assert {record["source_id"] for record in contents(data).values()} == set("123456789")
