"""Settings of an installation: ``newscrawl.toml`` and ``NEWSCRAWL_*``, command options aside."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from newscrawl.errors import ConfigError

FILE = "newscrawl.toml"


class Config(BaseModel):
    """What an installation may set; each key may also come as ``NEWSCRAWL_<KEY>``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Path("data")
    """Folder of ``corpus.db`` and ``archive/``."""
    outlets: Path | None = None
    """Folder of outlets of your own; one named like a bundled outlet wins."""
    contact: str | None = None
    """Mail address or page that site owners can turn to; part of the User-Agent."""


def load_config(folder: Path | None = None) -> Config:
    """The configuration in ``folder`` (default: the working folder), environment first.

    Raises:
        ConfigError: the file is no TOML, or has an unknown key or a value of the wrong type.
    """
    path = (folder or Path.cwd()) / FILE
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: is not TOML: {error}.") from error
    for key in Config.model_fields:
        if given := os.environ.get(f"NEWSCRAWL_{key.upper()}"):
            values[key] = given
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"{path} or NEWSCRAWL_*: {places}.") from error
