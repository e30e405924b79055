"""What the corpus costs: records a CPU second of every export format, and what search adds to saving an article."""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from corpora import NOW, article, story

from newscrawl.export import Shape, export
from newscrawl.export.formats import FORMATS
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.records import Article

BATCH = 100
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000, help="how many articles (default: 5,000)")
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        without = save(Path(folder) / "plain.db", count, searched=False)
        path = Path(folder) / "corpus.db"
        saved = save(path, count, searched=True)
        print(f"{count:,} articles of some 2,700 characters")
        searching = 1000 * (saved - without) / count
        print(f"saved:   {1000 * saved / count:6.2f} ms of CPU an article, {searching:.2f} of them for search")
        for form in FORMATS:
            seconds = write(path, Path(folder) / f"out.{form}", form)
            print(f"{form:8} {count / seconds:6,.0f} records per CPU second, {peak():,.0f} MB at most")


def save(path: Path, count: int, *, searched: bool) -> float:
    """CPU seconds that saving takes, without or with the index of words."""
    with Store.open(path, create=True) as store:
        if not searched:
            store._db.execute("DROP TRIGGER articles_searched")
        run = store.start_run([], "bench", "0", NOW)
        spent = 0.0
        for batch in batches(count):
            started = process_time()
            store.save(run, batch)
            spent += process_time() - started
        store.finish_run(run, "finished", NOW)
    return spent


def write(path: Path, target: Path, form: str) -> float:
    """CPU seconds that an export takes, its manifest included."""
    with Store.read(path) as store:
        started = process_time()
        export(store, target, shape=Shape(format=form))
        return process_time() - started


def batches(count: int) -> Iterator[list[Article]]:
    """Made articles of words that are as often as words are."""
    chance = random.Random(0)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(3, 8))) for _ in range(30_000)]
    for start in range(0, count, BATCH):
        texts = [[" ".join(pick(chance, words) for _ in range(50)) for _ in range(8)] for _ in range(BATCH)]
        yield [
            replace(article(start + n, *paragraphs), blocks=story(*paragraphs)) for n, paragraphs in enumerate(texts)
        ]


def pick(chance: random.Random, words: list[str]) -> str:
    """A word; the tenth is a tenth as often as the first."""
    return words[min(int(chance.paretovariate(0.6)), len(words) - 1)]


def peak() -> float:
    """The most memory this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
