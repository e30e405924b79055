"""What a page declares and prints about its article: headline, byline, section, tags, images."""

import json

import pytest

from newscrawl.extract.authors import is_account, is_person, read_byline
from newscrawl.extract.declared import read_declared
from newscrawl.extract.document import read_document
from newscrawl.extract.metadata import read_metadata
from newscrawl.outlet import GENERIC, Outlet
from newscrawl.records import Page

URL = "https://www.harbour-gazette.example/town/2026/03/03/harbour-bridge-opens"
STORY = {"@type": "NewsArticle", "headline": "Harbour bridge opens", "url": URL}
GAZETTE = {
    "name": "gazette",
    "title": "Harbour Gazette",
    "homepage": "https://harbour-gazette.example/",
    "languages": ("en",),
    "timezone": "UTC",
}


def json_ld(data):
    return f'<script type="application/ld+json">{data if isinstance(data, str) else json.dumps(data)}</script>'


def meta(**tags):
    return "".join(f"<meta property='{name.replace('__', ':')}' content='{value}'>" for name, value in tags.items())


def declare(html):
    return read_declared(read_document(Page(body=f"<html>{html}</html>".encode(), url=URL, content_type="text/html")))


def read(html, outlet=GENERIC):
    document = read_document(Page(body=f"<html>{html}</html>".encode(), url=URL, content_type="text/html"))
    return read_metadata(document, read_declared(document), outlet)


def gazette(**tables):
    return Outlet.model_validate(GAZETTE | tables)


# What is declared


def test_the_article_is_found_in_a_graph_among_other_objects():
    graph = {"@graph": [{"@type": "WebSite", "name": "Harbour Gazette"}, STORY]}
    assert (
        declare(json_ld({"@type": "Organization"}) + json_ld(graph)).articles[0].text("headline") == STORY["headline"]
    )


def test_stories_that_a_page_only_lists_are_not_its_article():
    other = {"@type": "NewsArticle", "headline": "Another story"}
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": other}]}
    assert [node.text("headline") for node in declare(json_ld(listed) + json_ld(STORY)).articles] == [STORY["headline"]]


def test_an_object_about_this_address_goes_before_one_about_another():
    other = {"@type": "NewsArticle", "headline": "Another story", "url": "https://harbour-gazette.example/another"}
    assert declare(json_ld([other, STORY])).articles[0].text("headline") == STORY["headline"]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Harbour bridge opens",}',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Harbour bridge opens"}\n//]]>',
        '<!-- {"@type": "NewsArticle", "headline": "Harbour\tbridge opens"} -->',
        r'{"@type": "NewsArticle", "headline": "Harbour bridge opens", "articleBody": "5 \% more"};',
    ],
)
def test_common_mistakes_in_json_ld_are_mended(script):
    assert declare(json_ld(script)).articles[0].text("headline") == "Harbour bridge opens"


@pytest.mark.parametrize(
    "script", ["", "{", "[" * 50_000, '{"a":' * 5_000, "null", '{"@type": "NewsArticle", "headline": 9' * 3]
)
def test_json_ld_that_stays_broken_declares_nothing(script):
    assert declare(json_ld(script)).articles == ()


def test_values_nested_beyond_reason_are_no_text():
    author = '{"name":' * 400 + '"Mara Lind"' + "}" * 400
    page = f'{{"@type": "NewsArticle", "author": {author}, "headline": {"[" * 400}"x"{"]" * 400}}}'
    assert (read(json_ld(page)).authors, read(json_ld(page)).title) == ((), None)


# The headline


def test_the_sites_name_is_cut_from_the_title():
    page = f"<head>{meta(og__title='Harbour bridge opens | Harbour Gazette', og__site_name='Harbour Gazette')}</head>"
    assert read(page).title == "Harbour bridge opens"


def test_a_site_is_known_by_its_host():
    assert read("<title>Harbour bridge opens - Harbour-Gazette</title>").title == "Harbour bridge opens"


def test_a_dash_inside_a_headline_stays():
    title = "Harbour bridge opens - and closes again"
    assert read(f"<head>{meta(og__title=title)}<title>{title} | Harbour Gazette</title></head>").title == title


def test_a_window_title_ends_where_the_printed_headline_ends():
    page = (
        "<title>Harbour bridge opens - Town - Quay news</title><body><div>Harbour bridge opens</div><p>Text.</p></body>"
    )
    assert read(page).title == "Harbour bridge opens"


def test_the_printed_headline_wins_over_one_worded_for_search_engines():
    page = (
        f"<head>{meta(og__title='Bridge: the five things to know')}<title>Bridge: the five things to know</title>"
        f"{json_ld(STORY)}</head><body><h1>Harbour bridge opens</h1></body>"
    )
    assert read(page).title == "Harbour bridge opens"


def test_a_title_cut_at_its_own_quotation_mark_is_read_whole():
    title = 'Mayor calls bridge "a gift"'
    assert read(f'<head><meta property="og:title" content="{title}"></head><h1>{title}</h1>').title == title


def test_a_logo_in_a_heading_is_no_headline():
    page = f"<head>{meta(og__title='Harbour bridge opens')}</head><h1>Gazette</h1><h1>Harbour bridge opens</h1>"
    assert read(page).title == "Harbour bridge opens"


def test_an_outlets_selector_names_the_headline():
    outlet = gazette(selectors={"title": "h2.head"})
    assert read("<title>x</title><h1>Gazette</h1><h2 class=head>Harbour <i>bridge</i> opens</h2>", outlet).title == (
        "Harbour bridge opens"
    )


def test_a_page_without_any_title_has_none():
    assert read("<body><p>Text.</p></body>").title is None


# The byline


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("By Mara Lind", ["Mara Lind"]),
        ("By Mara Lind and Ole Quist, Political Editor", ["Mara Lind", "Ole Quist"]),
        ("Von Mara Lind, Ole Quist und Ida Brandt", ["Mara Lind", "Ole Quist", "Ida Brandt"]),
        ("Par Mara Lind (à Lyon)", ["Mara Lind"]),
        ("بقلم: سامر الخطيب", ["سامر الخطيب"]),
        ("كتبت: ليلى حداد", ["ليلى حداد"]),
        ("سامر الخطيب - دمشق", ["سامر الخطيب"]),
        ("Mara Lind, London", ["Mara Lind"]),
        ("Mara Lind <mara@gazette.example> @maralind", ["Mara Lind"]),
        ("desk@gazette.example (Mara Lind)", ["Mara Lind"]),
        ("Mara Lind; mara lind; MARA LIND", ["Mara Lind"]),
        ("Mara Lind for The Harbour Gazette", ["Mara Lind"]),
        ("Text: Mara Lind Foto: Ole Quist", ["Mara Lind"]),
        ("Mara Lind/Ole Quist", ["Mara Lind", "Ole Quist"]),
        ("김하늘 기자", ["김하늘"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("Mara Lind in Berlin", ["Mara Lind"]),
        ("AFP, MANILA", []),
        ("Staff and news service reports", ["Staff and news service reports"]),
        ("Political Editor", []),
        ("admin", []),
        ("https://www.facebook.com/gazette", []),
        ("", []),
    ],
)
def test_a_byline_becomes_clean_names(printed, names):
    assert list(read_byline([printed]).authors) == names


def test_agencies_stand_apart_from_people():
    byline = read_byline(["Mara Lind", "AFP", "dpa"])
    assert (byline.authors, byline.agencies) == (("Mara Lind",), ("AFP", "dpa"))


@pytest.mark.parametrize("name", ["Mara Lind", "Jan van der Berg", "ليلى حداد", "李小龙", "김하늘", "J.R. Stone"])
def test_names_of_people_are_known(name):
    assert is_person(name)


@pytest.mark.parametrize("name", ["the bridge opens", "Sie haben einen Fehler gefunden?", "Gazette", "Room 12"])
def test_other_words_are_no_names_of_people(name):
    assert not is_person(name)


def test_logins_are_told_from_names():
    assert is_account("mara-lind")
    assert not is_account("Mara Lind")


def test_people_named_by_reference_are_looked_up():
    graph = {"@graph": [STORY | {"author": [{"@id": "#1"}]}, {"@type": "Person", "@id": "#1", "name": "Mara Lind"}]}
    assert read(json_ld(graph)).authors == ("Mara Lind",)


def test_a_reference_to_itself_names_nobody():
    graph = {"@graph": [STORY | {"author": {"@id": "#1"}}, {"@type": "Person", "@id": "#1", "name": {"@id": "#1"}}]}
    assert read(json_ld(graph)).authors == ()


def test_first_and_family_names_are_joined():
    assert read(json_ld(STORY | {"author": {"givenName": "Mara", "familyName": "Lind"}})).authors == ("Mara Lind",)


def test_a_person_goes_before_the_outlet_that_is_declared_as_author():
    story = STORY | {"author": {"@type": "Organization", "name": "Harbour Gazette"}}
    page = f"<head>{json_ld(story)}</head><h1>Harbour bridge opens</h1><span class=byline>By Mara Lind</span>"
    assert read(page).authors == ("Mara Lind",)


def test_the_outlet_is_the_author_where_nobody_else_is():
    assert read(json_ld(STORY | {"author": {"@type": "Organization", "name": "Gazette"}})).authors == ("Gazette",)


def test_an_agency_is_the_author_only_where_nobody_else_is():
    alone, beside = ({"author": [{"name": n} for n in names]} for names in (["AFP"], ["Mara Lind", "AFP"]))
    assert (read(json_ld(STORY | alone)).authors, read(json_ld(STORY | alone)).agency) == (("AFP",), "AFP")
    assert (read(json_ld(STORY | beside)).authors, read(json_ld(STORY | beside)).agency) == (("Mara Lind",), "AFP")


def test_an_agency_that_is_the_outlet_is_no_author():
    assert read(json_ld(STORY | {"author": "SANA"}), gazette(agency="SANA")).authors == ()


def test_names_that_the_outlet_disowns_are_left_out():
    outlet = gazette(noise={"authors": ("webdesk.*",)})
    assert read(json_ld(STORY | {"author": "webdesk 4"}), outlet).authors == ()


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='article-byline'><b>By</b> <a>Mara Lind</a><b>Reporter</b><time>3 March 2026</time></div>",
        "<p>By Mara Lind</p>",
        "<span>By</span> <a>Mara Lind</a>",
        "<p><strong>Mara Lind</strong></p>",
        "<footer><span class='author vcard'>Mara Lind</span></footer>",
        "<div class=author>Mara Lind, 03.03.2026</div>",
    ],
)
def test_a_printed_byline_is_read(byline):
    assert read(f"<body><h1>Harbour bridge opens</h1>{byline}<p>{'The bridge is open. ' * 20}</p></body>").authors == (
        "Mara Lind",
    )


def test_bylines_of_comments_and_teasers_are_passed_over():
    comment = "<div class=comment-author>Ole Quist</div>"
    teaser = "<ul><li class=teaser><b class=author>Ida Brandt</b></li></ul>"
    assert read(f"<body><h1>Harbour bridge opens</h1>{comment}{teaser}</body>").authors == ()


# The rest


def test_the_rest_is_read_from_json_ld():
    story = STORY | {
        "description": "<p>It took five years.</p>",
        "articleSection": ["Town"],
        "keywords": "bridge, harbour, bridge",
        "isAccessibleForFree": "False",
        "image": [{"@type": "ImageObject", "url": "/bridge.jpg", "caption": "The bridge", "creditText": "Ole Quist"}],
    }
    found = read(json_ld(story))
    assert (found.lead, found.section, found.tags) == ("It took five years.", "Town", ("bridge", "harbour"))
    assert found.is_accessible_for_free is False
    [image] = found.images
    assert (image.url, image.caption, image.credit) == (
        "https://www.harbour-gazette.example/bridge.jpg",
        "The bridge",
        "Ole Quist",
    )


def test_a_picture_named_by_reference_is_looked_up():
    picture = {"@type": "ImageObject", "@id": "#picture", "url": "/bridge.jpg"}
    [image] = read(json_ld({"@graph": [STORY | {"image": {"@id": "#picture"}}, picture]})).images
    assert image.url == "https://www.harbour-gazette.example/bridge.jpg"


def test_a_headline_cut_into_words_gives_no_tags():
    assert read(json_ld(STORY | {"keywords": "Harbour,bridge,opens"})).tags == ()


def test_what_is_not_declared_is_unknown():
    found = read("<body><p>Text.</p></body>")
    assert (found.lead, found.section, found.tags, found.images, found.agency) == (None, None, (), (), None)
    assert (found.is_accessible_for_free, found.canonical_url, found.language_declared) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("article", "NewsArticle"),
        ("live-blog", "LiveBlogPosting"),
        ("video", "VideoObject"),
        ("gallery", "ImageGallery"),
    ],
)
def test_the_kind_of_page_is_told_by_its_type(kind, declared):
    assert read(json_ld({"@type": declared, "headline": "Harbour bridge opens"})).kind == kind


@pytest.mark.parametrize("told", [{"author": "PR Newswire"}, {"articleSection": "Press Releases"}])
def test_what_a_company_says_of_itself_is_a_press_release(told):
    assert read(json_ld(STORY | told)).kind == "press-release"


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("https://harbour-gazette.example/a", "https://harbour-gazette.example/a"),
        ("/a", "https://www.harbour-gazette.example/a"),
        ("https://other.example/a", None),
        ("http://[", None),
        ("javascript:void(0)", None),
    ],
)
def test_a_canonical_address_counts_on_the_same_site(canonical, kept):
    assert read(f'<head><link rel="canonical" href="{canonical}"></head>').canonical_url == kept


@pytest.mark.parametrize(
    ("tag", "language"), [("en-GB", "en"), ("pt_BR", "pt"), ("AR", "ar"), ("english, of course", None)]
)
def test_the_declared_language_is_its_first_subtag(tag, language):
    page = Page(body=f'<html lang="{tag}"><body></body></html>'.encode(), url=URL, content_type="text/html")
    document = read_document(page)
    assert read_metadata(document, read_declared(document), GENERIC).language_declared == language


def test_a_selector_may_be_an_xpath_that_gives_a_text():
    outlet = gazette(selectors={"title": "//h2/@title", "section": "/html/body/p/@class", "authors": "//p/b/text()"})
    found = read("<body><h2 title='Harbour bridge opens'>x</h2><p class=Town><b>Mara Lind</b></p></body>", outlet)
    assert (found.title, found.section, found.authors) == ("Harbour bridge opens", "Town", ("Mara Lind",))
