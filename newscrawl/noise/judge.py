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
    from collections.abc import Callable, Sequence

MODEL = Path(__file__).parent / "judge.json"


class Judge(NamedTuple):
    """Trees whose leaves add up to the log-odds that a block belongs to the story."""

    leaves: Callable[[Sequence[float]], tuple[float, ...]]
    """For a row of measurements the leaf that each tree comes to."""
    threshold: float

    def probability(self, row: Sequence[float]) -> float:
        """How likely the block that ``row`` describes (values in the order of ``NAMES``) is part of the story."""
        return 1.0 / (1.0 + math.exp(-sum(self.leaves(row))))


@cache
def load_judge() -> Judge:
    """The trained judge that ships with the package."""
    data = json.loads(MODEL.read_text("utf-8"))
    places = [NAMES.index(name) for name in data["features"]]
    # Compiled, the trees answer five times as fast as when they are walked.
    trees = ", ".join(_expression(tree, places) for tree in data["trees"])
    return Judge(eval(f"lambda row: ({trees},)", {}), data["threshold"])


def _expression(node: Any, places: Sequence[int]) -> str:
    """A tree as a Python expression; a leaf is a number, a branch ``[feature, threshold, left, right]``.

    All that enters the expression is a number by then.
    """
    if not isinstance(node, list):
        return repr(float(node))
    feature, threshold, left, right = node
    condition = f"row[{places[feature]}] <= {float(threshold)!r}"
    return f"({_expression(left, places)} if {condition} else {_expression(right, places)})"
