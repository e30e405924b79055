"""Bad input to the commands that need no network: a clear message, the documented exit code, nothing stored lost."""

import gzip
import json
import os
import sqlite3

import pytest
from click.testing import CliRunner

from newscrawl.cli import cli

STORY = """<html><head><title>Harbour bridge reopens - The Gazette</title>
<script type="application/ld+json">{declared}</script></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Harbour bridge reopens</h1>{paragraphs}</article></body></html>"""
PARAGRAPHS = "".join(
    f"<p>The harbour bridge was opened again on Monday after {count} weeks of work on its northern arch, and the first "
    f"buses crossed it shortly before noon while some {count}00 residents watched from both banks of the river.</p>"
    for count in ("six", "seven", "eight", "nine")
)


def run(*args, **options):
    return CliRunner().invoke(cli, [str(arg) for arg in args], **options)


def extract(*args):
    """Result and records of ``extract``."""
    result = run("extract", *args)
    return result, [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.html"
    path.write_text(STORY.format(declared="{}", paragraphs=PARAGRAPHS))
    return path


@pytest.mark.parametrize(
    "body",
    [b"", b"   \n", b"\x00\x01\x02", bytes(range(256)) * 400, b"\x89PNG\r\n\x1a\n" + os.urandom(20_000)],
    ids=["empty", "blank", "three bytes", "every byte", "image"],
)
def test_what_is_no_page_is_refused_and_named(tmp_path, story, body):
    odd = tmp_path / "odd.html"
    odd.write_bytes(body)
    result, records = extract(odd, story)
    assert result.exit_code == 0
    assert [record["source"] for record in records] == [str(story)]
    assert "2 pages: 1 articles, 1 refused" in result.stderr
    assert f"{odd} (" in result.stderr


@pytest.mark.parametrize("tag", ["div", "b", "table", "blockquote"])
def test_fifty_thousand_nested_tags_cost_one_page_at_the_most(tmp_path, story, tag):
    odd = tmp_path / "nested.html"
    odd.write_text(f"<html><body>{f'<{tag}>' * 50_000}deep{f'</{tag}>' * 50_000}</body></html>")
    result, records = extract(odd, story)
    assert records[-1]["source"] == str(story)
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "declared",
    ['{"@type": "NewsArticle", "headline": ', "[[[[", "null", '{"@graph": 3}', '"' + "x" * 100_000, '{"a":' * 20_000],
)
def test_broken_json_ld_is_passed_over(tmp_path, declared):
    path = tmp_path / "story.html"
    path.write_text(STORY.format(declared=declared, paragraphs=PARAGRAPHS))
    result, [record] = extract(path)
    assert result.exit_code == 0
    assert record["title"] == "Harbour bridge reopens"


@pytest.mark.parametrize(
    ("body", "told"),
    [(gzip.compress(b"x" * 11 * 2**20), "larger than 10 MB"), (gzip.compress(b"<html>story")[:-9], "broken gzip")],
    ids=["bomb", "cut off"],
)
def test_a_file_that_cannot_be_read_ends_in_error_and_costs_no_other(tmp_path, story, body, told):
    odd = tmp_path / "odd.html.gz"
    odd.write_bytes(body)
    result, records = extract(odd, story)
    assert result.exit_code == 3
    assert len(records) == 1
    assert f"{odd} (error: {odd}: {told}" in result.stderr or told in result.stderr


def test_control_characters_of_a_page_reach_neither_record_nor_terminal(tmp_path):
    path = tmp_path / "story.html"
    hostile = PARAGRAPHS.replace("arch", "&#27;[31march&#155;2J\x1b[0m")
    path.write_text(STORY.format(declared="{}", paragraphs=hostile))
    shown = run("explain", path).stdout + run("extract", path).stdout + run("explain", path, "--json").stdout
    assert "arch" in shown
    assert not {"\x1b", "\x9b"} & set(shown)


def test_an_unknown_outlet_is_told_before_any_work(story, tmp_path):
    for command in (["extract", story], ["explain", story], ["export", "-o", "-"]):
        result = run(*command, "--outlet", "gazete", "--data", tmp_path)
        assert result.exit_code == 2
        assert "Unknown outlet 'gazete'. Known: " in result.stderr


def test_an_outlet_file_with_a_typo_is_named_with_its_key(tmp_path, story):
    path = tmp_path / "mine" / "gazette" / "outlet.toml"
    path.parent.mkdir(parents=True)
    path.write_text(
        'name = "gazette"\ntitle = "G"\nhomepage = "https://gazette.example/"\nlanguages = ["en"]\ntimezone = "UTC"\n'
        "dealy = 3\n"
    )
    result = run("extract", story, "--outlet", "gazette", env={"NEWSCRAWL_OUTLETS": str(tmp_path / "mine")})
    assert result.exit_code == 2
    assert f"{path}: unknown key 'dealy'" in result.stderr


@pytest.mark.parametrize("output", ["missing/out.jsonl", "."])
def test_an_output_that_cannot_be_written_is_named(tmp_path, story, output):
    result = run("extract", story, "-o", tmp_path / output)
    assert result.exit_code == 2
    assert f"{tmp_path / output}: cannot be written" in result.stderr


def test_a_malformed_manifest_is_named_with_its_line(tmp_path, story):
    (tmp_path / "manifest.jsonl").write_text(json.dumps({"file": story.name}) + "\n{broken\n")
    result = run("extract", tmp_path)
    assert result.exit_code == 2
    assert "manifest.jsonl, line 2" in result.stderr


@pytest.mark.parametrize(
    "command", [["export", "-o", "-"], ["explain", "sana-1"], ["runs", "list"], ["runs", "show"]], ids=lambda c: c[0]
)
def test_a_corpus_that_is_not_there_is_told_and_not_made(tmp_path, command):
    result = run(*command, "--data", tmp_path / "none")
    assert result.exit_code == 2
    assert f"{tmp_path / 'none' / 'corpus.db'}" in result.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [["export", "-o", "-"], ["runs", "list"]], ids=lambda c: c[0])
def test_a_file_that_is_no_corpus_is_told_and_left_alone(tmp_path, command):
    (tmp_path / "corpus.db").write_text("dear diary")
    result = run(*command, "--data", tmp_path)
    assert result.exit_code == 2
    assert str(tmp_path / "corpus.db") in result.stderr
    assert (tmp_path / "corpus.db").read_text() == "dear diary"


def test_a_corpus_of_a_newer_newscrawl_is_refused_and_left_alone(tmp_path, story):
    assert run("extract", story, "--save", "--data", tmp_path).exit_code == 0
    with sqlite3.connect(tmp_path / "corpus.db") as db:
        db.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('newscrawl', 'm999', '')")
        db.commit()
    for command in (["export", "-o", "-"], ["extract", story, "--save"]):
        result = run(*command, "--data", tmp_path)
        assert result.exit_code == 2
        assert "newer" in result.stderr
    with sqlite3.connect(tmp_path / "corpus.db") as db:
        assert db.execute("select count(*) from articles").fetchall() == [(1,)]


def test_an_id_that_is_not_stored_is_told(tmp_path, story):
    assert run("extract", story, "--save", "--data", tmp_path).exit_code == 0
    result = run("explain", "sana-1", "--data", tmp_path)
    assert result.exit_code == 2
    assert "sana-1: neither a file nor an article" in result.stderr
