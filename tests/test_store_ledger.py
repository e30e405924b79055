"""The ledger: every block comes back, every distinct text is stored once."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from corpora import NOW, article, navigation, story
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.records import Block
from newscrawl.store import Filters, Store

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
blocks = st.builds(
    Block,
    text=texts | st.sampled_from(["Menu", "Share", "a\n\nb", ""]),
    place=st.sampled_from(["nav", "p[1]", "p[2]"]),
    kept=st.booleans(),
    rule=st.sampled_from(["vote", "prompt"]),
    evidence=texts,
    captured=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


@pytest.fixture
def run(store):
    return store.start_run(["gazette"], "crawl", "0", NOW)


def count(store, table):
    return sqlite3.connect(store.path).execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(blocks, max_size=12), min_size=1, max_size=3))
def test_blocks_come_back_exactly(pages):
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        for number, page in enumerate(pages):
            text = "\n\n".join(block.text for block in page if block.kept)
            store.save(run, [replace(article(number, title=str(number)), text=text, blocks=tuple(page))])
        for number, page in enumerate(pages):
            assert store.blocks(f"gazette:{number}") == page


def test_kept_text_that_is_not_the_articles_comes_back_too(store, run):
    store.save(run, [replace(article(1), text="Something else.")])
    assert store.blocks("gazette:1") == list(article(1).blocks)


def test_more_blocks_than_a_query_takes_parameters_come_back(store, run):
    many = (*navigation(1700), *story("The end."))
    store.save(run, [replace(article(1), text="The end.", blocks=many)])
    assert store.blocks("gazette:1") == list(many)


def test_an_unknown_article_has_no_blocks(store):
    assert store.blocks("gazette:1") == []


def test_another_page_of_the_outlet_costs_a_few_rows(store, run):
    store.save(run, [article(1)])
    texts, verdicts, spans = (count(store, table) for table in ("texts", "verdicts", "ledger"))
    store.save(run, [article(number) for number in range(2, 12)])
    assert (count(store, "texts"), count(store, "verdicts")) == (texts, verdicts)
    assert count(store, "ledger") == 11 * spans == 11


def test_a_text_removed_for_two_reasons_is_stored_once(store, run):
    share = [Block(text="Share", place=p, kept=False, rule=r, evidence="e") for p in ("a", "b") for r in ("x", "y")]
    store.save(run, [replace(article(1), text="", blocks=tuple(share))])
    assert (count(store, "texts"), count(store, "verdicts")) == (1, 4)


def test_the_ledger_is_that_of_the_current_revision(store, run):
    store.save(run, [article(1, "First.")])
    second = article(1, "Second.", "And third.")
    store.save(run, [second])
    assert store.blocks("gazette:1") == list(second.blocks)


def test_cuts_are_listed_by_size_in_all_and_by_number_of_articles(tmp_path):
    banner = Block(text="x" * 500, place="div", kept=False, rule="banner", evidence="")
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        made = [article(1), article(2), article(3, outlet="herald", id="herald:3")]
        store.save(run, [replace(made[0], blocks=(*made[0].blocks, banner)), *made[1:]])
        everything = Filters()
        first, *_ = store.cuts(everything, by="characters", limit=3)
        assert (first.rule, first.articles, first.characters, first.example) == ("banner", 1, 500, "gazette:1")
        first, *_ = store.cuts(everything, by="articles", limit=3)
        assert (first.articles, first.text) == (3, "Menu 0")
        assert [cut.text for cut in store.cuts(everything, rule="prompt", by="articles", limit=3)] == ["Share"]
        assert store.cuts(Filters(outlets=("herald",)), rule="banner", by="articles", limit=3) == []


def test_removals_are_counted_as_often_as_they_stand_on_the_pages_that_match(tmp_path):
    banner = Block(text="x" * 500, place="div", kept=False, rule="banner", evidence="")
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        made = [article(1), article(2), article(3, outlet="herald", id="herald:3")]
        store.save(run, [replace(made[0], blocks=(banner, *made[0].blocks, banner)), *made[1:]])
        assert store.removals()["banner"] == (2, 1000)
        assert store.removals()["prompt"] == (3, 15)
        assert store.removals(Filters(outlets=("herald",))).keys() == {"navigation", "prompt"}
        assert [cut.times for cut in store.repeated_cuts(limit=50) if cut.rule == "banner"] == [2]
        assert store.repeated_cuts(Filters(outlets=("herald",)), limit=1)[0].times == 1


def test_what_no_article_has_any_more_is_dropped_and_the_rest_stays(store, run):
    for told in ("First.", "Second.", "Third."):
        for number in (1, 2):
            notice = Block(text=f"Notice: {told}", place="p", kept=False, rule="r", evidence=told)
            made = article(number, told)
            store.save(run, [replace(made, blocks=(*made.blocks[:20], notice, *made.blocks[20:]))])
    kept = [store.blocks(f"gazette:{number}") for number in (1, 2)]
    assert store.prune_ledger() == (2, 2)  # the notices of the first two
    assert store.prune_ledger() == (0, 0)
    assert [store.blocks(f"gazette:{number}") for number in (1, 2)] == kept
    store.save(run, [article(3, "Another.")])
    assert store.blocks("gazette:3") == list(article(3, "Another.").blocks)
    assert [store.blocks(f"gazette:{number}") for number in (1, 2)] == kept
    assert store.check() == []
