"""The frontier and the account: each address of a run is in exactly one state, and none is forgotten."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from corpora import NOW, OUTLET, article, link, refused
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.errors import StoreError
from newscrawl.outlet import GENERIC
from newscrawl.records import ArchivePlace, Link
from newscrawl.store import Outcome, Store
from newscrawl.urls import article_id, article_key, canonical_address

PLACE = ArchivePlace(file="gazette.warc.gz", offset=12)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


def start(store, now=NOW):
    return store.start_run(["gazette"], "crawl", "0", now)


def outcome(number, state, reason=None):
    return Outcome(outlet="gazette", url=link(number).url, state=state, reason=reason)


def urls(targets):
    return [target.link.url for target in targets]


def fetch(store, run, number, now=NOW, **validators):
    store.archived(run, "gazette", link(number).url, PLACE, now, **validators)


# Addresses


@pytest.mark.parametrize(
    "same",
    [
        "http://gazette.example/a/b",
        "https://www.gazette.example/a/b/",
        "https://GAZETTE.example:443/a/b#comments",
        "https://gazette.example/a/b?utm_source=x&fbclid=1&src=RSS&Social=on",
        " https://gazette.example/%61/b ",
    ],
)
def test_decoration_does_not_make_another_address(same):
    assert canonical_address(same) == "gazette.example/a/b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://gazette.example/?p=1", "https://gazette.example/?p=2"),
        ("https://gazette.example/a", "https://gazette.example:8080/a"),
        ("https://ar.gazette.example/a", "https://gazette.example/a"),
        ("https://gazette.example/%C7", "https://gazette.example/%C8"),
        ("https://gazette.example/A", "https://gazette.example/a"),
    ],
)
def test_what_may_be_another_page_stays_another_address(one, other):
    assert canonical_address(one) != canonical_address(other)


def test_parameters_compare_in_any_order_and_characters_in_any_encoding():
    assert canonical_address("https://g.example/جسر?b=2&a=1") == canonical_address(
        "https://g.example/%D8%ac%d8%B3%D8%B1?a=1&b=2"
    )


@given(st.text())
def test_a_canonical_address_is_its_own_canonical_form(text):
    canonical = canonical_address(f"https://gazette.example/{text}")
    assert canonical.startswith("gazette.example")
    assert canonical_address(canonical) == canonical


def test_an_articles_number_is_its_identity():
    assert article_key("https://www.gazette.example/7/new-slug?src=x", OUTLET) == "7"
    assert article_id("https://www.gazette.example/7/new-slug?src=x", OUTLET) == "gazette:7"
    assert article_id("https://gazette.example/about", OUTLET) == "gazette:gazette.example/about"


# Discovery


def test_new_addresses_are_to_fetch_with_what_the_source_said(store):
    run = start(store)
    named = link(
        1, title="Bridge", published_raw="today", source_url="https://gazette.example/feed", source_kind="feed"
    )
    (target,) = store.discover(run, OUTLET, [named], NOW)
    assert target.link == named
    assert store.account(run).states == {"pending": 1}


def test_an_address_named_by_two_sources_counts_once(store):
    run = start(store)
    assert urls(store.discover(run, OUTLET, [link(1), link(1)], NOW)) == [link(1).url]
    assert store.discover(run, OUTLET, [link(1)], NOW) == []
    assert store.account(run).discovered == 1


def test_another_slug_of_an_article_in_the_same_run_is_a_duplicate(store):
    run = start(store)
    assert urls(store.discover(run, OUTLET, [link(1, "a"), link(1, "b")], NOW)) == [link(1, "a").url]
    assert store.account(run).states == {"duplicate": 1, "pending": 1}


def test_what_is_stored_is_known_to_the_next_run(store):
    run = start(store)
    store.discover(run, OUTLET, [link(1)], NOW)
    fetch(store, run, 1)
    store.save(run, [article(1)])
    later = start(store)
    assert store.discover(later, OUTLET, [link(1), link(1, "renamed"), link(2)], NOW) != []
    assert store.account(later).states == {"known": 2, "pending": 1}


def test_known_addresses_are_fetched_again_when_asked_for(store):
    run = start(store)
    store.discover(run, OUTLET, [link(1)], NOW)
    fetch(store, run, 1, etag='"v1"', last_modified="Sun, 01 Mar 2026 10:00:00 GMT")
    store.save(run, [article(1)])
    (target,) = store.discover(start(store), OUTLET, [link(1)], NOW, again=True)
    assert (target.etag, target.last_modified) == ('"v1"', "Sun, 01 Mar 2026 10:00:00 GMT")


@pytest.mark.parametrize(
    ("modified", "wanted"),
    [
        ("2026-03-02T09:00:00Z", True),
        ("Mon, 02 Mar 2026 09:00:00 GMT", True),
        ("2026-03-02", True),  # perhaps after our copy of that morning
        ("2026-03-02T07:00:00Z", False),
        ("2026-03-01", False),
        ("recently", False),
        (None, False),
    ],
)
def test_a_statement_that_it_was_modified_since_brings_an_article_back(store, modified, wanted):
    run = start(store)
    store.discover(run, OUTLET, [link(1)], NOW)
    fetch(store, run, 1)
    store.save(run, [article(1)])
    later = NOW + timedelta(days=1)
    found = store.discover(start(store, later), OUTLET, [link(1, modified_raw=modified)], later)
    assert bool(found) is wanted


def test_the_same_statement_brings_an_article_back_only_once(store):
    link_of_today = link(1, modified_raw="2026-03-02")
    for expected in (1, 0):
        run = start(store)
        assert len(store.discover(run, OUTLET, [link_of_today], NOW)) == expected
        if expected:
            fetch(store, run, 1)
            store.save(run, [article(1)])


def test_an_address_with_half_a_character_is_an_address(store):
    run = start(store)
    odd = Link(url="https://gazette.example/about/\ud83d", title="\ude00")
    assert store.discover(run, OUTLET, [odd], NOW)
    store.settle(run, [Outcome(outlet="gazette", url=odd.url, state="http-404")], NOW)
    assert store.account(run).states == {"http-404": 1}


# States


def test_states_move_on_and_add_up(store):
    run = start(store)
    store.discover(run, OUTLET, [link(n) for n in range(1, 8)], NOW)
    for number in (1, 2, 3):
        fetch(store, run, number)
    store.save(run, [article(1), article(2)])
    store.refuse(run, [refused(3, "too-short")], NOW)
    store.settle(run, [outcome(4, "http-404"), outcome(5, "error", "timed out"), outcome(6, "robots")], NOW)
    store.settle(run, [Outcome(outlet="gazette", url="https://gazette.example/about", state="not-an-article")], NOW)
    account = store.account(run)
    assert account.states == {
        "error": 1,
        "http-404": 1,
        "not-an-article": 1,
        "pending": 1,
        "robots": 1,
        "stored": 2,
        "too-short": 1,
    }
    assert account.discovered == 8 == len(list(store.outcomes(run)))
    assert outcome(5, "error", "timed out") in list(store.outcomes(run))


def test_articles_without_discovery_are_in_the_account_too(store):
    run = start(store)
    store.save(run, [article(1, url=None, requested_url=None, source="a.html")])
    assert [(o.url, o.state) for o in store.outcomes(run)] == [("a.html", "stored")]


def test_a_page_of_an_unknown_site_settles_the_address_it_was_discovered_under(store):
    run = start(store)
    site = Link(url="https://unknown.example/story")
    store.discover(run, GENERIC, [site], NOW)
    store.archived(run, "generic", site.url, PLACE, NOW)
    store.save(run, [article(1, outlet="unknown.example", url=site.url, requested_url=site.url)])
    assert store.account(run).outlets == {"generic": {"stored": 1}}
    assert store.fetched("generic") == []


def test_a_page_of_an_address_never_discovered_is_an_error_that_names_it(store):
    run = start(store)
    with pytest.raises(StoreError, match="9/bridge"):
        fetch(store, run, 9)
    assert store.account(run).discovered == 0


# Going on after an interruption


def test_what_was_left_pending_is_fetched_by_the_next_run_though_no_source_names_it(store):
    store.discover(start(store), OUTLET, [link(1), link(2), link(3)], NOW)
    run = start(store)
    assert urls(store.resume(run, "gazette", NOW, limit=2)) == [link(1).url, link(2).url]
    assert store.account(run).states == {"pending": 2}
    assert urls(store.discover(run, OUTLET, [link(1), link(3)], NOW)) == [link(3).url]
    assert store.resume(run, "herald", NOW) == []


def test_what_lies_in_the_archive_is_stripped_and_not_fetched_again(store):
    first = start(store)
    store.discover(first, OUTLET, [link(1)], NOW)
    fetch(store, first, 1)
    run = start(store)
    (target,) = store.resume_fetched(run, "gazette", NOW)
    assert (target.place, target.fetched_at, target.link.url) == (PLACE, NOW, link(1).url)
    assert store.resume(run, "gazette", NOW) == []
    assert store.discover(run, OUTLET, [link(1)], NOW) == []
    store.save(run, [article(1)])
    assert store.account(run).states == {"stored": 1}
    assert store.fetched("gazette") == []


def test_pending_and_fetched_tell_without_entering_a_run(store):
    run = start(store)
    store.discover(run, OUTLET, [link(1), link(2)], NOW)
    fetch(store, run, 2)
    assert urls(store.pending("gazette")) == [link(1).url]
    assert urls(store.fetched("gazette")) == [link(2).url]


def fails(store, state, now):
    """Whether the address is fetched by a run at ``now``, which then ends in ``state`` again."""
    run = start(store, now)
    found = store.resume(run, "gazette", now) or store.discover(run, OUTLET, [link(1)], now)
    if found:
        store.settle(run, [outcome(1, state)], now)
    return bool(found)


@pytest.mark.parametrize(
    ("state", "hours"),
    [("error", [0, 1, 6, 24, 168, 720]), ("http-503", [0, 1, 6, 24, 168, 720]), ("http-404", [24, 168, 720])],
)
def test_failures_are_tried_again_ever_later_and_then_given_up(store, state, hours):
    now = NOW
    assert fails(store, state, now)
    for wait in hours:
        if wait:
            assert not fails(store, state, now + timedelta(hours=wait, seconds=-1))
        now += timedelta(hours=wait)
        assert fails(store, state, now)
    assert not fails(store, state, now + timedelta(days=365))


def test_a_success_forgets_the_failures_before_it(store):
    fails(store, "error", NOW)
    fails(store, "error", NOW)
    run = start(store)
    store.resume(run, "gazette", NOW + timedelta(hours=1))
    fetch(store, run, 1)
    store.save(run, [article(1)])
    assert store.resume(start(store), "gazette", NOW + timedelta(days=365)) == []


def test_a_page_on_which_reading_failed_is_read_again_and_not_fetched(store):
    run, now = start(store), NOW
    store.discover(run, OUTLET, [link(1)], now)
    fetch(store, run, 1)
    store.settle(run, [outcome(1, "error", "ended its worker process")], now)
    for wait in (0, 1, 6, 24, 168, 720):
        early = now + timedelta(hours=wait, seconds=-1)
        assert store.resume_fetched(start(store), "gazette", early) == []
        now += timedelta(hours=wait)
        run = start(store, now)
        assert [target.place for target in store.resume_fetched(run, "gazette", now)] == [PLACE]
        assert store.resume(run, "gazette", now) == []
        assert store.discover(run, OUTLET, [link(1)], now) == []
        assert set(store.needed_places()) == {(PLACE.file, PLACE.offset)}
        store.settle(run, [outcome(1, "error")], now)
        assert store.account(run).states == {"error": 1}
    assert store.resume_fetched(start(store), "gazette", now + timedelta(days=365)) == []


def test_a_page_on_which_reading_failed_is_fetched_again_where_its_source_says_that_it_changed(store):
    run = start(store)
    store.discover(run, OUTLET, [link(1)], NOW)
    fetch(store, run, 1)
    store.settle(run, [outcome(1, "error")], NOW)
    run = start(store)
    changed = link(1, modified_raw=(NOW + timedelta(days=1)).isoformat())
    assert urls(store.discover(run, OUTLET, [changed], NOW + timedelta(days=2))) == [link(1).url]


# Runs


def test_a_run_is_told_with_all_that_was_said_of_it(store):
    run = start(store)
    store.finish_run(run, "interrupted", NOW + timedelta(minutes=5), reason="Ctrl-C", requests=12, received=3456)
    told = store.run(run)
    assert (told.number, told.command, told.version, told.outlets) == (run, "crawl", "0", ("gazette",))
    assert (told.started, told.ended, told.status, told.reason) == (
        NOW,
        NOW + timedelta(minutes=5),
        "interrupted",
        "Ctrl-C",
    )
    assert (told.requests, told.bytes) == (12, 3456)
    assert [each.number for each in store.runs()] == [run]


def test_an_unknown_run_is_an_error_that_names_it(store):
    with pytest.raises(StoreError, match="no run 7"):
        store.run(7)


def test_accounts_of_old_runs_still_add_up_when_their_details_are_folded(store):
    for _ in range(3):
        run = start(store)
        store.discover(run, OUTLET, [link(n) for n in range(1, 5)], NOW)
        store.settle(run, [outcome(1, "http-404"), Outcome(outlet="gazette", url="x", state="not-an-article")], NOW)
        store.settle(run, [outcome(n, "stored") for n in (2, 3, 4)] if run == 1 else [], NOW)
        store.finish_run(run, "finished", NOW)
    assert store.account(2).states == {"http-404": 1, "known": 3, "not-an-article": 1}
    assert store.account(2) == store.account(2).__class__(run=2, outlets=store.account(3).outlets)
    assert [o.state for o in store.outcomes(2)] == ["http-404"]
    assert len(list(store.outcomes(3))) == 5


def test_a_run_whose_process_was_killed_is_found_dead_and_a_living_one_is_not(store):
    alive = start(store)
    code = (
        "import os, signal, sys; from pathlib import Path; from newscrawl.store import Store; from corpora import NOW;"
        "Store.open(Path(sys.argv[1])).start_run([], 'crawl', '0', NOW); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(store.path)], check=False, cwd="tests")
    assert store.run(2).status == "running"
    start(store)
    assert [run.status for run in store.runs()] == ["running", "died", "running"]
    store.finish_run(alive, "finished", NOW)
    store.finish_run(3, "finished", NOW)
    assert [path.name for path in store.path.parent.iterdir() if "run" in path.name] == []


# Sources


def test_sources_tell_when_they_changed_and_how_often_they_failed(store):
    feed = "https://gazette.example/feed"

    def answer(minutes, status="200", body=None, etag=None):
        now = NOW + timedelta(minutes=minutes)
        return store.note_source("gazette", feed, "feed", now, status=status, body_hash=body, etag=etag)

    assert store.source("gazette", feed) is None
    assert answer(0, body="a", etag="1")
    assert not answer(1, body="a", etag="2")
    assert not answer(2, status="304")
    state = store.source("gazette", feed)
    assert (state.etag, state.body_hash, state.failures) == ("2", "a", 0)
    assert (state.last_changed, state.last_asked) == (NOW, NOW + timedelta(minutes=2))
    answer(3, status="503")
    assert not answer(4, status="is HTML, not a feed")
    state = store.source("gazette", feed)
    assert (state.failures, state.last_status, state.body_hash) == (2, "is HTML, not a feed", "a")
    assert answer(5, body="b")
    assert store.sources("gazette") == [store.source("gazette", feed)]
    assert store.source("gazette", feed).failures == 0
