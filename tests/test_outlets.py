"""The bundled outlets: their addresses, and what each of their sample pages must become."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from newscrawl.errors import RefusedError
from newscrawl.extract import extract
from newscrawl.outlet import BUNDLED, Identity, Outlet, load_outlet, load_outlets
from newscrawl.records import Article, Page

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = sorted(BUNDLED.glob("*/samples/*.json"))
INPUTS = {"page", "removed_must_include"}
REQUIRED = {"title", "lead", "text", "authors", "agency", "dateline", "date_published", "language", "source_id", "tags"}


def expected_of(sample: Path) -> dict[str, Any]:
    return json.loads(sample.read_text("utf-8"))


def page_of(sample: Path) -> Page:
    document = next(path for path in sample.parent.glob(f"{sample.stem}.*") if path.suffix != ".json")
    given = expected_of(sample)["page"]
    return Page(
        body=document.read_bytes(),
        url=given["url"],
        requested_url=given["url"],
        outlet=sample.parent.parent.name,
        fetched_at=datetime.fromisoformat(given["fetched_at"]) if given["fetched_at"] else None,
        encoding=given["encoding"],
    )


@cache
def article_of(sample: Path) -> Article:
    page = page_of(sample)
    return extract(page, load_outlet(page.outlet or ""))


def name_of(sample: Path) -> str:
    return f"{sample.parent.parent.name}/{sample.stem}"


def claims(kind: str) -> list[Any]:
    """A parameter set for each field (or removed text) that a sample expects."""
    found = []
    for sample in SAMPLES:
        expected = expected_of(sample)
        values = expected.get("removed_must_include", []) if kind == "removed" else sorted(set(expected) - INPUTS)
        found += [
            pytest.param(sample, value, id=f"{name_of(sample)}/{value}") for value in values if value != "refused"
        ]
    return found


@pytest.mark.parametrize(("sample", "field"), claims("fields"))
def test_a_sample_becomes_the_record_that_an_editor_expects(sample, field):
    assert article_of(sample).as_record()[field] == expected_of(sample)[field]


@pytest.mark.parametrize(("sample", "text"), claims("removed"))
def test_a_sample_loses_what_is_not_the_story(sample, text):
    removed = [block.text for block in article_of(sample).blocks if not block.kept]
    assert any(text in block for block in removed)


@pytest.mark.parametrize(
    "sample", [pytest.param(path, id=name_of(path)) for path in SAMPLES if "refused" in expected_of(path)]
)
def test_a_sample_that_is_no_article_is_refused(sample):
    page = page_of(sample)
    with pytest.raises(RefusedError) as refusal:
        extract(page, load_outlet(page.outlet or ""))
    assert refusal.value.reason == expected_of(sample)["refused"]


@pytest.mark.parametrize("sample", [pytest.param(path, id=name_of(path)) for path in SAMPLES])
def test_a_sample_states_every_field_that_matters(sample):
    expected = expected_of(sample)
    assert "refused" in expected or set(expected) >= REQUIRED


def test_every_outlet_has_samples():
    assert {sample.parent.parent.name for sample in SAMPLES} == set(load_outlets())


@pytest.mark.parametrize(
    ("outlet", "url", "identity"),
    [
        ("sana", "https://sana.sy/locals/2280713/", ("2280713", "ar")),
        ("sana", "https://sana.sy/?p=2280713", ("2280713", "ar")),
        ("sana", "https://sana.sy/governorates/aleppo/2227976/", ("2227976", "ar")),
        ("sana", "https://www.sana.sy/en/politics/2280714/?utm_source=rss", ("2280714", "en")),
        ("sana", "http://sana.sy./en/?p=159267", ("159267", "en")),
        ("sana", "https://archive.sana.sy/fr/?p=326724", ("326724", "fr")),
        ("sana", "https://test.sana.sy/ku/?lang=x&p=26724", ("26724", "ku")),
        ("sana", "https://sana.sy/en/politics/page/2/", None),
        ("sana", "https://sana.sy/en/about-us/", None),
        ("sana", "https://sana.sy/?cat=5&paged=2", None),
        ("sana", "https://sana.sy/wp-json/wp/v2/posts/2280713", None),
        ("sana", "https://sana.sy.example.com/locals/2280713/", None),
        ("menafn", "https://menafn.com/1109867835/Some-Words", ("1109867835", "en")),
        ("menafn", "http://www.menafn.com/1109867835/Other-Words?src=RSS", ("1109867835", "en")),
        ("menafn", "https://menafn.com/1109867835?Social=on", ("1109867835", "en")),
        ("menafn", "https://menafn.com/arabic/1111436051/%D9%88", ("1111436051", "ar")),
        ("menafn", "https://menafn.com/qn_news_story_s.aspx?storyid=1095168700&title=x", ("1095168700", "en")),
        ("menafn", "https://menafn.com/MenaGoogleSearch.aspx?cx=1109867835", None),
        ("syriatimes", "http://syriatimes.sy/a-story-with-a-slug", (None, "en")),
        ("syriatimes", "https://www.syriatimes.sy/a-story-with-a-slug/?utm_source=x", (None, "en")),
        ("syriatimes", "https://syriatimes.sy/feed/", None),
        ("syriatimes", "https://syriatimes.sy/contact-us", None),
        ("syriatimes", "https://syriatimes.sy/terms-of-use", None),
        ("syriatimes", "https://syriatimes.sy/index.php/news/regional?start=6340", None),
    ],
)
def test_an_address_tells_number_and_edition(outlet, url, identity):
    found = load_outlet(outlet).identify(url)
    assert found == (identity and Identity(*identity))


def patterns_of(outlet: str) -> list[str]:
    known = load_outlet(outlet)
    given = (known.noise.patterns, known.noise.begin, known.noise.end, known.noise.authors)
    marks = (known.marks.prefixes, known.marks.bylines, known.marks.codes)
    articles = tuple(article.pattern for article in known.articles)
    lines = (known.dates.line,) if known.dates.line else ()
    return [pattern for group in (*given, *marks, articles, lines) for pattern in group]


HOSTILE = ["A", " ", "A ", "a-", "A, ", "(MENAFN ", "A/", "-SANA", "MENAFN12", "sana.sy/", "x=1&p=", "'", "سانا ", ".a"]


@pytest.mark.parametrize(
    ("outlet", "pattern"), [(name, pattern) for name in sorted(load_outlets()) for pattern in patterns_of(name)]
)
def test_a_pattern_takes_hostile_text_in_its_stride(outlet, pattern):
    compiled = re.compile(pattern)
    started = time.process_time()
    for piece in HOSTILE:
        text = piece * 20_000
        compiled.match(text)
        compiled.fullmatch(text)
    assert time.process_time() - started < 1, outlet


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a table and of the tables inside it."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        inner = [field.annotation, *get_args(field.annotation)]
        for kind in inner:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= keys_of(kind)
    return found


@pytest.mark.parametrize("key", sorted(keys_of(Outlet)))
def test_every_key_of_an_outlet_file_is_documented(key):
    text = (BUNDLED.parent.parent / "docs" / "outlets.md").read_text("utf-8")
    assert f"`{key}`" in text or f"`[{key}]`" in text or f"`[[{key}]]`" in text
