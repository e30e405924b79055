"""``newscrawl browse``: the corpus in a browser."""

from __future__ import annotations

import webbrowser

import click

from newscrawl.browse.guard import is_loopback
from newscrawl.cli.options import Setting, common
from newscrawl.errors import UsageError


def _loopback(_ctx: click.Context, _param: click.Parameter, host: str) -> str:
    if not is_loopback(host):
        raise click.BadParameter(f"{host!r} is not this machine. Only 127.0.0.1, ::1 and localhost are served.")
    return host


@click.command(short_help="Read the corpus in a browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=8040, show_default=True, metavar="N",
              help="Port to listen on; 0: any that is free.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, callback=_loopback, metavar="ADDRESS",
              help="This machine's address: 127.0.0.1, ::1 or localhost.")  # fmt: skip
@click.option("--open/--no-open", "opened", default=False, help="Open it in the browser as well (default: do not).")
@common
def browse(setting: Setting, port: int, host: str, opened: bool) -> None:
    """Serve the corpus to a browser on this machine: articles set for reading with all that was removed from them,
    revisions and what changed, search, facets, saved queries and SQL.

    Nothing is changed, nothing is asked of any other address, and crawls may write meanwhile. Ctrl-C ends it, with
    exit code 0. Needs Datasette: pip install 'newscrawl[browse]'.
    """
    try:
        from newscrawl.browse.server import serve
    except ModuleNotFoundError as error:
        raise UsageError(
            f"browse needs {error.name}, which is not installed. pip install 'newscrawl[browse]'"
        ) from error

    def ready(address: str) -> None:
        click.echo(f"{setting.corpus} is at {address} (Ctrl-C ends)", err=True)
        if opened:
            webbrowser.open(address)

    serve(setting.corpus, host, port, ready)
