"""What selectors find in a document, and which of an outlet's do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.outlet import as_xpath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet


@cache
def compiled(selector: str) -> etree.XPath:
    """``selector`` ready to be applied to a tree."""
    return etree.XPath(as_xpath(selector))


def matched(document: Document, outlet: Outlet) -> tuple[tuple[str, bool], ...]:
    """Which of the selectors that the outlet declares find something; none are tried on what is no HTML."""
    if document.plain or document.unreadable:
        return ()
    return tuple((name, _finds(document, selector)) for name, selector in _declared(outlet))


def _finds(document: Document, selector: str) -> bool:
    # An element without children is false in lxml.
    return any(not isinstance(found, str) or found.strip() for found in select(document, selector))


def _declared(outlet: Outlet) -> Iterator[tuple[str, str]]:
    for field, selector in outlet.selectors:
        if selector and field != "next":  # few articles have a second page
            yield f"selectors.{field}", selector
    for selector in outlet.noise.prune:
        yield f"noise.prune: {selector}", selector


def select(document: Document, selector: str | None) -> list[Any]:
    """The elements or texts that an outlet's ``selector`` finds; none without a selector."""
    found = compiled(selector)(document.tree) if selector else []
    # An XPath function such as string() gives a single value.
    return found if isinstance(found, list) else [str(found)]


def line_of(found: Any) -> str:
    """The text of an element, or a text itself, as one line."""
    return " ".join((found if isinstance(found, str) else "".join(found.itertext())).split())
