"""Settings of an installation: ``newscrawl.toml`` and ``NEWSCRAWL_*``, command options aside."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from newscrawl.errors import ConfigError
from newscrawl.outlet import ScheduleChange  # noqa: TC001  # pydantic reads it

FILE = "newscrawl.toml"
TABLES = frozenset({"hooks", "log", "schedules"})
"""Keys that hold tables, which no environment variable can."""
SECRETS = ("webhook", "heartbeat")
"""Keys of ``hooks`` that may come as ``NEWSCRAWL_<KEY>`` all the same, so that no file need hold them."""


def _web_address(secret: SecretStr) -> SecretStr:
    parts = urlsplit(secret.get_secret_value())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no address that begins with https:// or http://")
    return secret


SecretAddress = Annotated[SecretStr, AfterValidator(_web_address)]


class LogSettings(BaseModel):
    """Where and in which form commands log, besides what is asked for when they are called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path | None = None
    """A file that is logged to, besides stderr."""
    as_json: bool = Field(default=False, alias="json")
    """One JSON object a line."""
    max_bytes: int = Field(default=10_000_000, ge=10_000)
    """Size beyond which ``file`` is turned over."""
    keep: int = Field(default=5, ge=1)
    """How many former files remain."""


class Hooks(BaseModel):
    """Who is told how outlets fare; the addresses may hold keys, and come better from the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str | None = None
    """Run without a shell at each change of an outlet's health, which it reads as JSON on stdin."""
    webhook: SecretAddress | None = None
    """Address that each change is sent to as JSON; or ``NEWSCRAWL_WEBHOOK``."""
    heartbeat: SecretAddress | None = None
    """Address that is asked for after each crawl that came to its end; or ``NEWSCRAWL_HEARTBEAT``."""


class Config(BaseModel):
    """What an installation may set; a key that is no table may also come as ``NEWSCRAWL_<KEY>``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Path("data")
    """Folder of ``corpus.db`` and ``archive/``."""
    outlets: Path | None = None
    """Folder of outlets of your own; one named like a bundled outlet wins."""
    contact: str | None = None
    """Mail address or page that site owners can turn to; part of the User-Agent."""
    log: LogSettings = Field(default_factory=LogSettings)
    """Where and in which form commands log."""
    hooks: Hooks = Field(default_factory=Hooks)
    """Who is told how outlets fare."""
    keep_runs: int | None = Field(default=None, ge=1)
    """Days after which a crawl lets go of the accounts of runs; without it they are kept."""
    schedules: dict[str, ScheduleChange] = Field(default_factory=dict)
    """By outlet, what is different here from the schedule in its file."""


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
    for key in Config.model_fields.keys() - TABLES:
        if given := os.environ.get(f"NEWSCRAWL_{key.upper()}"):
            values[key] = given
    for key in SECRETS:
        if given := os.environ.get(f"NEWSCRAWL_{key.upper()}"):
            values["hooks"] = {**values.get("hooks", {}), key: given}
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        complaints = "; ".join(_complaint(e) for e in error.errors())
        raise ConfigError(f"{path} or NEWSCRAWL_*: {complaints}.") from error


def _complaint(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"
