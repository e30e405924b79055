"""The corpus in a browser: found, read, compared; on this machine only, whatever pages say."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

import pytest
from browser import PHONE
from click.testing import CliRunner
from corpora import NOW, article
from hostile_corpus import BAD_LINK, HOSTILE, hostile, make_corpus

from newscrawl.cli import cli
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser import Visit

pytest.importorskip("datasette", reason="datasette is not installed")

from newscrawl.browse.reading import article_path, direction, lay_out, moment, safe_link

ENGLISH = "/article/gazette~3A2"
SECONDS = 30


def start(data: Path) -> tuple[subprocess.Popen[str], str]:
    """The command, and the address that it says the corpus is at."""
    command = [sys.executable, "-m", "newscrawl", "browse", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    return process, re.search(r"http://\S+?(?=/ )", process.stderr.readline())[0]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("data")
    make_corpus(folder / "corpus.db")
    return folder


@pytest.fixture(scope="module")
def address(data) -> Iterator[str]:
    """Where the corpus is browsed."""
    process, told = start(data)
    yield told
    process.terminate()
    process.wait(SECONDS)


def get(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an answer."""
    try:
        with urlopen(Request(url, headers=headers), timeout=SECONDS) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def titles(visit: Visit) -> list[str]:
    return visit.page.locator(".answers h2").all_inner_texts()


def in_order(visit: Visit) -> bool:
    return visit.complaints() == [] and visit.hosts == {"127.0.0.1"}


# In the browser


@pytest.mark.parametrize("query", ["مدرسة", "المَدْرَسَة OR مَدْرَسةٌ", "المدرسه"])
def test_an_arabic_word_is_found_however_it_is_written(chromium, address, query):
    with chromium.open(address) as visit:
        visit.page.get_by_role("searchbox").fill(query)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/search?**")
        assert titles(visit) == ["مدرسة جديدة في حلب"]
        assert visit.page.locator(".answers h2").first.get_attribute("dir") == "rtl"
        assert in_order(visit)


def test_what_was_removed_shows_in_its_place_and_each_rule_can_be_hidden(chromium, address):
    with chromium.open(f"{address}/article/gazette~3A1") as visit:
        page = visit.page
        texts = page.locator(".text p, .text .cut").all_inner_texts
        assert len(texts()) == 3
        page.get_by_role("link", name="Show what was removed").click()
        page.wait_for_selector(".cut")
        shown = texts()
        assert [("Menu 4" in shown[0]), ("اشترك في النشرة" in shown[3])] == [True, True]
        assert "outside the story" in shown[0]
        page.get_by_role("link", name="Hide navigation").click()
        page.wait_for_selector("a:has-text('Show navigation')")
        assert len(texts()) == 4
        page.get_by_role("link", name="Show the clean text only").click()
        page.wait_for_selector("a:has-text('Show what was removed')")
        assert len(texts()) == 3
        assert page.url.endswith("/article/gazette~3A1")
        assert in_order(visit)


def test_the_reader_stays_at_the_line_that_was_being_read(chromium, address):
    with chromium.open(f"{address}{ENGLISH}", width=PHONE, height=300) as visit:
        where = "document.getElementById('p-2').getBoundingClientRect().top"
        visit.page.evaluate("document.getElementById('p-2').scrollIntoView()")
        before = visit.page.evaluate(where)
        visit.page.evaluate("document.getElementById('removed').click()")
        visit.page.wait_for_selector(".cut")
        assert abs(visit.page.evaluate(where) - before) < 3
        assert visit.focused() == "Show the clean text only"


def test_everything_works_without_script(chromium, address):
    with chromium.open(f"{address}{ENGLISH}", script=False) as visit:
        visit.page.get_by_role("link", name="Show what was removed").click()
        assert visit.page.locator(".cut").count() == 2
        visit.page.get_by_role("link", name="Hide prompt").click()
        assert visit.page.locator(".cut").count() == 1
        assert in_order(visit)


def test_the_keyboard_alone_leads_from_the_search_to_what_changed(chromium, address):
    with chromium.open(address) as visit:
        keys = visit.page.keyboard
        keys.press("Tab")
        assert visit.focused() == "Skip to the content"
        visit.page.get_by_role("searchbox").focus()
        keys.type("bridge lanes")
        keys.press("Enter")
        visit.page.wait_for_url("**/search?**")
        visit.tab_to("Bridge opens")
        keys.press("Enter")
        visit.page.wait_for_selector(".story")
        visit.tab_to("Show what was removed")
        keys.press("Enter")
        visit.page.wait_for_selector(".cut")
        visit.tab_to("Hide navigation")
        keys.press("Enter")
        visit.page.wait_for_selector("a:has-text('Show navigation')")
        visit.page.get_by_role("link", name="2 revisions").focus()
        keys.press("Enter")
        visit.page.wait_for_url("**/revisions")
        visit.tab_to("What changed from revision 1 to 2")
        keys.press("Enter")
        visit.page.wait_for_url("**/diff/1/2")
        assert visit.page.locator("ins").all_inner_texts()[1:] == ["thrice", "Correction: it was thrice as much."]
        assert visit.page.locator(".changes del").all_inner_texts() == ["twice"]
        assert visit.page.get_by_text("a correction").is_visible()
        assert in_order(visit)


PAGES = [
    "/",
    "/search",
    "/search?q=bridge&outlet=gazette",
    "/article/gazette~3A1",
    f"{ENGLISH}?removed",
    f"{ENGLISH}/revisions",
    f"{ENGLISH}/diff/1/2",
    "/nowhere",
    "/corpus",
    "/corpus/articles",
    "/corpus/largest_cuts",
    "/corpus/articles/gazette~3A2",
    "/corpus?sql=select+1",
]
CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text("utf-8")


@pytest.mark.parametrize("dark", [False, True])
def test_pages_fit_a_phone_and_have_contrast(chromium, address, dark):
    with chromium.open(address, width=PHONE, dark=dark) as visit:
        for path in PAGES:
            visit.page.goto(f"{address}{path}")
            assert visit.overflow() == 0, path
            assert visit.page.evaluate(CONTRASTS) == [], path
        visit.page.goto(f"{address}{ENGLISH}")
        size = "parseFloat(getComputedStyle(document.querySelector('.text p')).fontSize)"
        assert visit.page.evaluate(size) >= 16


def test_every_page_has_one_heading_a_title_and_labelled_fields(chromium, address):
    unlabelled = "[...document.querySelectorAll('main :is(a, button, summary)')].filter(one => !one.textContent.trim())"
    with chromium.open(address) as visit:
        for path in PAGES:
            visit.page.goto(f"{address}{path}")
            assert visit.page.locator("h1").count() == 1, path
            assert visit.page.title().removesuffix(" · newscrawl"), path
            assert visit.page.evaluate(f"{unlabelled}.length") == 0, path


def test_hostile_pages_are_shown_and_do_nothing(chromium, address):
    """Every page that one comes to from the hostile article, and every saved query."""
    path = article_path(hostile().id)
    waiting = [path, f"{path}?removed", f"{path}/revisions", f"{path}/diff/1/2", "/", "/search?q=harm", "/corpus"]
    waiting += [f"/search?q={quote(HOSTILE)}", f"/corpus/refusals?reason={quote(HOSTILE)}", f"/article/{quote('<b>')}"]
    seen: set[str] = set()
    with chromium.open(address) as visit:
        while waiting and len(seen) < 45:
            url = waiting.pop(0)
            seen.add(url)
            visit.page.goto(urljoin(address, url))
            found = visit.page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
            waiting += [one for one in dict.fromkeys(found) if one.startswith("/") and one not in {*seen, *waiting}]
            assert visit.page.evaluate("window.pwned") is None, url
            assert not [one for one in found if not re.match(r"/|#|\?|https?://", one)], url
            made = "[...document.querySelectorAll('main :is(script, img, iframe, svg[onload], [onerror], [onload])')]"
            assert visit.page.evaluate(f"{made}.length") == 0, url
            assert not set("\x1b\x07\x9b\u202e\u2066") & set(visit.page.content()), url
        assert visit.errors == []
        assert visit.hosts == {"127.0.0.1"}
        # A page that is not there says so, and so does the browser; of anything else there is nothing to say.
        assert [said for said in visit.console if "404" not in said and "400" not in said] == []


def test_the_hostile_article_is_still_to_be_read(chromium, address):
    with chromium.open(f"{address}{article_path(hostile().id)}?removed") as visit:
        assert HOSTILE in visit.page.locator("h1").inner_text()
        assert HOSTILE in visit.page.locator(".cut").first.inner_text()
        assert "red [31mtext2Jesrever" in visit.page.locator(".text").inner_text()
        assert BAD_LINK in visit.page.locator(".facts").inner_text()


def test_the_report_is_one_click_away(chromium, tmp_path):
    pytest.importorskip("newscrawl.report", reason="what the report is drawn with is not installed")
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        store.save(store.start_run(["gazette"], "crawl", "0", NOW), [article(number) for number in range(1, 5)])
    process, address = start(tmp_path)
    with chromium.open(address) as visit:
        visit.page.get_by_role("link", name="Report, with charts").click()
        visit.page.wait_for_url("**/report")
        assert visit.page.locator("svg").count() > 0
        assert "sandbox; default-src 'none'" in get(f"{address}/report")[1]["content-security-policy"]
        assert in_order(visit)
    process.terminate()
    process.wait(SECONDS)


# What is answered


@pytest.mark.parametrize(
    "query", ['"', "'", "a NOT", "NEAR(", "*", "-x", "\0", "%00", "((", 'col:"x', "x" * 5_000, "😀"]
)
def test_any_text_is_a_search(address, query):
    status, _, body = get(f"{address}/search?q={quote(query)}&page=9999999999999999999999&day=x&kind=&outlet=%00")
    assert (status, "Something unforeseen" in body) == (200, False)


def test_facets_narrow_and_count(address):
    _, _, body = get(f"{address}/search?q=bridge")
    assert "2 articles" in body
    assert 'href="/search?q=bridge&amp;outlet=ledger"' in body
    _, _, narrowed = get(f"{address}/search?q=bridge&outlet=ledger&day=2026-03-01")
    assert "1 article<" in narrowed
    assert "A bridge, at last" in narrowed
    assert 'href="/search?q=bridge&amp;day=2026-03-01"' in narrowed


def test_the_sums_of_an_article_add_up(address, data):
    _, _, body = get(f"{address}{ENGLISH}")
    kept, removed, visible = (
        int(n.replace(",", "")) for n in re.findall(r"([\d,]+)(?:</strong>)? (?:kept|rem|char)", body)
    )
    with Store.read(data / "corpus.db") as store:
        blocks = store.blocks("gazette:2")
    assert kept + removed == visible == sum(len(block.text) for block in blocks)
    assert kept == sum(len(block.text) for block in blocks if block.kept)


def test_an_article_tells_where_its_date_comes_from_and_who_else_has_the_story(address):
    _, _, body = get(f"{address}{ENGLISH}")
    for said in ("json-ld", "stated by the page", "2025-01-01 · meta date", "A bridge, at last", "% in common"):
        assert said in body
    assert 'rel="noopener noreferrer external"' in body


@pytest.mark.parametrize("typed", ["gazette:2", "http://www.gazette.example/2/bridge?utm_source=x"])
def test_an_id_or_address_that_is_searched_leads_to_its_article(address, typed):
    assert "<h1>Bridge opens</h1>" in get(f"{address}/search?q={quote(typed, safe='')}")[2]


def test_an_article_is_found_at_its_address_and_a_refused_one_says_why(address):
    assert get(f"{address}{article_path('https://gazette.example/2/bridge')}")[0] == 200
    status, _, body = get(f"{address}{article_path('gazette:10')}")
    assert (status, "was refused" in body) == (404, True)
    assert get(f"{address}{ENGLISH}/diff/1/7")[0] == 404


def test_every_saved_query_answers(address):
    _, _, body = get(f"{address}/corpus")
    queries = re.findall(r'href="(/corpus/[a-z_]+)" title', body)
    assert len(queries) == 6
    for query in queries:
        status, _, told = get(f"{address}{query}.json?_shape=array")
        assert (status, isinstance(json.loads(told), list)) == (200, True)


def test_a_reader_meets_no_inner_tables(address):
    _, _, body = get(f"{address}/corpus")
    shown = re.findall(r'<h3><a href="/corpus/([^"]+)"', body)
    assert {"articles", "revisions", "refusals", "runs", "frontier"} <= set(shown)
    assert not {name for name in shown if re.match(r"search|story|noise|texts|verdicts|ledger|_|sqlite", name)}


def test_answers_keep_out_whatever_is_not_from_here(address):
    for path in ("/", ENGLISH, "/corpus/articles", "/nowhere"):
        _, headers, body = get(f"{address}{path}")
        policy = headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; " in policy
        assert ("'unsafe-inline'" in policy) == path.startswith("/corpus"), path
        assert headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script(?![^>]*src=)|(?:src|action)=.?(?:https?:)?//|<link[^>]*//", body)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8040", "", "[::2]"])
def test_a_request_under_another_name_is_refused(address, host):
    assert get(address, Host=host)[0] == 421


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8040"])
def test_a_request_under_a_name_of_this_machine_is_answered(address, host):
    assert get(address, Host=host)[0] == 200


@pytest.mark.parametrize(
    "sql",
    ["delete from articles", "with x as (select 1) delete from articles", "pragma query_only=0", "attach 'x' as y"],
)
def test_sql_only_reads(address, data, sql):
    assert get(f"{address}/corpus.json?sql={quote(sql)}")[0] == 400
    with Store.read(data / "corpus.db") as store:
        assert len(list(store.articles())) == 4


def test_sql_can_search_as_we_do(address):
    sql = (
        "select article_id from search join search_texts on number = search.rowid where search match folded('المَدْرَسةُ')"
    )
    _, _, told = get(f"{address}/corpus.json?_shape=arrayfirst&sql={quote(sql)}")
    assert json.loads(told) == ["gazette:1"]


# Beside a crawl


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_though_a_reader_holds_a_connection(tmp_path, sent):
    make_corpus(tmp_path / "corpus.db")
    process, address = start(tmp_path)
    reader = HTTPConnection(address.removeprefix("http://"), timeout=SECONDS)
    reader.request("GET", "/corpus/articles")
    assert reader.getresponse().read()
    process.send_signal(sent)
    assert process.wait(SECONDS) == 0
    assert not {"corpus.db-wal", "corpus.db-shm"} & {left.name for left in tmp_path.iterdir()}
    reader.close()


def test_a_crawl_writes_while_the_corpus_is_read(tmp_path):
    path = tmp_path / "corpus.db"
    make_corpus(path)
    process, address = start(tmp_path)
    done = threading.Event()

    def crawl() -> None:
        with Store.open(path) as store:
            run = store.start_run(["gazette"], "crawl", "0", NOW)
            for number in range(100, 160):
                store.save(run, [article(number, f"Zebra {number} was seen.", "It ran away at once.")])
            store.finish_run(run, "finished", NOW)
        done.set()

    writer = threading.Thread(target=crawl)
    writer.start()
    answers = []
    while not done.wait(0.02):
        answers += [get(f"{address}{path}")[0] for path in ("/", "/search?q=zebra", "/corpus/articles.json")]
    writer.join()
    assert set(answers) <= {200}
    assert "60 articles" in get(f"{address}/search?q=zebra")[2]
    process.terminate()
    process.wait(SECONDS)


# The command


def invoke(*arguments: str):
    return CliRunner().invoke(cli, ["browse", *arguments])


def test_the_command_says_what_it_cannot_do(tmp_path, address):
    taken = address.rpartition(":")[2]
    make_corpus(tmp_path / "corpus.db")
    for arguments, said in (
        (["--data", str(tmp_path / "none")], "there is no corpus here"),
        (["--data", str(tmp_path), "--port", taken], f"127.0.0.1:{taken} cannot be used"),
        (["--data", str(tmp_path), "--host", "0.0.0.0"], "is not this machine"),
    ):
        result = invoke(*arguments)
        assert result.exit_code == 2, arguments
        assert said in result.output


def test_the_address_is_opened_in_the_browser_if_asked(tmp_path, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr("newscrawl.browse.server.serve", lambda _corpus, _host, _port, ready: ready("http://here/"))
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert "http://here/ (Ctrl-C ends)" in invoke("--data", str(tmp_path)).output
    assert opened == []
    invoke("--data", str(tmp_path), "--open")
    assert opened == ["http://here/"]


def test_without_datasette_the_command_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "newscrawl.browse.server", raising=False)
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    result = invoke("--data", str(tmp_path))
    assert result.exit_code == 2
    assert "pip install 'newscrawl[browse]'" in result.output


# What pages are made of


def test_directions_follow_the_text_then_the_language():
    assert direction("BBC زارت المدرسة الجديدة") == "rtl"
    assert direction("The word كتاب means book") == "ltr"
    assert [direction("123", "ar"), direction("", "fa-IR"), direction(None), direction("123", "en")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", True),
        ("http://[::1]/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/", False),
        ("/etc/passwd", False),
        ("https:///nohost", False),
        ("https://a.example/\u202egnp.exe", False),
        ("http://a.example/\nx", False),
        ("http://[bad", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url, safe):
    assert (safe_link(url) is not None) == safe


def test_dates_are_told_to_the_minute_with_their_zone():
    told = [moment(one) for one in ("2026-03-01T10:00:07+03:00", "2026-03-01T10:00:00Z", "2026-03-01", None)]
    assert told == ["2026-03-01 10:00 +03:00", "2026-03-01 10:00 UTC", "2026-03-01", "undated"]


def test_records_without_a_ledger_show_their_text():
    layout = lay_out([], "One.\n\nTwo.", removed=True)
    assert [piece.text for piece in layout.pieces] == ["One.", "Two."]
