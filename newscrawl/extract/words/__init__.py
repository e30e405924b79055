"""Words of many languages as data: what bylines, dates, languages and meta tags are told by."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_words(name: str) -> dict[str, Any]:
    """The words of the file ``name`` beside this module, as TOML reads them."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
