"""Search: whatever is typed finds what is meant, and the index follows the articles."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from datetime import date

import pytest
from click.testing import CliRunner
from corpora import NOW, article
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.cli import cli
from newscrawl.errors import UsageError
from newscrawl.folding import fold, words
from newscrawl.query import parse_query, snippet
from newscrawl.store import Filters, Store

TEXTS = {
    1: "The harbour of Latakia was opened again in 1998. Élections are due in Zürich.",
    2: "اِفْتَتَحَ الوزيرُ مَدْرَسَةً جديدةً في حلب، وتضم ٢٥ صفاً.",
    3: "İstanbul'da yeni köprü açıldı; harbour works go on.",
    4: "大学宣布了新的图书馆开放时间。",
    5: "Виталий Ёлкин построил мост.",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "corpus.db"
    with Store.open(path, create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(n, text, title=f"Story {n}") for n, text in TEXTS.items()])
        store.finish_run(run, "finished", NOW)
    return path


@pytest.fixture(scope="module")
def reader(corpus):
    with Store.read(corpus) as store:
        yield store


def numbers(store: Store, query: str, **filters) -> list[int]:
    return sorted(int(found.record["source_id"]) for found in store.search(query, Filters(**filters)))


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("مَدْرَسَةٌ", "مدرسه"),
        ("كـــتاب", "کتاب"),
        ("أحمد إلى آخر ٱلعين", "احمد الي اخر العين"),
        ("٢٠٢٥ ۲۰۲۵ २०२५", "2025 2025 2025"),
        ("Élections À ZÜRICH", "elections a zurich"),
        ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
        ("Łódź Ærø Straße", "lodz aero strasse"),
        ("می‌روم", "ميروم"),
        ("ڕۆژنامەی", "ڕۆژنامهي"),
    ],
)
def test_ways_of_writing_a_word_are_one(written, searched):
    assert fold(written) == fold(searched)


def test_vowel_signs_that_make_another_word_stay():
    assert words("हिन्दी") == ["हिन्दी"]
    assert fold("हिन्दी") != fold("हन्द")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("harbour", [1, 3]),
        ("HARBOUR latakia", [1]),
        ("elections zurich", [1]),
        ('"harbour of latakia"', [1]),
        ('"latakia harbour"', []),
        ("harb*", [1, 3]),
        ('"harbour wor"*', [3]),
        ("harbour NOT latakia", [3]),
        ("harbour -latakia", [3]),
        ("latakia OR istanbul", [1, 3]),
        ("مدرسه", [2]),
        ("مَدْرَسَةً", [2]),
        ("مدرسة حلب", [2]),
        ("25", [2]),
        ("١٩٩٨", [1]),
        ("istanbul kopru", [3]),
        ("图书馆", [4]),
        ("елкин", [5]),
        ("story", [1, 2, 3, 4, 5]),
        ("harbour) OR (", [1, 3]),
        ("title:harbour", []),
        ('"harbour', [1, 3]),
    ],
)
def test_a_query_finds(reader, query, found):
    assert numbers(reader, query) == found


def test_filters_narrow_a_search(reader):
    assert numbers(reader, "harbour", outlets=("herald",)) == []
    assert numbers(reader, "harbour", languages=("en",), since=date(2026, 3, 1)) == [1, 3]
    assert numbers(reader, "harbour", until=date(2026, 2, 1)) == []


def test_records_can_be_asked_for_by_query(reader):
    assert [record["id"] for record in reader.articles(Filters(query="latakia OR كوبري OR köprü"))] == [
        "gazette:1",
        "gazette:3",
    ]


def test_a_word_in_the_title_counts_for_more(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(
            run, [article(1, "The market closed early.", title="Rain"), article(2, "It rained.", title="Market")]
        )
        assert [found.record["id"] for found in store.search("market")] == ["gazette:2", "gazette:1"]


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet='ab"*()-+^:{}, \0OR NOTAD٣َ'))
def test_any_text_is_a_query_or_says_that_it_has_no_words(reader, query):
    with suppress(UsageError):
        list(reader.search(query))


@pytest.mark.parametrize("query", ["a " * 100, "a OR " * 100, "-a " * 99 + "b", '"' + "a " * 5000 + '"'])
def test_long_queries_are_searched(reader, query):
    assert list(reader.search(query)) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "no word"),
        ("؟ -- *", "no word"),
        ("-a", "must not"),
        ("a OR -b", "must not"),
        ("a " * 101, "too long"),
    ],
)
def test_a_query_that_finds_nothing_by_its_form_is_refused(query, told):
    with pytest.raises(UsageError, match=told):
        parse_query(query)


def test_a_snippet_is_a_piece_of_the_original_with_the_words_marked():
    text = "فاتحة. " * 50 + TEXTS[2] + " خاتمة" * 50
    cut = snippet(text, parse_query('مدرسه OR "حلب"'))
    assert cut.text in text
    assert [cut.text[start:end] for start, end in cut.marks] == ["مَدْرَسَةً", "حلب"]


def test_the_index_follows_revisions_and_removals(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(1, "An aqueduct was found.")])
        later = store.start_run([], "crawl", "0", NOW)
        store.save(later, [article(1, "A viaduct was found.")])
        assert (numbers(store, "aqueduct"), numbers(store, "viaduct")) == ([], [1])
        with sqlite3.connect(store.path) as other:
            other.execute("DELETE FROM articles")
        assert numbers(store, "viaduct") == []


def test_the_index_outlives_a_vacuum_and_passes_its_check(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(n, f"Story of the word{n}.") for n in range(1, 30)])
        store.finish_run(run, "finished", NOW)
    with sqlite3.connect(tmp_path / "corpus.db") as other:
        other.execute("DELETE FROM articles WHERE id < 'gazette:2'")
    connection = sqlite3.connect(tmp_path / "corpus.db")
    connection.execute("VACUUM")
    connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    connection.close()
    with Store.read(tmp_path / "corpus.db") as store:
        assert [numbers(store, f"word{n}") for n in (2, 25)] == [[2], [25]]


def test_a_rebuilt_index_finds_the_same(corpus):
    data = ["--data", str(corpus.parent)]
    before = CliRunner().invoke(cli, ["search", "harb* OR مدرسه", "--json", *data])
    done = CliRunner().invoke(cli, ["search", "--rebuild", "harb* OR مدرسه", "--json", *data])
    assert (done.exit_code, done.stdout) == (0, before.stdout)
    assert "5 articles indexed" in done.stderr


def test_a_damaged_index_can_be_rebuilt(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(1, TEXTS[1])])
        with sqlite3.connect(store.path) as other:
            other.execute("UPDATE search_data SET block = zeroblob(20)")
    with Store.open(tmp_path / "corpus.db") as store:
        assert store.rebuild_search() == 1
        assert numbers(store, "latakia") == [1]


def test_the_command_prints_answers_with_their_words_in_place(corpus):
    done = CliRunner().invoke(cli, ["search", "latakia", "--data", str(corpus.parent)])
    assert done.stdout.splitlines()[0] == "Story 1"
    assert "The harbour of Latakia was opened" in done.stdout


def test_the_command_prints_json(corpus):
    done = CliRunner().invoke(cli, ["search", "latakia", "--json", "--data", str(corpus.parent)])
    (answer,) = map(json.loads, done.stdout.splitlines())
    ((start, end),) = answer["marks"]
    assert answer["id"] == "gazette:1"
    assert answer["snippet"][start:end] == "Latakia"


def test_the_command_needs_a_query_and_says_when_nothing_was_found(corpus):
    data = ["--data", str(corpus.parent)]
    assert CliRunner().invoke(cli, ["search", *data]).exit_code == 2
    assert CliRunner().invoke(cli, ["search", "OR", *data]).exit_code == 2
    nothing = CliRunner().invoke(cli, ["search", "unheard", *data])
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "nothing found\n")
