"""Options that several commands share."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.config import Config, LogSettings, load_config
from newscrawl.errors import UsageError
from newscrawl.logs import start_log
from newscrawl.outlet import Outlet, check_span, length_of, load_outlet
from newscrawl.secrets import hide_addresses
from newscrawl.store import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every command is given: the installation's configuration, and how much to say."""

    config: Config
    verbose: bool

    @property
    def corpus(self) -> Path:
        """The database of the data folder."""
        return self.config.data / "corpus.db"

    @property
    def names_data(self) -> bool:
        """Whether a data folder was named, by option, environment or file."""
        return "data" in self.config.model_fields_set


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all of them take, and the ``Setting`` they make as first argument."""

    @click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
                  help="Folder of corpus.db and archive/ (or NEWSCRAWL_DATA; default: data).")  # fmt: skip
    @click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
    @click.option("--debug", is_flag=True, help="Log everything, with tracebacks.")
    @click.option("--log-json", is_flag=True, help="Log JSON, one object a line; all of stderr is.")
    @click.option("--log-file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                  help="Log to this file as well, which is turned over when it is full.")  # fmt: skip
    @functools.wraps(command)
    def with_setting(
        data: Path | None, verbose: bool, debug: bool, log_json: bool, log_file: Path | None, **options: Any
    ) -> Any:
        level = logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING
        asked = ({"as_json": True} if log_json else {}) | ({"file": log_file} if log_file else {})
        # What is wrong with the configuration is told in the form asked for.
        _start_log(LogSettings().model_copy(update=asked), level)
        config = load_config()
        if data is not None:
            config = config.model_copy(update={"data": data})
        _start_log(config.log.model_copy(update=asked), level)
        told = (config.hooks.webhook, config.hooks.heartbeat)
        hide_addresses(address.get_secret_value() for address in told if address)
        return command(Setting(config=config, verbose=verbose or debug), **options)

    return with_setting


def _start_log(log: LogSettings, level: int) -> None:
    start_log(level, **dict(log))


def as_moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """The day or aware instant that ``value`` writes; a usage error where it is neither."""
    try:
        return None if value is None else moment(value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


def as_length(_ctx: click.Context, _param: click.Parameter, value: str | None) -> timedelta | None:
    """The length of the duration that ``value`` writes; a usage error where it is none."""
    try:
        return None if value is None else length_of(check_span(value))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} {error}.") from error


def as_rules(_ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of rules as they are; a usage error where one is unknown."""
    if names:
        from newscrawl.noise.catalogue import RULE_NAMES

        if unknown := next((name for name in names if name not in RULE_NAMES), None):
            raise click.BadParameter(f"{unknown!r} is no rule. Known: {', '.join(RULE_NAMES)}.")
    return names


def known_outlets(names: Iterable[str], config: Config) -> tuple[Outlet, ...]:
    """The outlets of these names.

    Raises:
        OutletError: one is unknown, or its file cannot be used.
    """
    return tuple(load_outlet(name, config.outlets) for name in names)


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
only_outlets = click.option("--outlet", "outlets", multiple=True, metavar="NAME",
                            help="Only this outlet; may be repeated.")  # fmt: skip
only_languages = click.option("--language", "languages", multiple=True, metavar="CODE",
                              help="Only this language; may be repeated.")  # fmt: skip
one_outlet = click.option("--outlet", metavar="NAME", help="Use this outlet's rules (default: by address).")
without = click.option("--without", multiple=True, callback=as_rules, metavar="RULE",
                       help="Switch this rule off; may be repeated.")  # fmt: skip
since = click.option("--since", callback=as_moment, metavar="DATE", help="From this day or instant (with offset) on.")
until = click.option("--until", callback=as_moment, metavar="DATE", help="Up to the end of this day, or this instant.")
