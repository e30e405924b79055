"""Pages a second that a crawl over loopback takes, and what ingesting a WARC file gains from a second worker.

Three crawls, each in a process of its own: pages fetched and archived only, pages read on the event loop, and as
shipped, with all stages and storage.  How late the loop is shows what reading does to it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from bench import choose
from local_site import HTML, XML, Answer, feed, local_site

from newscrawl.archive import ArchiveWriter, Capture
from newscrawl.batch import Rules
from newscrawl.config import Config
from newscrawl.fetch.session import Session
from newscrawl.ingest import Ingestion
from newscrawl.outlet import load_outlet
from newscrawl.spiders.news import NewsSpider
from newscrawl.store import Store
from newscrawl.workers import usable_cores

MODES = {"fetched": "fetched and archived only", "inline": "read on the event loop", "shipped": "as shipped"}
TICK = 0.005
WARM_UP = 20
"""Pages that are ingested beforehand: the process that workers are forked from is started once, by whoever is first."""


def main() -> None:
    """Print the figures; with ``--mode``, be one of the crawls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200, help="how many pages to crawl at the most (default: 200)")
    parser.add_argument("--ingest", type=int, default=100_000, help="how many to ingest at the most (default: all)")
    parser.add_argument("--mode", choices=MODES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.mode:
        crawl_once(options.mode, options.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        bench_crawls(Path(folder), [page.body for page in choose(options.pages)])
        bench_ingest(Path(folder), [page.body for page in choose(options.ingest)])


def bench_crawls(folder: Path, bodies: list[bytes]) -> None:
    """Print what each way of crawling the same pages takes."""
    numbers = tuple(range(1, len(bodies) + 1))
    with local_site(folder) as site:
        for number, body in zip(numbers, bodies, strict=True):
            site.routes[f"/news/{number}"] = Answer(body, headers=HTML)
        site.routes["/feed.xml"] = Answer(feed(site.root, numbers), headers=XML)
        site.declare()
        print(f"{len(bodies)} pages over loopback\n\n{'':28} {'pages/s':>8} {'lag p50':>8} {'p99 ms':>7}")
        rates = {mode: _shown(mode, folder, len(bodies)) for mode in MODES}
    print(f"\nas shipped: {rates['shipped'] / rates['inline']:.2f} times as fast as reading on the loop\n")


def _shown(mode: str, folder: Path, pages: int) -> float:
    command = [sys.executable, __file__, "--mode", mode, "--folder", str(folder)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    rate = pages / said["seconds"]
    print(f"{MODES[mode]:28} {rate:8.1f} {said['p50']:8.1f} {said['p99']:7.1f}")
    return rate


def crawl_once(mode: str, folder: Path) -> None:
    """Crawl the site of ``folder`` and print seconds from the first request on, and how late the loop was (ms)."""
    import newscrawl.settings as settings
    from newscrawl.crawl import crawl

    settings.CONCURRENT_REQUESTS_PER_DOMAIN = 16  # as many outlets at once would ask for
    if mode == "fetched":
        settings.ITEM_PIPELINES = {}
    if mode == "inline":
        Session.strip = _strip_inline  # type: ignore[method-assign]
    late: list[float] = []
    began: list[float] = []
    _watch(late, began)
    config = Config(data=folder / mode, outlets=folder / "outlets", contact="mailto:a@example.org")
    crawl([load_outlet("local", folder / "outlets")], config)
    p50, p99 = statistics.median(late), statistics.quantiles(late, n=100)[98]
    print(json.dumps({"seconds": perf_counter() - began[0], "p50": 1000 * p50, "p99": 1000 * p99}))


async def _strip_inline(session: Session, page: Any) -> Any:
    from newscrawl.extract import strip

    return strip(page, session.rules.for_page(page))


def _watch(late: list[float], began: list[float]) -> None:
    """Have the spider measure how late the loop comes to what is due."""
    start = NewsSpider.start

    async def watched(spider: NewsSpider) -> Any:
        began.append(perf_counter())
        task = asyncio.ensure_future(_measure(late))
        spider.watch = task  # type: ignore[attr-defined]  # a task that nobody holds may vanish
        async for request in start(spider):
            yield request

    NewsSpider.start = watched  # type: ignore[method-assign]


async def _measure(late: list[float]) -> None:
    while True:
        due = perf_counter() + TICK
        await asyncio.sleep(TICK)
        late.append(perf_counter() - due)


def bench_ingest(folder: Path, bodies: list[bytes]) -> None:
    """Print what a second worker gains."""
    _ingest(_archive(folder / "few", bodies[:WARM_UP]), folder / "warm-up", 1)
    path = _archive(folder / "made", bodies)
    seconds = {count: _ingest(path, folder / f"workers-{count}", count) for count in (1, 2)}
    for count, taken in seconds.items():
        print(f"ingest with {count} worker{'s' * (count > 1)}: {len(bodies) / taken:6.1f} pages/s")
    print(f"two workers: {seconds[1] / seconds[2]:.2f} times one ({usable_cores()} cores)")


def _archive(folder: Path, bodies: list[bytes]) -> Path:
    now = datetime.now(UTC)
    with ArchiveWriter(folder, "bench", software="bench", now=now) as writer:
        for number, body in enumerate(bodies):
            headers = (("Content-Type", "text/html"),)
            url = f"https://bench.example/2026/{number}"
            writer.write(Capture(url=url, date=now, status=200, headers=headers, body=body))
    return next(folder.iterdir())


def _ingest(path: Path, data: Path, workers: int) -> float:
    with Store.open(data / "corpus.db", create=True) as store:
        work = Ingestion(store=store, archive=data / "archive", rules=Rules(), workers=workers)
        started = perf_counter()
        work.ingest([path], lambda: datetime.now(UTC))
        return perf_counter() - started


if __name__ == "__main__":
    main()
