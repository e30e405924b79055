"""What a page says of its article besides the text: lead, byline, section, tags, images, access, kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from newscrawl.extract.bylines import find_byline
from newscrawl.extract.declared import address, as_text
from newscrawl.extract.selectors import line_of, select
from newscrawl.extract.titles import find_title
from newscrawl.extract.words import read_words
from newscrawl.outlet import host_of
from newscrawl.records import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.extract.authors import Byline
    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet

_METAS = read_words("metas")
_PRESS_RELEASE = frozenset(name.casefold() for name in read_words("authors")["press_release"])
_TAG = re.compile(r"<[^<>]{1,300}>")
_SECTION_LIKE_SITE = re.compile(r"home(?:page)?|start(?:seite)?|news|article", re.I)
_MAX_TAGS, _MAX_IMAGES, _LONGEST_TAG = 40, 20, 80
_KINDS = {"liveblogposting": "live-blog", "videoobject": "video", "imagegallery": "gallery", "mediagallery": "gallery"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of the article besides its text and its dates; unknown is None or empty."""

    title: str | None
    lead: str | None
    authors: tuple[str, ...]
    agency: str | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Image, ...]
    is_accessible_for_free: bool | None
    kind: str
    canonical_url: str | None
    language_declared: str | None


def read_metadata(document: Document, declared: Declared, outlet: Outlet) -> Metadata:
    """The article's metadata: the outlet's selectors first, then what the page declares, then what it shows."""
    byline = find_byline(document, declared, outlet)
    section = _section(document, declared, outlet)
    title = find_title(document, declared, outlet)
    return Metadata(
        title=title,
        lead=find_lead(document, declared, outlet),
        authors=byline.authors,
        agency=next(iter(byline.agencies), None),
        section=section,
        tags=_without_title(_tags(document, declared, outlet), title),
        images=tuple(i for i in _images(declared) if _shows_story(i, outlet))[:_MAX_IMAGES],
        is_accessible_for_free=_access(declared),
        kind=_kind(declared, section, byline),
        canonical_url=_canonical(declared),
        language_declared=_language(declared),
    )


def selected(document: Document, selector: str | None) -> list[str]:
    """Texts of what an outlet's ``selector`` finds, one clean line each."""
    return [line for found in select(document, selector) if (line := line_of(found))]


def find_lead(document: Document, declared: Declared, outlet: Outlet) -> str | None:
    """The standfirst as the page sets it apart or describes itself; None where it states none."""
    described = (text for node in declared.articles[:1] if (text := node.text("description")))
    stated = next(iter((*selected(document, outlet.selectors.lead), *described)), None)
    found = stated or declared.first_meta(*_METAS["leads"])
    return " ".join(_TAG.sub(" ", found).split()) or None if found else None


def _section(document: Document, declared: Declared, outlet: Outlet) -> str | None:
    found = selected(document, outlet.selectors.section)
    found += [text for node in declared.articles[:1] if (text := node.text("articleSection"))]
    found += list(declared.metas(*_METAS["sections"]))
    return next((text for text in found if len(text) <= 60 and not _SECTION_LIKE_SITE.fullmatch(text)), None)


def _tags(document: Document, declared: Declared, outlet: Outlet) -> tuple[str, ...]:
    stated = [node.data.get("keywords") for node in declared.articles[:1]]
    stated += [list(declared.metas(name)) for name in _METAS["tags"]]
    places = (selected(document, outlet.selectors.tags), *(list(_keywords(value)) for value in stated))
    found = next(filter(None, places), [])
    unique: dict[str, str] = {}
    for tag in found:
        if len(tag) <= _LONGEST_TAG:
            unique.setdefault(tag.casefold(), tag)
    return tuple(unique.values())[:_MAX_TAGS]


def _without_title(tags: tuple[str, ...], title: str | None) -> tuple[str, ...]:
    """``tags``, or none where they are just the headline's words one by one, as some systems fill them."""
    words = (title or "").casefold().split()
    return () if len(tags) > 2 and all(tag.casefold() in words for tag in tags) else tags


def _keywords(value: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for item in values[: 2 * _MAX_TAGS]:
        text = as_text(item)
        if text:
            yield from (tag for part in re.split(r"[,;،、]", text) if (tag := part.strip(" #")))


def _shows_story(image: Image, outlet: Outlet) -> bool:
    """Whether the picture is none that the outlet says is on every page."""
    return not any(re.search(pattern, image.url) for pattern in outlet.noise.images)


def _images(declared: Declared) -> Iterator[Image]:
    stated = [item for node in declared.articles[:1] for item in _flat(node.data.get("image"), declared)]
    seen: set[str] = set()
    for item in [*stated, *declared.metas(*_METAS["images"])][: 2 * _MAX_IMAGES]:
        url = _joined(
            declared.url, item if isinstance(item, str) else address(item.get("contentUrl") or item.get("url"))
        )
        if url and url not in seen:
            seen.add(url)
            credit = _said(item, "creditText", "author", "copyrightNotice")
            yield Image(url=url, caption=_said(item, "caption", "description"), credit=credit)


def _flat(value: Any, declared: Declared) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    known = [declared.by_id.get(str(i.get("@id")), i) if isinstance(i, dict) else i for i in items[:_MAX_IMAGES]]
    return [item for item in known if isinstance(item, str | dict)]


def _said(item: str | Mapping[str, Any], *keys: str) -> str | None:
    return None if isinstance(item, str) else next((text for key in keys if (text := as_text(item.get(key)))), None)


def _joined(base: str | None, url: str | None) -> str | None:
    try:
        joined = urljoin(base or "", url or "")
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def _access(declared: Declared) -> bool | None:
    for node in declared.articles[:1]:
        stated = str(node.data.get("isAccessibleForFree", "")).strip().lower()
        if stated in ("true", "false"):
            return stated == "true"
    tier = declared.first_meta("article:content_tier")
    return {"free": True, "locked": False, "metered": False}.get((tier or "").lower())


def _kind(declared: Declared, section: str | None, byline: Byline) -> str:
    """What sort of page it is: by its types, by the service or section it came from, by ``og:type``."""
    types = [kind for node in declared.articles[:1] or declared.nodes for kind in sorted(node.types)]
    kinds = [_KINDS[kind] for kind in types if kind in _KINDS]
    if kinds:
        return kinds[0]
    if any(name and name.casefold() in _PRESS_RELEASE for name in (section, *byline.authors, *byline.agencies)):
        return "press-release"
    og_type = (declared.first_meta("og:type") or "").lower()
    return "video" if og_type.startswith("video") and not declared.articles else "article"


def _canonical(declared: Declared) -> str | None:
    """The canonical address, where it is on the page's own site and names more than the site."""
    if not declared.canonical:
        return None
    if declared.url and not _same_site(host_of(declared.canonical), host_of(declared.url)):
        return None
    return declared.canonical


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _language(declared: Declared) -> str | None:
    """The declared language's first subtag, lower-case."""
    return re.split(r"[-_]", declared.language)[0].lower() if declared.language else None
