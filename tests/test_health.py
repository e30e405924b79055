"""The judge: what a history says of an outlet, and what it must not say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

import pytest

from newscrawl.health import Measures, OutletRun, RuleMeasure, SourceMeasure
from newscrawl.health.baseline import rarely, spread, tail
from newscrawl.health.judge import judge
from newscrawl.health.words import long

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = "https://harbor.test/feed"


def source(at: datetime, **changes: Any) -> SourceMeasure:
    usual = SourceMeasure(url=FEED, kind="feed", status="200", items=20, newest=at - timedelta(hours=1))
    return replace(usual, **changes)


def run(number: int, at: datetime, pages: int = 10, states: dict[str, int] | None = None, **measured: Any) -> OutletRun:
    """A run as it should be, but for what is given."""
    usual: dict[str, Any] = {
        "requests": {"200": pages + 2},
        "pages": pages,
        "articles": pages,
        "new": pages,
        **dict.fromkeys(("titled", "dated", "timed", "authored"), pages),
        "median_chars": 2000 if pages else None,
        "kept_chars": 2000 * pages,
        "removed_chars": 500 * pages,
        "languages": {"en": pages},
        "zones": {"stated": pages},
        "median_lag_hours": 3.0 if pages else None,
        "selectors": {"selectors.title": (pages, pages)} if pages else {},
        "rules": {"boilerplate": RuleMeasure(pages=pages, blocks=pages, chars=50)} if pages else {},
        "sources": (source(at),),
    }
    return OutletRun(
        run=number,
        outlet="harbor",
        command="crawl",
        status="finished",
        started=at,
        ended=at + timedelta(minutes=5),
        states={"stored": pages} if states is None else states,
        measures=Measures(**usual | measured),
    )


def history(days: int, **changes: Any) -> list[OutletRun]:
    """Daily runs, newest first, all as they should be; ``changes`` are those of the newest."""
    runs = [run(n + 1, MONDAY + n * DAY) for n in range(days - 1)]
    newest = run(days, MONDAY + (days - 1) * DAY, **changes)
    return [newest, *reversed(runs)]


def verdict(runs: list[OutletRun], later: timedelta = timedelta(minutes=5), **told: Any) -> tuple[str, tuple[str, ...]]:
    found = judge("harbor", runs, runs[0].started + later, **told)
    return found.verdict, found.causes


def test_a_healthy_outlet_is_ok_on_every_day():
    runs = history(40)
    assert {verdict(runs[n:])[0] for n in range(40)} == {"ok"}


def test_an_outlet_without_a_run_was_never_crawled():
    found = judge("harbor", [], MONDAY)
    assert (found.verdict, found.run, found.causes) == ("never", None, ("not crawled in the last 35 days",))


def test_the_first_days_are_no_alarm_whatever_changes_in_them():
    odd = {"authored": 0, "median_chars": 200, "selectors": {"selectors.title": (0, 10)}}
    assert verdict(history(3, **odd)) == ("ok", ())


CHANGES = {
    "title": ({"titled": 2}, "2 of 10 articles have a title; 100 % as a rule"),
    "date": ({"dated": 0}, "0 of 10 articles have a date; 100 % as a rule"),
    "time": ({"timed": 0}, "0 of 10 articles have a time of day; 100 % as a rule"),
    "author": ({"authored": 1}, "1 of 10 articles have an author; 100 % as a rule"),
    "length": ({"median_chars": 600}, "the median text has 600 characters; 2,000 as a rule"),
    "removed": ({"removed_chars": 30000}, "60 % of the text was removed; 20 % as a rule"),
    "language": ({"languages": {"de": 9, "en": 1}}, "9 of 10 articles are in de; 0 % as a rule"),
    "declared": (
        {"language_conflicts": 8},
        "8 of 10 articles are in another language than they declare; 0 % as a rule",
    ),
    "zone": ({"zones": {"assumed": 10}}, "10 of 10 articles state times whose zone is assumed; 0 % as a rule"),
    "lag": ({"median_lag_hours": 6.0}, "articles are found 6.0 h after the date they state; 3.0 h as a rule"),
    "future": ({"future": 7}, "7 of 10 articles state a date later than their fetch; 0 % as a rule"),
    "refused": (
        {"articles": 5, "refused": {"too-short": 5}},
        "5 of 10 pages gave no article (too-short); 0 % as a rule",
    ),
    "selector": (
        {"selectors": {"selectors.title": (0, 10)}},
        "selector selectors.title matched 0 of 10 pages since run 20; 100 % as a rule",
    ),
    "rule": ({"rules": {}}, "rule boilerplate removed something from 0 of 10 pages since run 20; 100 % as a rule"),
    "duplicates": (
        {"states": {"duplicate": 9, "stored": 1}},
        "9 of 10 articles say the same as another; 0 % as a rule",
    ),
    "missing": (
        {"pages": 6, "states": {"stored": 6, "http-404": 14}},
        "14 of 20 addresses gave no page; 0 % as a rule",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_pages_give_is_drift(change):
    changed, cause = CHANGES[change]
    found, causes = verdict(history(20, **changed))
    assert found == "drift"
    assert cause in causes


@pytest.mark.parametrize(
    "changed",
    [
        {"authored": 8},
        {"median_chars": 1200},
        {"removed_chars": 6000},
        {"median_lag_hours": 3.4},
        {"refused": {"too-short": 1}, "articles": 9},
        {"selectors": {"selectors.title": (9, 10)}},
    ],
)
def test_small_changes_are_ok(changed):
    assert verdict(history(20, **changed)) == ("ok", ())


def test_drift_lasts_until_it_is_mended_however_long():
    gone = {"selectors": {"selectors.title": (0, 10)}, "authored": 0}
    runs = history(10)
    before = None
    for n in range(10, 40):
        runs = [run(n + 1, MONDAY + n * DAY, **gone), *runs]
        found = judge("harbor", runs, runs[0].started, before=before)
        assert found.verdict == "drift", n
        before = before or found
    assert "matched 0 of 300 pages since run 11" in found.causes[0]
    mended = judge("harbor", [run(41, MONDAY + 40 * DAY), *runs], MONDAY + 40 * DAY, before=before)
    assert mended.verdict == "ok"


def test_half_hourly_runs_with_few_pages_or_none_are_judged_together():
    runs = half_hourly(10)
    gone = {"selectors": {"selectors.title": (0, 1)}, "authored": 0}
    found = []
    for n in range(12):
        at = runs[0].started + timedelta(minutes=30)
        runs = [run(1000 + n, at, pages=n % 2, **(gone if n % 2 else {})), *runs]
        found.append(verdict(runs)[0])
    assert found[0] == "ok"
    assert found[-2:] == ["drift", "drift"]


def half_hourly(days: int) -> list[OutletRun]:
    """Runs of an outlet that is busy by day and silent by night, newest first."""
    rng = Random(3)
    runs = []
    for n in range(days * 48):
        at = MONDAY + n * timedelta(minutes=30)
        pages = rng.randrange(4) if 6 <= at.hour < 22 else 0
        runs.append(run(n + 1, at, pages=pages))
    return runs[::-1]


def test_nights_are_no_alarm():
    runs = half_hourly(12)
    assert {verdict(runs[n:])[0] for n in range(0, 480, 7)} == {"ok"}


def down(number: int, at: datetime, status: str) -> OutletRun:
    """A run whose feed gave nothing."""
    asked = (source(at, status=status, items=0, newest=None),)
    return run(number, at, pages=0, states={}, requests={status: 1}, sources=asked)


def test_a_feed_that_is_refused_is_blocked_at_once_in_a_daily_run():
    runs = history(10)
    found, causes = verdict([down(11, MONDAY + 10 * DAY, "403"), *runs])
    assert found == "blocked"
    assert causes == ("403 on 1 of 1 request since 2026-03-12 06:00 UTC (run 11)", f"feed {FEED}: answers 403")


def test_a_single_fault_between_frequent_runs_is_none_yet():
    runs = half_hourly(10)
    at = runs[0].started
    once = [down(1000, at + timedelta(minutes=30), "503"), *runs]
    assert verdict(once)[0] == "ok"
    twice = [down(1001, at + timedelta(minutes=60), "503"), *once]
    assert verdict(twice)[0] == "broken"


def test_pages_behind_a_wall_are_blocked_though_the_feed_answers():
    walled = run(11, MONDAY + 10 * DAY, pages=0, states={"http-403": 38}, requests={"200": 1, "403": 38})
    found, causes = verdict([walled, *history(10)])
    assert (found, causes) == ("blocked", ("403 on 38 of 39 requests since 2026-03-12 06:00 UTC (run 11)",))


def test_a_feed_that_is_gone_is_broken_though_pages_are_visited_again():
    at = MONDAY + 10 * DAY
    revisiting = run(11, at, new=0, sources=(source(at, status="404", items=0, newest=None),))
    assert verdict([revisiting, *history(10)])[0] == "broken"


def test_a_few_pages_that_always_fail_are_no_outage():
    runs = half_hourly(10)
    for n in range(6):
        at = runs[0].started + timedelta(minutes=30)
        runs = [run(1000 + n, at, pages=0, states={"http-500": 1}, requests={"200": 1, "500": 3}), *runs]
    assert verdict(runs)[0] == "ok"
    refused = [replace(one, states={"http-403": 1}) for one in runs[:3]]
    assert verdict([*refused, *runs[3:]])[0] == "blocked"


def test_a_run_that_asked_for_nothing_changes_nothing():
    at = MONDAY + 9 * DAY
    resting = run(11, at + timedelta(hours=1), pages=0, states={}, sources=(source(at, status="rests", items=0),))
    assert verdict([resting, down(10, at, "503"), *history(9)])[0] == "broken"
    assert verdict([resting, *history(10)])[0] == "ok"


def test_a_host_that_gives_no_answer_is_broken():
    at = MONDAY + 10 * DAY
    silent = run(11, at, pages=0, states={}, requests={"failed": 3},
                 sources=(source(at, status="the host refused the connection", newest=None),))  # fmt: skip
    found, causes = verdict([silent, *history(10)])
    assert (found, causes[1]) == ("broken", f"feed {FEED}: the host refused the connection")
    assert causes[0].startswith("no answer to 3 of 3 requests")


def test_pages_that_all_give_no_article_are_broken():
    found, causes = verdict(history(20, articles=0, new=0, refused={"too-short": 10}, states={"too-short": 10}))
    assert found == "broken"
    assert "10 of 10 pages gave no article (too-short); 0 % as a rule" in causes


def test_addresses_that_match_no_pattern_any_more_are_broken():
    found, causes = verdict(history(20, pages=0, states={"not-an-article": 40}))
    assert (found, causes) == ("broken", ("40 addresses named, none of an article by the outlet's patterns (run 20)",))


def test_one_of_two_sources_that_fails_for_good_is_drift():
    runs = []
    for n in range(12):
        at = MONDAY + n * DAY
        lost = source(at, url="https://harbor.test/map", status="404" if n >= 10 else "200", items=0 if n >= 10 else 9)
        runs.insert(0, run(n + 1, at, sources=(source(at), lost)))
    assert verdict(runs) == ("drift", ("feed https://harbor.test/map: answers 404 since run 11",))
    assert verdict(runs[1:])[0] == "ok"


def test_an_old_feed_is_stale_even_without_a_history():
    old = (source(MONDAY, newest=MONDAY - 47 * DAY),)
    found, causes = verdict([run(1, MONDAY, sources=old)])
    assert (found, causes) == ("stale", (f"feed {FEED}: its newest item is 47 days old",))


def test_an_outlet_that_is_rarely_crawled_does_not_grow_stale_between_its_runs():
    weekly = [run(n + 1, MONDAY + 7 * n * DAY) for n in range(6)][::-1]
    assert {verdict(weekly, later=hours * timedelta(hours=1))[0] for hours in range(1, 7 * 24, 5)} == {"ok"}


def test_one_old_feed_among_others_is_stale_only_if_it_was_new_before():
    runs = []
    for n in range(20):
        at = MONDAY + n * DAY
        slow = source(at, url="https://harbor.test/slow", newest=MONDAY - 60 * DAY)
        frozen = source(at, url="https://harbor.test/frozen", newest=MONDAY + min(n, 15) * DAY)
        runs.insert(0, run(n + 1, at, sources=(source(at), slow, frozen)))
    expected = "feed https://harbor.test/frozen: its newest item is 4 days old; it was never older than 0 minutes"
    assert verdict(runs) == ("stale", (expected,))
    assert verdict(runs[4:])[0] == "ok"


def test_a_feed_that_is_rarely_new_is_judged_by_its_own_pace():
    runs = []
    for n in range(28):
        newest = MONDAY + (n // 7 * 7) * DAY  # something new each Monday
        at = MONDAY + n * DAY + timedelta(hours=1)
        runs.insert(0, run(n + 1, at, pages=4 * (n % 7 == 0), sources=(source(at, newest=newest),)))
    assert {verdict(runs[n:])[0] for n in range(28)} == {"ok"}


@pytest.mark.parametrize(("missed", "later", "found"), [(2, DAY, "ok"), (3, DAY, "stale"), (None, DAY, "ok"),
                                                       (None, 4 * DAY, "stale")])  # fmt: skip
def test_an_outlet_whose_runs_do_not_come_is_stale(missed, later, found):
    assert verdict(history(10), later, missed=missed)[0] == found


def test_a_day_with_few_articles_is_quiet_and_a_usual_weekend_is_not():
    busy = [run(n + 1, MONDAY + n * DAY, pages=4 if n % 7 >= 5 else 30) for n in range(29)][::-1]
    assert {verdict(busy[n:])[0] for n in range(29)} <= {"ok", "quiet"}
    assert {verdict(busy[n:])[0] for n in range(16)} == {"ok"}  # week-ends are known by then
    assert verdict([run(30, MONDAY + 29 * DAY, pages=4), *busy]) == (
        "quiet",
        ("4 new articles in a day; 30 on a Tuesday",),
    )


def test_an_outlet_that_gave_no_article_in_days_is_broken_and_before_that_new():
    runs = [run(n + 1, MONDAY + n * DAY, pages=0, states={}) for n in range(3)][::-1]
    assert [verdict(runs[n:])[0] for n in (2, 1, 0)] == ["never", "never", "broken"]


def test_runs_of_other_commands_are_not_judged():
    scraped = replace(run(11, MONDAY + 10 * DAY, authored=0, median_chars=100), command="scrape")
    assert verdict([scraped, *history(10)])[0] == "ok"


def test_chance_is_told_from_change():
    assert tail(0, 5, 0.98) < 1e-5 < tail(3, 5, 0.98)
    assert tail(1000, 4000, 0.9) < 1e-5
    assert rarely(0, 6) == pytest.approx(0.00248, rel=0.01)
    assert spread([3, 3, 3, 100]) == 0


@pytest.mark.parametrize(
    ("time", "words"),
    [(timedelta(minutes=40), "40 minutes"), (timedelta(hours=31), "31 hours"), (47 * DAY, "47 days"),
     (timedelta(minutes=1), "1 minute")],
)  # fmt: skip
def test_times_are_told_as_a_person_would(time, words):
    assert long(time) == words


def test_what_half_of_the_pages_had_is_missed_when_none_has_it():
    rng = Random(5)
    runs = []
    for n in range(30):
        hits = sum(rng.random() < 0.5 for _ in range(10)) if n < 27 else 0
        runs.insert(0, run(n + 1, MONDAY + n * DAY, selectors={"noise.prune: .box": (hits, 10)}))
    assert [verdict(runs[n:])[0] for n in (3, 2, 1)] == ["ok", "ok", "drift"]


def irregular(seed: int, every: timedelta, per_day: float, days: int) -> list[OutletRun]:
    """Runs of an outlet that is never the same: lengths, authors, languages and refusals as they come."""
    rng, runs, newest = Random(seed), list[OutletRun](), MONDAY
    for n in range(int(days * DAY / every)):
        at = MONDAY + n * every
        rate = per_day * (every / DAY) * (0.35 if at.weekday() >= 5 else 1)
        pages = sum(rng.random() < rate / 50 for _ in range(50))
        articles = pages - sum(rng.random() < 0.07 for _ in range(pages))
        newest = at - timedelta(hours=rng.random()) if articles else newest
        odd: dict[str, Any] = {
            "articles": articles,
            "new": articles,
            "refused": {"too-short": pages - articles},
            "authored": sum(rng.random() < 0.65 for _ in range(articles)),
            "median_chars": round(median(rng.lognormvariate(7.3, 0.7) for _ in range(articles))) if articles else None,
            "removed_chars": sum(rng.randrange(200, 1200) for _ in range(articles)),
            "languages": dict(Counter(rng.choices(["en", "ar", "fr"], [80, 15, 5], k=articles))),
            "median_lag_hours": median(rng.expovariate(0.5) for _ in range(articles)) if articles else None,
            "selectors": {"noise.prune: .box": (sum(rng.random() < 0.5 for _ in range(pages)), pages)},
            "sources": (source(at, newest=newest),),
        }
        runs.append(run(n + 1, at, pages=pages, **odd))
    return runs[::-1]


@pytest.mark.parametrize(("every", "per_day"), [(DAY, 6), (DAY, 30), (timedelta(hours=3), 20)])
def test_an_irregular_outlet_is_hardly_ever_a_false_alarm(every, per_day):
    found = Counter()
    for seed in range(4):
        runs = irregular(seed, every, per_day, 40)
        step = max(1, len(runs) // 40)
        found.update(verdict(runs[n:])[0] for n in range(0, len(runs) - 1, step))
    trouble = sum(found[name] for name in ("drift", "broken", "blocked", "stale"))
    assert trouble <= 0.01 * found.total(), found
