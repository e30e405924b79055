"""``newscrawl ingest``: WARC files from elsewhere to the corpus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from newscrawl.batch import ERROR, Rules
from newscrawl.cli.account import account_row, print_account
from newscrawl.cli.options import Setting, as_json, common, known_outlets, only_outlets
from newscrawl.cli.printing import print_json
from newscrawl.errors import ExitCode
from newscrawl.ingest import Ingestion
from newscrawl.progress import Progress
from newscrawl.store import Store


@click.command(short_help="Store the articles of WARC files from elsewhere.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@only_outlets
@as_json
@common
def ingest(setting: Setting, files: tuple[Path, ...], outlets: tuple[str, ...], as_json: bool) -> None:
    """Store the articles of WARC files (plain, gzip or zstd), such as those of Common Crawl's CC-NEWS.

    Addresses on a declared outlet's hosts are judged as in a crawl; pages of other sites are read by general rules,
    unless --outlet chooses. The files stay where they are; keep them, for pages to be read again. Killed or
    interrupted, the same command goes on; a file that is done is passed over.
    """
    known_outlets(outlets, setting.config)
    with Store.open(setting.corpus, create=True) as store, Progress() as progress:
        work = Ingestion(
            store=store,
            archive=setting.config.data / "archive",
            rules=Rules(folder=setting.config.outlets, learned=store.learned_noise()),
            chosen=outlets,
            progress=progress,
        )
        run = work.ingest(dict.fromkeys(files), lambda: datetime.now(UTC))
        account = store.account(run)
    if as_json:
        print_json([account_row(account)])
    else:
        print_account(account)
    click.get_current_context().exit(ExitCode.NOT_ALL_WELL if account.states.get(ERROR) else 0)
