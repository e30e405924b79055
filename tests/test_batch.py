"""Many pages to articles: in order, and each at its own risk."""

import os
import time
from dataclasses import dataclass

import pytest
from pebble.pool.base_pool import PoolStatus
from test_bad_input import PARAGRAPHS, STORY

from newscrawl import batch, workers
from newscrawl.batch import Refused, Rules, extract_all
from newscrawl.errors import OutletError
from newscrawl.records import Article, Page
from newscrawl.workers import Workers

BODY = STORY.format(declared="{}", paragraphs=PARAGRAPHS).encode()


def page(name, body=BODY):
    return Page(body=body, source=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrappedRules(Rules):
    """Rules under which a page may kill or hang the process that reads it, or bring a fault to light."""

    def for_page(self, page):
        if page.source == "deadly":
            os._exit(9)
        if page.source == "hanging":
            time.sleep(600)
        if page.source == "faulty":
            raise ZeroDivisionError("odd")
        return Rules.for_page(self, page)


def test_outcomes_come_in_the_order_of_the_pages():
    names = [f"{number:02}" for number in range(40)]
    outcomes = list(extract_all((page(name) for name in names), Rules()))
    assert [outcome.source for outcome in outcomes] == names
    assert all(isinstance(outcome, Article) for outcome in outcomes)


def test_a_page_that_kills_hangs_or_breaks_costs_itself_only(monkeypatch):
    for module in (batch, workers):
        monkeypatch.setattr(module, "PAGE_SECONDS", 3.0)
    names = ["a", "deadly", "b", "hanging", "c", "faulty", "d"]
    outcomes = list(extract_all(map(page, names), TrappedRules(), workers=2))
    assert [outcome.source for outcome in outcomes] == names
    assert {o.source: o.detail for o in outcomes if isinstance(o, Refused)} == {
        "deadly": "ended its worker process (code 9)",
        "hanging": "took longer than 3 s",
        "faulty": "ZeroDivisionError: odd",
    }


def test_pages_are_taken_as_they_are_needed():
    taken = []

    def pages():
        for number in range(1000):
            taken.append(number)
            yield page(str(number))

    outcomes = extract_all(pages(), Rules(), workers=1)
    next(outcomes)
    outcomes.close()
    assert len(taken) < 50


def test_articles_carry_their_ledger_only_if_asked():
    for ledger in (False, True):
        [article] = extract_all([page("a")], Rules(), ledger=ledger)
        assert (article.imprint is not None) == ledger


def test_an_unknown_outlet_of_a_page_ends_the_batch():
    with pytest.raises(OutletError, match="gazete"):
        list(extract_all([Page(body=BODY, outlet="gazete")], Rules()))


@pytest.mark.parametrize(
    ("rules", "asked", "expected"),
    [
        (Rules(outlet="menafn"), Page(body=b"", outlet="sana"), "menafn"),
        (Rules(), Page(body=b"", outlet="sana", url="https://menafn.com/1"), "sana"),
        (Rules(), Page(body=b"", url="https://www.menafn.com/1"), "menafn"),
        (Rules(), Page(body=b"", url="https://gazette.example/1"), "generic"),
        (Rules(), Page(body=b""), "generic"),
    ],
)
def test_rules_are_the_named_outlets_then_the_pages_then_the_addresses(rules, asked, expected):
    assert rules.for_page(asked).name == expected


def test_a_pool_that_breaks_is_started_anew_with_what_is_left():
    workers = Workers(2)
    try:
        tasks = [workers.run(abs, -number) for number in range(20)]
        workers._pool._context.status = PoolStatus.ERROR  # What a worker leaves that is killed while it holds the lock.
        assert [workers.finish(task).result() for task in tasks] == list(range(20))
        assert workers.finish(workers.run(abs, -1)).result() == 1
    finally:
        workers.stop()
