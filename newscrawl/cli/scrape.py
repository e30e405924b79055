"""``newscrawl scrape``: single addresses to records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl import crawl as crawling
from newscrawl.cli.options import Setting, common
from newscrawl.export import as_line
from newscrawl.output import open_output
from newscrawl.printable import printable

if TYPE_CHECKING:
    from newscrawl.records import Article


@click.command(short_help="Fetch single addresses and print their records.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("-o", "--output", default="-", metavar="FILE|-", help="Where the records go (default: stdout).")
@click.option("--save", is_flag=True, help="Store the articles in the corpus, too.")
@common
def scrape(setting: Setting, urls: tuple[str, ...], output: str, save: bool) -> None:
    """Fetch each URL and print its record, one JSON object a line, in order of completion.

    The outlet, and with it the rules, is chosen by address; general rules serve unknown sites. robots.txt is
    obeyed, and what was fetched is archived.
    """
    with open_output(output) as file:

        def emit(article: Article) -> None:
            file.write(as_line(article.as_record()))
            file.flush()

        summary = crawling.scrape(tuple(dict.fromkeys(urls)), setting.config, emit, save=save)
    for outcome in summary.outcomes:
        if outcome.state == "stored" and not save:
            continue  # its record is all there is of it
        reason = f": {outcome.reason}" if outcome.reason else ""
        click.echo(printable(f"{outcome.url} ({outcome.state}{reason})"), err=True)
    click.get_current_context().exit(summary.exit_code)
