"""trafilatura's vote: how much of each block it takes for the article's body."""

from __future__ import annotations

import logging
from bisect import bisect_right
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Any

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from newscrawl.blocks import article_of, home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.blocks import Piece

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs ERROR for pages that we refuse anyway

# trafilatura's time grows with the square of the depth of nested tables: half a minute for 2,000.
_TANGLED = etree.XPath("boolean(//table/ancestor::table[50])")
_NOT_PROSE = frozenset({"nav", "footer", "form", "select", "button", "aside", "figcaption", "dialog"})
_NEAR = 5  # further up, a form or an unclosed element may hold the whole page
_ANCHOR = 24
_SHARD = 20


def vote(tree: Any, pieces: Sequence[Piece]) -> list[float]:
    """For each piece the share of its characters, 0 to 1, that trafilatura returns as the page's body.

    Its fast mode votes first, generously, since the rules weigh what it takes.  Where most of what reads like
    paragraphs is left out, its slower mode, which asks readability and jusText too, gives a second opinion, which
    counts if it finds half as much again.
    """
    texts = [squeeze(piece.text) for piece in pieces]
    first = align(body_lines(tree, fast=True), texts)
    prose = [float(_is_prose(piece)) for piece in pieces]
    if _found(pieces, first, prose) < 0.35 * _found(pieces, prose):
        second = align(body_lines(tree, fast=False), texts)
        if _found(pieces, second, prose) > 1.5 * _found(pieces, first, prose):
            first = second
    return _extended(pieces, first)


def _extended(pieces: Sequence[Piece], votes: Sequence[float]) -> list[float]:
    """The votes, with those paragraphs added that are built like the voted ones: bodies split over containers.

    Alike are an element's tag and class words, its container's named class words, and the ``article`` around it.
    """
    total = _found(pieces, votes) or 1.0
    builds = [_build(piece) for piece in pieces]
    built: dict[tuple[object, ...], float] = {}
    for piece, build, vote in zip(pieces, builds, votes, strict=True):
        built[build] = built.get(build, 0.0) + len(piece.text) * vote
    ours = {build for build, size in built.items() if size > 0.2 * total and str(build[2]).strip()}
    joined = zip(pieces, builds, votes, strict=True)
    return [1.0 if vote < 0.5 and build in ours and _is_prose(piece) else vote for piece, build, vote in joined]


def _build(piece: Piece) -> tuple[object, ...]:
    container = piece.container
    return container.tag, container.words, home(container).words, article_of(container)


def _found(pieces: Sequence[Piece], votes: Sequence[float], prose: Sequence[float] | None = None) -> float:
    """The characters that ``votes`` take, or those of them in prose."""
    return sum(len(p.text) * v * w for p, v, w in zip(pieces, votes, prose or [1.0] * len(pieces), strict=True))


def _is_prose(piece: Piece) -> bool:
    """Whether the piece reads like a paragraph of some article: long, hardly linked, in no menu or form."""
    if len(piece.text) < 80 or piece.linked > 0.25 * len(piece.text):
        return False
    return not any(container.tag in _NOT_PROSE for container in islice(piece.container.chain(), _NEAR))


def body_lines(tree: Any, *, fast: bool = False) -> list[str]:
    """The lines of trafilatura's text of the page, without comments; none where tables nest absurdly."""
    if _TANGLED(tree):
        return []
    options = Extractor(output_format="python", fast=fast, recall=fast, comments=False)
    found = bare_extraction(tree, options=options)
    text = getattr(found, "text", None) or ""
    return [cell for line in text.split("\n") for cell in _cells(line) if cell.strip()]


def _cells(line: str) -> list[str]:
    """A line of text, or the cells of a line of a table."""
    return line.strip("| ").split(" | ") if line.startswith("| ") else [line]


def squeeze(text: str) -> str:
    """``text`` without white space."""
    return "".join(text.split())


def align(lines: Sequence[str], texts: Sequence[str]) -> list[float]:
    """The share of each of ``texts`` that ``lines`` cover, both in page order; ``texts`` are squeezed.

    Long lines that occur once on the page are anchors; the others are looked for between their neighbours, and
    where a line is not found as a whole, its shards are.
    """
    page = "".join(texts)
    starts = [0, *accumulate(map(len, texts))]
    covered = bytearray(len(page))
    wanted = [squeeze(line.removeprefix("- ")) for line in lines]
    spots = _anchors(wanted, page)
    floor = 0
    for line, spot, ceiling in zip(wanted, spots, _ceilings(spots), strict=True):
        floor = _cover(line, page, covered, floor, ceiling if spot is None else None, spot)
    return [sum(covered[a:b]) / (b - a) if b > a else 0.0 for a, b in pairwise(starts)]


def _ceilings(spots: Sequence[int | None]) -> list[int | None]:
    """For each line where the next anchor stands."""
    ceilings: list[int | None] = []
    ahead: int | None = None
    for spot in reversed(spots):
        ahead = spot if spot is not None else ahead
        ceilings.append(ahead)
    return ceilings[::-1]


def _anchors(lines: Sequence[str], page: str) -> list[int | None]:
    """Where each line that is long and unique stands; others, and those out of order, are None."""
    spots: list[int | None] = []
    for line in lines:
        at = page.find(line) if len(line) >= _ANCHOR else -1
        unique = at >= 0 and page.find(line, at + 1) < 0
        spots.append(at if unique else None)
    keep = _longest_rise([(i, at) for i, at in enumerate(spots) if at is not None])
    return [at if i in keep else None for i, at in enumerate(spots)]


def _longest_rise(spots: Sequence[tuple[int, int]]) -> set[int]:
    """The indices of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for n, (_, at) in enumerate(spots):
        k = bisect_right(tails, at)
        before.append(ends[k - 1] if k else None)
        tails[k : k + 1] = [at]
        ends[k : k + 1] = [n]
    keep: set[int] = set()
    step: int | None = ends[-1] if ends else None
    while step is not None:
        keep.add(spots[step][0])
        step = before[step]
    return keep


def _cover(line: str, page: str, covered: bytearray, floor: int, ceiling: int | None, spot: int | None) -> int:
    """Marks where ``line`` stands on the page and returns where to look for the next one."""
    at = spot if spot is not None else page.find(line, floor, ceiling if ceiling is not None else len(page))
    if at < 0 and len(line) >= _ANCHOR:
        at = page.find(line)
    if at < 0:
        return _cover_shards(line, page, covered, floor)
    covered[at : at + len(line)] = b"\x01" * len(line)
    return at + len(line) if at >= floor else floor


def _cover_shards(line: str, page: str, covered: bytearray, floor: int) -> int:
    for i in range(0, len(line) - _SHARD + 1, _SHARD):
        at = page.find(line[i : i + _SHARD], floor)
        if at < 0:
            at = page.find(line[i : i + _SHARD])
        if at >= 0:
            covered[at : at + _SHARD] = b"\x01" * _SHARD
            floor = max(floor, at + _SHARD)
    return floor
