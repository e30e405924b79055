"""``newscrawl extract``: saved pages to records."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.batch import ERROR, Refused, Rules, extract_all
from newscrawl.cli.options import Setting, common, known_outlets, one_outlet, without
from newscrawl.documents import SavedFile, find_documents, find_files, is_warc
from newscrawl.errors import ExitCode
from newscrawl.export import as_line
from newscrawl.ingest import save_all
from newscrawl.output import STDOUT, open_output
from newscrawl.printable import printable
from newscrawl.progress import Progress
from newscrawl.records import Page
from newscrawl.store import Store, learned_noise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.outlet import LearnedBlock
    from newscrawl.records import Article

_FEW = 10  # Refused pages that are named without being asked for.
_PAGES = "pages"


@click.command(short_help="Turn saved pages, text files and WARC files into records.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@click.option("-o", "--output", default="-", metavar="FILE|-", help="Where the records go (default: stdout).")
@click.option("--save", is_flag=True, help="Store the articles in the corpus, too.")
@one_outlet
@without
@common
def extract(
    setting: Setting, paths: tuple[Path, ...], output: str, outlet: str | None, save: bool, without: tuple[str, ...]
) -> None:
    """Turn saved pages into records, one JSON object a line, in the order of the input.

    PATH is an HTML, text or WARC file (plain or .gz) or a folder of them, which may hold a manifest.jsonl that
    states file, url, encoding, outlet and fetched_at. With --save or a data folder that is named, noise that its
    corpus learned is removed as well.
    """
    known_outlets([outlet] if outlet else [], setting.config)  # A name misspelt is told before any work.
    learned = _learned(setting, save=save)
    rules = Rules(outlet=outlet, folder=setting.config.outlets, learned=learned, without=without)
    refused: list[Refused] = []
    written = 0
    with (
        Progress(bars=output != STDOUT or not sys.stdout.isatty()) as progress,
        _outcomes(setting, _announced(paths, setting.config.outlets, progress), rules, save=save) as outcomes,
        open_output(output) as file,
    ):
        for outcome in outcomes:
            progress.advance(_PAGES)
            if isinstance(outcome, Refused):
                refused.append(outcome)
            else:
                file.write(as_line(outcome.as_record()))
                written += 1
    _report(written, refused, name_all=setting.verbose)
    if any(page.reason == ERROR for page in refused):
        click.get_current_context().exit(ExitCode.NOT_ALL_WELL)


def _learned(setting: Setting, *, save: bool) -> dict[str, frozenset[LearnedBlock]]:
    """The noise that the corpus knows, where it was asked for."""
    if save:
        with Store.open(setting.corpus, create=True) as store:
            return store.learned_noise()
    return learned_noise(setting.corpus) if setting.names_data else {}


@contextmanager
def _outcomes(
    setting: Setting, documents: Iterator[SavedFile | Page], rules: Rules, *, save: bool
) -> Iterator[Iterator[Article | Refused]]:
    """The outcomes of ``documents`` in order; closed, and the run with them, before the store is."""
    with closing(extract_all(documents, rules, ledger=save)) as outcomes:
        if not save:
            yield outcomes
            return
        with (
            Store.open(setting.corpus, create=True) as store,
            closing(save_all(outcomes, store, "extract", lambda: datetime.now(UTC))) as saved,
        ):
            yield saved


def _announced(paths: tuple[Path, ...], outlets: Path | None, progress: Progress) -> Iterator[SavedFile | Page]:
    """The documents of ``paths``: files are counted at once, pages of a WARC file as they come."""
    progress.expect(_PAGES, sum(not is_warc(saved.path) for path in paths for saved in find_files(path)))
    for document in chain.from_iterable(find_documents(path, outlets) for path in paths):
        if isinstance(document, Page):
            progress.expect(_PAGES, 1)
        yield document


def _report(written: int, refused: list[Refused], *, name_all: bool) -> None:
    """Say on stderr what became of the pages, and which gave no article."""
    click.echo(f"{written + len(refused)} pages: {written} articles, {len(refused)} refused", err=True)
    for reason, count in Counter(page.reason for page in refused).most_common():
        click.echo(f"  {reason}: {count}", err=True)
    if name_all or len(refused) <= _FEW:
        for page in refused:
            detail = f": {page.detail}" if page.detail else ""
            click.echo(printable(f"  {page.source or page.url} ({page.reason}{detail})"), err=True)
