"""The judge: boosted decision trees, shipped as plain numbers, that weigh what ``features`` measures of a block.

``judge.json`` is made by ``scripts/train_judge.py``, which also prints its cross-validation by outlet.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.noise.features import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL = Path(__file__).parent / "judge.json"

# A leaf is a number; a branch is (feature, threshold, left where value <= threshold, right).
Tree = Any


class Judge(NamedTuple):
    """Trees whose leaves add up to the log-odds that a block belongs to the story."""

    trees: tuple[Tree, ...]
    threshold: float

    def probability(self, row: Sequence[float]) -> float:
        """How likely the block that ``row`` describes (values in the order of ``NAMES``) is part of the story."""
        total = 0.0
        for tree in self.trees:
            node = tree
            while node.__class__ is tuple:
                node = node[2] if row[node[0]] <= node[1] else node[3]
            total += node
        return 1.0 / (1.0 + math.exp(-total))


@cache
def load_judge() -> Judge:
    """The trained judge that ships with the package."""
    data = json.loads(MODEL.read_text("utf-8"))
    place = {name: NAMES.index(name) for name in data["features"]}
    trees = tuple(_tree(tree, [place[name] for name in data["features"]]) for tree in data["trees"])
    return Judge(trees, data["threshold"])


def _tree(node: Any, places: list[int]) -> Tree:
    if not isinstance(node, list):
        return float(node)
    feature, threshold, left, right = node
    return places[feature], float(threshold), _tree(left, places), _tree(right, places)
