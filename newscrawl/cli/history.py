"""``newscrawl history``: the revisions of an article."""

from __future__ import annotations

from typing import Any

import click

from newscrawl.cli.options import Setting, as_json, common
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import UsageError
from newscrawl.revisions import Step, steps
from newscrawl.store import Store

_COLUMNS = ("revision", "date_crawled", "date_published", "characters", "added", "removed", "note", "title")


@click.command(short_help="List what an article said, revision by revision.")
@click.argument("target", metavar="ID|URL")
@as_json
@common
def history(setting: Setting, target: str, as_json: bool) -> None:
    """List the revisions of an article, oldest first: when each was fetched, and how much of the text changed.

    A revision is made only when title, text or date changed. The note tells where an added paragraph owns up to a
    correction, and where the rules of extraction changed as well, so that not all of the change may be the outlet's.
    """
    rows = [_row(step) for step in steps(revisions_of(setting, target))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])


def revisions_of(setting: Setting, target: str) -> list[dict[str, Any]]:
    """The records of the article of that id or address, oldest first, the present one last.

    Raises:
        UsageError: the corpus has no such article.
    """
    with Store.read(setting.corpus) as store:
        record = store.article(target)
        if record is None:
            raise UsageError(f"{target}: no article of {setting.corpus}, by id or by address.")
        return [*store.revisions(record["id"]), record]


def _row(step: Step) -> dict[str, Any]:
    record = step.record
    return {
        "revision": record["revision"],
        "date_crawled": record["date_crawled"],
        "date_published": record["date_published"],
        "characters": len(record["text"]),
        "added": step.added,
        "removed": step.removed,
        "note": ", ".join(step.notes) or None,
        "title": record["title"],
        "extractor": record["extractor"],
        "rules_hash": record["rules_hash"],
        "gone_at": record["gone_at"],
    }
