"""Telling a note of correction by its words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("corrections.toml")
_OPENING_SIZE = 60  # A note names itself at once.


def is_correction(paragraph: str) -> bool:
    """Whether ``paragraph`` is a note that says that the story was corrected."""
    openings, contained = _phrases()
    folded = " ".join(paragraph.casefold().replace("’", "'").split())
    return bool(openings.match(folded[:_OPENING_SIZE])) or any(phrase in folded for phrase in contained)


@cache
def _phrases() -> tuple[re.Pattern[str], tuple[str, ...]]:
    words = tomllib.loads(_WORDS.read_text("utf-8"))
    openings = "|".join(re.escape(word.casefold()) for word in words["openings"])
    pattern = re.compile(rf"[\[(*\s—–-]{{0,4}}(?:{openings})(?:\s\([^)]{{1,30}}\))?\s?[:：\])—–*-]")
    return pattern, tuple(phrase.casefold() for phrase in words["contained"])
