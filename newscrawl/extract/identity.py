"""Which article a page is: the same one under another slug, scheme or tracking parameter has the same id."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.urls import article_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.outlet import Outlet
    from newscrawl.records import Block, Page


class ArticleIdentity(NamedTuple):
    """An article's id, the outlet it counts for, the outlet's own number for it, and the edition's language."""

    id: str
    outlet: str
    source_id: str | None
    language: str | None


def identify(
    page: Page, canonical_url: str | None, outlet: Outlet, printed_id: str | None, blocks: Sequence[Block]
) -> ArticleIdentity:
    """The identity of ``page``: the outlet's own number where an address or the text carries one, else its address.

    ``printed_id`` is a number that the text itself carries.  A document without any is known by its text.
    """
    name = outlet.kept_as(page.url)
    address = _telling(page.url, canonical_url, outlet)
    if address is None:
        return ArticleIdentity(f"{name}:{printed_id or _hash(page, blocks)}", name, printed_id, None)
    said = outlet.identify(address)
    source_id = said.source_id if said else None
    key = printed_id if printed_id and not source_id else article_key(address, outlet)
    return ArticleIdentity(f"{name}:{key}", name, source_id or printed_id, said.language if said else None)


def _telling(url: str | None, canonical_url: str | None, outlet: Outlet) -> str | None:
    """The address that tells most: one with the outlet's own number, else the canonical one."""
    addresses = [address for address in (url, canonical_url) if address]
    numbered = (a for a in addresses if (said := outlet.identify(a)) and said.source_id)
    return next(numbered, None) or canonical_url or url


def _hash(page: Page, blocks: Sequence[Block]) -> str:
    text = "\n\n".join(block.text for block in blocks if block.kept)
    return hashlib.sha256(text.encode() or page.body).hexdigest()[:16]
