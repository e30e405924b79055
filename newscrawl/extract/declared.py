"""What a page declares about itself for machines: JSON-LD, meta tags, microdata, its canonical address."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.extract.document import Document

ARTICLE_TYPES = frozenset({
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "asknewsarticle",
    "backgroundnewsarticle", "reviewnewsarticle", "satiricalarticle", "advertisercontentarticle", "blogposting",
    "liveblogposting", "socialmediaposting", "discussionforumposting", "techarticle", "scholarlyarticle", "report",
    "review", "podcastepisode", "recipe",
})  # fmt: skip
NEWS_TYPES = frozenset(kind for kind in ARTICLE_TYPES if "news" in kind) | {"liveblogposting", "report"}
# What stands under these keys is another story, or the site, however much it looks like the article.
_ELSEWHERE = frozenset({
    "itemlistelement", "haspart", "ispartof", "isbasedon", "citation", "mentions", "relatedlink", "comment",
    "liveblogupdate", "significantlink", "publisher", "breadcrumb", "author", "creator", "editor", "sharedcontent",
    "subjectof", "about", "potentialaction",
})  # fmt: skip
_MAX_SCRIPTS = 40
_MAX_SCRIPT_CHARS = 2_000_000
_MAX_NODES = 5_000
_MAX_METAS = 1_000
_MAX_TEXT = 20_000
_MAX_DEPTH = 5

_SCRIPTS = etree.XPath("//script[contains(@type, 'ld+json') or contains(@type, 'LD+JSON')]")
_METAS = etree.XPath("//meta[@content]")
_LINKS = etree.XPath("//link[@rel and @href]")
_PROPERTIES = etree.XPath("//*[@itemprop or (@property and not(self::meta))]")
_ROOT_TYPES = etree.XPath("boolean(//*[contains(@itemtype, 'NewsArticle')])")
_WRAPPED = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_WRAPPED_END = re.compile(r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*\Z")
_MARKUP = re.compile(r"<[^<>]{1,500}>")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON-LD object with its place on the page (``script[2] NewsArticle``)."""

    place: str
    types: frozenset[str]
    data: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str | None:
        """The value under ``key`` as one clean line; None where it is absent or no text."""
        return as_text(self.data.get(key))


@dataclass(frozen=True)
class Declared:
    """Everything a page declares.  ``meta`` is keyed by lower-case name or property; values keep page order."""

    nodes: tuple[Node, ...]
    by_id: Mapping[str, Mapping[str, Any]] = field(repr=False)
    meta: Mapping[str, tuple[str, ...]] = field(repr=False)
    properties: tuple[tuple[str, Any], ...] = field(repr=False)
    canonical: str | None
    language: str | None
    url: str | None
    marked_news: bool

    def metas(self, *names: str) -> Iterator[str]:
        """Values of the meta tags so named, in the order of ``names``."""
        for name in names:
            yield from self.meta.get(name, ())

    def first_meta(self, *names: str) -> str | None:
        """The first non-empty value among the meta tags so named."""
        return next((text for value in self.metas(*names) if (text := as_text(value))), None)

    @cached_property
    def articles(self) -> tuple[Node, ...]:
        """The JSON-LD objects that may be this page's article, the likeliest first."""
        found = [node for node in self.nodes if node.types & ARTICLE_TYPES]
        return tuple(sorted(found, key=self._unlikeliness))

    def _unlikeliness(self, node: Node) -> tuple[bool, bool, bool]:
        return (not self._is_here(node), not node.data.get("headline"), not node.types & NEWS_TYPES)

    def _is_here(self, node: Node) -> bool:
        """Whether the object says that it is about this page; one that names no address may be."""
        named = [a for key in ("url", "mainEntityOfPage", "@id") if (a := address(node.data.get(key)))]
        mine = {bare(a) for a in (self.canonical, self.url) if a}
        return not named or not mine or any(bare(_absolute(a, self.url) or a) in mine for a in named)

    @cached_property
    def body(self) -> str | None:
        """The article's text as the page declares it for machines, markup aside; None where it declares none."""
        texts = (node.data.get("articleBody") for node in self.articles)
        found = next((text for text in texts if isinstance(text, str) and len(text) > 200), None)
        return html.unescape(_MARKUP.sub("\n", found[:_MAX_SCRIPT_CHARS])) if found else None

    @property
    def is_news(self) -> bool:
        """Whether the page says that it is a news article."""
        return self.marked_news or any(node.types & NEWS_TYPES for node in self.nodes)


def read_declared(document: Document) -> Declared:
    """What ``document`` declares; broken or absurd declarations are left out, never an error."""
    tree = document.tree
    meta = _read_meta(tree)
    nodes, by_id = _read_nodes(tree)
    return Declared(
        nodes=nodes,
        by_id=by_id,
        meta=meta,
        properties=_read_properties(tree),
        canonical=_canonical(tree, meta, document.url),
        language=_language(tree, meta, nodes),
        url=document.url,
        marked_news=_ROOT_TYPES(tree) or "article" in (v.lower() for v in meta.get("og:type", ())),
    )


def _canonical(tree: Any, meta: Mapping[str, tuple[str, ...]], base: str | None) -> str | None:
    links = (link.get("href") for link in _LINKS(tree)[:_MAX_METAS] if "canonical" in link.get("rel").lower().split())
    return _absolute(next(links, None) or next(iter(meta.get("og:url", ())), None), base)


def as_text(value: Any, depth: int = 0) -> str | None:
    """A declared value as one line with entities resolved; of a list its first text; None for anything else."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, list):
        return next((text for item in value[:20] if (text := as_text(item, depth + 1))), None)
    if isinstance(value, dict):
        return as_text(value.get("@value") or value.get("name"), depth + 1)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return " ".join(html.unescape(html.unescape(str(value)[:_MAX_TEXT])).split()) or None


def address(value: Any) -> str | None:
    """The address in a JSON-LD value: the text itself, or an object's ``@id`` or ``url``."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() or None if isinstance(value, str) else None


def bare(url: str) -> str:
    """``url`` for comparison: host and path, without scheme, ``www.``, ``m.``, query, fragment and last slash."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return url
    return host + parts.path.rstrip("/")


def _absolute(url: str | None, base: str | None) -> str | None:
    if not url or not url.strip():
        return None
    try:
        joined = urljoin(base or "", url.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def _read_meta(tree: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in _METAS(tree)[:_MAX_METAS]:
        content = element.get("content").strip()
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), []).append(content)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def _read_properties(tree: Any) -> tuple[tuple[str, Any], ...]:
    """Elements with an ``itemprop`` or RDFa ``property``, by lower-case name without prefix."""
    named = (
        (element.get("itemprop") or element.get("property") or "", element)
        for element in _PROPERTIES(tree)[:_MAX_NODES]
    )
    return tuple((name.rpartition(":")[2], element) for names, element in named for name in names.lower().split())


def _language(tree: Any, meta: Mapping[str, tuple[str, ...]], nodes: tuple[Node, ...]) -> str | None:
    """The language tag that the page declares: of its root, its meta tags, its JSON-LD."""
    tags = [tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), tree.get("xml:lang")]
    tags += [v for name in ("og:locale", "content-language", "language", "dc.language") for v in meta.get(name, ())]
    tags += [node.text("inLanguage") for node in nodes if node.types & ARTICLE_TYPES]
    return next((tag.strip() for tag in tags if tag and re.match(r"\s*[A-Za-z]{2,3}(?:[-_]\w+)*\s*\Z", tag)), None)


def _read_nodes(tree: Any) -> tuple[tuple[Node, ...], dict[str, Mapping[str, Any]]]:
    nodes: list[Node] = []
    by_id: dict[str, Mapping[str, Any]] = {}
    for number, script in enumerate(_SCRIPTS(tree)[:_MAX_SCRIPTS], start=1):
        for data, inside in _walk(_load(script.text or "")):
            if isinstance(key := data.get("@id"), str) and len(data) > 1:
                by_id.setdefault(key, data)
            types = _types(data)
            if types and inside:
                label = "/".join(sorted(str(t) for t in _listed(data.get("@type")))[:3])
                nodes.append(Node(f"script[{number}] {label}"[:80], types, data))
    return tuple(nodes), by_id


def _types(data: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        name.rpartition("/")[2].rpartition(":")[2].strip().lower()
        for name in _listed(data.get("@type"))
        if isinstance(name, str)
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:50] if isinstance(value, list) else [value]


def _walk(root: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """Objects inside ``root`` in page order, each with whether it may be the page's own article."""
    stack, seen = [(root, True)], 0
    while stack and seen < _MAX_NODES:
        value, inside = stack.pop()
        seen += 1
        if isinstance(value, list):
            stack += [(item, inside) for item in reversed(value[:_MAX_NODES])]
        elif isinstance(value, dict):
            yield value, inside
            nested = [(k, v) for k, v in value.items() if isinstance(v, dict | list)]
            stack += [(v, inside and k.lower() not in _ELSEWHERE) for k, v in reversed(nested)]


def _load(text: str) -> Any:
    """The JSON of a script, mended where its mistakes are common ones; None where it stays broken."""
    if len(text) > _MAX_SCRIPT_CHARS:
        return None
    text = _WRAPPED_END.sub("", _WRAPPED.sub("", text)).strip().rstrip(";")
    for mend in (str, _mended, html.unescape):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub(r"\\\\", text))
