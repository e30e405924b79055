"""``newscrawl outlets``: what is declared."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import OutletError, UsageError
from newscrawl.outlet import Outlet, load_outlet, outlet_files, read_outlet
from newscrawl.printable import printable
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.store import SourceState

_COLUMNS = ("outlet", "title", "languages", "sources", "homepage", "file")


@click.group(short_help="List, show and check the outlets that are declared.")
def outlets() -> None:
    """The outlets that are declared: the bundled ones, and those of your own folder, which win."""


@outlets.command("list")
@as_json
@common
def list_outlets(setting: Setting, as_json: bool) -> None:
    """List the outlets."""
    files = outlet_files(setting.config.outlets)
    rows = [_row(read_outlet(path), path) for path in files.values()]
    if as_json:
        print_json(dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    else:
        print_table(_COLUMNS[:-1], [row[:-1] for row in rows])


@outlets.command("show")
@click.argument("name")
@as_json
@common
def show_outlet(setting: Setting, name: str, as_json: bool) -> None:
    """Show what the outlet NAME declares, defaults included, and what a corpus knows of it.

    That is when its sources were asked and are due again, and what it said of the use of its pages (robots.txt,
    training opt-out, licence), from which day to which. A source that has long been silent is asked less often, up to
    once a day; one that fails, ever later.
    """
    outlet = load_outlet(name, setting.config.outlets)
    sources, usage = _known(setting, name)
    if as_json:
        print_json([outlet.model_dump(mode="json") | {"asked": sources, "usage": usage}])
        return
    print_table(("key", "value"), _flat(outlet.model_dump(mode="json")))
    for rows in filter(None, (sources, usage)):
        click.echo()
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])


@outlets.command("check")
@click.argument("targets", nargs=-1, metavar="[NAME|FILE]...")
@click.option("--live", is_flag=True, help="Then fetch some recent articles of one outlet, and keep nothing of them.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="With --live: how many articles (default: 3).")
@as_json
@common
def check_outlets(setting: Setting, targets: tuple[str, ...], live: bool, limit: int | None, as_json: bool) -> None:
    """Check outlets (default: all): keys, types and patterns of the file, and that its samples become their records.

    FILE is an outlet.toml that need not be installed. With --live, recent articles of one outlet are fetched as a
    crawl would fetch them and set against its samples: exit code 4 where none of them has a field that all samples
    have, or a selector that finds something in samples finds nothing; 5 where no page could be fetched.
    """
    if live and len(targets) != 1:
        raise UsageError("--live takes one outlet: newscrawl outlets check NAME --live.")
    if (limit or as_json) and not live:
        raise UsageError("--limit and --json go with --live.")
    files = outlet_files(setting.config.outlets)
    complaints = [problem for target in targets or files for problem in _problems(target, files, quiet=as_json)]
    if complaints:
        raise OutletError(printable("\n".join(complaints)))
    if live:
        _check_live(setting, files.get(targets[0], Path(targets[0])), limit, as_json=as_json)


def _check_live(setting: Setting, path: Path, limit: int | None, *, as_json: bool) -> None:
    """Report on the outlet whose file is at ``path``, wherever it lies."""
    from newscrawl.cli.live import as_object, print_check
    from newscrawl.live import LIMIT, check_live
    from newscrawl.samples import read_samples

    path = path.resolve()
    config = setting.config.model_copy(update={"outlets": path.parent.parent})
    samples = list(read_samples(path.parent / "samples"))
    check = check_live(read_outlet(path), samples, config, limit=limit or LIMIT)
    if as_json:
        print_json([as_object(check)])
    else:
        print_check(check)
    click.get_current_context().exit(check.exit_code)


def _known(setting: Setting, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the corpus, if there is one, knows of an outlet's sources and of the use of its pages."""
    if not setting.corpus.exists():
        return [], []
    with Store.read(setting.corpus) as store:
        return [_told(state) for state in store.sources(name)], [asdict(usage) for usage in store.usage(name)]


def _told(state: SourceState) -> dict[str, Any]:
    times = {"asked": state.last_asked, "changed": state.last_changed, "due": state.due}
    told = {name: time and time.isoformat(timespec="seconds") for name, time in times.items()}
    return told | {"failures": state.failures, "status": state.last_status, "source": state.url}


def _row(outlet: Outlet, path: Path) -> tuple[str, ...]:
    kinds = ", ".join(sorted({source.kind for source in outlet.sources}))
    return outlet.name, outlet.title, ", ".join(outlet.languages), kinds, outlet.homepage, str(path)


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested tables under dotted keys, as in the outlet's file; what is not set is left out."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _flat(item, f"{prefix}{key}[{number}].")
                else:
                    yield f"{prefix}{key}", item
        elif value is not None:
            yield f"{prefix}{key}", value


def _problems(target: str, files: dict[str, Path], *, quiet: bool) -> list[str]:
    """What is wrong with an outlet, by name or file; a sound one is told on stdout."""
    from newscrawl.samples import find_differences, read_samples

    path = files.get(target, Path(target))
    if target not in files and not path.is_file():
        return [f"{target}: neither an outlet (known: {', '.join(files)}) nor a file."]
    try:
        outlet = read_outlet(path)
        samples = list(read_samples(path.parent / "samples"))
    except OutletError as error:
        return [str(error)]
    problems = [line for sample in samples for line in find_differences(sample, outlet)]
    if not problems and not quiet:
        click.echo(f"{outlet.name}: sound, {len(samples)} samples ({path})")
    return problems
