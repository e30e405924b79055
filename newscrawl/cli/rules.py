"""``newscrawl rules``: the rules that judge blocks, and what each removed."""

from __future__ import annotations

from typing import Any

import click

from newscrawl.cli.options import Setting, as_json, common, known_outlets
from newscrawl.cli.printing import print_json, print_table
from newscrawl.noise.catalogue import CATALOGUE, Listed
from newscrawl.store import Filters, Store

_COLUMNS = ("rule", "family", "verdict", "off", "blocks", "characters", "what")


@click.command(short_help="List the rules that judge blocks, and what each removed.")
@click.option("--outlet", metavar="NAME", help="Count this outlet's articles only; tell which rules it switches off.")
@as_json
@common
def rules(setting: Setting, outlet: str | None, as_json: bool) -> None:
    """List the rules in their order; the first with evidence decides on a block.

    Where the data folder holds a corpus, blocks and characters are what each rule removed from its articles.
    """
    declared = [outlet] if outlet and "." not in outlet else []  # A host is the name of an outlet without a file.
    off = {name for one in known_outlets(declared, setting.config) for name in one.noise.off}
    removed = _removed(setting, outlet)
    rows = [_row(listed, off, removed) for listed in CATALOGUE]
    if as_json:
        print_json(rows)
    else:
        columns = [name for name in _COLUMNS if removed is not None or name not in ("blocks", "characters")]
        print_table(columns, [[_cell(row[name]) for name in columns] for row in rows])


def _removed(setting: Setting, outlet: str | None) -> dict[str, tuple[int, int]] | None:
    """Blocks and characters by rule; None where there is no corpus."""
    if not setting.corpus.exists():
        return None
    with Store.read(setting.corpus) as store:
        return store.removals(Filters(outlets=(outlet,) if outlet else ()))


def _row(listed: Listed, off: set[str], removed: dict[str, tuple[int, int]] | None) -> dict[str, Any]:
    counted = removed is not None and not listed.keeps
    blocks, characters = (removed or {}).get(listed.name, (0, 0)) if counted else (None, None)
    return {
        "rule": listed.name,
        "family": listed.family,
        "verdict": "keeps" if listed.keeps else "removes",
        "off": listed.name in off,
        "blocks": blocks,
        "characters": characters,
        "what": listed.what,
    }


def _cell(value: Any) -> Any:
    if value is True or value is False:
        return "off" if value else None
    return value
