"""The corpus as a reader meets it: newest first, and divided by outlet, language, day, agency and kind."""

from __future__ import annotations

from datetime import date

import pytest
from corpora import NOW, article

from newscrawl.export.manifest import described
from newscrawl.store import Filters, Store


@pytest.fixture
def store(tmp_path):
    """Four articles of two outlets; the last has no date."""
    made = [
        article(1, "The harbour was dredged.", date_published="2026-03-01T23:30:00-03:00", agency="Wire"),
        article(2, "The market was closed.", date_published="2026-03-01", kind="video"),
        article(3, "مدرسة جديدة في حلب", date_published="2026-02-01T08:00:00+00:00", language="ar", agency="Wire"),
        article(4, "Nobody knows when.", date_published=None, id="ledger:4", outlet="ledger"),
    ]
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        opened.save(opened.start_run(["gazette"], "crawl", "0", NOW), made)
        yield opened


def ids(records):
    return [record["id"] for record in records]


def test_the_newest_come_first_and_the_undated_last(store):
    assert ids(store.newest()) == ["gazette:1", "gazette:2", "gazette:3", "ledger:4"]
    assert ids(store.newest(limit=2, skip=1)) == ["gazette:2", "gazette:3"]


def test_articles_divide_by_what_they_share_and_days_are_in_utc(store):
    division = store.divide()
    assert division.articles == 4
    assert division.facets == {
        "outlet": [("gazette", 3), ("ledger", 1)],
        "language": [("en", 3), ("ar", 1)],
        "day": [("2026-03-02", 1), ("2026-03-01", 1), ("2026-02-01", 1)],
        "agency": [("Wire", 2)],
        "kind": [("article", 3), ("video", 1)],
    }
    assert store.divide(most=1).facets["day"] == [("2026-03-02", 1)]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Filters(agencies=("Wire",)), ["gazette:1", "gazette:3"]),
        (Filters(kinds=("video",), outlets=("gazette",)), ["gazette:2"]),
        (Filters(since=date(2026, 3, 2), until=date(2026, 3, 2)), ["gazette:1"]),
        (Filters(query="مَدْرَسَة"), ["gazette:3"]),
        (Filters(query="harbour", languages=("ar",)), []),
    ],
)
def test_what_is_listed_is_what_is_counted(store, chosen, found):
    assert ids(store.newest(chosen)) == found
    assert store.divide(chosen).articles == len(found)


def test_answers_can_be_read_on(store):
    both = [found.record["id"] for found in store.search("was")]
    assert [found.record["id"] for found in store.search("was", skip=1)] == both[1:]


def test_outlets_are_told_with_their_span(store):
    gazette, ledger = store.outlets()
    assert (gazette.outlet, gazette.articles) == ("gazette", 3)
    assert (gazette.first, gazette.last) == ("2026-02-01T08:00:00Z", "2026-03-02T02:30:00Z")
    assert (ledger.outlet, ledger.articles, ledger.first, ledger.last) == ("ledger", 1, None, None)


def test_reading_by_date_never_sorts_records(store):
    def plan(sql: str) -> str:
        return str(store._db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())

    newest = "SELECT id, text FROM articles ORDER BY published_to DESC, date_crawled DESC, id"
    assert "articles_newest" in plan(newest)
    assert "TEMP B-TREE" not in plan(newest)
    statements = []
    store._db.conn.set_trace_callback(statements.append)
    list(store.articles(Filters(since=date(2026, 3, 1))))
    assert "TEMP B-TREE" not in plan(next(sql for sql in statements if "FROM articles WHERE" in sql))


def test_readers_of_changes_keep_the_filters_that_they_are_known_by():
    assert "kinds" not in described(Filters())
    assert described(Filters(kinds=("video",)))["kinds"] == ["video"]


def test_a_cluster_is_found_by_its_number(store):
    story = "The minister opened the new bridge over the river on Monday and said that two more would follow."
    store.save(store.start_run([], "crawl", "0", NOW), [article(n, story, title=f"Bridge {n}") for n in (7, 8)])
    number = store.article("gazette:7")["cluster_id"]
    assert {member.id for member in store.cluster(number).members} == {"gazette:7", "gazette:8"}
    assert store.cluster("999") is None
