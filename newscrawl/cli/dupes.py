"""``newscrawl dupes``: stories that several addresses carry."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newscrawl.cli.options import Setting, as_json, common, known_outlets, only_languages, only_outlets, since, until
from newscrawl.cli.printing import print_json, print_table
from newscrawl.printable import printable
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from newscrawl.store import Cluster, Member

_SHOWN = ("date_published", "outlet", "agency", "id", "url")


@click.command(short_help="List stories that several addresses carry.")
@only_outlets
@since
@until
@only_languages
@click.option("--rebuild", is_flag=True, help="First compare all articles anew.")
@as_json
@common
def dupes(
    setting: Setting,
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    languages: tuple[str, ...],
    rebuild: bool,
    as_json: bool,
) -> None:
    """List articles that tell the same story nearly word by word, under the first of them.

    The first is the earliest by a date that can be trusted. The overlap is the share of the shorter text's runs of
    three words. A cluster is listed if one of its articles matches.
    """
    known_outlets(outlets, setting.config)
    filters = Filters(outlets=outlets, since=since, until=until, languages=languages)
    with Store.open(setting.corpus) as store:
        store.link_stories(again=rebuild)
        if as_json:
            print_json(asdict(cluster) for cluster in store.clusters(filters))
        else:
            _print(store.clusters(filters))


def _print(clusters: Iterable[Cluster]) -> None:
    found = 0
    for cluster in clusters:
        found += 1
        click.echo(printable(cluster.members[0].title))
        print_table(("", "overlap", *_SHOWN), [_row(member) for member in cluster.members])
        click.echo()
    click.echo(f"{found:,} {'story' if found == 1 else 'stories'} at several addresses", err=True)


def _row(member: Member) -> list[str | None]:
    shown = [getattr(member, name) for name in _SHOWN]
    return ["original" if member.is_original else "", f"{member.overlap:.0%}", *shown]
