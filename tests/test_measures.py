"""What runs measured and the verdicts on it: kept as they were, newest first."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.health import Measures, RuleMeasure, SourceMeasure, Verdict
from newscrawl.store import Outcome, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = SourceMeasure(url="https://harbor.test/feed", kind="feed", status="200", items=20, newest=NOON - HOUR)
MEASURED = Measures(
    requests={"200": 12, "403": 1, "failed": 2},
    bytes=34_567,
    pages=11,
    articles=10,
    new=9,
    changed=1,
    titled=10,
    dated=9,
    timed=8,
    authored=7,
    median_chars=1_800,
    kept_chars=18_000,
    removed_chars=2_000,
    languages={"en": 9, "und": 1},
    language_conflicts=1,
    zones={"stated": 6, "assumed": 2},
    median_lag_hours=1.5,
    future=1,
    refused={"too-short": 1},
    selectors={"selectors.title": (10, 11)},
    rules={"boilerplate": RuleMeasure(pages=10, blocks=30, chars=2_000)},
    sources=(
        FEED,
        SourceMeasure(url="https://harbor.test/map.xml", kind="sitemap", status="304", items=0, newest=None),
    ),
    stages={"fetch": 4.5, "strip": 0.5},
)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


def note_run(store, outlet, started, measured=MEASURED):
    run = store.start_run([outlet], "crawl", "0.2.0", started)
    store.settle(run, [Outcome(outlet=outlet, url=f"https://{outlet}.test/1", state="http-404")], started)
    store.finish_run(run, "finished", started + HOUR)
    store.note_measures(run, outlet, started, started + HOUR, measured)
    return run


def test_measures_come_back_as_they_were_noted(store):
    run = note_run(store, "harbor", NOON)
    (kept,) = store.outlet_runs()
    assert (kept.run, kept.outlet, kept.command, kept.status) == (run, "harbor", "crawl", "finished")
    assert (kept.started, kept.ended, kept.states) == (NOON, NOON + HOUR, {"http-404": 1})
    assert kept.measures == MEASURED


def test_measures_come_newest_first_by_outlet_and_time(store):
    for hours, outlet in ((0, "harbor"), (1, "bay"), (2, "harbor")):
        note_run(store, outlet, NOON + hours * HOUR)
    assert [(r.run, r.outlet) for r in store.outlet_runs()] == [(3, "harbor"), (2, "bay"), (1, "harbor")]
    assert [r.run for r in store.outlet_runs("harbor", since=NOON + HOUR)] == [3]
    assert [r.run for r in store.outlet_runs(run=2)] == [2]


def test_measures_of_an_older_program_have_defaults_for_what_it_did_not_measure():
    older = json.loads(json.dumps(MEASURED.as_record()))
    del older["future"], older["rules"]
    assert Measures.of_record(older).future == 0
    assert Measures.of_record(older).rules == {}
    assert Measures.of_record(older).titled == MEASURED.titled


def test_the_removed_share_is_of_all_that_the_pages_showed():
    assert MEASURED.removed_share == pytest.approx(0.1)
    assert Measures().removed_share is None


def test_verdicts_come_newest_first(store):
    broken = Verdict(outlet="harbor", at=NOON, run=1, verdict="broken", causes=("no answer in time on 3 of 3",))
    mended = Verdict(outlet="harbor", at=NOON + HOUR, run=2, verdict="ok")
    other = Verdict(outlet="bay", at=NOON + 2 * HOUR, run=None, verdict="stale", causes=("no run since «Friday»",))
    for verdict in (broken, mended, other):
        store.note_verdict(verdict)
    assert list(store.verdicts()) == [other, mended, broken]
    assert list(store.verdicts("harbor", since=NOON + HOUR)) == [mended]
