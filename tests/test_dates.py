"""Dates are read as printed, in any digits and calendar, and believed with evidence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.extract.date_candidates import find_dates
from newscrawl.extract.dates import settle
from newscrawl.extract.declared import read_declared
from newscrawl.extract.document import read_document
from newscrawl.extract.moments import Reading, is_date_line, read_foreign, read_moment, read_relative, states_change
from newscrawl.outlet import GENERIC, Outlet
from newscrawl.records import DateCandidate, Link, Page

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEWS = '<meta property="og:type" content="article">'


def outlet(**tables):
    own = {"name": "gazette", "title": "Gazette", "homepage": "https://gazette.example/", "languages": ("ar",)}
    return Outlet.model_validate(own | {"timezone": "Asia/Damascus"} | tables)


def read(raw, language=None, **how):
    moment = read_moment(raw, Reading(language=language, **how))
    if moment is None:
        return None
    return moment.at(None).isoformat() if moment.precision != "day" else moment.wall.date().isoformat()


# Reading


@pytest.mark.parametrize(
    ("printed", "language", "moment"),
    [
        ("2026-03-03T14:05:00+03:00", None, "2026-03-03T14:05:00+03:00"),
        ("2026-03-03T14:05:00.123Z", None, "2026-03-03T14:05:00+00:00"),
        ("20260303T140500Z", None, "2026-03-03T14:05:00+00:00"),
        ("1772546700", None, "2026-03-03T14:05:00+00:00"),
        ("1772546700000", None, "2026-03-03T14:05:00+00:00"),
        ("Tue, 03 Mar 2026 14:05:00 GMT", "en", "2026-03-03T14:05:00+00:00"),
        ("Tue Mar 03 14:05:00 CET 2026", "de", "2026-03-03T14:05:00+01:00"),
        ("Tue Mar 03 2026 14:05:00 GMT+0300 (Arabian time)", "en", "2026-03-03T14:05:00+03:00"),
        ("March 3rd, 2026 at 2:05 p.m. EST", "en", "2026-03-03T14:05:00-05:00"),
        ("12:05 am, 3 March 2026", "en", "2026-03-03T00:05:00"),
        ("3 Mar 2026, 2 pm", "en", "2026-03-03T14:00:00"),
        ("Publié le 3 mars 2026 à 14h05", "fr", "2026-03-03T14:05:00"),
        ("03.03.2026, 14.05 Uhr", "de", "2026-03-03T14:05:00"),
        ("3 de marzo de 2026", "es", "2026-03-03"),
        ("3 MART 2026 SALI 14:05", "tr", "2026-03-03T14:05:00"),
        ("28 Kasım 2025", "tr", "2025-11-28"),
        ("3 марта 2026, 14:05 МСК", "ru", "2026-03-03T14:05:00+03:00"),
        ("2026. március 3. 14:05", "hu", "2026-03-03T14:05:00"),
        ("2026 m. kovo 3 d. 14:05", "lt", "2026-03-03T14:05:00"),
        ("3 listopada 2025", "pl", "2025-11-03"),
        ("3. listopada 2025.", "hr", "2025-10-03"),
        ("2026年3月3日 14:05", "zh", "2026-03-03T14:05:00"),
        ("2026년 3월 3일 오후 2:05", "ko", "2026-03-03T14:05:00"),
        ("3 มี.ค. 2569 14:05", "th", "2026-03-03T14:05:00"),
        ("3 במרץ 2026, 14:05", "he", "2026-03-03T14:05:00"),
        ("3 ئازار 2026", "ku", "2026-03-03"),
        ("ngày 3 tháng 3 năm 2026", "vi", "2026-03-03"),
        # Levantine, Maghreb and Gulf names; right-to-left marks; Arabic-Indic digits; halves of the day
        ("12 كانون الثاني 2026 - 14:05", "ar", "2026-01-12T14:05:00"),
        ("\u200f١٢ تشرين الأول ٢٠٢٥\u200f، ٢:٠٥ م", "ar", "2025-10-12T14:05:00"),
        ("28 آب/أغسطس 2025", "ar", "2025-08-28"),
        ("14 نونبر 2025", "ar", "2025-11-14"),
        ("14 جانفي 2026", "ar", "2026-01-14"),
        ("الثلاثاء 3 مارس 2026 الساعة 9:30 صباحًا", "ar", "2026-03-03T09:30:00"),
        # Solar and lunar Hijri years
        ("۱۲ اسفند ۱۴۰۴ - ۱۸:۵۹", "fa", "2026-03-03T18:59:00"),
        ("۱۴۰۴/۱۲/۱۲", "fa", "2026-03-03"),
        ("30 اسفند 1403", "fa", "2025-03-20"),
        ("17-01-1437", "ar", "2015-10-30"),
        ("14 رمضان 1447 هـ الموافق 3 مارس 2026", "ar", "2026-03-03"),
    ],
)
def test_a_date_is_read_as_printed(printed, language, moment):
    assert read(printed, language) == moment


@pytest.mark.parametrize(
    "text",
    ["", "2026", "March 2026", "3 March", "14:05", "99/99/2026", "31 February 2026", "30 اسفند 1404", "17-01-1437",
     "0000-00-00", "9999-99-99T99:99:99Z", "12345678901234567890", "Room 12, floor 2026"],
)  # fmt: skip
def test_a_part_of_a_date_or_an_impossible_one_is_no_date(text):
    assert read(text, "en") is None


@pytest.mark.parametrize(("order", "day"), [("DMY", "2026-04-03"), ("MDY", "2026-03-04")])
def test_the_order_of_a_numeric_date_is_the_outlets(order, day):
    assert read("03/04/2026", order=order) == day


def test_where_only_one_order_is_possible_it_is_that():
    assert (read("03/24/2026", order="DMY"), read("24/03/2026", order="MDY")) == ("2026-03-24", "2026-03-24")


def test_a_zone_word_that_means_several_zones_states_none():
    assert read("3 March 2026, 14:05 AST", "en") == "2026-03-03T14:05:00"


def test_a_language_without_a_table_is_left_to_dateparser():
    moment = read_foreign("3 Meitheamh 2025", Reading(language="ga"))
    assert moment is not None
    assert moment.wall == datetime(2025, 6, 3)


@pytest.mark.parametrize(("text", "language", "day"), [("منذ ٣ ساعات", "ar", 10), ("2 days ago", "en", 8)])
def test_a_relative_date_counts_from_the_fetch(text, language, day):
    moment = read_relative(text, Reading(language=language, now=NOW))
    assert moment is not None
    assert (moment.wall, moment.precision) == (datetime(2026, 3, day), "day")
    assert read_relative(text, Reading(language=language)) is None


def test_a_date_line_holds_little_besides_its_date():
    assert is_date_line("Published: 3 March 2026, 14:05")
    assert not is_date_line("The bridge over the harbour was opened on 3 March 2026 by the mayor")


@pytest.mark.parametrize(
    "line", ["Updated 3 March 2026", "Aktualisiert: 03.03.2026", "آخر تحديث: 3 مارس 2026", "Güncelleme 3 Mart"]
)
def test_a_date_of_a_change_says_so(line):
    assert states_change(line)


@given(st.text(max_size=200), st.sampled_from(["ar", "en", "fa", "tr", "th", None]))
def test_no_text_breaks_the_reading(text, language):
    moment = read_moment(text, Reading(language=language))
    assert moment is None or 1990 <= moment.wall.year <= 2100


@given(st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1)), st.integers(-12 * 4, 14 * 4))
def test_an_iso_time_is_the_same_instant(wall, quarters):
    zone = timedelta(minutes=15 * quarters)
    sign, minutes = "-" if quarters < 0 else "+", abs(15 * quarters)
    stated = f"{wall:%Y-%m-%dT%H:%M:%S}{sign}{minutes // 60:02}:{minutes % 60:02}"
    moment = read_moment(stated, Reading())
    assert moment is not None
    assert moment.at(UTC) == (wall.replace(microsecond=0) - zone).replace(tzinfo=UTC)


# Settling


def candidate(raw, source="json-ld", role="published"):
    return DateCandidate(raw=raw, source=source, place=f"the {source}", role=role)


def settled(*candidates, at=NOW, by=GENERIC, language="en"):
    return settle(candidates, fetched_at=at, outlet=by, language=language)


def test_the_first_candidate_is_believed_with_its_evidence():
    found = settled(candidate("2026-03-03T14:05:00+03:00"), candidate("2026-03-03", "url"))
    assert (found.published, found.published_raw) == ("2026-03-03T14:05:00+03:00", "2026-03-03T14:05:00+03:00")
    assert (found.source, found.precision, found.zone, found.conflict) == ("json-ld", "second", "stated", None)


def test_an_outlet_may_order_what_to_believe():
    dates = (candidate("2026-03-03T14:05:00Z"), candidate("2026-03-04T10:00:00Z", "selector"))
    assert settled(*dates, by=outlet(dates={"sources": ("selector",)})).source == "selector"


def test_a_time_without_zone_is_in_the_outlets():
    found = settled(candidate("2026-03-03 14:05"), by=outlet())
    assert (found.published, found.zone, found.precision) == ("2026-03-03T14:05:00+03:00", "assumed", "minute")


def test_a_time_whose_zone_nobody_knows_keeps_its_clock():
    found = settled(candidate("2026-03-03 14:05"))
    assert (found.published, found.zone) == ("2026-03-03T14:05:00", None)


def test_a_zone_that_the_page_states_elsewhere_is_assumed():
    found = settled(candidate("2026-03-03 14:05"), candidate("2026-03-04T09:00:00+02:00", "meta", "modified"))
    assert (found.published, found.zone) == ("2026-03-03T14:05:00+02:00", "assumed")


def test_a_day_takes_its_time_from_another_statement_of_that_day():
    found = settled(
        candidate("2026-03-03"), candidate("2026-03-02T10:00:00Z", "meta"), candidate("2026-03-03T14:05:00Z", "time")
    )
    assert (found.published, found.source) == ("2026-03-03T14:05:00+00:00", "time")


def test_a_day_alone_has_neither_time_nor_zone():
    found = settled(candidate("3 March 2026", "text"), by=outlet())
    assert (found.published, found.precision, found.zone) == ("2026-03-03", "day", None)


def test_local_time_stamped_with_a_z_is_corrected_by_the_same_clock_elsewhere():
    found = settled(candidate("2026-03-03T02:00:00Z"), candidate("2026-03-03T02:00:00+03:00", "time"))
    assert found.published == "2026-03-03T02:00:00+03:00"


def test_local_time_stamped_with_a_z_is_not_later_than_the_fetch():
    found = settled(candidate("2026-03-10T14:30:00Z"), by=outlet())
    assert (found.published, found.zone) == ("2026-03-10T14:30:00+03:00", "assumed")


def test_a_time_in_utc_is_told_on_the_clock_that_the_page_prints():
    found = settled(candidate("2026-03-03T05:30:59Z"), candidate("2026-03-02 23:30:59", "time"))
    assert (found.published, found.zone) == ("2026-03-02T23:30:59-06:00", "stated")


def test_a_candidate_later_than_the_fetch_is_refused():
    found = settled(candidate("2027-03-03T14:05:00Z"), candidate("2026-03-03T14:05:00Z", "meta"))
    assert (found.published, found.source) == ("2026-03-03T14:05:00+00:00", "meta")


def test_candidates_that_disagree_by_more_than_a_day_are_listed():
    found = settled(candidate("2026-03-03T14:05:00Z"), candidate("2026-03-03", "url"), candidate("2024-01-02", "text"))
    assert found.conflict == ({"date": "2024-01-02", "raw": "2024-01-02", "source": "text", "place": "the text"},)


def test_a_change_is_told_apart_and_is_no_publication():
    found = settled(candidate("2026-03-03T14:05:00Z"), candidate("2026-03-04T09:00:00Z", "meta", "modified"))
    assert (found.published, found.modified) == ("2026-03-03T14:05:00+00:00", "2026-03-04T09:00:00+00:00")
    alone = settled(candidate("2026-03-04T09:00:00Z", "meta", "modified"))
    assert (alone.published, alone.modified) == (None, "2026-03-04T09:00:00+00:00")


def test_a_change_before_the_publication_is_none():
    assert settled(candidate("2026-03-03T14:05:00Z"), candidate("2026-03-01", "meta", "modified")).modified is None


def test_a_relative_date_is_the_last_resort():
    dates = (candidate("2 hours ago", "time"), candidate("2026-03-08", "url"))
    assert settled(*dates).published == "2026-03-08"
    assert settled(dates[0]).published == "2026-03-10"
    assert settled(dates[0], at=None).published is None


def test_the_language_chooses_the_calendar():
    assert settled(candidate("1404/12/12", "text"), language="fa").published == "2026-03-03"
    assert settled(candidate("1404/12/12", "text"), language="en").published is None


def test_nothing_stated_settles_nothing():
    assert settled().published is None


# Finding


def find(html, by=GENERIC, url="https://gazette.example/bridge", link=None, content_type="text/html"):
    page = Page(body=html.encode(), url=url, content_type=content_type, link=link, fetched_at=NOW)
    document = read_document(page)
    return find_dates(document, read_declared(document), page, by)


def first(html, **facts):
    return next(((c.source, c.raw, c.role) for c in find(html, **facts)), None)


def test_declared_dates_go_before_printed_ones():
    html = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-03T14:05:00Z",'
        ' "dateModified": "2026-03-04"}</script><meta property="article:published_time" content="2026-03-03">'
        "<h1>Bridge opens</h1><time>3 March 2026</time>"
    )
    assert [(c.source, c.role) for c in find(html)] == [
        ("json-ld", "published"),
        ("json-ld", "modified"),
        ("meta", "published"),
        ("time", "published"),
    ]
    assert find(html)[0].place == "script[1] NewsArticle.datePublished"


def test_the_time_beside_the_headline_is_the_articles():
    story = "<main><h1>Bridge opens</h1><time datetime=2026-03-03>x</time></main>"
    html = f"{NEWS}<aside><time>1 May 2024</time></aside>{story}"
    assert first(html) == ("time", "2026-03-03", "published")


def test_a_time_marked_as_updated_is_a_change():
    published = "<time class='published updated'>3 March 2026</time>"
    html = f"{NEWS}<h1>Bridge opens</h1><p>Updated <time>4 March 2026</time></p>{published}"
    assert [(c.raw, c.role) for c in find(html)] == [("4 March 2026", "modified"), ("3 March 2026", "published")]


def test_a_line_with_a_date_under_the_headline_is_a_candidate():
    html = f"{NEWS}<p>1 May 2024</p><h1>Bridge opens</h1><p>Mara Lind <span>3 March 2026, 14:05</span></p>"
    assert first(html) == ("text", "3 March 2026, 14:05", "published")


def test_the_date_that_a_source_states_is_a_candidate():
    link = Link(url="https://gazette.example/bridge", published_raw="Tue, 03 Mar 2026 14:05:00 GMT", source_kind="feed")
    assert first(NEWS, link=link) == ("feed", "Tue, 03 Mar 2026 14:05:00 GMT", "published")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/03/03/bridge", "2026-03-03"),
        ("/news/2026-3-3-bridge", "2026-03-03"),
        ("/20260303-bridge", "2026-03-03"),
        ("/2026/middle_east/3/3/bridge", "2026-03-03"),
    ],
)
def test_an_address_may_state_the_day(path, day):
    assert ("url", day) in [(c.source, c.raw) for c in find(NEWS, url=f"https://gazette.example{path}")]


@pytest.mark.parametrize("path", ["/bridge-1234567890", "/2026/bridge", "/9920260399"])
def test_other_numbers_of_an_address_are_no_day(path):
    assert find(NEWS, url=f"https://gazette.example{path}") == ()


def test_an_outlets_selector_and_line_are_candidates():
    by = outlet(selectors={"date": ".when"}, dates={"line": r"Sent (?P<date>\d{4}-\d\d-\d\d)"})
    found = find("<p class=when>3 March 2026</p><p>Sent 2026-03-04</p><p>So he Sent 2026-03-05 back</p>", by=by)
    assert [(c.source, c.raw) for c in found][:2] == [("selector", "3 March 2026"), ("text", "2026-03-04")]


def test_a_text_documents_line_is_read_and_nothing_else_guessed():
    by = outlet(dates={"line": r"(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"})
    text = "Tuesday, 02 January 2024 12:17 GMT\nBridge opens\n2026-03-03 14:05:00\nIt opens on 15 October."
    assert [(c.source, c.raw) for c in find(text, by=by, url=None, content_type="text/plain")] == [
        ("text", "2026-03-03 14:05:00")
    ]
    assert find(text, url=None, content_type="text/plain") == ()


def test_a_page_that_is_not_marked_as_news_is_guessed_first():
    article = "<article><p>Published on 3 March 2026</p></article>"
    assert first(f"<html><head><title>Bridge</title></head><body>{article}</body></html>") == (
        "htmldate",
        "2026-03-03",
        "published",
    )


def test_a_page_with_ten_thousand_times_gives_a_few_candidates():
    assert len(find(f"{NEWS}<h1>Bridge opens</h1>" + "<div><time>3 March 2026</time></div>" * 10_000)) <= 4


def test_a_page_that_declares_ten_thousand_dates_gives_a_bounded_number():
    tags = "".join(f"<meta name=date content='day {number} of 2026'>" for number in range(10_000))
    assert len(find(f"{NEWS}{tags}<p>Text.</p>")) <= 101
