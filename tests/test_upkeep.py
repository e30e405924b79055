"""A corpus is looked after: damage is found, and what nobody needs can go."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from kept_pages import capture, outlets, read_all, write_archive

from newscrawl.archive import read_captures
from newscrawl.archive.check import archive_files
from newscrawl.cli import cli
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

STUB = b"<html><body><article><h1>Lamp</h1><p>Soon more.</p></article></body></html>"


@pytest.fixture
def data(tmp_path):
    """Three stories, one of them in two revisions, and a stub, among robots.txt and a feed."""
    others = [
        replace(capture(n), url=f"https://gazette.example/{name}") for n, name in ((8, "robots.txt"), (9, "feed"))
    ]
    later = replace(capture(1, "Correction: it is green."), date=capture(50).date)
    stub = capture(99, body=STUB)
    pages = [capture(1), capture(2), capture(3), stub, later]
    places = write_archive(tmp_path / "data" / "archive", [others[0], *pages, others[1]])
    read_all(tmp_path / "data", outlets(tmp_path / "outlets"), places[1:-1])
    return tmp_path / "data"


def run(data: Path, *arguments: str):
    environment = {"NEWSCRAWL_OUTLETS": str(data.parent / "outlets"), "NEWSCRAWL_DATA": str(data)}
    return CliRunner(env=environment).invoke(cli, list(arguments))


def the_file(data: Path) -> Path:
    (path,) = archive_files(data / "archive")
    return path


def faults(data: Path) -> list[str]:
    result = run(data, "db", "check", "--json")
    assert result.exit_code in (0, 4)
    found = json.loads(result.stdout)["faults"]
    assert bool(found) == bool(result.exit_code)
    return found


def test_a_sound_corpus_is_called_sound(data):
    assert faults(data) == []
    assert run(data, "archive", "verify").exit_code == 0


def test_a_record_that_was_altered_is_found(data):
    path = the_file(data)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    assert run(data, "archive", "verify", "--json").exit_code == 4
    assert any("pages needed are not there" in fault for fault in faults(data))


def test_a_file_that_was_cut_off_or_lost_is_found(data):
    path = the_file(data)
    path.write_bytes(path.read_bytes()[:-300])
    assert any("cut off" in fault for fault in faults(data))
    path.unlink()
    assert ["is missing" in fault for fault in faults(data)] == [True]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM search_texts WHERE article_id = 'gazette:1'", "not in the search index"),
        ("DELETE FROM ledger WHERE article_id = 'gazette:1'", "have no ledger"),
        ("INSERT INTO addresses VALUES ('x', 'gazette:77')", "addresses belong to no article"),
        ("INSERT INTO search (rowid, title, lead, text) VALUES (77, 'a', 'b', 'c')", "search index"),
    ],
)
def test_what_does_not_fit_together_in_the_database_is_found(data, damage, said):
    with sqlite3.connect(data / "corpus.db") as db:
        db.execute(damage)
    db.close()
    assert any(said in fault for fault in faults(data))


def test_stats_show_files_and_bytes_by_outlet_and_month(data):
    size = the_file(data).stat().st_size
    row = json.loads(run(data, "archive", "stats", "--json").stdout)
    assert row == {"outlet": "gazette", "month": "2026-03", "files": 1, "bytes": size}


def test_pruning_keeps_the_pages_of_articles_revisions_and_refusals(data):
    before = the_file(data).stat().st_size
    assert run(data, "archive", "prune", "--older-than", "0").exit_code == 0
    left = [one.url.rpartition(".example/")[2] for one in read_captures(the_file(data))]
    assert left == ["1/story", "2/story", "3/story", "99/story", "1/story"]
    assert the_file(data).stat().st_size < before
    assert faults(data) == []
    report = json.loads(run(data, "reextract", "--json").stdout)
    assert (report["pages"], report["unchanged"], report["still_refused"]) == (4, 3, 1)


def test_refused_pages_go_only_where_asked_for(data):
    run(data, "archive", "prune", "--older-than", "0", "--refused")
    assert json.loads(run(data, "reextract", "--json").stdout)["pages"] == 3
    assert faults(data) == []


def test_young_files_and_other_outlets_are_left_alone(data):
    before = the_file(data).read_bytes()
    run(data, "archive", "prune", "--older-than", "36500")
    run(data, "archive", "prune", "--older-than", "0", "--outlet", "herald")
    assert the_file(data).read_bytes() == before


def test_a_pruning_that_is_killed_loses_nothing(data, monkeypatch):
    moved = Store.move_places

    def killed(*_):
        raise KeyboardInterrupt

    for step in (killed, lambda *arguments: (moved(*arguments), killed())):
        monkeypatch.setattr(Store, "move_places", step)
        assert run(data, "archive", "prune", "--older-than", "0").exit_code == 130
        assert faults(data) == []
    monkeypatch.setattr(Store, "move_places", moved)
    run(data, "archive", "prune", "--older-than", "0")
    assert faults(data) == []
    assert len(archive_files(data / "archive")) == 1


def test_a_file_of_which_nothing_is_needed_goes(data):
    write_archive(data / "archive", [replace(capture(1), url="https://gazette.example/feed")])
    run(data, "archive", "prune", "--older-than", "0")
    assert len(archive_files(data / "archive")) == 1


def test_the_ledger_of_former_revisions_is_dropped_and_counted(data):
    with sqlite3.connect(data / "corpus.db") as db:
        db.execute("DELETE FROM ledger WHERE article_id = (SELECT min(article_id) FROM ledger)")
        left = db.execute("SELECT count(DISTINCT v.id) FROM ledger, verdicts AS v WHERE v.id BETWEEN first AND last")
        unused = db.execute("SELECT count(*) FROM verdicts").fetchone()[0] - left.fetchone()[0]
    pruned = json.loads(run(data, "db", "prune", "--json").stdout)
    assert pruned["verdicts"] == unused > 0
    assert run(data, "db", "prune").stdout == "0 verdicts on blocks and 0 texts dropped\n"
    assert faults(data) == ["1 articles have no ledger"]
