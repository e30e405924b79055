"""``newscrawl archive``: the pages as they were fetched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from newscrawl.archive.check import Verified, archive_files, sizes, verify
from newscrawl.cli.options import Setting, as_json, common, only_outlets
from newscrawl.cli.printing import print_json, print_table
from newscrawl.errors import ExitCode
from newscrawl.health.words import counted
from newscrawl.store import Store
from newscrawl.upkeep import prune_archive

if TYPE_CHECKING:
    from typing import Any


@click.group(short_help="Check, measure and prune the pages as fetched.")
def archive() -> None:
    """The pages as they were fetched, in the archive/ of the data folder."""


@archive.command("verify")
@as_json
@common
def verify_archive(setting: Setting, as_json: bool) -> None:
    """Read every archive file, compare each record with its digest, and look for ends that were cut off.

    The exit code is 4 where something is damaged. An end that a crash cut off is mended by the next crawl.
    """
    found = [verify(path) for path in archive_files(setting.config.data / "archive")]
    rows = [_row(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        counted = [(one.file, one.bytes, len(one.offsets), len(one.damages)) for one in found]
        print_table(("file", "bytes", "captures", "damages"), counted)
    for one in found:
        for damage in one.damages:
            click.echo(f"newscrawl: {damage}", err=True)
    click.get_current_context().exit(ExitCode.TROUBLE if any(one.damages for one in found) else 0)


@archive.command("stats")
@as_json
@common
def archive_stats(setting: Setting, as_json: bool) -> None:
    """Show what the archive takes, by outlet and by the month in which files were begun."""
    found = sizes(setting.config.data / "archive")
    rows = [{"outlet": size.outlet, "month": size.month, "files": size.files, "bytes": size.bytes} for size in found]
    if as_json:
        print_json(rows)
        return
    print_table(("outlet", "month", "files", "bytes"), [tuple(row.values()) for row in rows])
    click.echo(f"{counted(sum(size.files for size in found), 'file')}, {sum(size.bytes for size in found):,} bytes")


@archive.command("prune")
@click.option("--older-than", "days", type=click.IntRange(min=0), required=True, metavar="DAYS",
              help="Only files begun longer ago than that.")  # fmt: skip
@only_outlets
@click.option("--refused", is_flag=True, help="Also drop pages that were refused, which are then not tried again.")
@common
def prune_files(setting: Setting, days: int, outlets: tuple[str, ...], refused: bool) -> None:
    """Drop from old archive files what no article or revision came from: feeds, listings, errors, visits without news.

    Pages of articles, of their revisions, and of what was refused stay, and can be read again.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    with Store.open(setting.corpus) as store:
        folder = setting.config.data / "archive"
        freed = list(prune_archive(store, folder, before, outlets=outlets, refused=refused))
    print_table(("file", "freed"), freed)
    click.echo(f"{counted(len(freed), 'file')}, {sum(size for _, size in freed):,} bytes freed")


def _row(found: Verified) -> dict[str, Any]:
    damages = [{"offset": damage.offset, "reason": damage.reason} for damage in found.damages]
    return {"file": found.file, "bytes": found.bytes, "captures": len(found.offsets), "damages": damages}
