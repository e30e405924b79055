"""Stories for the demo: plain local news that nobody wrote and that happened nowhere, the same on every run."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story: where it plays, its headline, and its paragraphs without dateline or byline."""

    place: str
    title: str
    paragraphs: tuple[str, ...]
    section: str
    tags: tuple[str, ...]


def tell(language: str, number: int, places: str = "places") -> Story:
    """The story with this ``number`` in ``language``; ``places`` names the list of places to choose from.

    Numbers below topics x places give different headlines.
    """
    bank = _bank(language)
    topic = bank["topics"][number % len(bank["topics"])]
    towns = bank[places]
    place = towns[(number // len(bank["topics"]) + 5 * number) % len(towns)]
    key = f"{language} {places} {number}"
    count = 4 + _number(key) % 5
    details = _chosen(topic["details"], min(1 + count // 3, len(topic["details"])), key)
    shared = _chosen(bank["shared"], count - 1 - len(details), key)
    slots = _slots(bank, place, key)
    told = [_chosen(topic["opening"], 1, key)[0], *details, *shared]
    return Story(
        place=place,
        title=_chosen(topic["titles"], 1, key)[0].format(**slots),
        paragraphs=tuple(text.format(**slots) for text in told),
        section=topic["section"],
        tags=tuple(topic["tags"]),
    )


@cache
def _bank(language: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"words_{language}.toml").read_text("utf-8"))


def _slots(bank: dict[str, Any], place: str, key: str) -> dict[str, str]:
    return {
        "place": place,
        "n": str(_drawn(range(*bank["n"]), key)),
        "m": str(3 + _number(key + " m") % 7),
        "month": _chosen(bank["months"], 1, key)[0],
    }


def _drawn(numbers: range, key: str) -> int:
    return numbers[_number(key + " n") % len(numbers)]


def _chosen(options: list[str], count: int, key: str) -> list[str]:
    """``count`` of the options, in an order that depends on ``key`` alone."""
    return sorted(options, key=lambda option: _number(key + option))[:count]


def _number(key: str) -> int:
    """A number that looks random and never changes: ``random`` may draw otherwise in another Python."""
    return int.from_bytes(sha256(key.encode()).digest()[:6])
