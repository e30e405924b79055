"""Where a page says who wrote: declared, marked up as a byline, or printed under the headline."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.extract.authors import BY, Byline, is_account, is_agency, is_person, read_byline
from newscrawl.extract.declared import as_text
from newscrawl.extract.selectors import select
from newscrawl.extract.titles import fold, headline_element, site_names
from newscrawl.extract.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet

_METAS = read_words("metas")["authors"]
_ORGANIZATIONS = ("organization", "newsmediaorganization", "corporation")
_CLASSED = etree.XPath("//*[@class or @rel or @itemprop or @id]")
_MARKED = re.compile(r"author|byline|autor|auteur|yazar|writer|journalist|reporter", re.I)
_ELSEWHERE = re.compile(
    r"comment|teaser|related|sidebar|widget|recommend|popular|most-?read|(?<!v)card|snippet|listing|list-?posts"
    r"|carousel|caption|gallery|bild",
    re.I,
)
_NO_NAME = re.compile(
    r"image|avatar|photo|pic\b|img|bio|social|share|count|descr|more|follow|meta-prep|credit|source|bild|foto|caption"
    r"|error|icon",
    re.I,
)
_NEVER_BYLINES = frozenset({
    "meta", "link", "form", "input", "textarea", "body", "html", "article", "ul", "img", "svg", "script", "style", "h1",
})  # fmt: skip
_PRINTED = re.compile(rf"{BY}(?:\s*[:：]\s*|\s+)(\S.{{2,80}})", re.I)
_ALONE = re.compile(rf"{BY}\s*[:：]?", re.I)
_TEXTS = etree.XPath("following::text()[normalize-space() and not(parent::script or parent::style)][position() <= 60]")
_PARAGRAPHS = etree.XPath("following::p[normalize-space()][position() <= 4][strong or b or em]")
_NUMBERS = re.compile(r"(?:(?:^|[\s,|·•(–-])\s*(?:am|on|le|el|um|at)?\s*)\d.*")
_MAX_MARKED, _MAX_AUTHORS = 200, 12


def find_byline(document: Document, declared: Declared, outlet: Outlet) -> Byline:
    """Who wrote: from the first place that names people or an agency, else a desk, a login, or the outlet itself.

    An agency counts among the authors only where nobody else is named, and it is not the outlet.
    """
    refused = [re.compile(pattern) for pattern in outlet.noise.authors]
    site = site_names(declared)
    fallback = Byline()
    marked: list[str] = []
    for values, only_people in _places(document, declared, outlet, marked):
        found = read_byline(value for value in values if not _is_tagline(value, site))
        credited = _without(refused, found.authors)
        named = tuple(a for a in credited if not is_account(a) and not _is_site(a, site))
        if only_people:
            named = tuple(a for a in named if is_person(a))
        if named or found.agencies:
            others = _without(refused, tuple(agency for agency in found.agencies if agency != outlet.agency))
            return Byline(named[:_MAX_AUTHORS] or others[:1], found.agencies)
        fallback = fallback or (Byline() if only_people else Byline(credited))
    return fallback or Byline(_desk(_without(refused, read_byline(marked).authors)))


def _without(refused: list[re.Pattern[str]], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not any(pattern.fullmatch(name) for pattern in refused))


def _is_tagline(value: str, site: frozenset[str]) -> bool:
    """Whether ``value`` is the window's title rather than a credit."""
    return "|" in value and any(name in fold(value) for name in site)


def _is_site(name: str, site: frozenset[str]) -> bool:
    first = fold(name.split()[0])
    return fold(name) in site or (len(first) >= 5 and any(known.startswith(first) for known in site))


def _desk(names: tuple[str, ...]) -> tuple[str, ...]:
    """Of a marked byline without people, the first name that is no sentence."""
    return tuple(name for name in names if len(name.split()) <= 3 and name[-1] not in "?!:")[:1]


def _places(
    document: Document, declared: Declared, outlet: Outlet, marked: list[str]
) -> Iterator[tuple[list[str], bool]]:
    """What each place says, the most trusted first, and whether only people's names count there.

    What elements marked as the byline say is also left in ``marked``.
    """
    yield [_pieces(element) for element in select(document, outlet.selectors.authors)], False
    for node in declared.articles[:2]:
        yield list(_people(node.data.get("author"), declared)), False
    for name in _METAS:
        yield list(declared.metas(name)), False
    marked += map(_pieces, _marked(document))
    yield marked, True
    heading = headline_element(document)
    if heading is not None:
        yield list(_printed(heading)), True
        yield list(_standing_alone(heading)), True
    for node in declared.articles[:1]:
        yield list(_organizations(node.data.get("author"), declared)), False


def _people(value: Any, declared: Declared, depth: int = 0) -> Iterator[str]:
    """Names in a JSON-LD author: texts, people, references to people elsewhere, or lists of these."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:30]:
            yield from _people(item, declared, depth + 1)
    elif isinstance(value, dict):
        known = _known(value, declared)
        if not _is_organization(known) or is_agency(as_text(known.get("name")) or ""):
            whole = " ".join(filter(None, (as_text(known.get("givenName")), as_text(known.get("familyName")))))
            yield from _people(known.get("name") or whole, declared, depth + 1)
    elif text := as_text(value):
        yield text


def _known(value: dict[str, Any], declared: Declared) -> Any:
    named = value.get("name") or value.get("familyName")
    return value if named else declared.by_id.get(str(value.get("@id")), value)


def _is_organization(value: Any) -> bool:
    return str(value.get("@type")).rpartition("/")[2].lower() in _ORGANIZATIONS


def _organizations(value: Any, declared: Declared) -> Iterator[str]:
    for item in value[:10] if isinstance(value, list) else [value]:
        known = _known(item, declared) if isinstance(item, dict) else {}
        name = as_text(known.get("name")) if _is_organization(known) else None
        if name and "|" not in name:  # a name with a tagline is the window's title, not a credit
            yield name


def _marked(document: Document) -> list[Any]:
    """The elements marked as the byline: the first after the headline begins, and those beside it of the same mark."""
    heading = headline_element(document)
    above = set() if heading is None else set(heading.iterancestors())
    marked = islice((e for e in _CLASSED(document.tree) if _MARKED.search(_mark(e))), _MAX_MARKED)
    found = [element for element in marked if _may_name(element, above)]
    outer = {ancestor for element in found for ancestor in element.iterancestors()}
    inner = [element for element in found if element not in outer]
    start = () if heading is None else _path(heading)
    after = [element for element in inner if _path(element) > start]
    first = next((e for e in (*after, *inner) if _names_person(e)), next(iter(after or inner), None))
    return [e for e in inner if _mark(e) == _mark(first) and _near(e, first)][:_MAX_AUTHORS]


def _may_name(element: Any, above: set[Any]) -> bool:
    if element.tag in _NEVER_BYLINES or element in above or _NO_NAME.search(_mark(element)):
        return False
    for around in (element, *islice(element.iterancestors(), 12)):
        if around in above or around.tag == "body":
            break
        if around.tag == "nav" or _ELSEWHERE.search(f"{around.get('class') or ''} {around.get('id') or ''}"):
            return False
    return len("".join(element.itertext())) <= 200 and bool(read_byline([_pieces(element)]))


def _names_person(element: Any) -> bool:
    byline = read_byline([_pieces(element)])
    return bool(byline.agencies) or any(is_person(name) for name in byline.authors)


def _mark(element: Any) -> str:
    return " ".join(filter(None, map(element.get, ("class", "rel", "itemprop", "id"))))


def _pieces(element: Any) -> str:
    """The element's pieces of text, a line each, without dates and counts."""
    if isinstance(element, str):
        return element
    pieces = (_NUMBERS.sub("", " ".join(piece.split())) for piece in element.itertext())
    return "\n".join(filter(None, pieces))


def _path(element: Any) -> tuple[int, ...]:
    steps = []
    while (parent := element.getparent()) is not None:
        steps.append(parent.index(element))
        element = parent
    return tuple(reversed(steps))


def _near(one: Any, other: Any) -> bool:
    """Whether two elements share one of their three nearest ancestors."""
    mine = list(islice(one.iterancestors(), 3))
    return any(ancestor in mine for ancestor in islice(other.iterancestors(), 3))


def _printed(heading: Any) -> Iterator[str]:
    """The first line such as "By Jane Doe" under the headline."""
    for line in _lines_after(heading):
        if match := _PRINTED.fullmatch(line):
            byline = read_byline([match[1]])
            if byline.agencies or any(is_person(name) for name in byline.authors):
                yield line
                return


def _standing_alone(heading: Any) -> Iterator[str]:
    """Names in bold that are a paragraph of their own under the headline; only where capitals show that they are."""
    for paragraph in _PARAGRAPHS(heading):
        names = read_byline([_pieces(paragraph)]).authors if len("".join(paragraph.itertext())) < 80 else ()
        if names and all(is_person(name) and name != name.casefold() for name in names):
            yield from names
            return


def _lines_after(heading: Any) -> Iterator[str]:
    """Pieces of text after ``heading``; a "By" that stands alone is put before the next."""
    opening = ""
    for node in _TEXTS(heading):
        line = f"{opening} {' '.join(node.split())[:120]}".strip()
        opening = line if _ALONE.fullmatch(line) else ""
        if not opening:
            yield line
