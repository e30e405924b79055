"""The report shows what the corpus holds, in drawings, words and tables, and is a page that nothing can harm."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from browser import DESK, PHONE
from click.testing import CliRunner
from corpora import NOW, article, story
from lxml import html
from made_corpus import LAST, make_corpus

from newscrawl.cli import cli
from newscrawl.cli.terminal_report import sparkline
from newscrawl.health import Measures, Verdict
from newscrawl.numbers import gather_numbers
from newscrawl.records import Block
from newscrawl.report import write_report
from newscrawl.report.chart import marks
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from pathlib import Path

CHARTS = {
    "articles": ("day of publication (UTC)", "articles per day"),
    "coverage": ("stated by the page", "outlet"),
    "languages": ("articles", "language"),
    "lengths": ("characters of the text", "articles"),
    "dates": ("articles", "where the date stood"),
    "syndication": ("articles that share a story", "outlet"),
    "rules": ("share of characters", "rule"),
    "health": ("day (UTC)", "outlet"),
    "answers": ("day (UTC)", "requests per day"),
    "runs": ("begin of the run (UTC)", "minutes"),
}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> \x1b[31m\u202e{{ 7*7 }} </style></svg>'


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("made") / "corpus.db"
    make_corpus(path, outlets=10, days=30, articles=260)
    return path


@pytest.fixture(scope="module")
def page(corpus) -> str:
    with Store.read(corpus) as store:
        return write_report(store, LAST)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        yield store


def save(store, *articles, run=None):
    run = run or store.start_run(["gazette"], "crawl", "0", NOW)
    store.save(run, articles)
    return run


def report(data, *options):
    return CliRunner().invoke(cli, ["report", "--data", str(data), *map(str, options)])


# The numbers


@pytest.mark.parametrize(
    ("days", "unit", "starts"),
    [
        ((0, 1), "day", ["2026-03-01", "2026-03-02"]),
        ((0, 100), "week", ["2026-02-23", "2026-06-08"]),
        ((0, 700), "month", ["2026-03-01", "2028-01-01"]),
        ((0, 5000), "year", ["2026-01-01", "2039-01-01"]),
    ],
)
def test_articles_are_counted_by_the_unit_that_gives_some_dozens_of_bars(store, days, unit, starts):
    published = [(date(2026, 3, 1) + timedelta(days=day)).isoformat() for day in days]
    save(store, *(article(number, date_published=day) for number, day in enumerate(published)))
    numbers = gather_numbers(store, NOW)
    assert numbers.unit == unit
    assert [str(period.start) for period in numbers.periods] == starts


def test_an_article_without_a_date_is_counted_as_such(store):
    save(store, article(1), article(2, date_published=None, date_precision=None, date_source=None))
    numbers = gather_numbers(store, NOW)
    assert (numbers.undated, sum(period.articles for period in numbers.periods)) == (1, 1)
    assert "1 more have no date" in write_report(store, NOW)


def test_removed_shares_are_of_all_that_the_pages_showed(store):
    text = "x" * 60
    noise = Block(text="y" * 40, place="div", kept=False, rule="prompt", evidence="made")
    save(store, article(1, text, blocks=(noise, *story(text)), removed_blocks=1, removed_chars=40))
    numbers = gather_numbers(store, NOW)
    [rule] = numbers.rules
    assert (rule.rule, rule.blocks, rule.characters, rule.share) == ("prompt", 1, 40, 0.4)
    assert numbers.removed_share == 0.4
    assert [(cut.text, cut.times) for cut in numbers.cuts] == [("y" * 40, 1)]


def test_texts_far_longer_than_the_rest_share_a_bar(store):
    save(store, *(article(number, "x" * (150 + number)) for number in range(1, 300)), article(300, "y" * 90_000))
    lengths = gather_numbers(store, NOW).lengths
    assert len(lengths) <= 25
    assert (lengths[-1].below, lengths[-1].articles) == (None, 1)
    assert sum(length.articles for length in lengths) == 300


def test_the_verdict_of_a_day_is_the_one_at_its_end(store):
    run = save(store, article(1))
    for hours, verdict in ((0, "ok"), (30, "broken"), (33, "drift"), (80, "ok")):
        store.note_verdict(Verdict(outlet="gazette", at=NOW + timedelta(hours=hours), run=run, verdict=verdict))
    ended = NOW + timedelta(hours=100)
    store.note_measures(run, "gazette", ended - timedelta(hours=1), ended, Measures())
    health = gather_numbers(store, NOW).health
    assert [(day.day.day, day.verdict) for day in health] == [
        (2, "ok"),
        (3, "drift"),
        (4, "drift"),
        (5, "ok"),
        (6, "ok"),
    ]


def test_outlets_and_days_can_be_chosen(corpus):
    chosen = Filters(outlets=("sana",), since=date(2026, 2, 20), until=date(2026, 2, 25))
    with Store.read(corpus) as store:
        numbers = gather_numbers(store, LAST, chosen)
        some, whole = (sum(one.requests for one in gather_numbers(store, LAST, f).answers) for f in (chosen, None))
    assert [outlet.outlet for outlet in numbers.outlets] == ["sana"]
    assert {period.start.isoformat() for period in numbers.periods} <= {f"2026-02-{day}" for day in range(20, 26)}
    assert {str(run.started.date()) for run in numbers.runs} == {f"2026-02-{day}" for day in range(20, 26)}
    assert {day.outlet for day in numbers.health} == {"sana"}
    assert 0 < some < whole / 20


# The page


def test_the_page_is_the_same_for_the_same_corpus_and_time(corpus, page):
    with Store.read(corpus) as store:
        assert write_report(store, LAST) == page


def test_the_page_names_no_host_and_runs_no_script(page):
    parsed = html.fromstring(page)
    policy = parsed.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert {name for name in parsed.xpath("//@src | //@href") if not name.startswith(("#", "data:"))} == set()
    assert parsed.xpath("//script | //iframe | //object | //image | //foreignobject") == []
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_title_axes_data_and_texts_in_place_of_the_drawing(page, name):
    [figure] = html.fromstring(page).xpath(f"//figure[@id='{name}']")
    assert figure.xpath("string(.//h3)")
    for drawing in figure.xpath(".//div[contains(@class, 'drawing')]"):
        assert drawing.get("role") == "img"
        assert len(drawing.get("aria-label")) > 30
        texts = drawing.xpath(".//text()")
        narrow = "narrow" in drawing.get("class")
        assert [title for title in CHARTS[name] if title not in texts and not (narrow and title == "outlet")] == []
        marks = drawing.xpath(".//*[contains(@class, 'role-mark')]//*[local-name() = 'path']/@d")
        assert len(marks) > 1
        assert not any("NaN" in mark for mark in marks)
    assert len(figure.xpath(".//details//tbody/tr")) >= 2
    assert all(len(row) == len(figure.xpath(".//details//thead//th")) for row in figure.xpath(".//details//tbody/tr"))


def test_the_largest_outlets_have_colours_of_their_own_and_the_same_ones_everywhere(page):
    parsed = html.fromstring(page)
    swatches = parsed.xpath("//section[@id='outlets']//i/@style")
    assert len(set(swatches[:7])) == 7
    assert set(swatches[7:]) == {"background:var(--others)"}
    assert "3 other outlets" in parsed.xpath("string(//figure[@id='articles'])")


def test_every_colour_of_a_drawing_has_one_for_dark_screens(page):
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', page))
    dark = set(re.findall(r'svg \[fill="(#[0-9a-f]+)"\]', page))
    assert used <= dark


def test_an_empty_corpus_says_so_in_place_of_each_chart(store):
    parsed = html.fromstring(write_report(store, NOW))
    assert len(parsed.xpath("//figure[contains(., 'No data yet.')]")) == len(CHARTS)
    assert parsed.xpath("//*[local-name() = 'svg']") == []


def test_one_article_and_one_run_make_a_page_too(store):
    run = save(store, article(1))
    store.note_measures(run, "gazette", NOW, NOW + timedelta(minutes=1), Measures(requests={"200": 2}))
    store.finish_run(run, "finished", NOW + timedelta(minutes=1))
    parsed = html.fromstring(write_report(store, NOW))
    assert parsed.xpath("//figure[contains(., 'No data yet.')]/@id") == ["syndication", "health"]


def test_what_pages_and_outlets_are_called_is_text_and_nothing_else(store):
    text = f"{HOSTILE} one two three four five six seven eight nine ten eleven twelve"
    blocks = (Block(text=HOSTILE, place="div", kept=False, rule=HOSTILE, evidence="made"), *story(text))
    for number in (1, 2):
        made = article(number, text, blocks=blocks, title=f"{HOSTILE} {number}", outlet=HOSTILE, language=HOSTILE)
        run = save(store, replace(made, date_source=HOSTILE, date_precision=HOSTILE, date_zone=HOSTILE))
    causes = (HOSTILE, "feed https://bot:hunter2@gazette.example/?token=s3cret: no answer")
    store.note_verdict(Verdict(outlet=HOSTILE, at=NOW, run=run, verdict="broken", causes=causes))
    store.note_measures(run, HOSTILE, NOW, NOW, Measures(requests={HOSTILE: 3}))
    store.finish_run(run, HOSTILE, NOW + timedelta(minutes=1))
    page = write_report(store, NOW)
    parsed = html.fromstring(page)
    assert parsed.xpath("//script | //img | //body//style") == []
    assert parsed.xpath("//@onerror") == []
    assert not {"\x1b", "\u202e"} & set(page)
    assert not re.search("hunter2|s3cret", page)
    assert parsed.xpath("string(//section[@id='outlets']//bdi)").startswith('"><script>alert(1)</script>')
    assert '"><script>' in parsed.xpath("string(//figure[@id='coverage']//*[local-name() = 'svg'])")
    assert "{{ 7*7 }}" in parsed.xpath("string(//figure[@id='languages']//table)")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_browser_shows_every_chart_complains_of_nothing_and_asks_nobody(chromium, page, tmp_path, width, dark):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    with chromium.open((tmp_path / "report.html").as_uri(), width=width, dark=dark) as visit:
        assert visit.complaints() == []
        assert visit.hosts <= {""}
        assert visit.overflow() == 0
        for name in CHARTS:
            [drawing] = [one for one in visit.page.locator(f"#{name} .drawing").all() if one.is_visible()]
            box = drawing.locator("svg").bounding_box()
            assert box["width"] > 300
            assert box["height"] > 60
            sizes = drawing.locator("svg").evaluate(
                "svg => [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize)"
                " * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
            )
            assert min(sizes) > 9
        background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(18, 23, 29)") is dark
        visit.page.locator("#articles summary").click()
        assert visit.page.locator("#articles td").first.is_visible()
        assert visit.overflow() == 0


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_label_of_a_chart_is_cut_off_by_its_edge(chromium, page, tmp_path, width):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    beyond = """() => [...document.querySelectorAll('.drawing svg')].flatMap(svg => {
        const edge = svg.getBoundingClientRect()
        return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect()
            return box.width && (box.left < edge.left - 2 || box.right > edge.right + 2)
        }).map(text => text.textContent)
    })"""
    with chromium.open((tmp_path / "report.html").as_uri(), width=width) as visit:
        assert visit.page.evaluate(beyond) == []


# The command


def test_the_command_writes_the_page_whole(corpus, tmp_path):
    result = report(corpus.parent, "-o", tmp_path / "report.html")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "report.html").read_text("utf-8").endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_without_the_library_that_draws_the_command_says_what_to_install(corpus, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("newscrawl.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = report(corpus.parent, "-o", tmp_path / "report.html")
    assert result.exit_code == 2
    assert "pip install 'newscrawl[report]'" in result.stderr
    assert not (tmp_path / "report.html").exists()
    assert report(corpus.parent, "--terminal").exit_code == 0


def test_the_short_form_tells_the_main_numbers_in_the_shell(corpus):
    told = report(corpus.parent, "--terminal").stdout
    assert "260 articles of 10 outlets" in told
    assert re.search(r"^sana +\d+ +[▁-█ ]+ +100%", told, re.M)
    assert re.search(r"^navigation +[\d.]+% +█+", told, re.M)
    assert "run 30: crawl" in told
    assert "the-northern-harbour-and-shipping-gazette is drift: selectors.title" in told


def test_the_short_form_prints_nothing_that_a_terminal_obeys(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = save(store, article(1, outlet=HOSTILE))
        store.note_verdict(Verdict(outlet=HOSTILE, at=NOW, run=run, verdict="broken", causes=(HOSTILE,)))
    assert not {"\x1b", "\u202e"} & set(report(tmp_path, "--terminal").stdout)


def test_a_sparkline_is_as_high_as_its_largest_number_and_shows_each_that_is_not_nothing():
    assert sparkline([0, 1, 50, 100]) == " ▁▄█"
    assert sparkline([]) == ""


def test_json_has_all_numbers(corpus):
    numbers = json.loads(report(corpus.parent, "--json").stdout)
    assert sum(outlet["articles"] for outlet in numbers["outlets"]) == 260
    assert sum(period["articles"] for period in numbers["periods"]) == 260
    assert numbers["unit"] == "day"
    assert {"rules", "cuts", "languages", "lengths", "dates", "stories", "health", "answers", "runs"} <= set(numbers)
    assert datetime.fromisoformat(numbers["now"]).tzinfo == UTC


def test_nothing_asked_for_is_wrong_usage(corpus):
    assert report(corpus.parent).exit_code == 2


@pytest.mark.parametrize(
    ("first", "last", "marked", "form"),
    [
        ("2026-03-02", "2026-03-02", ["2026-03-02"], "%-d %b"),
        ("2026-03-01", "2026-03-09", ["2026-03-01", "2026-03-04", "2026-03-07"], "%-d %b"),
        ("2026-03-02", "2026-04-20", ["2026-03-02", "2026-03-16", "2026-03-30", "2026-04-13"], "%-d %b"),
        ("2025-04-14", "2026-02-23", ["2025-07-01", "2025-10-01", "2026-01-01"], "%b %Y"),
        ("1990-07-01", "2026-02-23", ["2000-01-01", "2010-01-01", "2020-01-01"], "%Y"),
    ],
)
def test_an_axis_of_time_is_marked_at_equal_distances(first, last, marked, form):
    found, told = marks(date.fromisoformat(first), date.fromisoformat(last), 4)
    assert ([str(day) for day in found], told) == (marked, form)


def test_an_outlet_that_the_corpus_does_not_have_is_named(corpus):
    result = report(corpus.parent, "--terminal", "--outlet", "sanaa")
    assert result.exit_code == 2
    assert "'sanaa' is no outlet of this corpus, which has" in result.stderr
