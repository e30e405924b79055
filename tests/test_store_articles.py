"""Articles: one row for each, revisions on change, records as they went in."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, datetime

import pytest
from corpora import NOW, article, link, refused

from newscrawl.errors import UsageError
from newscrawl.store import Filters, Store, moment
from newscrawl.store.articles import RECORD


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


@pytest.fixture
def run(store):
    return store.start_run(["gazette"], "crawl", "0", NOW)


def ids(store, **filters):
    return [record["id"] for record in store.articles(Filters(**filters))]


def test_a_record_comes_back_as_it_went_in(store, run):
    store.save(run, [article(1)])
    assert json.dumps(store.article("gazette:1")) == json.dumps(article(1).as_record())


def test_unknown_stays_null(store, run):
    bare = article(1, image=None, images=(), is_accessible_for_free=None, date_conflict=None, authors=(), tags=())
    store.save(run, [bare])
    assert store.article("gazette:1") == bare.as_record()


def test_the_table_has_every_field_of_a_record_in_its_order(store):
    columns = [row[1] for row in sqlite3.connect(store.path).execute("PRAGMA table_info(articles)")]
    assert [column for column in columns if column in RECORD] == list(RECORD)


def test_the_same_content_again_is_unchanged(store, run):
    store.save(run, [article(1)])
    later = store.start_run(["gazette"], "crawl", "0", NOW)
    again = article(1, date_crawled="2026-03-09T08:00:00Z", tags=("bridge", "roads"))
    assert store.save(later, [again]) == ["unchanged"]
    record = store.article("gazette:1")
    assert (record["revision"], record["date_crawled"]) == (1, "2026-03-09T08:00:00Z")
    assert record["tags"] == ["bridge", "roads"]
    assert store.revisions("gazette:1") == []


def test_changed_content_is_a_revision_and_the_former_is_kept(store, run):
    store.save(run, [article(1, "First text.")])
    later = store.start_run(["gazette"], "crawl", "0", NOW)
    assert store.save(later, [article(1, "Corrected text.")]) == ["stored"]
    record = store.article("gazette:1")
    assert (record["revision"], record["text"]) == (2, "Corrected text.")
    (former,) = store.revisions("gazette:1")
    assert (former["revision"], former["text"], former["authors"]) == (1, "First text.", ["Rima Test", "س. م"])


def test_the_same_article_under_another_slug_is_the_same_row(store, run):
    store.save(run, [article(1)])
    later = store.start_run(["gazette"], "crawl", "0", NOW)
    other = "https://gazette.example/1/renamed"
    assert store.save(later, [article(1, url=other, requested_url=other)]) == ["unchanged"]
    assert ids(store) == ["gazette:1"]


def test_two_addresses_of_an_article_in_one_run_are_one_row_and_a_duplicate(store, run):
    other = "https://gazette.example/1/renamed"
    variant = article(1, "Not a word of it is the same.", url=other, requested_url=other)
    assert store.save(run, [article(1), variant]) == ["stored", "duplicate"]
    record = store.article(other)
    assert (record["revision"], record["also_at"]) == (1, [other])
    assert record["text"] == article(1).text


def test_a_page_read_twice_in_one_run_is_no_duplicate_of_itself(store, run):
    assert store.save(run, [article(1), article(1)]) == ["stored", "unchanged"]


def test_the_same_content_under_another_id_is_a_duplicate(store, run):
    twin = replace(article(1), id="gazette:2", url="https://gazette.example/2/b", requested_url=None)
    assert store.save(run, [article(1), twin]) == ["stored", "duplicate"]
    assert ids(store) == ["gazette:1"]
    assert store.article("https://gazette.example/2/b")["also_at"] == ["https://gazette.example/2/b"]


def test_the_same_content_at_another_outlet_is_no_duplicate(store, run):
    assert store.save(run, [article(1), replace(article(1), id="herald:1", outlet="herald")]) == ["stored", "stored"]


def test_what_the_store_knows_of_an_article_survives_its_next_capture(store, run):
    twin = replace(article(1), id="gazette:2", url="https://gazette.example/2/b", requested_url=None)
    store.save(run, [article(1), twin])
    store.save(store.start_run([], "crawl", "0", NOW), [article(1, "Corrected.")])
    assert store.article("gazette:1")["also_at"] == ["https://gazette.example/2/b"]


@pytest.mark.parametrize(
    "address",
    [
        "gazette:1",
        "https://gazette.example/1/bridge",
        "http://www.gazette.example/1/bridge/?utm_source=feed#top",
        "https://gazette.example/canonical",
    ],
)
def test_an_article_is_found_by_any_address_it_had(store, run, address):
    store.save(run, [article(1, canonical_url="https://gazette.example/canonical")])
    assert store.article(address)["id"] == "gazette:1"


def test_an_unknown_article_is_none(store):
    assert store.article("gazette:1") is None
    assert store.article("https://gazette.example/") is None


def test_articles_come_by_id_whatever_the_order_of_saving(store, run):
    store.save(run, [article(3), article(1), article(2)])
    assert ids(store) == ["gazette:1", "gazette:2", "gazette:3"]


def test_outlets_and_languages_choose(store, run):
    store.save(run, [article(1), article(2, language="ar"), article(3, outlet="herald", language=None)])
    assert ids(store, outlets=("gazette",)) == ["gazette:1", "gazette:2"]
    assert ids(store, languages=("ar", "fr")) == ["gazette:2"]
    assert ids(store, outlets=("gazette",), languages=("en",)) == ["gazette:1"]


def test_times_compare_as_instants_and_dates_as_whole_days(store, run):
    store.save(
        run,
        [
            article(1, date_published="2026-03-01T01:00:00+03:00"),  # 28 February in UTC
            article(2, date_published="2026-03-01T23:59:59Z"),
            article(3, date_published="2026-03-02"),
            article(4, date_published=None),
        ],
    )
    assert ids(store, since=date(2026, 3, 1)) == ["gazette:2", "gazette:3"]
    assert ids(store, until=date(2026, 2, 28)) == ["gazette:1"]
    assert ids(store, since=date(2026, 3, 1), until=date(2026, 3, 1)) == ["gazette:2"]
    assert ids(store, since=datetime.fromisoformat("2026-03-01T01:00:00+03:00")) == [f"gazette:{n}" for n in (1, 2, 3)]
    assert ids(store, since=datetime.fromisoformat("2026-03-02T12:00:00Z")) == ["gazette:3"]
    assert ids(store, until=datetime.fromisoformat("2026-03-02T00:00:00Z")) == ["gazette:1", "gazette:2", "gazette:3"]


def test_undated_articles_are_left_out_by_a_span_and_counted(store, run):
    store.save(run, [article(1), article(2, date_published=None), article(3, date_published=None, language="ar")])
    assert store.undated(Filters()) == 0
    assert store.undated(Filters(since=date(2020, 1, 1))) == 2
    assert store.undated(Filters(until=date(2020, 1, 1), languages=("ar",))) == 1


def test_moments_are_dates_or_aware_times():
    assert moment("2026-03-01") == date(2026, 3, 1)
    assert moment("2026-03-01T06:00+03:00") == datetime.fromisoformat("2026-03-01T06:00+03:00")
    for text, complaint in (("yesterday", "no date"), ("2026-03-01T06:00", "no offset"), ("2026-02-30", "no date")):
        with pytest.raises(UsageError, match=complaint):
            moment(text)


def test_half_a_character_does_not_cost_the_batch(store, run):
    assert store.save(run, [article(1, "Smile \ud83d please.", authors=("\ude00",)), article(2)]) == ["stored"] * 2
    assert store.article("gazette:1")["text"] == "Smile ? please."
    assert store.blocks("gazette:1")[-2].text == "Smile ? please."


@pytest.mark.parametrize("name", ["gazette:7", "http://www.gazette.example/7/bridge?src=x"])
def test_a_refused_page_is_found_with_its_reason_and_place(store, run, name):
    store.refuse(run, [refused(7, "disclaimer-only")], NOW)
    found = store.refusal(name)
    assert (found.url, found.reason, found.place) == (link(7).url, "disclaimer-only", refused(7).place)
    assert store.account(run).states == {"disclaimer-only": 1}
    assert ids(store) == []


def test_a_refused_page_that_became_an_article_is_no_longer_refused(store, run):
    store.refuse(run, [refused(7)], NOW)
    store.save(run, [article(7)])
    assert store.refusal("gazette:7") is None


def test_a_refused_page_that_claims_another_articles_identity_stays_refused(store, run):
    other = "https://gazette.example/empty"
    store.refuse(run, [replace(refused(7), url=other, requested_url=other)], NOW)
    store.save(run, [article(7)])
    assert store.refusal(other).reason == "too-short"


def test_a_wall_in_place_of_a_known_article_does_not_remove_it(store, run):
    store.save(run, [article(7)])
    store.refuse(run, [refused(7, "wall")], NOW)
    assert ids(store) == ["gazette:7"]
