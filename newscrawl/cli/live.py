"""How ``newscrawl outlets check --live`` reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.printing import print_table
from newscrawl.live import FIELDS, stated_fields
from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.live import LiveCheck
    from newscrawl.records import Article

_LONGEST = 80


def as_object(check: LiveCheck) -> dict[str, Any]:
    """The check as JSON."""
    return {
        "outlet": check.outlet,
        "articles": [_article(article) for article in check.articles],
        "without_article": [asdict(outcome) for outcome in check.outcomes],
        "expected": list(check.expected),
        "missing": list(check.missing),
        "unmatched": list(check.unmatched),
        "silent": [{"url": one.url, "kind": one.kind, "status": one.status} for one in check.silent],
    }


def _article(article: Article) -> dict[str, Any]:
    record = article.as_record()
    return {"id": article.id, "url": article.url, "fields": stated_fields(record)}


def print_check(check: LiveCheck) -> None:
    """Print a table for each article, then what is wrong."""
    for article in check.articles:
        click.echo(printable(f"\n{article.title}\n{article.url}"))
        print_table(("field", "samples", "here"), _rows(stated_fields(article.as_record()), check.expected))
    if check.articles:
        click.echo()
    for line in _findings(check):
        click.echo(printable(line))


def _rows(stated: Mapping[str, Any], expected: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for field in FIELDS:
        if field in stated or field in expected:
            here = _shown(field, stated[field]) if field in stated else "MISSING" if field in expected else ""
            yield field, "all" if field in expected else "", here


def _shown(field: str, value: Any) -> str:
    if field == "text":
        return f"{len(value):,} characters"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    told = str(value["url"] if isinstance(value, dict) else value)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"


def _findings(check: LiveCheck) -> Iterator[str]:
    for outcome in check.outcomes:
        yield f"no article: {outcome.url} ({outcome.state}{f': {outcome.reason}' if outcome.reason else ''})"
    for source in check.silent:
        yield f"source names nothing: {source.kind} {source.url} ({source.status})"
    for field in check.missing:
        yield f"missing: {field}, which all samples have, is on none of the {len(check.articles)} articles"
    for name in check.unmatched:
        yield f"finds nothing: {name}, which finds something in samples"
    whole = all(set(check.expected) <= stated_fields(article.as_record()).keys() for article in check.articles)
    sound = whole and bool(check.articles) and not check.unmatched
    yield f"{check.outlet}: {check.pages} pages fetched, {len(check.articles)} articles" + (", as samples say" * sound)
