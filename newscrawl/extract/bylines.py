"""Where a page says who wrote: declared, marked up as a byline, or printed under the headline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.extract.authors import BY, Byline, is_account, is_person, read_byline
from newscrawl.extract.declared import as_text
from newscrawl.extract.titles import fold, site_names
from newscrawl.outlet import as_xpath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet

_METAS = (
    "author", "article:author_name", "parsely-author", "sailthru.author", "cxenseparse:author", "dc.creator",
    "dcterms.creator", "dc:creator", "byl", "article:author", "og:article:author", "rbauthors", "citation_author",
)  # fmt: skip
_ORGANIZATIONS = ("organization", "newsmediaorganization", "corporation")
_H1 = etree.XPath("//h1")
_MARKED = etree.XPath(
    "//*[(@class or @rel or @itemprop) and (contains(@rel, 'author') or contains(@itemprop, 'author')"
    " or contains(@class, 'uthor') or contains(@class, 'yline') or contains(@class, 'ByLine')"
    " or contains(@class, 'autor') or contains(@class, 'auteur') or contains(@class, 'yazar')"
    " or contains(@class, 'writer') or contains(@class, 'journalist') or contains(@class, 'reporter'))]"
)
_ELSEWHERE = re.compile(
    r"comment|teaser|related|sidebar|footer|widget|recommend|popular|most-?read|card|snippet|listing|list-?posts|carousel|promo", re.I
)
_NO_NAME = re.compile(r"image|avatar|photo|pic\b|img|bio|social|share|count|descr|more|follow|meta-prep|credit|source", re.I)
_PRINTED = re.compile(rf"{BY}(?:\s*[:：]\s*|\s+)(\S.{{2,80}})", re.I)
_MAX_MARKED, _MAX_LINES, _MAX_AUTHORS = 200, 60, 12


def find_byline(document: Document, declared: Declared, outlet: Outlet) -> Byline:
    """Who wrote: from the first place that names people, else a desk, else the outlet itself."""
    refused = [re.compile(pattern) for pattern in outlet.noise.authors]
    names = site_names(declared)
    fallback = Byline()
    for values in _places(document, declared, outlet):
        found = read_byline(values)
        found = Byline(tuple(a for a in found.authors if not any(p.fullmatch(a) for p in refused)), found.agencies)
        people = tuple(a for a in found.authors if not is_account(a) and fold(a) not in names)
        if people or found.agencies:
            return Byline(people[:_MAX_AUTHORS], found.agencies)
        fallback = fallback or found
    return fallback


def _places(document: Document, declared: Declared, outlet: Outlet) -> Iterator[list[str]]:
    if outlet.selectors.authors:
        yield [_pieces(element) for element in document.tree.xpath(as_xpath(outlet.selectors.authors))]
    for node in declared.articles[:2]:
        yield list(_people(node.data.get("author"), declared))
    for name in _METAS:
        yield list(declared.metas(name))
    marked = _marked(document)
    if marked:
        yield [_pieces(element) for element in marked]
    yield list(_printed(document))
    for node in declared.articles[:1]:
        yield list(_organizations(node.data.get("author"), declared))


def _people(value: Any, declared: Declared, depth: int = 0) -> Iterator[str]:
    """Names in a JSON-LD author: texts, people, references to people elsewhere, or lists of these."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:30]:
            yield from _people(item, declared, depth + 1)
    elif isinstance(value, dict):
        known = _known(value, declared)
        if not _is_organization(known):
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
    found = [element for element in _MARKED(document.tree)[:_MAX_MARKED] if _may_name(element)]
    inner = [e for e in found if not any(e is not other and e in other.iterancestors() for other in found)]
    heading = next(iter(_H1(document.tree)), None)
    first = next((e for e in inner if _holds_name(e) and _follows(e, heading)), None)
    first = first if first is not None else next(filter(_holds_name, inner), None)
    if first is None:
        return []
    return [e for e in inner if _mark(e) == _mark(first) and _near(e, first)][:_MAX_AUTHORS]


def _may_name(element: Any) -> bool:
    if element.tag in ("meta", "link", "form", "input", "body", "html", "article", "section", "ul", "img", "script", "style"):
        return False
    if _NO_NAME.search(_mark(element)) or len("".join(element.itertext())) > 200:
        return False
    around = [element, *element.iterancestors()][:12]
    return not any(_ELSEWHERE.search(f"{e.get('class') or ''} {e.get('id') or ''}") or e.tag in ("aside", "footer", "nav") for e in around)


def _mark(element: Any) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("rel"), element.get("itemprop"))))


def _holds_name(element: Any) -> bool:
    return bool(read_byline([_pieces(element)]))


def _pieces(element: Any) -> str:
    """The element's pieces of text, a line each; those that hold digits (dates, counts) are left out."""
    if isinstance(element, str):
        return element
    pieces = [" ".join(piece.split()) for piece in element.itertext()]
    return "\n".join(piece for piece in pieces if piece and not any(c.isdigit() for c in piece))


def _follows(element: Any, heading: Any) -> bool:
    """Whether ``element`` comes after ``heading`` in the document."""
    return heading is not None and _path(element) > _path(heading)


def _path(element: Any) -> tuple[int, ...]:
    steps = []
    while (parent := element.getparent()) is not None:
        steps.append(parent.index(element))
        element = parent
    return tuple(reversed(steps))


def _near(one: Any, other: Any) -> bool:
    """Whether two elements share a parent or a grandparent."""
    mine = list(one.iterancestors())[:2]
    return any(a in mine for a in list(other.iterancestors())[:2])


def _printed(document: Document) -> Iterator[str]:
    """Lines such as "By Jane Doe" right under the headline."""
    heading = next(iter(_H1(document.tree)), None)
    if heading is None:
        return
    for line in _lines_after(heading):
        if (match := _PRINTED.fullmatch(line)) and any(is_person(name) for name in read_byline([match[1]]).authors):
            yield line
            return


def _lines_after(heading: Any) -> Iterator[str]:
    count = 0
    for node in etree.XPath("following::text()[normalize-space()]")(heading)[:_MAX_LINES]:
        if node.getparent().tag not in ("script", "style", "noscript"):
            count += 1
            yield " ".join(node.split())[:120]
