"""``newscrawl metrics``: numbers for whoever operates crawls."""

from __future__ import annotations

import click

from newscrawl.cli.options import Setting, common
from newscrawl.fetch.agent import VERSION
from newscrawl.output import STDOUT, open_output
from newscrawl.store import Store


@click.command(short_help="Print numbers for monitoring, in Prometheus' text form.")
@click.option("-o", "--output", metavar="FILE|-", default=STDOUT, show_default=True,
              help="A file for node_exporter's textfile collector (it wants .prom), or - for stdout.")  # fmt: skip
@common
def metrics(setting: Setting, output: str) -> None:
    """Print articles, runs, requests, health and sizes as Prometheus reads them.

    A file is there whole or not at all, so that it may be collected at any time.
    """
    from newscrawl.metrics import exposition

    with Store.read(setting.corpus) as store:
        text = exposition(store, setting.config.data, VERSION)
    with open_output(output) as stream:
        stream.write(text)
