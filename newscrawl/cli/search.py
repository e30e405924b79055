"""``newscrawl search``: articles by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from newscrawl.cli.options import Setting, as_json, common, known_outlets, only_languages, only_outlets, since, until
from newscrawl.cli.printing import console, print_json
from newscrawl.printable import printable
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from datetime import date

    from newscrawl.query import Snippet
    from newscrawl.store import Found


@click.command(short_help="Find articles by their words.")
@click.argument("query", required=False)
@only_outlets
@since
@until
@only_languages
@click.option("--limit", type=click.IntRange(min=1), default=20, metavar="N", help="At most N articles (default: 20).")
@click.option("--rebuild", is_flag=True, help="Make the index anew; a QUERY may be left out.")
@as_json
@common
def search(
    setting: Setting,
    query: str | None,
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    languages: tuple[str, ...],
    limit: int,
    rebuild: bool,
    as_json: bool,
) -> None:
    """Find articles whose title, lead and text hold the words of QUERY, best first.

    Case, accents, harakat, tatweel, the forms of alef, ya and ta-marbuta, and whose digits are used do not matter.
    All words must be there; "a phrase" is found as one, begin* finds longer words, one OR other either of them, and
    "this NOT that" (or: "this -that") leaves out. Put -- before a QUERY that begins with a dash.
    """
    if not (query or rebuild):
        raise click.UsageError("Missing argument 'QUERY'.")
    known_outlets(outlets, setting.config)
    filters = Filters(outlets=outlets, since=since, until=until, languages=languages)
    with Store.open(setting.corpus) if rebuild else Store.read(setting.corpus) as store:
        if rebuild:
            click.echo(f"{store.rebuild_search():,} articles indexed", err=True)
        if query:
            _show(list(store.search(query, filters, limit=limit)), as_json=as_json)


def _show(found: list[Found], *, as_json: bool) -> None:
    if as_json:
        print_json(_told(one) for one in found)
        return
    if not found:
        click.echo("nothing found", err=True)
    for one in found:
        _print(one)


def _told(found: Found) -> dict[str, Any]:
    """An answer as one JSON object; ``marks`` are spans of characters of the snippet."""
    named = {name: found.record[name] for name in ("id", "url", "outlet", "title", "date_published", "language")}
    told = {"snippet": found.snippet.text, "marks": found.snippet.marks}
    return named | {"score": round(found.score, 4)} | told


def _print(found: Found) -> None:
    out = console()
    record = found.record
    facts = " · ".join(filter(None, (record["outlet"], record["date_published"] or "undated", record["id"])))
    out.print(Text(printable(record["title"]), style="bold"), soft_wrap=True)
    out.print(Text(printable(facts), style="dim"), soft_wrap=True)
    out.print(_highlighted(found.snippet), soft_wrap=True)
    out.print()


def _highlighted(snippet: Snippet) -> Text:
    """The snippet on one line, the words found set off."""
    text, position = Text(), 0
    for start, end in snippet.marks:
        text.append(_flat(snippet.text[position:start])).append(_flat(snippet.text[start:end]), style="bold yellow")
        position = end
    return text.append(_flat(snippet.text[position:]))


def _flat(text: str) -> str:
    return printable(text.replace("\n\n", " ").replace("\n", " "))
