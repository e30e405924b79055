"""A corpus made up to be looked at: outlets with long names in two scripts, weeks of runs, verdicts that change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from made_stories import as_article, make_stories

from newscrawl.health import Measures, SourceMeasure, Verdict
from newscrawl.records import Block
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.records import Article

LAST = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAMES = (
    "sana", "menafn", "syriatimes", "al-mashriq-economic-monitor", "the-northern-harbour-and-shipping-gazette",
    "وكالة-أنباء-الساحل", "gulf-daily", "damascus-evening-post", "levant-agriculture-and-irrigation-bulletin",
    "صحيفة-الفرات", "aleppo-chronicle", "iraq-oil-week",
)  # fmt: skip
NOISE = {
    "navigation": ("Home Politics Economy Culture Sports", "الرئيسية سياسة اقتصاد ثقافة رياضة"),
    "prompt": ("Share this article", "شارك المقال", "Subscribe to our newsletter to receive the latest news every day"),
    "related": ("Read also: more of the same from our correspondents in the region",),
    "copyright": ("Copyright © The Gazette. All rights reserved.", "جميع الحقوق محفوظة"),
    "banner": ("Advertisement",),
}
WEATHER = {
    1: ("broken", 9, 13),
    3: ("blocked", 20, 24),
    4: ("drift", 15, 40),
    6: ("stale", 28, 40),
    7: ("quiet", 5, 7),
    5: ("never", 0, 3),
}
"""By outlet: a verdict other than ok, and on which days it held."""


def make_corpus(path: Path, *, outlets: int = 12, days: int = 40, articles: int = 900, seed: int = 0) -> None:
    """Write a corpus of so many outlets and articles, crawled once a day for so many days until ``LAST``."""
    chance = random.Random(seed)
    names = [NAMES[n] if n < len(NAMES) else f"{NAMES[n % len(NAMES)]}-{n}" for n in range(outlets)]
    made = [_dressed(as_article(n, one), n, names, days, chance) for n, one in enumerate(make_stories(articles, seed))]
    with Store.open(path, create=True) as store:
        for day in range(days):
            now = LAST - timedelta(days=days - 1 - day)
            run = store.start_run(names, "crawl", "0", now)
            store.save(run, made[day * len(made) // days : (day + 1) * len(made) // days])
            for number, name in enumerate(names):
                _measure(store, run, number, name, day, now, chance)
            status = "timed-out" if day % 13 == 7 else "failed" if day % 17 == 11 else "finished"
            ended = now + timedelta(minutes=4 + 6 * chance.random() + (20 if status == "timed-out" else 0))
            store.finish_run(run, status, ended, requests=30 * outlets, received=2_000_000 * outlets)


def _dressed(made: Article, number: int, names: list[str], days: int, chance: random.Random) -> Article:
    """The article as of an outlet, on a day and with noise about it; each outlet states other fields."""
    place = min(int(len(names) * chance.random() ** 1.7), len(names) - 1)
    published = LAST - timedelta(days=days * chance.random() ** 1.1, hours=4)
    exact = ("second", "minute", "day")[(place + (chance.random() < 0.1)) % 3]
    text = published.date().isoformat() if exact == "day" else published.isoformat()
    noise = [Block(text=chance.choice(NOISE[rule]), place="div", kept=False, rule=rule, evidence="made")
             for rule in NOISE if chance.random() < 0.8]  # fmt: skip
    return replace(
        made,
        id=f"{names[place]}:{number}",
        outlet=names[place],
        date_published=text,
        date_precision=exact,
        date_source=("json-ld", "meta", "time", "feed", "text")[(place + number % 2) % 5],
        date_zone="assumed" if place % 4 == 2 else "stated",
        date_conflict=made.date_conflict if chance.random() < 0.2 else None,
        authors=made.authors if chance.random() < place / 10 else (),
        section=None if place % 3 else "Roads",
        lead="A lead" if place % 4 == 1 else None,
        blocks=(*noise, *made.blocks),
        removed_blocks=len(noise),
        removed_chars=sum(len(block.text) for block in noise),
        content_hash=f"{number}",
    )


def _measure(store: Store, run: int, number: int, name: str, day: int, now: datetime, chance: random.Random) -> None:
    verdict, first, last = WEATHER.get(number, ("ok", 0, 0))
    held = verdict if first <= day < last else "ok"
    requests = {"200": 20 + chance.randrange(15), "304": chance.randrange(12), "404": chance.randrange(3)}
    if held == "blocked":
        requests = {"403": 20, "failed": 2}
    elif held == "broken":
        requests |= {"503": 4}
    source = SourceMeasure(url=f"https://{number}.example/feed", kind="feed", status="200", items=20, newest=now)
    measured = Measures(requests=requests, bytes=2_000_000, pages=20, articles=18, new=18, sources=(source,))
    store.note_measures(run, name, now, now + timedelta(minutes=3), measured)
    causes = () if held == "ok" else (f"selectors.title matched 0 of 18 pages since run {run}",)
    store.note_verdict(Verdict(outlet=name, at=now + timedelta(minutes=3), run=run, verdict=held, causes=causes))
