"""What a large corpus costs beside a small one: a crawl's start, an export, a lookup, reading pages again.

Each is measured in a process of its own; the exit code is 1 where a limit is passed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from corpora import article, link
from kept_pages import capture, outlets, read_all, write_archive

from newscrawl.archive import ArchiveWriter, Capture
from newscrawl.outlet import load_outlet
from newscrawl.records import ArchivePlace
from newscrawl.store import Store

NOW = datetime.now(UTC)
LIMITS = {"memory": 1.5, "start": 3.0, "lookup": 0.05, "reextract": 1.2}
SEEDS = 500
FEED = '[[sources]]\nkind = "feed"\nurl = "https://gazette.example/feed"\n'
RUN = """
import json, resource, sys, time
from newscrawl.cli import cli
began = time.perf_counter()
cli.main(args=sys.argv[1:], standalone_mode=False)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": time.perf_counter() - began, "memory": memory}), file=sys.stderr)
"""
# Rows as they would be saved one by one, in seconds instead of an hour; the index of words is left out.
COPIES = {
    "articles": "id || '.' || n, source_id || '.' || n",
    "addresses": "address || '.' || n, article_id || '.' || n",
    "ledger": "article_id || '.' || n",
    "frontier": "outlet, key || '.' || n, url || '.' || n",
}


def main() -> None:
    """Print the figures and what passes a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the large corpus (default: 200,000)")
    parser.add_argument("--pages", type=int, default=5_000, help="pages to read again (default: 5,000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        passed = [*compare_sizes(Path(folder), options.rows), *compare_reextraction(Path(folder), options.pages)]
    for line in passed:
        print(f"over the limit: {line}")
    sys.exit(bool(passed))


def compare_sizes(folder: Path, rows: int) -> list[str]:
    """Measure a corpus of 2,000 rows and one of ``rows``."""
    rules, replay = outlets(folder / "outlets", FEED), write_feed(folder)
    found = {}
    for size in (2_000, rows):
        data = folder / str(size)
        make_corpus(data / "corpus.db", size)
        export = measure(rules, "export", "-o", str(data / "out.jsonl"), "--data", str(data))
        start = measure(rules, "crawl", "--replay", str(replay), "gazette", "--data", str(data))
        found[size] = {"export": export["memory"], "crawl": start["memory"]}
        found[size] |= {"start": start["seconds"], "lookup": look_up(data / "corpus.db")}
        told = f"{found[size]['crawl']:.0f} MB and {found[size]['start']:.1f} s, found in {found[size]['lookup']:.4f} s"
        print(f"{size:,} rows: exported with {export['memory']:.0f} MB, crawl started with {told}", flush=True)
    small, large = found.values()
    over = [f"memory of {name}" for name in ("export", "crawl") if large[name] > LIMITS["memory"] * small[name]]
    return over + [name for name in ("start", "lookup") if large[name] > LIMITS[name]]


def compare_reextraction(folder: Path, pages: int) -> list[str]:
    """Measure reading again a tenth of ``pages``, and all."""
    found = []
    for size in (pages // 10, pages):
        data, rules = folder / f"pages-{size}", outlets(folder / f"rules-{size}")
        read_all(data, rules, write_archive(data / "archive", (capture(n) for n in range(size))))
        said = measure(rules, "reextract", "--dry-run", "--json", "--data", str(data))
        found.append(said["memory"])
        print(f"{size:,} pages read again with {said['memory']:.0f} MB in {said['seconds']:.0f} s", flush=True)
    return ["memory of reextract"] if found[1] > LIMITS["reextract"] * found[0] else []


def make_corpus(path: Path, size: int) -> None:
    """A corpus of ``size`` articles, none of which is due, and their addresses."""
    with Store.open(path, create=True) as store:
        run = store.start_run(["gazette"], "soak", "0", NOW)
        outlet = load_outlet("gazette", path.parent.parent / "outlets")
        for number in range(1, SEEDS + 1):
            place = ArchivePlace(file="gazette.warc.gz", offset=number)
            store.discover(run, outlet, [link(number)], NOW)
            store.archived(run, "gazette", link(number).url, place, NOW)
        store.save(run, [article(number, *paragraphs(number)) for number in range(1, SEEDS + 1)])
        store.finish_run(run, "finished", NOW)
        multiply(store._db, size // SEEDS)


def multiply(db: Any, times: int) -> None:
    """Copy the rows of the articles ``times`` - 1 times."""
    for (trigger,) in list(db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.execute(f"DROP TRIGGER {trigger}")
    counting = f"WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {times - 1})"
    for table, changed in COPIES.items():
        names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        rest = names[changed.count(", ") + 1 :]
        db.execute(
            f"{counting} INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join([changed, *rest])} FROM {table}, c"
        )


def paragraphs(number: int) -> list[str]:
    chance = random.Random(number)
    words = [f"w{chance.randrange(5000)}" for _ in range(400)]
    return [" ".join(words[start : start + 80]) for start in range(0, 400, 80)]


def write_feed(folder: Path) -> Path:
    """A WARC file with a feed that names nothing new."""
    body = b'<?xml version="1.0"?><rss version="2.0"><channel><title>G</title></channel></rss>'
    with ArchiveWriter(folder / "replay", "gazette", software="soak", now=NOW) as writer:
        headers = (("Content-Type", "application/rss+xml"),)
        url = "https://gazette.example/feed"
        writer.write(Capture(url=url, date=NOW.replace(microsecond=0), status=200, headers=headers, body=body))
    return next((folder / "replay").iterdir())


def measure(rules: Path, *arguments: str) -> dict[str, float]:
    """Seconds and the most megabytes that a command takes, its workers aside."""
    environment = os.environ | {"NEWSCRAWL_OUTLETS": str(rules)}
    command = [sys.executable, "-c", RUN, *arguments]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    said: dict[str, float] = json.loads(told.stderr.strip().rsplit("\n", 1)[-1])
    return said


def look_up(path: Path) -> float:
    """Mean seconds that finding an article by its address takes."""
    urls = [link(random.Random(n).randrange(1, SEEDS)).url for n in range(100)]
    with Store.read(path) as store:
        began = perf_counter()
        assert all(store.article(url) for url in urls)
        return (perf_counter() - began) / len(urls)


if __name__ == "__main__":
    main()
