"""``newscrawl db``: the database of a corpus."""

from __future__ import annotations

import click

from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json
from newscrawl.errors import ExitCode
from newscrawl.printable import printable
from newscrawl.store import Store
from newscrawl.upkeep import find_faults


@click.group(short_help="Check that database, search index and archive are whole; prune the ledger of blocks.")
def db() -> None:
    """The database of a corpus."""


@db.command("prune")
@as_json
@common
def prune_db(setting: Setting, as_json: bool) -> None:
    """Drop what is kept of the blocks of former revisions and former readings, which no article has any more.

    The file does not shrink; what is freed is filled by the articles to come.
    """
    with Store.open(setting.corpus) as store:
        verdicts, texts = store.prune_ledger()
    if as_json:
        print_json([{"corpus": str(setting.corpus), "verdicts": verdicts, "texts": texts}])
    else:
        click.echo(f"{verdicts:,} verdicts on blocks and {texts:,} texts dropped")


@db.command("check")
@as_json
@common
def check_db(setting: Setting, as_json: bool) -> None:
    """Check the database, its search index, and that each page it needs lies sound in the archive.

    Reads all archive files that are needed. The exit code is 4 where something is wrong.
    """
    with Store.open(setting.corpus) as store:
        faults = list(find_faults(store, setting.config.data / "archive"))
    if as_json:
        print_json([{"corpus": str(setting.corpus), "faults": faults}])
    else:
        for fault in faults or ["sound"]:
            click.echo(printable(fault))
    click.get_current_context().exit(ExitCode.TROUBLE if faults else 0)
