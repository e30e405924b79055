"""What a crawl asks for again, and when."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

import pytest
from corpora import NOW, OUTLET, article, link
from local_site import local_site

from newscrawl.config import Config
from newscrawl.errors import LockedError
from newscrawl.fetch.session import open_session
from newscrawl.outlet import Outlet
from newscrawl.records import ArchivePlace
from newscrawl.store import Outcome, Store

PLAN = OUTLET.visits
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


def start(store) -> int:
    return store.start_run(["gazette"], "crawl", "0", NOW)


def fetch(store, run, number, now, **changes):
    place = ArchivePlace(file="gazette.warc.gz", offset=number)
    store.archived(run, "gazette", link(number).url, place, now, etag='"a"')
    return store.save(run, [article(number, date_published=None, **changes)])


def see(store, *numbers):
    run = start(store)
    store.discover(run, OUTLET, [link(number) for number in numbers], NOW)
    for number in numbers:
        fetch(store, run, number, NOW)


def visits(store, now):
    """The articles that a crawl at ``now`` revisits, which it then does."""
    run = start(store)
    targets = store.resume(run, "gazette", now, visits=PLAN)
    store.settle(run, [Outcome(outlet="gazette", url=one.link.url, state="unchanged") for one in targets], now)
    return targets


def test_an_article_is_revisited_on_a_decaying_plan(store):
    see(store, 1)
    hours = [hour for hour in (*range(26), *range(166, 170), 900) if visits(store, NOW + hour * HOUR)]
    assert hours == [1, 6, 24, 24 * 7]


def test_a_revisit_is_conditional(store):
    see(store, 1)
    (target,) = visits(store, NOW + HOUR)
    assert target.etag == '"a"'


def test_missed_visits_are_made_up_for_once(store):
    see(store, 1)
    assert len(visits(store, NOW + 30 * HOUR)) == 1
    assert visits(store, NOW + 31 * HOUR) == []
    assert len(visits(store, NOW + 24 * 7 * HOUR)) == 1


def test_what_was_old_when_first_seen_is_not_revisited(store):
    run = start(store)
    store.discover(run, OUTLET, [link(1)], NOW)
    store.archived(run, "gazette", link(1).url, ArchivePlace(file="g.warc.gz", offset=1), NOW)
    store.save(run, [article(1, date_published="2020-01-01T00:00:00Z")])
    assert visits(store, NOW + 24 * HOUR) == []


def test_an_outlet_states_its_own_plan(store):
    outlet = Outlet.model_validate(OUTLET.model_dump() | {"revisit": ("30m", "2d")})
    assert outlet.visits == (timedelta(minutes=30), timedelta(days=2))
    see(store, 1)
    assert store.resume(start(store), "gazette", NOW + HOUR, visits=()) == []
    with pytest.raises(ValueError, match="no duration such as"):
        Outlet.model_validate(OUTLET.model_dump() | {"revisit": ("soon",)})


def test_a_killed_revisit_is_taken_up(store):
    see(store, 1)
    store.resume(start(store), "gazette", NOW + HOUR, visits=PLAN)
    assert len(store.resume(start(store), "gazette", NOW + HOUR, visits=PLAN)) == 1


@pytest.mark.parametrize("state", ["http-404", "http-410"])
def test_an_article_that_is_gone_is_kept_and_marked_with_the_first_time(store, state):
    see(store, 1)
    for later in (HOUR, 48 * HOUR):
        run = start(store)
        (target,) = store.resume(run, "gazette", NOW + later, visits=PLAN)
        store.settle(run, [Outcome(outlet="gazette", url=target.link.url, state=state)], NOW + later)
    assert store.article("gazette:1")["gone_at"] == "2026-03-02T09:00:00Z"
    fetch(store, run, 1, NOW + 49 * HOUR)
    assert store.article("gazette:1")["gone_at"] is None


def test_an_error_is_no_word_that_an_article_is_gone(store):
    see(store, 1)
    run = start(store)
    (target,) = store.resume(run, "gazette", NOW + HOUR, visits=PLAN)
    store.settle(run, [Outcome(outlet="gazette", url=target.link.url, state="http-503")], NOW)
    assert store.article("gazette:1")["gone_at"] is None


def ask(store, now, **answer):
    facts = {"status": "200", "body_hash": "same"} | answer
    store.note_source("gazette", "https://gazette.example/feed", "feed", now, **facts)
    return (store.source("gazette", "https://gazette.example/feed").due - now) / HOUR


def test_a_silent_source_is_asked_less_often_up_to_once_a_day(store):
    assert ask(store, NOW) == 0
    assert ask(store, NOW + 10 * HOUR, status="304", body_hash=None) == 1
    assert ask(store, NOW + 1000 * HOUR) == 24
    assert ask(store, NOW + 1001 * HOUR, body_hash="new") == 0


def test_a_failing_source_backs_off(store):
    waits = [ask(store, NOW + n * HOUR, status="http-500", body_hash=None) for n in range(6)]
    assert waits == [0, 1, 6, 24, 24, 24]
    assert ask(store, NOW + 7 * HOUR) == 0


def test_a_source_read_from_a_day_on_covers_no_earlier_one(store):
    ask(store, NOW, read_since=NOW)
    known = store.source("gazette", "https://gazette.example/feed")
    assert (known.covers(None), known.covers(NOW - HOUR), known.covers(NOW + HOUR)) == (False, False, True)
    ask(store, NOW)
    assert store.source("gazette", "https://gazette.example/feed").covers(None)


def test_an_outlet_is_crawled_by_one_process_at_a_time(tmp_path):
    config = Config(data=tmp_path)
    with open_session(config, ["gazette"], "crawl"):
        with open_session(config, ["gazette", "herald"], "crawl") as other:
            assert other.locked == ("gazette",)
            assert other.store.run(other.run).outlets == ("herald",)
        with pytest.raises(LockedError, match="gazette: another crawl"), open_session(config, ["gazette"], "crawl"):
            pass
    with open_session(config, ["gazette"], "crawl") as free:
        assert free.locked == ()


def test_a_second_crawl_skips_what_another_process_crawls_until_that_is_dead(tmp_path):
    with local_site(tmp_path) as site:
        site.articles(1, 2, 3)
        site.declare(delay=30)
        process = site.start()
        while not site.asked("/robots.txt"):  # the first request, behind which it waits
            time.sleep(0.05)
        same = site.crawl()
        assert (same.code, "another crawl is running" in same.log) == (75, True)
        site.declare(name="other")
        both = site.crawl(outlets=["local", "other"])
        assert (both.code, both.states) == (3, {"stored": 3})
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        site.declare()
        assert site.crawl().code == 0
