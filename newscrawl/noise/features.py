"""What can be measured of a block: its form, its element, its neighbours and its place in the body."""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.blocks import LEAVES, article_of, home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.blocks import Container, Piece

_CLASS_WORDS = tomllib.loads((Path(__file__).parent / "class_words.toml").read_text("utf-8"))
_WORDS = re.compile("|".join(f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in _CLASS_WORDS.items()))
GROUPS = tuple(_CLASS_WORDS)

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "td", "div", "figcaption", "span", "button")
_ALIASES = {
    "th": "td",
    "dd": "li",
    "dt": "li",
    "h5": "h4",
    "h6": "h4",
    "option": "button",
    "label": "button",
    "section": "div",
    "article": "div",
    "main": "div",
}
_INSIDE = (
    "figure",
    "aside",
    "nav",
    "header",
    "footer",
    "form",
    "table",
    "ul",
    "ol",
    "blockquote",
    "article",
    "main",
    "section",
    "button",
    "select",
    "dialog",
    "figcaption",
    "a",
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।։]['\"”’»)\]]*$")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
_LONGEST_CLASS = 200
_DIGITS = re.compile(r"\d+")
_DATE = re.compile(r"\b\d{1,2}[./:h]\d{2}\b|\b(?:19|20)\d\d\b|[۰-۹٠-٩]{2}")
_URL = re.compile(r"https?://|www\.|@\w|\w@\w|©|\(c\) ", re.I)


@dataclass(slots=True)
class _Mass:
    """What a container holds, in characters."""

    text: int = 0
    voted: float = 0.0
    linked: int = 0
    pieces: int = 0
    paragraphs: float = 0.0

    def add(self, part: _Mass) -> None:
        self.text += part.text
        self.voted += part.voted
        self.linked += part.linked
        self.pieces += part.pieces


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's pieces with the vote on them and what follows from both together."""

    pieces: Sequence[Piece]
    votes: Sequence[float]
    masses: dict[Container, _Mass] = field(repr=False)
    main: Container | None
    """The innermost container that holds most of the voted text."""
    first: int
    last: int
    """The first and last piece that the vote took as a whole."""
    voted: float
    """Characters of the voted text."""
    before: Sequence[float]
    """Voted characters before each piece."""
    repeats: dict[str, int]
    look: Sequence[tuple[str, str]]
    looks: dict[tuple[str, str], float]
    """Voted characters by look: tag and class words."""
    long: Sequence[int]
    """Indices of the voted pieces of some length."""
    half: float
    """Half of the page's characters."""
    elements: dict[tuple[str, str, Container | None], list[float]] = field(default_factory=dict, repr=False)
    """What ``features`` found of elements so far."""
    vocabulary: dict[int, frozenset[str]] = field(default_factory=dict, repr=False)
    """Words of pieces told so far."""

    def look_share(self, piece: Piece) -> float:
        """The share of the voted text in pieces that look like ``piece``: same tag, same class words."""
        return self.looks[self.look[piece.index]] / (self.voted or 1.0)

    def words(self, piece: Piece) -> frozenset[str]:
        """The words that ``piece`` opens with, lower case."""
        if piece.index not in self.vocabulary:
            self.vocabulary[piece.index] = word_set(piece.text[:400])
        return self.vocabulary[piece.index]

    def is_most_of_page(self, container: Container) -> bool:
        """Whether half of the page's text is inside ``container``: its name tells of the page, not of a part."""
        return self.masses[container].text > self.half

    def levels_to_main(self, container: Container) -> int:
        """How many containers up ``main`` is; -1 where ``container`` is not inside it."""
        if self.main is None:
            return -1
        step: Container | None = container
        while step is not None and step.depth > self.main.depth:
            step = step.parent
        return container.depth - self.main.depth if step is self.main else -1

    def repeats_before(self, piece: Piece) -> bool:
        """Whether the same text stood on the page before."""
        return self.repeats[piece.text] > 1 and any(p.text == piece.text for p in self.pieces[: piece.index])

    @classmethod
    def of(cls, pieces: Sequence[Piece], votes: Sequence[float]) -> Layout:
        """The layout of a page; ``votes`` are shares from 0 to 1, one a piece."""
        masses = _weigh(pieces, votes)
        taken = [piece.index for piece, vote in zip(pieces, votes, strict=True) if vote >= 0.5]
        voted = sum(len(p.text) * v for p, v in zip(pieces, votes, strict=True))
        before = [0.0, *accumulate(len(p.text) * v for p, v in zip(pieces, votes, strict=True))]
        repeats: dict[str, int] = {}
        for piece in pieces:
            repeats[piece.text] = repeats.get(piece.text, 0) + 1
        looks: dict[tuple[str, str], float] = {}
        look = [_look(piece) for piece in pieces]
        for piece, key, vote in zip(pieces, look, votes, strict=True):
            looks[key] = looks.get(key, 0.0) + len(piece.text) * vote
        long = [p.index for p, v in zip(pieces, votes, strict=True) if v >= 0.5 and len(p.text) > 100]
        first, last = (taken[0], taken[-1]) if taken else (0, len(pieces) - 1)
        half = 0.5 * sum(len(piece.text) for piece in pieces)
        main = _main(masses, voted)
        return cls(pieces, votes, masses, main, first, last, voted, before, repeats, look, looks, long, half)


def _weigh(pieces: Sequence[Piece], votes: Sequence[float]) -> dict[Container, _Mass]:
    """What each container holds: first its own pieces, then, from the inside out, its parts' parts."""
    masses: dict[Container, _Mass] = {}
    for piece, vote in zip(pieces, votes, strict=True):
        mass = _mass_of(piece.container, masses)
        size = len(piece.text)
        mass.text += size
        mass.voted += size * vote
        mass.linked += piece.linked
        mass.pieces += 1
        if size * vote > 80:
            masses[home(piece.container)].paragraphs += size * vote
    for container in sorted(masses, key=lambda c: -c.depth):
        if container.parent is not None:
            masses[container.parent].add(masses[container])
    return masses


def _mass_of(container: Container, masses: dict[Container, _Mass]) -> _Mass:
    """The mass of ``container``; it and its ancestors are entered where they are not."""
    step: Container | None = container
    while step is not None and step not in masses:
        masses[step] = _Mass()
        step = step.parent
    return masses[container]


def _look(piece: Piece) -> tuple[str, str]:
    return piece.container.tag, _DIGITS.sub("", piece.container.words)


def _main(masses: dict[Container, _Mass], voted: float) -> Container | None:
    """The deepest container with 70 % of the voted text."""
    best, least = None, math.inf
    for container, mass in masses.items():
        if voted and mass.voted >= 0.7 * voted and container.tag not in LEAVES and mass.pieces <= least:
            best, least = container, mass.pieces
    return best


@lru_cache(maxsize=20_000)
def class_groups(words: str) -> frozenset[str]:
    """Which kinds of thing the class words of an element speak of."""
    return frozenset().union(*map(_groups_of_word, words.split()))


@lru_cache(maxsize=50_000)
def _groups_of_word(word: str) -> frozenset[str]:
    return frozenset(match.lastgroup or "" for match in _WORDS.finditer(word[:_LONGEST_CLASS]))


PHRASES = ("related", "newsletter", "follow", "comments", "legal", "credit", "byline", "dateline", "tags")

NAMES: tuple[str, ...] = (
    # _form
    *("vote", "vote_before", "vote_after", "vote_before2", "vote_after2", "size", "size_before", "size_after"),
    *("words", "link_density", "links", "linked_before", "linked_after", "bold", "timed", "after_break"),
    *("sentence_end", "colon_end", "question", "starts_upper", "starts_mark", "capitals", "digits", "date_like"),
    *("url_like", "quote"),
    # _position
    *("position", "voted_before", "voted_after", "from_first", "from_last", "between"),
    # _surroundings
    *("home_share", "home_links", "home_pieces", "home_mean", "up_share", "up_links", "up_pieces", "inside_core"),
    *("core_depth", "same_home_before", "same_home_after", "same_tag_before", "same_tag_after", "depth"),
    *("repeated", "hidden"),
    # _headline, _company and what else the page says
    *("own_article", "headline_near", "after_headline"),
    *("look_share", "long_before", "long_after", "slanted", "links_ahead"),
    *("since_prompt", "declared"),
    *(f"says_{category}" for category in PHRASES),
    # _echoes, _list, _element
    *("title_echo", "title_cover", "lead_echo", "lead_cover", "list_links", "list_items"),
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"in_{tag}" for tag in _INSIDE),
    *(f"{where}_{kind}" for where in ("own", "near", "far") for kind in GROUPS),
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the page says of a piece beyond its layout."""

    title: frozenset[str]
    """The words of the title, as ``lead`` those of the page's description."""
    lead: frozenset[str]
    headline: Piece | None
    """The piece that shows the title."""
    phrase: str | None
    """The kind of noise phrase in the piece."""
    since_prompt: int
    """Pieces since one that leads away from the story."""
    declared: float
    """Whether the body declared for machines holds the piece: 1, 0, or -1 where none is declared."""


def features(layout: Layout, index: int, signs: Signs) -> list[float]:
    """The numbers that describe one piece, in the order of ``NAMES``."""
    piece = layout.pieces[index]
    return [
        *_form(layout, index),
        *_position(layout, index),
        *_surroundings(layout, piece),
        *_headline(piece, signs.headline),
        *_company(layout, piece),
        min(signs.since_prompt, 20),
        signs.declared,
        *(float(signs.phrase == category) for category in PHRASES),
        *_echoes(layout, piece, signs.title, signs.lead),
        *_list(layout, piece),
        *_element(layout, piece),
    ]


def _form(layout: Layout, index: int) -> list[float]:
    piece, text = layout.pieces[index], layout.pieces[index].text
    size = len(text)
    before2, before, after, after2 = (_neighbour(layout, index + by) for by in (-2, -1, 1, 2))
    words = text.split()
    head = text[:100]
    letters = sum(map(str.isalpha, head)) or 1
    return [
        layout.votes[index], before[0], after[0], before2[0], after2[0],
        math.log1p(size), math.log1p(before[1]), math.log1p(after[1]),
        math.log1p(len(words)), min(1.0, piece.linked / size), min(piece.links, 10), before[2], after[2],
        min(1.0, piece.bold / size), min(1.0, piece.timed / size), piece.after_break,
        ends_sentence(text), text[-1] in ":：", "?" in text or "؟" in text or "？" in text,
        text[0].isupper(), not text[0].isalnum(),
        sum(map(str.isupper, head)) / letters, len(_NUMBER.findall(head)) / len(head),
        size < 200 and _DATE.search(text) is not None, size < 400 and _URL.search(text) is not None,
        text[0] in "\"'“”„«»‘’「『-–—",
    ]  # fmt: skip


def _neighbour(layout: Layout, index: int) -> tuple[float, int, float]:
    """Vote, size and link density of the piece at ``index``; nothing outside the page."""
    if not 0 <= index < len(layout.pieces):
        return 0.0, 0, 0.0
    piece = layout.pieces[index]
    return layout.votes[index], len(piece.text), min(1.0, piece.linked / len(piece.text))


def _position(layout: Layout, index: int) -> list[float]:
    total = layout.voted or 1.0
    count = len(layout.pieces)
    return [
        index / count,
        layout.before[index] / total,
        (total - layout.before[index + 1]) / total,
        max(-20, min(20, index - layout.first)),
        max(-20, min(20, layout.last - index)),
        layout.first <= index <= layout.last,
    ]


def _surroundings(layout: Layout, piece: Piece) -> list[float]:
    here = home(piece.container)
    up = here.parent or here
    mass, above = layout.masses[here], layout.masses[up]
    total = layout.voted or 1.0
    depth = layout.levels_to_main(piece.container)
    before = layout.pieces[piece.index - 1] if piece.index else None
    after = layout.pieces[piece.index + 1] if piece.index + 1 < len(layout.pieces) else None
    return [
        mass.paragraphs / total, mass.linked / mass.text, math.log1p(mass.pieces), math.log1p(mass.text / mass.pieces),
        above.voted / total, above.linked / above.text, math.log1p(above.pieces), depth >= 0, depth,
        before is not None and home(before.container) is here, after is not None and home(after.container) is here,
        before is not None and before.container.tag == piece.container.tag,
        after is not None and after.container.tag == piece.container.tag,
        piece.container.depth, min(layout.repeats[piece.text], 5), piece.container.hidden,
    ]  # fmt: skip


def _headline(piece: Piece, headline: Piece | None) -> list[float]:
    """Whether the piece is in the headline's ``article``, how much of the way up they share, and how far it is."""
    if headline is None:
        return [0.0, -1.0, 0.0]
    article, other = article_of(headline.container), article_of(piece.container)
    own = 0.0 if other is None else (1.0 if article is other else -1.0)
    shared = _depth_in_common(piece.container, headline.container) / headline.container.depth
    return [own, shared, max(-30, min(60, piece.index - headline.index))]


def _depth_in_common(one: Container, other: Container) -> int:
    """How many containers both are in."""
    a: Container | None = one
    b: Container | None = other
    while a is not b:
        if a is None or b is None:
            return 0
        if a.depth >= b.depth:
            a = a.parent
        else:
            b = b.parent
    return a.depth if a else 0


def _company(layout: Layout, piece: Piece) -> list[float]:
    """How much of the body looks alike, how far the next paragraphs are, and whether links follow."""
    at = bisect_left(layout.long, piece.index)
    before = piece.index - layout.long[at - 1] if at else 30
    own = at < len(layout.long) and layout.long[at] == piece.index
    ahead = at + own
    after = layout.long[ahead] - piece.index if ahead < len(layout.long) else 30
    following = layout.pieces[piece.index + 1 : piece.index + 4]
    linked = sum(min(p.linked, len(p.text)) for p in following) / (sum(len(p.text) for p in following) or 1)
    return [
        layout.look_share(piece),
        min(before, 30),
        min(after, 30),
        min(1.0, piece.slanted / len(piece.text)),
        linked,
    ]


def _echoes(layout: Layout, piece: Piece, title: frozenset[str], lead: frozenset[str]) -> list[float]:
    words = layout.words(piece)
    out: list[float] = []
    for other in (title, lead):
        shared = len(words & other)
        out += [shared / len(words) if words else 0.0, shared / len(other) if other else 0.0]
    return out


def _list(layout: Layout, piece: Piece) -> list[float]:
    for container in piece.container.chain():
        if container.tag in ("ul", "ol", "dl", "table", "nav"):
            mass = layout.masses[container]
            return [mass.linked / mass.text, math.log1p(mass.pieces)]
    return [-1.0, 0.0]


def _element(layout: Layout, piece: Piece) -> list[float]:
    """What the elements around the piece are; worked out once for all pieces in like elements."""
    container = piece.container
    key = (container.tag, container.words, container.parent)
    if key not in layout.elements:
        layout.elements[key] = _describe_element(container, layout.main)
    return layout.elements[key]


def _describe_element(container: Container, main: Container | None) -> list[float]:
    tag = _ALIASES.get(container.tag, container.tag)
    own = class_groups(container.words)
    near: set[str] = set()
    far: set[str] = set()
    for depth, around in enumerate(islice(container.chain(), 1, 8), 1):
        if around is main:
            break
        (near if depth < 3 else far).update(class_groups(around.words))
    return [
        *(float(tag == t) for t in _TAGS),
        *(float(t in container.tags) for t in _INSIDE),
        *(float(g in own) for g in GROUPS),
        *(float(g in near) for g in GROUPS),
        *(float(g in far) for g in GROUPS),
    ]


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do, closing quotes aside."""
    return _SENTENCE_END.search(text[-6:]) is not None


def word_set(text: str | None) -> frozenset[str]:
    """The words of ``text``, lower case."""
    return frozenset(_WORD.findall((text or "").lower()))
