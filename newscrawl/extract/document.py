"""A page as a tree: bytes decoded once, HTML parsed once."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from charset_normalizer import from_bytes
from lxml import etree, html
from w3lib.encoding import resolve_encoding

if TYPE_CHECKING:
    from newscrawl.records import Page

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]+)""", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|article|span|br|table|h[1-6]|meta|a)\b", re.I)
_SNIFFED = 1024
_COUNT = etree.XPath("count(//*)")
_MOST_ELEMENTS = 20_000  # twice what the largest of 1,200 real pages has


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page.  ``plain`` tells a text document, whose lines stand in ``tree`` as paragraphs.

    ``unreadable`` tells why nothing was read: ``binary`` for bytes that are no text, ``too-large`` for more elements
    than any story needs; ``tree`` is empty then.
    """

    tree: Any = field(repr=False)
    url: str | None
    plain: bool
    unreadable: str | None = None


def read_document(page: Page) -> Document:
    """The tree of ``page``; an empty or unreadable body gives an empty tree, never an error."""
    text = decode(page.body, page.encoding)
    if _is_binary(text):
        return Document(_parse(""), page.url, plain=False, unreadable="binary")
    plain = is_plain(text, page)
    tree = _lines_as_tree(text) if plain else _parse(text)
    if _COUNT(tree) > _MOST_ELEMENTS:
        return Document(_parse(""), page.url, plain=False, unreadable="too-large")
    return Document(tree, page.url, plain)


def decode(body: bytes, stated: str | None) -> str:
    """``body`` as text: by byte-order mark, as UTF-8, by the charset that the server stated, by the page's own.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever is stated, since no other encoding's text is so by
    chance.  A charset under which the bytes are not valid is passed over; where none fits, their statistics decide.
    Web names mean what browsers take them for (``iso-8859-1`` is windows-1252).
    """
    for mark, unicode_form in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(unicode_form, "replace")
    declared = _DECLARED.search(body[:4096])
    unicode = None if body.isascii() else "utf-8"
    for name in (unicode, stated, declared and declared[1].decode("ascii", "replace"), "utf-8"):
        encoding = resolve_encoding(name) if name else None
        if encoding:
            try:
                return body.decode(encoding)
            except UnicodeDecodeError:
                continue
    return _guess(body, stated)


def _guess(body: bytes, stated: str | None) -> str:
    """Text of bytes that are invalid under every stated charset: mostly UTF-8 with a few broken bytes."""
    replaced = body.decode("utf-8", "replace")
    if replaced.count("\ufffd") * 200 < len(replaced):
        return replaced
    best = from_bytes(body[:65536]).best()
    fallback = resolve_encoding(stated) if stated else None
    return body.decode(best.encoding if best else fallback or "utf-8", "replace")


def _is_binary(text: str) -> bool:
    """Whether a twentieth of the beginning is no character of a text: pictures and archives served as pages."""
    head = text[: 16 * _SNIFFED]
    return (len(_NOT_IN_XML.findall(head)) + head.count("\ufffd")) * 20 > len(head)


def is_plain(text: str, page: Page) -> bool:
    """Whether the document is text without markup."""
    if page.content_type and "html" in page.content_type:
        return False
    return not _MARKUP.search(text[: 64 * _SNIFFED])


def _lines_as_tree(text: str) -> Any:
    body = html.Element("body")
    for line in _NOT_IN_XML.sub("", text).split("\n"):
        paragraph = etree.SubElement(body, "p")
        paragraph.text = line
    root = html.Element("html")
    root.append(body)
    return root


def _parse(text: str) -> Any:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    cleaned = _NOT_IN_XML.sub("", text)
    # Bytes, since libxml2 refuses a str that carries an XML declaration with an encoding.
    try:
        tree = html.document_fromstring(cleaned.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return html.document_fromstring("<html><body></body></html>")
    if tree.find("body") is None:
        etree.SubElement(tree, "body")
    return tree
