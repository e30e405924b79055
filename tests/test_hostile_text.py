"""Whatever pages say, no report of the command line lets a terminal obey it."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from hostile_corpus import hostile, make_corpus

from newscrawl.cli import cli

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
REPORTS = [
    ["search", "harm OR says"],
    ["explain", hostile().id],
    ["explain", "-v", hostile().id],
    ["history", hostile().id],
    ["diff", hostile().id],
    ["removed"],
    ["removed", "--by", "articles"],
    ["rules"],
    ["dupes"],
    ["runs", "list"],
    ["runs", "show", "4"],
    ["runs", "show", "-v", "4"],
    ["noise", "list"],
    ["db", "check"],
    ["archive", "stats"],
    ["report", "--terminal"],
    ["metrics"],
    ["health"],
    ["schedule", "status"],
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    make_corpus(folder / "corpus.db")
    return folder


def run(data, *arguments):
    return CliRunner().invoke(cli, [*arguments, "--data", str(data)])


@pytest.mark.parametrize("arguments", REPORTS, ids=lambda words: " ".join(words)[:12])
def test_nothing_that_a_terminal_obeys_reaches_it(data, arguments):
    result = run(data, *arguments)
    assert result.exit_code in (0, 4)
    assert not OBEYED.search(result.output)
