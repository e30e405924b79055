"""``metrics`` says in Prometheus' text form what the database holds, and what a run measured."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpora import NOW, OUTLET, article, link
from prometheus_client.parser import text_string_to_metric_families

from newscrawl.cli import cli
from newscrawl.health.measures import Measures, SourceMeasure, Verdict
from newscrawl.numbers import size_of
from newscrawl.store import Outcome, Store

HOSTILE = 'ga"z\\ette\n{x="y"} 7 <b>\x1b[2J'


@pytest.fixture
def data(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        _run(store, NOW - timedelta(days=1), new=2, requests={"200": 5})
        _run(store, NOW, status="failed", requests={"403": 3, "failed": 1}, bytes=900, kept_chars=70, removed_chars=30)
        store.note_verdict(Verdict(outlet="gazette", at=NOW, run=1, verdict="ok"))
        store.note_verdict(Verdict(outlet="gazette", at=NOW, run=2, verdict="blocked"), ["hook"])
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "gazette-20260302T080000Z-abcdef.warc.gz").write_bytes(b"x" * 500)
    return tmp_path


def _run(store, now, outlet="gazette", status="finished", **measured):
    run = store.start_run([outlet], "crawl", "0", now)
    if measured.get("new"):
        store.discover(run, OUTLET, [link(1), link(2), link(3)], now)
        store.save(run, [article(1), article(2)])
    store.settle(run, [Outcome(outlet=outlet, url=link(4).url, state="offsite")], now)
    feed = f"https://{outlet if outlet.isalpha() else 'x'}.example/feed?token=s3cret"
    answer = "200" if status == "finished" else "403"
    source = SourceMeasure(url=feed, kind="feed", status=answer, items=2, newest=now - timedelta(hours=3))
    measures = Measures(sources=(source,), stages={"strip": 1.5}, **measured)
    store.note_measures(run, outlet, now, now + timedelta(seconds=90), measures)
    store.finish_run(run, status, now)


def metrics(data, *options):
    result = CliRunner().invoke(cli, ["metrics", "--data", str(data), *map(str, options)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def samples(text):
    """Number by name and labels, as Prometheus' own parser reads them."""
    families = list(text_string_to_metric_families(text))
    assert all(family.name.startswith("newscrawl_") for family in families)
    assert all(family.documentation and family.type == "gauge" for family in families)
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def test_the_corpus_its_runs_and_its_health_are_told(data):
    told = samples(metrics(data))
    assert told["newscrawl_articles", "gazette"] == 2
    assert told["newscrawl_frontier_pending_urls", "gazette"] == 1
    assert told["newscrawl_archive_bytes",] == 500
    assert told["newscrawl_database_bytes",] >= (data / "corpus.db").stat().st_size
    assert told["newscrawl_runs", "crawl", "failed"] == 1
    assert told["newscrawl_last_run_timestamp_seconds", "gazette"] == NOW.timestamp() + 90
    assert told["newscrawl_last_success_timestamp_seconds", "gazette"] == NOW.timestamp() + 90 - 86_400
    assert told["newscrawl_last_run_duration_seconds", "gazette"] == 90
    assert told["newscrawl_last_run_requests", "403", "gazette"] == 3
    assert told["newscrawl_last_run_urls", "gazette", "offsite"] == 1
    assert told["newscrawl_last_run_stage_seconds", "gazette", "strip"] == 1.5
    assert told["newscrawl_last_run_received_bytes", "gazette"] == 900
    assert told["newscrawl_last_run_removed_characters", "gazette"] == 30
    newest = told["newscrawl_source_newest_item_timestamp_seconds", "gazette", "https://gazette.example/feed?token=***"]
    assert newest == NOW.timestamp() - 3 * 3600
    assert told["newscrawl_hooks_undelivered",] == 1


def test_one_verdict_of_all_holds(data):
    told = samples(metrics(data))
    verdicts = {key[1:]: value for key, value in told.items() if key[0] == "newscrawl_health_verdict"}
    assert len(verdicts) == 7
    assert [sorted(key) for key, value in verdicts.items() if value] == [["blocked", "gazette"]]


def test_names_of_any_kind_are_labels_and_nothing_else(data):
    with Store.open(data / "corpus.db") as store:
        _run(store, NOW, outlet=HOSTILE, requests={HOSTILE: 1})
    printed = metrics(data)
    name = HOSTILE.replace("\x1b", "")
    assert "\x1b" not in printed
    assert samples(printed)["newscrawl_last_run_duration_seconds", name] == 90
    assert samples(printed)["newscrawl_last_run_requests", name, name] == 1


def test_a_file_that_a_crawl_renames_meanwhile_is_passed_over(tmp_path):
    (tmp_path / "kept").write_bytes(b"12345")
    assert size_of([tmp_path / "kept", tmp_path / "gone"]) == 5


def test_an_empty_corpus_has_numbers_too(tmp_path):
    Store.open(tmp_path / "corpus.db", create=True).close()
    assert samples(metrics(tmp_path))["newscrawl_archive_files",] == 0


def test_a_file_is_written_whole_for_the_textfile_collector(data, tmp_path):
    target = tmp_path / "newscrawl.prom"
    target.write_text("stale")
    assert metrics(data, "-o", target) == ""
    assert samples(target.read_text()).keys() == samples(metrics(data)).keys()
    assert list(tmp_path.glob(".newscrawl.prom*")) == []


def test_the_docs_list_every_metric_and_its_labels(data):
    page = (Path(__file__).parent.parent / "docs" / "operating.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `(newscrawl_\w+)` \| (.*?) \|", page, re.M))
    families = text_string_to_metric_families(metrics(data))
    labels = {family.name: {name for one in family.samples for name in one.labels} for family in families}
    assert {name: set(re.findall(r"`(\w+)`", told)) for name, told in listed.items()} == labels
