"""What changed between two revisions, and how it is shown."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from time import perf_counter

import pytest
from click.testing import CliRunner
from corpora import NOW, OUTLET, article, link
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.cli import cli
from newscrawl.revisions import compare, is_correction
from newscrawl.store import Filters, Store

FIXTURE = Path(__file__).parent / "fixtures" / "corpus-0.1.0.sql"
TEXTS = (
    "The bridge opened on Monday.\n\nIt cost 4 million.\n\nTraffic flows.",
    "The bridge opened on Tuesday.\n\nIt cost 4 million.\n\nTraffic flows.\n\nCorrection: it opened on Tuesday.",
)


def record(text, **fields):
    return {"title": "Bridge opens", "lead": None, "authors": [], "date_published": None, "text": text} | fields


@pytest.fixture
def data(tmp_path):
    """A corpus whose article 1 was corrected, then given another title."""
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        for number, changes in enumerate(({}, {}, {"title": "The bridge, open"})):
            run = store.start_run(["gazette"], "crawl", "0", NOW)
            text = TEXTS[min(number, 1)].split("\n\n")
            store.save(run, [article(1, *text, **changes), article(2)])
            store.finish_run(run, "finished", NOW)
    return tmp_path


def run(data, *arguments):
    return CliRunner().invoke(cli, [*arguments, "--data", str(data)])


def test_changes_are_told_by_paragraph_and_word():
    changes = compare(record(TEXTS[0]), record(TEXTS[1]))
    assert [change.kind for change in changes] == ["changed", "same", "same", "added"]
    assert [(edit.kind, edit.text) for edit in changes[0].edits] == [
        ("same", "The bridge opened on "),
        ("removed", "Monday"),
        ("added", "Tuesday"),
        ("same", "."),
    ]
    assert [change.correction for change in changes] == [False, False, False, True]


def test_fields_that_changed_come_first():
    changes = compare(record("A b."), record("A b.", title="Bridge closes", authors=["Rima"]))
    assert [(change.where, change.kind) for change in changes] == [
        ("title", "changed"),
        ("authors", "added"),
        ("text", "same"),
    ]


def test_a_reworded_paragraph_stands_beside_its_former_wording_though_another_is_put_before_it():
    before = "First one here stays.\n\nThe mayor said it would rain on Sunday.\n\nEnd."
    after = "First one here stays.\n\nSomething entirely new!\n\nThe mayor said it would snow on Sunday.\n\nEnd."
    assert [change.kind for change in compare(record(before), record(after))] == ["same", "added", "changed", "same"]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_revisions_can_be_read_from_what_changed(before, after):
    changes = compare(record(before), record(after))
    assert "".join(change.before for change in changes) == before.replace("\n\n", "")
    assert "".join(change.after for change in changes) == after.replace("\n\n", "")


def test_a_hostile_article_takes_no_time():
    before = "\n\n".join(f"word{n} of many" for n in range(1500))
    after = "\n\n".join(f"other{n} of few" for n in range(1500)) + "\n\n" + "x " * 40_000
    started = perf_counter()
    compare(record(before), record(after))
    assert perf_counter() - started < 10


@pytest.mark.parametrize(
    "note",
    [
        "Correction: An earlier sum was wrong.",
        "CORRECTION (May 3): the name was misspelt.",
        "[Editor’s note: the figure was changed.]",
        "An earlier version of this article misstated the cost.",
        "تصحيح: ورد خطأ في اسم المدينة.",
        "Düzeltme: Tarih yanlış yazılmıştı.",
        "Rectificatif : le pont mesure 40 mètres.",
    ],
)
def test_a_note_of_correction_is_recognised(note):
    assert is_correction(note)


@pytest.mark.parametrize(
    "text", ["Correction of the course took a year.", "The court ordered a correction: none came.", ""]
)
def test_a_story_about_a_correction_is_no_note(text):
    assert not is_correction(text)


def test_history_lists_revisions_with_the_size_of_the_change(data):
    result = run(data, "history", "gazette:1", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["revision"], row["note"]) for row in rows] == [(1, None), (2, "correction"), (3, None)]
    assert (rows[0]["characters"], rows[1]["removed"], rows[2]["title"]) == (len(TEXTS[0]), 6, "The bridge, open")
    assert "correction" in run(data, "history", link(1).url).stdout


def test_diff_is_plain_when_piped(data):
    shown = run(data, "diff", "gazette:1", "1", "2").stdout
    assert "The bridge opened on [-Monday-]{+Tuesday+}." in shown
    assert "(2 paragraphs unchanged)" in shown
    assert "correction: {+Correction: it opened on Tuesday.+}" in shown
    assert "\x1b" not in shown


def test_diff_compares_the_last_two_unless_told_otherwise(data):
    (change,) = [json.loads(line) for line in run(data, "diff", "gazette:1", "--json").stdout.splitlines()]
    assert (change["where"], change["before"], change["after"]) == ("title", "Bridge 1 opens", "The bridge, open")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("diff", "gazette:2"), "one revision only"),
        (("diff", "gazette:1", "1", "9"), "no revision 9. It has 1, 2, 3"),
        (("history", "gazette:9"), "no article of"),
    ],
)
def test_what_is_not_there_is_said_so(data, arguments, complaint):
    result = run(data, *arguments)
    assert result.exit_code == 2
    assert complaint in result.output


@pytest.mark.parametrize(("choice", "expected"), [("latest", [3, 1]), ("first", [1, 1]), ("all", [1, 2, 3, 1])])
def test_export_chooses_revisions(data, choice, expected):
    result = run(data, "export", "-o", str(data / "out.jsonl"), "--revisions", choice)
    assert result.exit_code == 0
    records = [json.loads(line) for line in (data / "out.jsonl").read_text().splitlines()]
    assert [record["revision"] for record in records] == expected
    assert all(list(record) == list(article(1).as_record()) for record in records)


def test_a_former_record_is_whole(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        first = article(1, "First.", tags=("a",), section="Roads")
        store.save(store.start_run([], "crawl", "0", NOW), [first])
        store.save(store.start_run([], "crawl", "0", NOW), [article(1, "Second.", tags=("b",), section="Sea")])
        assert store.revisions("gazette:1") == [first.as_record()]


@pytest.fixture
def old(tmp_path):
    """A corpus as version 0.1.0 wrote it."""
    path = tmp_path / "corpus.db"
    with sqlite3.connect(path) as db:
        db.executescript(FIXTURE.read_text("utf-8"))
    db.close()
    return path


def test_a_corpus_of_the_first_version_opens_with_all_it_held(old):
    with Store.open(old) as store:
        assert [found["id"] for found in store.articles()] == ["gazette:1", "gazette:2"]
        (former,) = store.revisions("gazette:1")
        assert (former["revision"], former["text"]) == (1, "The bridge was opend.")
        assert list(former) == list(article(1).as_record())
        assert len(store.blocks("gazette:2")) == 43
        assert store.refusal("gazette:3").reason == "too-short"
        assert [source.url for source in store.sources("gazette")] == ["https://gazette.example/feed"]
        assert [found.status for found in store.runs()] == ["finished", "finished"]


def test_a_corpus_of_the_first_version_goes_on(old):
    with Store.open(old) as store:
        store.save(store.start_run(["gazette"], "crawl", "0.2", NOW), [article(1, "The bridge is open.")])
        assert len(list(store.articles(Filters(revisions="all")))) == 4
        assert store.discover(store.start_run([], "crawl", "0.2", NOW), OUTLET, [link(1)], NOW) == []
