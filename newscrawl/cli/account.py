"""The account of a run as reports show it: how many addresses ended how, and that they add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawl.cli.printing import print_table
from newscrawl.printable import printable

if TYPE_CHECKING:
    from newscrawl.store import RunAccount


def print_account(account: RunAccount) -> None:
    """Print addresses by state, outlet by outlet, and the sum that they make."""
    names = tuple(account.states)
    rows = [(outlet, *(counts.get(name, 0) for name in names)) for outlet, counts in account.outlets.items()]
    print_table(("outlet", *names), rows)
    click.echo()
    terms = " + ".join(f"{printable(name)} {count:,}" for name, count in account.states.items())
    click.echo(f"discovered {account.discovered:,} = {terms or 0}")


def account_row(account: RunAccount) -> dict[str, Any]:
    """The account as one JSON object."""
    return {
        "run": account.run,
        "discovered": account.discovered,
        "states": account.states,
        "outlets": {outlet: dict(states) for outlet, states in account.outlets.items()},
    }
