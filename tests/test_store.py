"""Opening a corpus: what is made, what is left alone, what is refused."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from corpora import NOW, article

from newscrawl.errors import StoreError
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "corpus.db"
    with Store.open(path, create=True) as store:
        store.save(store.start_run(["gazette"], "crawl", "0", NOW), [article(1)])
    return path


def execute(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql)
    connection.close()


def test_creating_makes_the_folder_too(tmp_path):
    with Store.open(tmp_path / "new" / "folder" / "corpus.db", create=True) as store:
        assert list(store.articles()) == []


@pytest.mark.parametrize("opening", [Store.open, Store.read])
def test_a_missing_corpus_is_refused_and_not_made(tmp_path, opening):
    with pytest.raises(StoreError, match="no corpus here"):
        opening(tmp_path / "data" / "corpus.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opening", [Store.open, Store.read])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, opening):
    path = tmp_path / "corpus.db"
    path.write_text("Dear diary, today no SQLite.\n" * 100)
    with pytest.raises(StoreError, match=r"corpus\.db: is no SQLite database"):
        opening(path)
    assert path.read_text().startswith("Dear diary")


@pytest.mark.parametrize("opening", [Store.open, Store.read])
def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path, opening):
    path = tmp_path / "corpus.db"
    execute(path, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="no newscrawl corpus"):
        opening(path)
    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]


@pytest.mark.parametrize("opening", [Store.open, Store.read])
def test_a_newer_schema_is_refused(corpus, opening):
    execute(
        corpus,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newscrawl', '0999_later', '2031')",
    )
    with pytest.raises(StoreError, match=r"newer newscrawl \(0999_later\)"):
        opening(corpus)


def test_an_older_schema_is_not_changed_by_reading_but_by_opening(tmp_path):
    path = tmp_path / "corpus.db"
    Store.open(path, create=True).close()
    for statement in (
        "DELETE FROM _sqlite_migrations WHERE name = '0002_ledger'",
        "DROP TABLE texts",
        "DROP TABLE verdicts",
        "DROP TABLE ledger",
    ):
        execute(path, statement)
    with pytest.raises(StoreError, match="older newscrawl"):
        Store.read(path)
    with Store.open(path) as store:
        assert store.blocks("gazette:1") == []


def test_damage_is_named(corpus):
    with corpus.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(corpus.stat().st_size - 4096))
    with pytest.raises(StoreError, match="damaged"), Store.open(corpus) as store:
        list(store.articles())


def test_reading_leaves_nothing_behind_and_cannot_write(corpus):
    before = sorted(corpus.parent.iterdir())
    with Store.read(corpus) as store:
        assert len(list(store.articles())) == 1
        with pytest.raises(StoreError, match="cannot be written"):
            store.save(1, [article(2)])
    assert sorted(corpus.parent.iterdir()) == before


def test_a_folder_in_place_of_the_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(StoreError, match=str(tmp_path)):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file"):
        Store.open(tmp_path / "file" / "data" / "corpus.db", create=True)


def test_a_failed_save_leaves_nothing_of_its_batch(corpus):
    with Store.open(corpus) as store:
        with pytest.raises(AttributeError):
            store.save(1, [article(2), None])
        assert [record["id"] for record in store.articles()] == ["gazette:1"]
        assert store.save(1, [article(2)]) == ["stored"]


def test_a_full_disk_is_named_and_costs_nothing_that_was_stored(corpus):
    with Store.open(corpus) as store:
        store._db.execute("PRAGMA max_page_count = 1")  # SQLite takes it as "no page more than there are"
        with pytest.raises(StoreError, match="disk is full"):
            store.save(1, [article(number, "Long. " * 2000 + str(number)) for number in range(2, 9)])
        assert [record["id"] for record in store.articles()] == ["gazette:1"]
    with Store.open(corpus) as store:
        assert store.save(1, [article(2)]) == ["stored"]


def test_a_corpus_on_a_medium_that_cannot_be_written_can_be_read(corpus, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Store.read(corpus) as store:
        assert [path.name for path in corpus.parent.iterdir() if "-wal" in path.name] == []
        assert store.article("gazette:1")["title"] == "Bridge 1 opens"
