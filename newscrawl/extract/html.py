"""One page in hand to its article, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.extract.article import extract
from newscrawl.outlet import GENERIC, load_outlet, outlet_of
from newscrawl.records import Page

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from newscrawl.records import Article


def extract_html(
    html: str | bytes,
    *,
    url: str | None = None,
    outlet: str | None = None,
    encoding: str | None = None,
    fetched_at: datetime | None = None,
    outlets: Path | None = None,
) -> Article:
    """The article on a page: clean, dated, with every block and the verdict on it.

    The rules are those of ``outlet``, else of the outlet that owns ``url``, else general ones; ``outlets`` is a
    folder of outlets of your own.  ``encoding`` is what the server said of ``html``, where it is bytes.  With
    ``fetched_at`` (aware), dates later than that are not believed.

    Raises:
        RefusedError: the page is no article; its ``reason`` says why.
        OutletError: there is no such outlet.
    """
    body, charset = (html.encode("utf-8", "replace"), "utf-8") if isinstance(html, str) else (html, encoding)
    page = Page(body=body, url=url, encoding=charset, content_type="text/html", fetched_at=fetched_at)
    if outlet:
        return extract(page, load_outlet(outlet, outlets))
    return extract(page, outlet_of(url, outlets) if url else GENERIC)
