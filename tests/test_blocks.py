"""A page's visible text is cut once, and nothing of it is lost or told twice."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from newscrawl.blocks import cut, home
from newscrawl.extract.document import decode, read_document
from newscrawl.records import Page

_VISIBLE = ".//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]"


def tree_of(markup: str) -> Any:
    return read_document(Page(body=markup.encode(), content_type="text/html")).tree


def squeezed(texts: list[str]) -> str:
    return "".join("".join(texts).split())


TAGS = st.sampled_from(["p", "div", "span", "a", "b", "br", "li", "ul", "td", "script", "noscript", "h2", "section"])
MARKUP = st.recursive(
    st.text(alphabet="ab عن 新.\n\u00a0&;", max_size=12),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=4)),
    max_leaves=25,
)


@given(MARKUP)
@settings(max_examples=150, deadline=None)
def test_blocks_in_order_are_the_visible_text(markup: str) -> None:
    tree = tree_of(f"<html><body><div>{markup}</div></body></html>")
    assert squeezed([piece.text for piece in cut(tree)]) == squeezed(tree.find("body").xpath(_VISIBLE))


def test_blocks_end_at_block_elements_and_line_breaks() -> None:
    pieces = cut(tree_of("<body><p>One <b>bold</b> line<br>and another</p>tail<div>box</div></body>"))
    assert [piece.text for piece in pieces] == ["One bold line", "and another", "tail", "box"]
    assert [piece.after_break for piece in pieces] == [False, True, False, False]


def test_no_break_spaces_are_the_authors_own_and_others_are_folded() -> None:
    assert [p.text for p in cut(tree_of("<body><p>10\u00a0000   euros\n a day</p></body>"))] == [
        "10\u00a0000 euros a day"
    ]


def test_links_and_hidden_elements_are_measured() -> None:
    linked, hidden = cut(
        tree_of("<body><p>See <a href='/x'>this story</a></p><div style='display: none'>x</div></body>")
    )
    assert (linked.linked, linked.links) == (len("thisstory"), 1)
    assert hidden.container.hidden


def test_an_inline_element_set_apart_is_a_block_of_its_own() -> None:
    tree = tree_of("<body><p>Text <span class='ad'>Advert</span> goes on</p></body>")
    apart = frozenset(tree.xpath("//span"))
    assert [piece.text for piece in cut(tree, apart)] == ["Text", "Advert", "goes on"]


def test_paragraphs_share_the_home_of_their_neighbours() -> None:
    first, second = cut(tree_of("<body><div><p>a</p><ul><li>b</li></ul></div></body>"))
    assert home(first.container).tag == "div"
    assert home(second.container).tag == "ul"


def test_places_name_the_nearest_class_and_count_siblings() -> None:
    pieces = cut(tree_of("<body><div class='entry wide'><p>a</p><p>b</p></div></body>"))
    assert pieces[1].container.place == "div.entry p[2]"


def test_fifty_thousand_nested_elements_are_no_trouble() -> None:
    assert isinstance(cut(tree_of("<body>" + "<div>" * 50_000 + "deep" + "</div>" * 50_000)), list)


def test_valid_utf8_is_utf8_whatever_is_stated() -> None:
    assert decode("für".encode(), "iso-8859-1") == "für"


def test_windows_1256_is_read_by_statement_by_the_page_and_by_chance() -> None:
    arabic = "أعلنت البلدية عن افتتاح المكتبة الجديدة في وسط المدينة يوم الخميس بعد أعمال ترميم استمرت عامين"
    assert decode(arabic.encode("cp1256"), "windows-1256") == arabic
    declared = b"<html><head><meta charset='windows-1256'></head>" + arabic.encode("cp1256")
    assert arabic in decode(declared, None)
    assert arabic in decode(declared, "utf-8")


def test_a_text_document_is_a_paragraph_a_line() -> None:
    document = read_document(Page(body=b"First line\nSecond < line\n\nThird"))
    assert document.plain
    assert [piece.text for piece in cut(document.tree)] == ["First line", "Second < line", "Third"]
    assert html.tostring(document.tree)


def test_a_page_with_more_elements_than_any_story_needs_is_not_read() -> None:
    document = read_document(Page(body=b"<body>" + b"<p>a</p>" * 20_001, content_type="text/html"))
    assert document.unreadable == "too-large"
