"""The account of a run: what a crawl measured of each outlet, shown, and let go of when it is old."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from corpora import OUTLET, article, link
from local_site import XML, Answer, LocalSite, local_site, story

from newscrawl.extract import settle_dates, strip
from newscrawl.health import Measures
from newscrawl.outlet import Outlet
from newscrawl.records import Page
from newscrawl.store import Outcome, Store

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.health import OutletRun

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = """
[[sources]]
kind = "feed"
url = "{root}/feed.xml"

[[sources]]
kind = "sitemap"
url = "{root}/gone.xml"
"""


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as found:
        yield found


def newscrawl(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawl", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def measured(site: LocalSite) -> list[OutletRun]:
    with Store.read(site.folder / "data" / "corpus.db") as store:
        return list(store.outlet_runs())


def test_a_crawl_measures_what_it_met(site):
    site.declare(RULES.format(root=site.root) + "[noise]\nprune = ['.box']\n[selectors]\ntitle = 'h1.none'\n")
    site.article(1, extra="<div class=box>Share this with your friends today</div>")
    site.article(2)
    site.routes["/news/3"] = Answer(b"<html><body><p>No story.</p></body></html>")
    site.feed(1, 2, 3, 4)
    assert site.crawl().code == 0
    (found,) = measured(site)
    m = found.measures
    assert (found.outlet, found.command, found.status) == ("local", "crawl", "finished")
    assert found.states == {"stored": 2, "too-short": 1, "http-404": 1}
    assert m.requests == {"200": 4, "404": 3}  # the feed and three pages; robots.txt, the sitemap and a page
    assert m.bytes > sum(len(site.routes[path].body) for path in ("/feed.xml", "/news/1", "/news/2", "/news/3"))
    assert (m.pages, m.articles, m.new, m.changed) == (3, 2, 2, 0)
    assert (m.titled, m.dated, m.timed, m.authored) == (2, 2, 2, 0)
    assert m.refused == {"too-short": 1}
    assert m.languages == {"en": 2}
    assert m.zones == {"stated": 2}
    assert m.selectors == {"selectors.title": (0, 3), "noise.prune: .box": (1, 3)}
    assert m.rules["outlet-prune"].pages == 1
    assert m.kept_chars > 2 * (m.median_chars or 0) - 3 > 100
    assert 0 < (m.removed_share or 0) < 0.5
    assert [(s.kind, s.status, s.items, s.newest) for s in m.sources] == [
        ("feed", "200", 4, None),
        ("sitemap", "404", 0, None),
    ]
    assert set(m.stages) == {"fetch", "strip", "dates", "language", "store"}
    assert all(seconds > 0 for seconds in m.stages.values())
    assert timedelta() < found.ended - found.started < timedelta(minutes=1)


def test_new_articles_and_new_revisions_are_told_apart(site):
    site.declare()
    site.articles(1, 2)
    site.crawl()
    site.article(3)
    site.routes["/news/2"] = Answer(story(2, "<p>Correction: it was the lamp beside the mill that was repaired.</p>"))
    modified = "".join(f"<url><loc>{site.root}/news/{n}</loc><lastmod>2099-01-01</lastmod></url>" for n in (1, 2, 3))
    site.routes["/map.xml"] = Answer(f"<urlset>{modified}</urlset>".encode(), headers=XML)
    site.declare(f'[[sources]]\nkind = "sitemap"\nurl = "{site.root}/map.xml"\n')
    site.crawl()
    newest, first = measured(site)
    assert (first.measures.new, first.measures.changed) == (2, 0)
    assert (newest.measures.new, newest.measures.changed) == (1, 1)
    assert newest.measures.pages == 3


def test_the_lag_is_from_publication_to_fetch_and_the_newest_item_is_of_the_feed(site):
    site.declare()
    now = datetime.now(UTC).replace(microsecond=0)
    ages = {1: 2, 2: 4, 3: 30}
    for number, hours in ages.items():
        stated = (now - timedelta(hours=hours)).isoformat()
        body = story(number).replace(f"2026-02-{number % 27 + 1:02}T08:00:00+00:00".encode(), stated.encode())
        site.routes[f"/news/{number}"] = Answer(body)
    items = "".join(
        f"<item><link>{site.root}/news/{n}</link><pubDate>{format_datetime(now - timedelta(hours=h))}</pubDate></item>"
        for n, h in ages.items()
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>L</title>{items}</channel></rss>'
    site.routes["/feed.xml"] = Answer(feed.encode(), headers=XML)
    site.crawl()
    (found,) = measured(site)
    assert found.measures.median_lag_hours == pytest.approx(4, abs=0.1)
    assert found.measures.sources[0].newest == now - timedelta(hours=2)


def test_a_host_that_refuses_connections_is_counted(site):
    site.declare('[[sources]]\nkind = "feed"\nurl = "http://127.0.0.1:9/feed.xml"\n')
    assert site.crawl().code == 5
    (found,) = measured(site)
    assert found.measures.requests["failed"] >= 3
    assert found.measures.sources[0].status == "robots.txt could not be read: the host refused the connection"


@pytest.mark.parametrize(("ending", "measured_as"), [(signal.SIGINT, ["interrupted"]), (signal.SIGKILL, [])])
def test_an_interrupted_run_is_measured_and_a_killed_one_is_not(site, ending, measured_as):
    site.declare(delay=1.0)
    site.articles(*range(1, 30))
    crawl = site.start()
    while len(site.requests) < 3 and crawl.poll() is None:
        time.sleep(0.05)
    crawl.send_signal(ending)
    crawl.communicate(timeout=30)
    assert [run.status for run in measured(site)] == measured_as


def test_what_is_measured_changes_no_record():
    page = Page(body=story(1), url="https://gazette.example/1/x", fetched_at=NOON)
    plain = settle_dates(strip(page, OUTLET), OUTLET)
    declared = Outlet.model_validate(OUTLET.model_dump() | {"noise": {"prune": ("aside.none",)}})
    stripped = strip(page, declared)
    assert stripped.matched == (("noise.prune: aside.none", False),)
    records = [one.as_record() for one in (plain, settle_dates(stripped, declared))]
    assert all(records[0][key] == records[1][key] for key in records[0] if key != "rules_hash")
    assert "dated_ahead" not in records[0]


@pytest.mark.parametrize(
    ("stated", "ahead"), [("2026-03-01T15:00:00+00:00", True), ("2026-03-01T09:00:00+00:00", False)]
)
def test_a_date_later_than_the_fetch_is_noticed(stated, ahead):
    body = story(1).replace(b"2026-02-02T08:00:00+00:00", stated.replace("+00:00", "-01:00").encode())
    page = Page(body=body, url="https://gazette.example/1/x", fetched_at=NOON)
    assert settle_dates(strip(page, OUTLET), OUTLET).dated_ahead is ahead


def test_runs_are_shown_with_what_they_measured(site):
    site.declare()
    site.articles(1, 2, 3)
    site.crawl()
    [told] = map(json.loads, newscrawl(site.folder, "runs", "show", "--json").stdout.splitlines())
    assert (told["run"], told["new"], told["changed"], told["discovered"]) == (1, 3, 0, 3)
    assert told["seconds"] >= 0
    local = told["measures"]["local"]
    assert (local["requests"], local["articles"], local["new"]) == ({"200": 4, "404": 1}, 3, 3)
    assert 0 < local["removed_share"] < 1
    shown = newscrawl(site.folder, "runs", "show").stdout
    for expected in (
        "duration",
        "requests  200  404",
        "seconds  dates  fetch  language  store  strip",
        "median chars",
    ):
        assert expected in shown
    listed = newscrawl(site.folder, "runs", "list").stdout.splitlines()
    assert listed[0].split()[:6] == ["run", "command", "status", "started", "duration", "new"]
    assert listed[1].split()[:3] == ["1", "crawl", "finished"]


# Pruning


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "data" / "corpus.db", create=True) as opened:
        yield opened


def note_run(
    store: Store, at: datetime, *, stores: bool = False, outlet: str = "gazette", command: str = "crawl"
) -> int:
    run = store.start_run([outlet], command, "0", at)
    store.discover(run, OUTLET, [link(run)], at)
    outcomes: list[Any] = [Outcome(outlet=outlet, url=f"https://{outlet}.example/{run}/none", state="http-404")]
    store.settle(run, outcomes, at)
    if stores:
        store.save(run, [article(run)])
    store.note_measures(run, outlet, at, at, Measures(new=int(stores)))
    store.finish_run(run, "finished", at)
    return run


def test_old_accounts_go_and_what_articles_cite_remains(store):
    barren, fruitful, recent, last = (
        note_run(store, NOON + timedelta(days=days), stores=days == 1) for days in (0, 1, 60, 61)
    )
    rehearsed = store.prune_runs(NOON + timedelta(days=30), dry_run=True)
    assert [run.number for run in store.runs()] == [last, recent, fruitful, barren]
    pruned = store.prune_runs(NOON + timedelta(days=30))
    assert rehearsed == pruned
    assert (pruned.runs, pruned.addresses, pruned.gone) == (2, 4, 1)
    assert [(run.number, run.pruned) for run in store.runs()] == [(last, False), (recent, False), (fruitful, True)]
    assert store.account(fruitful).discovered == 0
    assert {run.run for run in store.outlet_runs()} == {recent, last}
    assert store.article(f"gazette:{fruitful}") is not None
    assert store.prune_runs(NOON + timedelta(days=30)).runs == 0


def test_many_accounts_go_in_portions(store, monkeypatch):
    monkeypatch.setattr("newscrawl.store.store.RUNS_PRUNED", 2)
    for days in range(6):
        note_run(store, NOON + timedelta(days=days), stores=days % 2 == 0)
    rehearsed = store.prune_runs(NOON + timedelta(days=90), dry_run=True)
    assert store.prune_runs(NOON + timedelta(days=90)) == rehearsed
    assert (rehearsed.runs, rehearsed.gone) == (5, 2)


def test_the_last_crawl_of_each_outlet_stays(store):
    note_run(store, NOON)
    note_run(store, NOON, outlet="bay")
    assert store.prune_runs(NOON + timedelta(days=900)).runs == 0


def test_runs_that_are_under_way_stay(store):
    running = store.start_run(["gazette"], "reextract", "0", NOON)
    note_run(store, NOON)
    assert store.prune_runs(NOON + timedelta(days=900)).runs == 0
    assert store.run(running).status == "running"


def test_prune_says_what_it_did_and_lists_show_no_numbers_for_it(store, tmp_path):
    for days in (0, 1):
        note_run(store, NOON + timedelta(days=days), stores=True)
    rehearsed = newscrawl(tmp_path, "runs", "prune", "--older-than", "5", "--dry-run")
    done = newscrawl(tmp_path, "runs", "prune", "--older-than", "5")
    assert "accounts of 1 run with 2 addresses would be pruned; 0 of them would be gone" in rehearsed.stdout
    assert "accounts of 1 run with 2 addresses pruned; 0 of them gone altogether." in done.stdout
    rows = [json.loads(line) for line in newscrawl(tmp_path, "runs", "list", "--json").stdout.splitlines()]
    assert [(row["run"], row["discovered"], row["pruned"]) for row in rows] == [(2, 2, False), (1, None, True)]


def test_a_crawl_prunes_by_the_policy(store, tmp_path):
    for days in (0, 1):
        note_run(store, NOON + timedelta(days=days))
    store.close()
    with local_site(tmp_path) as site:
        site.declare()
        site.articles(1, 2)
        policy = 'outlets = "outlets"\ncontact = "mailto:a@example.org"\nkeep_runs = 5\n'
        (tmp_path / "newscrawl.toml").write_text(policy)
        assert newscrawl(tmp_path, "crawl", "local").returncode == 0
    with Store.read(tmp_path / "data" / "corpus.db") as after:
        assert [run.number for run in after.runs()] == [3, 2]
