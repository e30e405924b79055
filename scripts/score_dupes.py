"""Precision, recall and cost of near-duplicates on made stories with known clusters."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from corpora import NOW
from made_stories import as_article, make_stories

from newscrawl.store import Store

TARGET = 0.98
BATCH = 100


def main() -> int:
    """Print the figures; 1 where precision or recall is below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=20_000, help="how many stories (default: 20,000)")
    made = make_stories(parser.parse_args().stories)
    expected = [story.cluster for story in made]
    found, costs = link(made)
    precision, recall = score(expected, found)
    print(f"{len(made):,} stories: precision {precision:.4f}, recall {recall:.4f} (pairs)")
    tenth = max(1, len(costs) // 10)
    first, last = sum(costs[:tenth]) / tenth, sum(costs[-tenth:]) / tenth
    print(f"saved in {1000 * first / BATCH:.2f} ms of CPU a story at first, {1000 * last / BATCH:.2f} ms at the end")
    return int(min(precision, recall) < TARGET)


def link(made: list) -> tuple[list[str], list[float]]:
    """The cluster found for each story (its own id where it has none), and CPU seconds of each batch saved."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", create=True) as store:
        run = store.start_run([], "soak", "0", NOW)
        costs = []
        for start in range(0, len(made), BATCH):
            batch = [as_article(start + n, story) for n, story in enumerate(made[start : start + BATCH])]
            started = process_time()
            store.save(run, batch)
            costs.append(process_time() - started)
        clusters = {int(record["source_id"]): record["cluster_id"] for record in store.articles()}
        store.finish_run(run, "finished", NOW)
    return [clusters.get(n) or f"alone {n}" for n in range(len(made))], costs


def score(expected: list[int], found: list[str]) -> tuple[float, float]:
    """Precision and recall of pairs in one cluster."""
    both = pairs(Counter(zip(expected, found, strict=True)))
    return both / max(1, pairs(Counter(found))), both / max(1, pairs(Counter(expected)))


def pairs(sizes: Counter) -> int:
    """How many pairs groups of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


if __name__ == "__main__":
    sys.exit(main())
