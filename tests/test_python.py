"""Python as a door: the examples of the docs run, and importing costs nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from corpora import NOW, article

import newscrawl
from newscrawl.batch import Rules, extract_one
from newscrawl.errors import OutletError, StoreError, UsageError
from newscrawl.extract import extract as extract_page
from newscrawl.samples import read_samples
from newscrawl.store import Store

ROOT = Path(__file__).parent.parent
EXAMPLES = [
    example
    for name in ("python.md", "report.md")
    for example in re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / name).read_text("utf-8"), re.M | re.S)
]
PAGE = re.search(r'html = """\n(.*?)"""', EXAMPLES[0], re.S)[1]


@pytest.fixture
def data(tmp_path):
    with Store.open(tmp_path / "data" / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(1), article(2, "جسر جديد في حلب.", language="ar"), article(3, date_published=None)])
        store.finish_run(run, "finished", NOW)
    return tmp_path / "data"


def test_the_examples_of_the_docs_run(tmp_path, monkeypatch, capsys):
    with Store.open(tmp_path / "data" / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        outcomes = [extract_one(sample.page, Rules(outlet="sana"), ledger=True) for sample in samples("sana")]
        store.save(run, outcomes)
        store.finish_run(run, "finished", NOW)
    monkeypatch.chdir(tmp_path)
    names = {}
    for example in EXAMPLES:
        exec(example, names)
    shown = capsys.readouterr().out
    assert "Harbour to be deepened 2026-03-01T10:00:00+03:00 en" in shown
    assert len(names["arabic"]) == 1
    assert (tmp_path / "arabic.csv").exists()
    assert (tmp_path / "report.html").exists()


def samples(outlet: str):
    return list(read_samples(ROOT / "newscrawl" / "outlets" / outlet / "samples"))


def test_importing_newscrawl_imports_nothing_heavy():
    heavy = {"trafilatura", "lxml", "scrapy", "sqlite_utils", "pydantic", "rensa"}
    code = f"import sys, newscrawl; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", newscrawl.__all__)
def test_every_public_name_is_there(name):
    assert getattr(newscrawl, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="bogus"):
        newscrawl.bogus  # noqa: B018


def test_a_page_gives_the_same_article_by_every_door():
    sample = next(sample for sample in samples("sana") if sample.path.stem == "foxiz_ar")
    by_hand = newscrawl.extract(
        sample.page.body, url=sample.page.url, encoding=sample.page.encoding, fetched_at=sample.page.fetched_at
    )
    expected = extract_one(sample.page, Rules(outlet="sana"), ledger=True)
    ours = replace(by_hand, source=expected.source, requested_url=expected.requested_url)
    assert ours.as_record() == expected.as_record()
    assert extract_page is newscrawl.extract.extract


def test_text_and_bytes_give_the_same_article():
    assert newscrawl.extract(PAGE) == newscrawl.extract(PAGE.encode())


def test_dates_later_than_the_fetch_are_not_believed():
    fetched = datetime(2025, 6, 1, tzinfo=UTC)
    assert newscrawl.extract(PAGE, fetched_at=fetched).date_published is None


def test_an_unknown_outlet_is_an_error():
    with pytest.raises(OutletError, match="bogus"):
        newscrawl.extract(PAGE, outlet="bogus")


def test_stored_articles_come_back_as_they_went_in_without_their_blocks(data):
    with newscrawl.open_corpus(data) as corpus:
        assert corpus.article("gazette:1") == replace(article(1), blocks=(), place=None)
        assert corpus.article("gazette:9") is None
        assert list(corpus.blocks("gazette:1")) == list(article(1).blocks)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3]),
        ({"outlet": "gazette"}, [1, 2, 3]),
        ({"outlet": ["herald", "gazette"], "language": "ar"}, [2]),
        ({"since": "2026-03-01"}, [1, 2]),
        ({"until": date(2026, 2, 28)}, []),
        ({"query": "حلب"}, [2]),
    ],
)
def test_articles_are_chosen(data, wanted, found):
    with newscrawl.open_corpus(data / "corpus.db") as corpus:
        assert [int(one.source_id) for one in corpus.articles(**wanted)] == found


def test_a_date_that_is_none_is_an_error(data):
    with newscrawl.open_corpus(data) as corpus, pytest.raises(UsageError, match="yesterday"):
        corpus.articles(since="yesterday")


def test_a_corpus_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(StoreError, match="no corpus"):
        newscrawl.open_corpus(tmp_path / "nowhere")
