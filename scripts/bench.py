"""Pages per CPU second: our extraction, stage by stage, against trafilatura's with metadata, on the same pages.

Both read each page in turn, in one process, so that other work on the machine falls on both alike.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import random
from collections import Counter
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from trafilatura import bare_extraction

from newscrawl.documents import find_files, read_page
from newscrawl.extract import settle_dates, settle_language, strip
from newscrawl.outlet import GENERIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.records import Page

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "eval" / "data"
STAGES = {
    "parse": "read_document",
    "declared": "read_declared",
    "metadata": "read_metadata",
    "blocks": "cut",
    "vote": "vote",
    "rules": "judge_blocks",
    "dates": "find_dates",
}
WARM_UP = 60
"""Other pages that ours reads beforehand; trafilatura reads all, for the first odd date in a process costs seconds,
when all locales are loaded, whoever meets it."""

spent: Counter[str] = Counter()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200, help="how many pages at the most (default: 200)")
    count = parser.parse_args().pages
    logging.disable(logging.CRITICAL)
    time_stages()
    chosen = choose(count + min(count, WARM_UP))
    pages = chosen[:count]
    for page in chosen[count:] or pages:
        ours(page)
    for page in chosen:
        theirs(page)
    spent.clear()
    for number, page in enumerate(pages):
        for name, read in sorted({"ours": ours, "theirs": theirs}.items(), reverse=bool(number % 2)):
            timed(name, read)(page)
    report(len(pages))


def choose(count: int) -> list[Page]:
    """Pages of the gold sets where they are, else of the bundled samples; always the same choice."""
    folders = sorted(GOLD.glob("*/pages")) or sorted((ROOT / "newscrawl" / "outlets").glob("*/samples"))
    files = [saved for folder in folders for saved in find_files(folder)]
    random.Random(0).shuffle(files)
    return [read_page(saved) for saved in files[:count]]


def ours(page: Page) -> None:
    """One page to its record, as ``newscrawl.extract.extract`` does it."""
    stripped = strip(page, GENERIC)
    if not stripped.refused:
        article = timed("dates", settle_dates)(stripped, GENERIC)
        timed("language", settle_language)(article)


def theirs(page: Page) -> None:
    """The same page by trafilatura alone."""
    html = page.body.decode(page.encoding, "replace") if page.encoding else page.body
    bare_extraction(html, include_comments=False, with_metadata=True)


def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, its CPU time added to what was spent on ``name``."""

    def run(*args: Any, **options: Any) -> Any:
        started = process_time()
        try:
            return function(*args, **options)
        finally:
            spent[name] += process_time() - started

    return run


def time_stages() -> None:
    """Have the stages of ``strip`` timed, wherever it calls them."""
    module = importlib.import_module("newscrawl.extract.strip")
    for stage, name in STAGES.items():
        setattr(module, name, timed(stage, getattr(module, name)))


def report(pages: int) -> None:
    """Milliseconds a page and shares of trafilatura's time, by stage and in all."""
    print(f"{pages} pages; CPU time; trafilatura with metadata = 1\n")
    print(f"{'':12} {'ms a page':>9} {'share':>6} {'pages/s':>8}")
    for name, seconds in rows():
        rate = f"{pages / seconds:8.1f}" if name in ("trafilatura", "newscrawl") else ""
        print(f"{name:12} {1000 * seconds / pages:9.2f} {seconds / spent['theirs']:6.2f} {rate}")
    print(f"\nnewscrawl reads {spent['theirs'] / spent['ours']:.2f} times as many pages per CPU second as trafilatura")


def rows() -> Iterator[tuple[str, float]]:
    """What each stage took, what is left over, and both totals."""
    stages = [*STAGES, "language"]
    for stage in stages:
        yield f"  {stage}", spent[stage]
    yield "  other", spent["ours"] - sum(spent[stage] for stage in stages)
    yield "newscrawl", spent["ours"]
    yield "trafilatura", spent["theirs"]


if __name__ == "__main__":
    main()
