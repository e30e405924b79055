"""Rules fire where they should, on evidence, and nowhere else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from newscrawl.errors import RefusedError
from newscrawl.extract import extract, strip
from newscrawl.extract.body import align
from newscrawl.noise.judge import load_judge
from newscrawl.noise.rules import RULES
from newscrawl.outlet import GENERIC, Noise
from newscrawl.records import Block, Page, Stripped

SHARED = Path(__file__).parents[2] / "shared"

STORY = [
    "The harbour bridge was closed to lorries on Monday after engineers found cracks in two of its pillars.",
    "The city's roads office said that cars and buses may go on using it, at half the usual speed.",
    "Repairs are to begin next week and should last until spring, according to the office's director of works.",
    "Fishermen who land their catch at the north quay will be led around the site, the harbour master said.",
    "The bridge, built sixty years ago, carries some twelve thousand vehicles a day across the bay.",
]
HEADLINE = "Cracks close harbour bridge to lorries"


def page(*parts: str, head: str = "", before: str = "", after: str = "") -> Page:
    """A made news page: navigation, headline, a story with ``parts`` after its paragraphs, a sidebar and a footer."""
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY)
    markup = f"""<html><head><title>{HEADLINE} - The Example Gazette</title>
    <meta property="og:title" content="{HEADLINE}"><meta property="og:type" content="article">{head}</head><body>
    <nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <main><article class="story"><h1>{HEADLINE}</h1>{before}
    <div class="article-body">{paragraphs}{"".join(parts)}</div></article>{after}</main>
    <footer><p>All rights reserved. The Example Gazette is printed by the Gazette Press of Harbour Street.</p></footer>
    </body></html>"""
    return Page(body=markup.encode(), url="https://gazette.example/2026/03/bridge", content_type="text/html")


def block(stripped: Stripped, text: str) -> Block:
    return next(block for block in stripped.blocks if text in block.text)


def test_a_plain_story_is_kept_whole_and_nothing_else() -> None:
    assert strip(page(), GENERIC).text.split("\n\n") == STORY


def test_the_headline_is_removed_because_it_equals_the_title() -> None:
    headline = block(strip(page(), GENERIC), HEADLINE)
    assert (headline.kept, headline.rule, headline.evidence) == (False, "headline", "equals the title")


@pytest.mark.parametrize(
    ("part", "text", "rule"),
    [
        ("<p>Read also: <a href='/a'>Ferry timetable changes</a></p>", "Read also", "related"),
        ("<p>Sign up for our newsletter</p>", "newsletter", "newsletter"),
        ("<p>Follow us on Facebook</p>", "Follow us", "follow"),
        ("<p>اقرأ أيضا: افتتاح الجسر</p>", "اقرأ", "related"),
        ("<p>Photo: Harbour Office</p>", "Photo", "credit"),
        ("<p>© 2026 The Example Gazette. All rights reserved.</p>", "© 2026", "legal"),
        ("<figure><figcaption>The bridge at dusk</figcaption></figure>", "at dusk", "caption"),
        ("<p>17302</p>", "17302", "no-words"),
        (
            "<ul><li><a href='/1'>One</a></li><li><a href='/2'>Two</a></li><li><a href='/3'>Three</a></li></ul>",
            "Two",
            "link-list",
        ),
    ],
)
def test_a_named_rule_removes_it_with_evidence(part: str, text: str, rule: str) -> None:
    stripped = strip(page(part), GENERIC)
    removed = block(stripped, text)
    assert (removed.kept, removed.rule) == (False, rule)
    assert removed.evidence
    assert stripped.text.split("\n\n") == STORY


@pytest.mark.parametrize(
    "part",
    [
        "<h2>What the engineers found</h2><p>Salt water had entered the concrete of two pillars, they say.</p>",
        "<blockquote><p>“We have watched these pillars for years and must mend them,” she said.</p></blockquote>",
    ],
)
def test_sections_and_quotations_of_the_story_stay(part: str) -> None:
    assert len(strip(page(part), GENERIC).text) > len("\n\n".join(STORY))


def test_a_short_standfirst_is_the_lead_and_not_in_the_text() -> None:
    lead = "Lorries must take the long way round until spring, the city says"
    stripped = strip(
        page(before=f"<p class='standfirst'>{lead}</p>", head=f"<meta name='description' content='{lead}'>"), GENERIC
    )
    assert stripped.lead == lead
    assert lead not in stripped.text


def test_a_rule_switched_off_by_name_does_not_fire() -> None:
    outlet = GENERIC.model_copy(update={"noise": Noise(off=("credit", "judge"))})
    assert block(strip(page("<p>Photo: Harbour Office</p>"), outlet), "Photo").rule != "credit"


def test_kept_and_removed_are_the_whole_page() -> None:
    made = page("<p>Read also: <a href='/a'>Ferry timetable changes</a></p>")
    blocks = strip(made, GENERIC).blocks
    assert all(block.rule and block.evidence for block in blocks)
    shown = "".join("".join(block.text for block in blocks).split())
    assert shown.startswith("HomeSport")
    assert shown.endswith("HarbourStreet.")


def test_an_empty_page_a_stub_and_a_wall_are_refused_by_reason() -> None:
    for body, reason in [
        (b"<html><body></body></html>", "empty"),
        (b"<html><body><p>Soon more.</p></body></html>", "too-short"),
        (
            b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing"
            b" gazette.example. Enable JavaScript and cookies to continue</p></body></html>",
            "bot-check",
        ),
    ]:
        with pytest.raises(RefusedError) as refused:
            extract(Page(body=body, url="https://gazette.example/x", content_type="text/html"), GENERIC)
        assert refused.value.reason == reason


def test_a_story_that_only_scripts_carry_is_recovered_and_told_apart() -> None:
    import json

    state = json.dumps({"props": {"article": {"paragraphs": [{"text": line} for line in STORY]}}})
    body = (
        f"<html><body><h1>{HEADLINE}</h1><div id='app'></div><script>window.__STATE__ = {state}</script></body></html>"
    )
    article = extract(Page(body=body.encode(), url="https://gazette.example/x", content_type="text/html"), GENERIC)
    assert article.text.split("\n\n") == STORY
    assert all(block.recovered for block in article.blocks if block.kept)


def test_a_story_beside_the_headlines_own_article_is_not_part_of_it() -> None:
    other = "".join(f"<p>{line.replace('bridge', 'tower').replace('harbour', 'airport')}</p>" for line in STORY)
    stripped = strip(
        page(after=f"<article class='story'><h2>Another</h2><div class='article-body'>{other}</div></article>"), GENERIC
    )
    assert "tower" not in stripped.text


def test_alignment_finds_lines_cells_and_pieces_of_lines() -> None:
    texts = [
        "Home",
        "Thefirstparagraphofthestoryhasmanywords.",
        "Cell",
        "Another,longerparagraphthatissplitupbytheextractor.",
    ]
    lines = ["The first paragraph of the story has many words.", "Another, longer paragraph that is split"]
    shares = align(lines, texts)
    assert shares[0] == 0
    assert shares[1] == 1
    assert 0.3 < shares[3] < 1


def test_the_judge_ships_as_plain_numbers_and_tells_probabilities() -> None:
    judge = load_judge()
    assert 0 <= judge.probability([0.0] * 200) <= 1
    assert len(judge.leaves([0.0] * 200)) > 50


def test_rule_names_are_told_apart_by_what_they_do() -> None:
    removing = [rule.name for rule in RULES if not rule.keeps]
    assert len(removing) == len(set(removing))
    assert all(rule.test.__doc__ for rule in RULES)


@pytest.mark.skipif(not SHARED.exists(), reason="needs real pages in ../shared, which a plain clone does not have")
@pytest.mark.parametrize("folder", ["pages", "eval/data/zyte/pages"])
def test_the_account_of_real_pages_is_whole(folder: str) -> None:
    from newscrawl.extract.document import read_document

    for path in sorted((SHARED / folder).glob("*.html.gz"))[:40]:
        real = Page(body=gzip.decompress(path.read_bytes()), content_type="text/html")
        body = read_document(real).tree.find("body")
        texts = body.xpath(
            ".//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]"
        )
        blocks = [block.text for block in strip(real, GENERIC).blocks if not block.recovered]
        assert "".join("".join(blocks).split()) == "".join("".join(texts).split()), path.name
