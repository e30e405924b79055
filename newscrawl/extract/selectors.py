"""What a selector finds in a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.outlet import as_xpath

if TYPE_CHECKING:
    from newscrawl.extract.document import Document


def select(document: Document, selector: str | None) -> list[Any]:
    """The elements or texts that an outlet's ``selector`` finds; none without a selector."""
    found = document.tree.xpath(as_xpath(selector)) if selector else []
    # An XPath function such as string() gives a single value.
    return found if isinstance(found, list) else [str(found)]


def line_of(found: Any) -> str:
    """The text of an element, or a text itself, as one line."""
    return " ".join((found if isinstance(found, str) else "".join(found.itertext())).split())
