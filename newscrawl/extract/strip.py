"""A page to its judged blocks, declared data and undecided dates: the stage that reads HTML."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from newscrawl.blocks import cut
from newscrawl.extract.body import squeeze, vote
from newscrawl.extract.date_candidates import find_dates
from newscrawl.extract.declared import read_declared
from newscrawl.extract.document import read_document
from newscrawl.extract.identity import identify
from newscrawl.extract.joined import join, refuse_page
from newscrawl.extract.metadata import read_metadata
from newscrawl.extract.paging import MOST, find_next
from newscrawl.extract.recovered import recover
from newscrawl.extract.refusal import find_refusal, find_wall_refusal
from newscrawl.extract.selectors import compiled, matched
from newscrawl.noise.engine import first_line, judge_blocks
from newscrawl.noise.features import Layout
from newscrawl.noise.scene import Scene
from newscrawl.records import DateCandidate, Part, Stripped
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.blocks import Piece
    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.extract.metadata import Metadata
    from newscrawl.outlet import Outlet
    from newscrawl.records import Block, Page

EXTRACTOR = f"newscrawl@{version('newscrawl')}+trafilatura@{version('trafilatura')}"
_PACKAGE = Path(__file__).parents[1]


def strip(page: Page, outlet: Outlet) -> Stripped:
    """What ``page`` holds, read by the rules of ``outlet``: pure, and free of HTML afterwards.

    Where its article goes on, on pages that ``page`` has with it, their text is joined; all else is the first page's.
    Never raises for what a page contains; a page that is no article has ``refused`` set.
    """
    first = _read(page, outlet)
    document, declared, metadata = first.document, first.declared, first.metadata
    blocks, parts, continues_at = _whole(page, first, outlet)
    said = _captured(blocks[len(first.blocks) :]) | _captured(first.blocks)
    identity = identify(page, metadata.canonical_url, outlet, said.get("id", [None])[0], blocks)
    title = first.title
    dates = (*find_dates(document, declared, page, outlet), *_code_dates(said))
    return Stripped(
        id=identity.id,
        source_id=identity.source_id,
        url=page.url,
        requested_url=page.requested_url or page.url,
        canonical_url=metadata.canonical_url,
        outlet=identity.outlet,
        source=page.source,
        fetched_at=page.fetched_at,
        title=title,
        lead="\n\n".join(dict.fromkeys(said.get("lead", ()))) or None,
        blocks=blocks,
        authors=tuple(name for line in said.get("author", ()) for name in line.split(" / ")) or metadata.authors,
        agency=_agency(said, metadata, outlet),
        dateline=next(iter(said.get("dateline", ())), None),
        dates=dates,
        language_declared=metadata.language_declared or identity.language,
        section=metadata.section,
        tags=metadata.tags,
        images=metadata.images,
        is_accessible_for_free=metadata.is_accessible_for_free,
        kind=metadata.kind,
        refused=document.unreadable or find_refusal(title, blocks),
        extractor=EXTRACTOR,
        rules_hash=rules_hash(outlet),
        place=page.place,
        parts=parts,
        continues_at=continues_at,
        matched=matched(document, outlet),
    )


class _Reading(NamedTuple):
    """One page, whether it is a whole article or not."""

    document: Document
    declared: Declared
    metadata: Metadata
    title: str
    blocks: tuple[Block, ...]


def _read(page: Page, outlet: Outlet) -> _Reading:
    document = read_document(page)
    declared = read_declared(document)
    metadata = read_metadata(document, declared, outlet)
    scene = read_scene(document, declared, metadata, outlet)
    blocks = judge_blocks(scene)
    if "recovered" not in outlet.noise.off:
        blocks = recover(document, declared, blocks)
    title = scene.title or next((block.text for block in blocks if block.kept), "")
    return _Reading(document, declared, metadata, title, blocks)


def _whole(page: Page, first: _Reading, outlet: Outlet) -> tuple[tuple[Block, ...], tuple[Part, ...], str | None]:
    """The blocks of all pages of an article, its further pages, and the address of the first that is not at hand."""
    at_hand = {canonical_address(part.requested_url or part.url or ""): part for part in page.further}
    trail, pages, parts, last = [page], [first.blocks], list[Part](), first
    while url := find_next(trail, last.document, outlet):
        part = at_hand.get(canonical_address(url)) if len(trail) < MOST else None
        if part is None:
            break
        last = _read(part, outlet)
        parts.append(Part(url=url, place=part.place))
        if reason := last.document.unreadable or find_wall_refusal(last.title, last.blocks):
            pages.append(refuse_page(last.blocks, reason))
            break
        trail.append(part)
        pages.append(last.blocks)
    blocks = join(pages, first.title, outlet) if parts or url else first.blocks
    return blocks, tuple(parts), url


def read_scene(document: Document, declared: Declared, metadata: Metadata, outlet: Outlet) -> Scene:
    """The page as the rules see it: its text in pieces, the vote on them, and what the outlet's selectors name."""
    pruned = frozenset(_selected(document.tree, outlet.noise.prune))
    bodies = frozenset(_selected(document.tree, (outlet.selectors.body,) if outlet.selectors.body else ()))
    pieces = cut(document.tree, pruned | bodies)
    body = _inside(pieces, bodies) or None
    if document.plain or body:
        votes = [float(document.plain or piece.index in (body or ())) for piece in pieces]
    else:
        votes = vote(document.tree, pieces)
    scene = Scene(
        layout=Layout.of(pieces, votes),
        outlet=outlet,
        title="" if document.plain else metadata.title or "",
        lead=metadata.lead,
        plain=document.plain,
        pruned=_inside(pieces, pruned),
        body=body,
        declared_body=squeeze(declared.body or ""),
    )
    return scene if not document.plain else Scene(scene.layout, outlet, first_line(scene), None, plain=True)


def _selected(tree: Any, selectors: Sequence[str]) -> Iterator[Any]:
    for selector in selectors:
        found = compiled(selector)(tree)
        yield from (item for item in found if isinstance(item, etree._Element)) if isinstance(found, list) else ()


def _inside(pieces: Sequence[Piece], elements: frozenset[Any]) -> frozenset[int]:
    if not elements:
        return frozenset()
    return frozenset(p.index for p in pieces if any(c.element in elements for c in p.container.chain()))


def _captured(blocks: Sequence[Block]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for block in blocks:
        for key, value in block.captured:
            said.setdefault(key, []).append(value.strip())
    return said


def _agency(said: dict[str, list[str]], metadata: Metadata, outlet: Outlet) -> str | None:
    own = outlet.agency if "dateline" in said else None
    return next(iter(said.get("agency", ())), None) or metadata.agency or own


def _code_dates(said: dict[str, list[str]]) -> Iterator[DateCandidate]:
    """The day that a trailing code states: a check on the others, believed last."""
    if {"day", "month", "year"} <= said.keys():
        raw = "-".join(said[part][0] for part in ("year", "month", "day"))
        yield DateCandidate(raw=raw, source="text", place="trailing code")


@cache
def rules_hash(outlet: Outlet) -> str:
    """A hash of all that shapes a text: the code and data of extraction, what the outlet declares, and was learned."""
    digest = hashlib.sha256()
    for folder in ("extract", "noise"):
        for path in sorted((_PACKAGE / folder).rglob("*")):
            if path.suffix in (".py", ".toml", ".json"):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(
        outlet.model_dump_json(include={"languages", "timezone", "selectors", "dates", "noise", "marks"}).encode()
    )
    digest.update(repr(sorted(block.fingerprint for block in outlet.learned)).encode())
    return digest.hexdigest()[:16]
