"""Archived pages are read again by new rules: told first, then kept, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from kept_pages import capture, outlets, read_all, write_archive

from newscrawl.cli import cli
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

PAGES = 20
PLEA = "Please consider our paper edition, which has more."
CUTS_PLEA = f'[noise]\nphrases = ["{PLEA}"]\n'
CUTS_ALL = '[noise]\nprune = ["article"]\n'
CUTS_ONE = f'[noise]\nprune = ["//article[contains(., \'lamp 3 \')]"]\nphrases = ["{PLEA}"]\n'


class Corpus:
    """A data folder, and the commands on it by the rules of one folder of outlets or another."""

    def __init__(self, folder: Path, places) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.places = places
        self.rules = {
            name: outlets(folder / name, rules)
            for name, rules in {"old": "", "new": CUTS_PLEA, "all": CUTS_ALL, "one": CUTS_ONE}.items()
        }

    def run(self, rules: str, *arguments: str):
        environment = {"NEWSCRAWL_OUTLETS": str(self.rules[rules]), "NEWSCRAWL_DATA": str(self.data)}
        return CliRunner(env=environment).invoke(cli, ["reextract", *arguments])

    def report(self, rules: str, *arguments: str):
        return json.loads(self.run(rules, "--json", *arguments).stdout)

    def records(self):
        with Store.read(self.data / "corpus.db") as store:
            return list(store.articles())


@pytest.fixture
def corpus(tmp_path):
    """Twenty stories, half of which end in a plea, one page that is too short, all read by the old rules."""
    captures = [capture(number, *([PLEA] if number % 2 else [])) for number in range(1, PAGES + 1)]
    stub = capture(99, body=b"<html><body><article><h1>Lamp</h1><p>Soon more.</p></article></body></html>")
    made = Corpus(tmp_path, write_archive(tmp_path / "data" / "archive", [*captures, stub]))
    read_all(made.data, made.rules["old"], made.places)
    return made


def test_a_dry_run_tells_what_would_change_and_writes_nothing(corpus):
    before = corpus.records()
    report = corpus.report("new", "--dry-run")
    assert {name: report[name] for name in ("pages", "unchanged", "text_changed", "dates_changed", "emptied")} == {
        "pages": PAGES + 1,
        "unchanged": PAGES // 2,
        "text_changed": PAGES // 2,
        "dates_changed": 0,
        "emptied": 0,
    }
    assert (report["newly_failing"], report["still_refused"]) == (0, 1)
    assert report["lost"] == PAGES // 2 * len(PLEA)
    assert report["samples"][0] | {"url": None, "title": None} == {
        "kind": "text_changed",
        "id": "gazette:1",
        "url": None,
        "title": None,
        "gained": 0,
        "lost": len(PLEA),
        "excerpt": PLEA,
    }
    assert corpus.records() == before


def test_the_result_is_that_of_a_fresh_extraction(corpus, tmp_path):
    assert corpus.run("new").exit_code == 0
    fresh = Corpus(tmp_path / "fresh", corpus.places)
    (fresh.data).mkdir(parents=True)
    (fresh.data / "archive").symlink_to(corpus.data / "archive")
    read_all(fresh.data, corpus.rules["new"], corpus.places)
    assert json.dumps(corpus.records()) == json.dumps(fresh.records())
    with Store.read(corpus.data / "corpus.db") as again, Store.read(fresh.data / "corpus.db") as anew:
        assert [again.blocks(f"gazette:{n}") for n in range(1, 9)] == [anew.blocks(f"gazette:{n}") for n in range(1, 9)]


def test_new_rules_are_no_new_revision(corpus):
    corpus.run("new")
    assert {record["revision"] for record in corpus.records()} == {1}
    with Store.read(corpus.data / "corpus.db") as store:
        assert store.account(2).states == {"renewed": PAGES // 2, "unchanged": PAGES // 2 + 1}


def test_stale_reads_only_what_other_rules_read(corpus):
    assert corpus.report("new", "--stale")["pages"] == PAGES + 1
    assert corpus.report("new", "--stale")["pages"] == 0


def test_the_guard_stops_before_anything_is_taken_away(corpus):
    before = corpus.records()
    result = corpus.run("all")
    assert result.exit_code == 4
    assert "would be emptied" in result.stderr
    assert corpus.records() == before
    assert corpus.run("all", "--dry-run").exit_code == 4
    assert corpus.run("all", "--guard", "1").exit_code == 0
    assert corpus.records() == []


def test_an_article_that_is_none_by_the_new_rules_leaves_and_returns_as_it_was(corpus):
    before = corpus.records()
    report = corpus.report("one")
    assert (report["emptied"], len(corpus.records())) == (1, PAGES - 1)
    with Store.read(corpus.data / "corpus.db") as store:
        assert store.refusal("gazette:3").reason in ("empty", "too-short")
        assert store.article("https://gazette.example/3/story") is None
    again = corpus.report("old", "--refused")
    assert (again["pages"], again["recovered"], again["still_refused"]) == (2, 1, 1)
    corpus.run("old")
    assert corpus.records() == before


def test_refused_pages_are_chosen_by_reason(corpus):
    with Store.read(corpus.data / "corpus.db") as store:
        reason = store.refusal("gazette:99").reason
    assert corpus.report("old", "--refused", reason)["pages"] == 1
    assert corpus.report("old", "--refused", "wall")["pages"] == 0


def test_since_and_outlet_choose(corpus):
    assert corpus.report("old", "--dry-run", "--since", "2026-03-02T08:00:11+00:00")["pages"] == PAGES - 10 + 1
    assert corpus.report("old", "--dry-run", "--outlet", "gazette")["pages"] == PAGES + 1
    assert corpus.run("old", "--outlet", "gazete").exit_code == 2


def test_a_page_that_is_missing_fails_and_its_article_stays(corpus):
    before = corpus.records()
    (path,) = (corpus.data / "archive").iterdir()
    path.rename(corpus.folder / "elsewhere.warc.gz")
    result = corpus.run("new", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["newly_failing"] == PAGES + 1
    assert corpus.records() == before


def test_a_killed_reextraction_is_completed_by_the_next(corpus):
    environment = os.environ | {"NEWSCRAWL_OUTLETS": str(corpus.rules["new"]), "NEWSCRAWL_DATA": str(corpus.data)}
    command = [sys.executable, "-m", "newscrawl", "reextract"]
    for seconds in (0.6, 1.2, 1.6):
        process = subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert len(corpus.records()) == PAGES
    assert corpus.run("new", "--stale").exit_code == 0
    assert not any(PLEA in record["text"] for record in corpus.records())
