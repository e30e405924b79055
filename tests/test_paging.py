"""Articles spread over pages: which link leads on, and how their texts are joined."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import strip
from newscrawl.extract.joined import is_page_mark
from newscrawl.extract.paging import MOST, first_page
from newscrawl.outlet import GENERIC, Outlet
from newscrawl.records import ArchivePlace, Page, Part

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://gazette.example"
HEADLINE = "The long way of the ferry"

GAZETTE = Outlet.model_validate(
    {
        "name": "gazette",
        "title": "The Example Gazette",
        "homepage": f"{SITE}/",
        "languages": ("en",),
        "timezone": "UTC",
        "articles": ({"pattern": r"^gazette\.example/news/(?P<id>\d+)"},),
    }
)
UNNUMBERED = GAZETTE.model_copy(update={"articles": ()})


def paragraphs(number: int) -> list[str]:
    return [
        f"On day {number}{line} the ferry left pier {number * 7 + line} with {line + 30} passengers and a dog, and its "
        f"master wrote the number {number * 100 + line} into the book that lies on the bridge."
        for line in range(4)
    ]


def page(number: int, url: str, *, head: str = "", foot: str = "", further: tuple[Page, ...] = (), **changes) -> Page:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(number))
    body = (
        f"<!doctype html><html lang=en><head><title>{HEADLINE}</title>{head}</head><body><nav><a href='/'>Home</a>"
        f"</nav><article><h1>{HEADLINE}</h1>{text}{foot}</article></body></html>"
    )
    place = ArchivePlace(file="a.warc.gz", offset=number)
    made = Page(body=body.encode(), url=url, requested_url=url, fetched_at=NOON, place=place, further=further)
    return made if not changes else Page(**{name: getattr(made, name) for name in made.__slots__} | changes)


def continues_at(url: str, link: str, outlet: Outlet = GENERIC) -> str | None:
    """Where the article at ``url`` goes on, if its page says so by ``link``."""
    return strip(page(1, url, foot=link), outlet).continues_at


STORY = f"{SITE}/news/12-the-ferry"


@pytest.mark.parametrize(
    "following",
    [
        f"{STORY}?page=2",
        f"{STORY}?p=2",
        f"{STORY}/2",
        f"{STORY}/2/",
        f"{STORY}/page/2",
        f"{STORY}-page-2",
        f"{STORY}-p2",
        f"{STORY}-2",
        f"{STORY},seite-2",
    ],
)
@pytest.mark.parametrize("link", ["<a rel=next href='{}'>More</a>", "<p>1 <a href='{}'>2</a> <a href='/x'>3</a></p>"])
@pytest.mark.parametrize("outlet", [GENERIC, GAZETTE])
def test_an_article_goes_on_under_its_own_address_with_a_page_number(following, link, outlet):
    assert continues_at(STORY, link.format(following), outlet) == following


def test_the_number_may_stand_before_the_suffix_and_the_link_in_the_head():
    head = "<link rel='Next' href='story-2.html'>"
    assert strip(page(1, f"{SITE}/a/story.html", head=head), GENERIC).continues_at == f"{SITE}/a/story-2.html"


def test_the_outlets_own_number_is_enough_for_a_link_that_says_next():
    following = f"{SITE}/news/12-the-way-back"
    assert continues_at(STORY, f"<a rel=next href='{following}'>On</a>", GAZETTE) == following
    assert continues_at(STORY, f"<a href='{following}'>2</a>", GAZETTE) is None


@pytest.mark.parametrize(
    "link",
    [
        "<a rel=next href='/news/13-the-ferry'>Next article</a>",
        "<link rel=next href='/news/13'>",
        "<a rel=next href='/news?page=2'>Older news</a>",
        "<a rel=next href='https://elsewhere.example/news/12-the-ferry?page=2'>Next</a>",
        "<a href='/news/12-the-ferry?page=4'>2</a>",
        "<a href='/news/12-the-ferry?page=1'>2</a>",
        "<a rel=next href='/news/12-the-ferry?page=2#comments'>Next</a>",
        "<div id='comments'><a rel=next href='/news/12-the-ferry?page=2'>Next</a></div>",
        "<a rel=next href='/news/12-the-ferry/comment-page-2'>Next</a>",
        "<a rel=next href='/news/12-the-ferry'>Next</a>",
        "<a rel=next href='javascript:next()'>Next</a>",
        "<a href='/news/12-the-ferry?share=2'>2</a>",
    ],
)
@pytest.mark.parametrize("outlet", [GENERIC, GAZETTE])
def test_other_articles_lists_sites_and_comments_are_no_next_page(link, outlet):
    assert continues_at(STORY, link, outlet) is None


def test_stories_that_are_numbered_at_their_end_are_not_pages_of_each_other():
    link = "<a rel=next href='/story-2.html'>Next</a>"
    assert continues_at(f"{SITE}/story-1.html", link) is None
    assert continues_at(f"{SITE}/story.html", link) == f"{SITE}/story-2.html"


def test_an_outlet_may_say_where_the_link_stands_whatever_the_address():
    outlet = UNNUMBERED.model_copy(update={"selectors": UNNUMBERED.selectors.model_copy(update={"next": ".onward"})})
    link = "<span class=onward><a href='/the-ferry-sequel'>On</a></span><a rel=next href='/the-ferry?page=2'>2</a>"
    assert continues_at(f"{SITE}/the-ferry", link, outlet) == f"{SITE}/the-ferry-sequel"
    assert continues_at(f"{SITE}/the-ferry", link) == f"{SITE}/the-ferry?page=2"


def story(*, gap: int | None = None, count: int = 3) -> Page:
    """The first of ``count`` pages with the others at hand, but for number ``gap``."""
    made = []
    for number in range(1, count + 1):
        url = STORY + (f"?page={number}" if number > 1 else "")
        link = f"<a rel=next href='{STORY}?page={number + 1}'>Next page</a>" if number < count else ""
        foot = f"<p>Page {number} of {count}</p>{link}"
        made.append(page(number, url, foot=foot))
    further = tuple(one for number, one in enumerate(made[1:], start=2) if number != gap)
    return page(
        1, STORY, foot=f"<p>Page 1 of {count}</p><a rel=next href='?page=2'>Next page</a>", further=further[::-1]
    )


def test_the_pages_of_an_article_become_one_text():
    found = strip(story(), GAZETTE)
    assert found.text == "\n\n".join(text for number in (1, 2, 3) for text in paragraphs(number))
    assert found.title == HEADLINE
    assert found.continues_at is None
    assert found.parts == (
        Part(url=f"{STORY}?page=2", place=ArchivePlace(file="a.warc.gz", offset=2)),
        Part(url=f"{STORY}?page=3", place=ArchivePlace(file="a.warc.gz", offset=3)),
    )


def test_kept_and_removed_blocks_are_the_whole_of_all_pages():
    whole = strip(story(), GAZETTE).blocks
    alone = [strip(page(1, STORY, foot=f"<p>Page {number} of 3</p>"), GAZETTE).blocks for number in (1, 2, 3)]
    assert len(whole) == sum(map(len, alone)) + 2  # two links to the next page
    assert sum(block.text.startswith("Page ") for block in whole) == 3
    assert {block.rule for block in whole if block.text.startswith("Page ")} <= {"page-mark", "judge", "fragment"}
    assert [block.place.startswith("page 2 ") for block in whole].count(True) == len(alone[1]) + 1


def test_what_an_earlier_page_has_is_removed_by_name():
    biography = "<p>Rima Test has crossed the bay on every ferry since 2009 and keeps a diary of the weather.</p>"
    last = page(2, f"{STORY}/2", foot=biography)
    found = strip(page(1, STORY, foot=f"{biography}<a href='{STORY}/2'>2</a>", further=(last,)), GAZETTE)
    repeated = [block for block in found.blocks if block.text.startswith("Rima Test")]
    assert [(block.kept, block.rule == "page-repeat") for block in repeated] == [(True, False), (False, True)]
    kept = strip(
        page(1, STORY, foot=f"{biography}<a href='{STORY}/2'>2</a>", further=(last,)), GAZETTE.without(["page-repeat"])
    )
    assert kept.text.count("Rima Test") == 2


def test_a_missing_page_leaves_what_comes_before_and_is_named():
    found = strip(story(gap=2), GAZETTE)
    assert found.text == "\n\n".join(paragraphs(1))
    assert (found.parts, found.continues_at) == ((), f"{STORY}?page=2")
    later = strip(story(gap=3), GAZETTE)
    assert len(later.parts) == 1
    assert later.continues_at == f"{STORY}?page=3"


def test_a_wall_in_place_of_a_page_is_removed_and_named():
    wall = page(2, f"{STORY}?page=2")
    text = b"<html><title>Log in</title><body><p>Please log in to continue reading this article.</p></body></html>"
    wall = Page(body=text, url=wall.url, requested_url=wall.url, place=wall.place)
    found = strip(page(1, STORY, foot="<a rel=next href='?page=2'>Next</a>", further=(wall,)), GAZETTE)
    assert found.text == "\n\n".join(paragraphs(1))
    assert found.continues_at == f"{STORY}?page=2"
    assert [block.rule for block in found.blocks][-1] != "story"
    assert not found.blocks[-1].kept


def test_pages_that_lead_in_a_circle_end():
    second = page(2, f"{STORY}?page=2", foot=f"<a rel=next href='{STORY}'>Next</a>")
    found = strip(page(1, STORY, foot="<a rel=next href='?page=2'>Next</a>", further=(second,)), GAZETTE)
    assert (len(found.parts), found.continues_at) == (1, None)


def test_more_pages_than_any_story_has_are_left_where_they_are():
    found = strip(story(count=MOST + 5), GAZETTE)
    assert len(found.parts) == MOST - 1
    assert found.continues_at == f"{STORY}?page={MOST + 1}"


@pytest.mark.parametrize(
    "text", ["Page 2 of 3", "2/3", "Seite 2 von 3", "1 2 3 Next", "صفحة ٢", "Next page »", "1 | 2 | 3"]
)
def test_lines_that_lead_from_page_to_page_are_told(text):
    assert is_page_mark(text)


@pytest.mark.parametrize(
    "text", ["", "Page one was blank.", "2 of the boys", "In 3 of 4 cases", "1 2", "The next page"]
)
def test_other_lines_are_none(text):
    assert is_page_mark(text) == (text == "1 2")


@pytest.mark.parametrize(
    ("url", "first"),
    [
        (f"{STORY}?page=2", STORY),
        (f"{STORY}?a=b&page=3", f"{STORY}?a=b"),
        (f"{STORY}?page=3&a=b", f"{STORY}?a=b"),
        (f"{STORY}/page/2/", f"{STORY}/"),
        (f"{STORY}/2", f"{STORY}/2"),
        (f"{SITE}/archive?page=2", f"{SITE}/archive?page=2"),
    ],
)
def test_a_further_pages_address_tells_the_first(url, first):
    assert first_page(url, GAZETTE) == first
