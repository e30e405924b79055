"""Options that several commands share."""

from __future__ import annotations

import functools
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.config import Config, load_config
from newscrawl.errors import UsageError
from newscrawl.outlet import Outlet, load_outlet
from newscrawl.store import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date


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
    @functools.wraps(command)
    def with_setting(data: Path | None, verbose: bool, debug: bool, **options: Any) -> Any:
        start_log(verbose=verbose, debug=debug)
        config = load_config()
        if data is not None:
            config = config.model_copy(update={"data": data})
        return command(Setting(config=config, verbose=verbose or debug), **options)

    return with_setting


def start_log(*, verbose: bool, debug: bool) -> None:
    """Log to stderr: warnings, with ``verbose`` progress, with ``debug`` everything of ours."""
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S")
    ours = logging.getLogger("newscrawl")
    ours.setLevel(logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING)


def as_moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """The day or aware instant that ``value`` writes; a usage error where it is neither."""
    try:
        return None if value is None else moment(value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


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
