"""Several processes at one corpus, and processes that are killed."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from corpora import NOW, article

from newscrawl.store import Store

TESTS = Path(__file__).parent

WRITER = """
import sys
from pathlib import Path
from corpora import NOW, article
from newscrawl.store import Store

path, first, batches = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with Store.open(path, create=True) as store:
    run = store.start_run(["gazette"], "crawl", "0", NOW)
    for batch in range(batches):
        numbers = range(first + 5 * batch, first + 5 * batch + 5)
        store.save(run, [article(n, f"Text {n}.", f"More of {n}.") for n in numbers])
        print(*numbers, flush=True)
    store.finish_run(run, "finished", NOW)
"""

READER = """
import sys
from pathlib import Path
from newscrawl.store import Store

for _ in range(int(sys.argv[2])):
    with Store.read(Path(sys.argv[1])) as store:
        for record in store.articles():
            assert len(store.blocks(record["id"])) == 43
"""


def start(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_that_write_and_read_at_once_never_meet_a_lock(tmp_path):
    path = tmp_path / "corpus.db"
    writers = [start(WRITER, path, first, 30) for first in (1000, 2000, 3000)]
    while not path.exists() or not writers[0].stdout.readline():
        time.sleep(0.01)
    readers = [start(READER, path, 5) for _ in range(2)]
    for process in writers + readers:
        _, complaint = process.communicate(timeout=120)
        assert (process.returncode, complaint) == (0, "")
    with Store.read(path) as store:
        assert sum(1 for _ in store.articles()) == 450
        assert {run.status for run in store.runs()} == {"finished"}


@pytest.mark.parametrize("latest", [0.1, 0.3, 0.6])
def test_a_writer_killed_at_any_instant_loses_nothing_it_had_stored(tmp_path, latest):
    path = tmp_path / "corpus.db"
    process = start(WRITER, path, 0, 100_000)
    stored = process.stdout.readline().split()
    time.sleep(random.uniform(0, latest))
    process.send_signal(signal.SIGKILL)
    stored += process.communicate()[0].split()

    with Store.open(path) as store:
        store.start_run([], "crawl", "0", NOW)
        assert [run.status for run in store.runs()] == ["running", "died"]
        kept = {record["id"] for record in store.articles()}
        assert kept >= {f"gazette:{number}" for number in stored if number.isdigit()}
        assert len(kept) % 5 == 0
        last = max(int(name.partition(":")[2]) for name in kept)
        assert store.blocks(f"gazette:{last}") == list(article(last, f"Text {last}.", f"More of {last}.").blocks)
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_corpus_whose_writer_was_killed_can_be_read_at_once(tmp_path):
    path = tmp_path / "corpus.db"
    process = start(WRITER, path, 0, 100_000)
    process.stdout.readline()
    process.kill()
    process.communicate()
    with Store.read(path) as store:
        assert store.article("gazette:0")["text"] == "Text 0.\n\nMore of 0."
