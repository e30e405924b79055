"""What can be measured of a block: its form, its element, its neighbours and its place in the body."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.extract.blocks import Container, Piece

# Words that sites in many languages use in classes, ids and roles, by what they call so.
_CLASS_WORDS = {
    "body": r"article[-_]?_*(?:body|text|content|detail)|story[-_]?_*(?:body|text|content)|post[-_]?(?:body|content|text)"
    r"|entry[-_]?content|body[-_]?(?:text|content|copy)|articlebody|paragraph|rich-?text|news[-_]?(?:text|content|body)",
    "lead": r"standfirst|\blead|lede\b|chapo|intro|summary|excerpt|\bdek\b|sub-?title|sub-?head|subline|\bdeck\b|abstract"
    r"|preamble|ingress|\bsapo\b|vorspann|descri|strapline|sommario|occhiello|bajada|copete|entradilla|synopsis|catenaccio",
    "caption": r"caption|legend|bildunter|bildtext|image-?(?:text|desc)|photo-?(?:text|desc)|pie-?(?:de-)?foto|didascalia",
    "credit": r"credit|copyright|source\b|rights|fotograf|photographer|agenc",
    "byline": r"byline|by-line|author|auteur|autor|writer|firma\b|signature|contributor|reporter|journalist|profile|bio\b",
    "date": r"\bdate|datetime|time-?stamp|published|pubdate|\btime\b|updated|meta-?data|post-?meta|entry-?meta|\bmeta\b",
    "share": r"shar(?:e|ing)|social|follow|facebook|twitter|whatsapp|telegram|instagram|bookmark|toolbar|print\b|utilit",
    "related": r"relat|recommend|recirc|read-?(?:more|also|next)|more-?(?:on|from|news|stor)|see-?also|similar|also\b|teaser"
    r"|popular|trending|most-?|latest|outbrain|taboola|onward|further|links?-?list|inline-?(?:link|article|promo)|headlines",
    "promo": r"promo|newsletter|subscri|sign-?up|signup|abo\b|paywall|premium|register|donat|support|banner|cta\b|piano"
    r"|campaign|membership|offer|marketing|regwall|callout",
    "comment": r"comment|disqus|discuss|respond|reply|reactions?|forum",
    "advert": r"\bads?\b|[-_]ad[-_s]|^ad[-_]|advert|sponsor|anzeige|werbung|publicidad|\bgpt\b|dfp|commercial|affiliate|product",
    "tags": r"\btags?\b|tag-?list|keyword|topic|categor|breadcrumb|label|kicker|overline|eyebrow|section-?name|rubri|flag",
    "nav": r"\bnav|menu|navbar|sidebar|side-?bar|footer|header\b|masthead|cookie|consent|gdpr|modal|popup|overlay|login"
    r"|search|skip|sr-only|visually-?hidden|screen-reader|widget|pagination|pager|toc\b|table-?of",
    "media": r"figure|image|photo|gallery|slide|carousel|video|player|media|embed|iframe|podcast|audio|instagram|tweet|iframe",
    "box": r"fact|info-?box|\bbox\b|aside|highlight|key-?point|bullet|takeaway|glance|summary-?list|poll|quiz|survey|quote"
    r"|timeline|correction|disclaimer|note\b|footnote|editor|about|faq|ai-?sum|tldr",
    "title": r"headline|\btitle\b|heading|article-?title|entry-?title|post-?title",
}
_WORDS = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASS_WORDS.items()))
GROUPS = tuple(_CLASS_WORDS)

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "td", "div", "figcaption", "span", "button")
_ALIASES = {"th": "td", "dd": "li", "dt": "li", "h5": "h4", "h6": "h4", "option": "button", "label": "button", "section": "div",
            "article": "div", "main": "div"}
_INSIDE = ("figure", "aside", "nav", "header", "footer", "form", "table", "ul", "ol", "blockquote", "article", "main",
           "section", "button", "select", "dialog", "figcaption", "a")
_LEAVES = frozenset("p h1 h2 h3 h4 h5 h6 li td th dd dt figcaption blockquote".split())
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।։]['\"”’»)\]]*$")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
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
    words: Sequence[frozenset[str]]
    repeats: dict[str, int]

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
        words = [frozenset(_WORD.findall(piece.text.lower()[:400])) for piece in pieces]
        first, last = (taken[0], taken[-1]) if taken else (0, len(pieces) - 1)
        return cls(pieces, votes, masses, _main(pieces, masses, voted), first, last, voted, before, words, repeats)


def _weigh(pieces: Sequence[Piece], votes: Sequence[float]) -> dict[Container, _Mass]:
    masses: dict[Container, _Mass] = {}
    for piece, vote in zip(pieces, votes, strict=True):
        size = len(piece.text)
        for container in piece.container.chain():
            mass = masses.get(container)
            if mass is None:
                mass = masses[container] = _Mass()
            mass.text += size
            mass.voted += size * vote
            mass.linked += piece.linked
            mass.pieces += 1
        if size * vote > 80:
            masses[home(piece.container)].paragraphs += size * vote
    return masses


def _main(pieces: Sequence[Piece], masses: dict[Container, _Mass], voted: float) -> Container | None:
    """The deepest container with 70 % of the voted text."""
    best, least = None, math.inf
    for container, mass in masses.items():
        if voted and mass.voted >= 0.7 * voted and container.tag not in _LEAVES and mass.pieces <= least:
            best, least = container, mass.pieces
    return best


def home(container: Container) -> Container:
    """The container that a paragraph shares with its neighbours."""
    step = container
    while step.tag in _LEAVES and step.parent is not None:
        step = step.parent
    return step


@lru_cache(maxsize=20_000)
def class_groups(words: str) -> frozenset[str]:
    """Which kinds of thing the class words of an element speak of."""
    return frozenset(match.lastgroup or "" for match in _WORDS.finditer(words))




NAMES: tuple[str, ...] = (
    "vote", "vote_before", "vote_after", "vote_before2", "vote_after2", "size", "size_before", "size_after",
    "words", "link_density", "links", "linked_before", "linked_after", "bold", "timed", "after_break",
    "sentence_end", "colon_end", "question", "starts_upper", "starts_mark", "capitals", "digits", "date_like", "url_like",
    "quote", "position", "voted_before", "voted_after", "from_first", "from_last", "between",
    "home_share", "home_links", "home_pieces", "home_mean", "up_share", "up_links", "up_pieces", "inside_core", "core_depth",
    "same_home_before", "same_home_after", "same_tag_before", "same_tag_after", "depth", "repeated", "hidden",
    "title_echo", "title_cover", "lead_echo", "lead_cover", "list_links", "list_items",
    *(f"tag_{t}" for t in _TAGS), *(f"in_{t}" for t in _INSIDE),
    *(f"own_{g}" for g in GROUPS), *(f"near_{g}" for g in GROUPS), *(f"far_{g}" for g in GROUPS),
)  # fmt: skip


def features(layout: Layout, index: int, title: frozenset[str], lead: frozenset[str]) -> list[float]:
    """The numbers that describe one piece, in the order of ``NAMES``."""
    piece = layout.pieces[index]
    return [
        *_form(layout, index),
        *_position(layout, index),
        *_surroundings(layout, piece),
        *_echoes(layout, piece, title, lead),
        *_list(layout, piece),
        *_element(layout, piece),
    ]


def _form(layout: Layout, index: int) -> list[float]:
    piece, text = layout.pieces[index], layout.pieces[index].text
    size = len(text)
    before2, before, after, after2 = (_neighbour(layout, index + by) for by in (-2, -1, 1, 2))
    words = text.split()
    letters = sum(map(str.isalpha, text[:300])) or 1
    return [
        layout.votes[index], before[0], after[0], before2[0], after2[0],
        math.log1p(size), math.log1p(before[1]), math.log1p(after[1]),
        math.log1p(len(words)), min(1.0, piece.linked / size), min(piece.links, 10), before[2], after[2],
        min(1.0, piece.bold / size), min(1.0, piece.timed / size), piece.after_break,
        _SENTENCE_END.search(text[-6:]) is not None, text[-1] in ":：", "?" in text or "؟" in text or "？" in text,
        text[0].isupper(), not text[0].isalnum(),
        sum(map(str.isupper, text[:300])) / letters, len(_NUMBER.findall(text[:300])) / min(size, 300),
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
    chain = list(piece.container.chain())
    inside = layout.main in chain
    depth = chain.index(layout.main) if inside and layout.main else -1
    before = layout.pieces[piece.index - 1] if piece.index else None
    after = layout.pieces[piece.index + 1] if piece.index + 1 < len(layout.pieces) else None
    return [
        mass.paragraphs / total, mass.linked / mass.text, math.log1p(mass.pieces), math.log1p(mass.text / mass.pieces),
        above.voted / total, above.linked / above.text, math.log1p(above.pieces), inside, depth,
        before is not None and home(before.container) is here, after is not None and home(after.container) is here,
        before is not None and before.container.tag == piece.container.tag,
        after is not None and after.container.tag == piece.container.tag,
        len(chain), min(layout.repeats[piece.text], 5), piece.container.hidden,
    ]  # fmt: skip


def _echoes(layout: Layout, piece: Piece, title: frozenset[str], lead: frozenset[str]) -> list[float]:
    words = layout.words[piece.index]
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
    tag = _ALIASES.get(piece.container.tag, piece.container.tag)
    chain = list(piece.container.chain())
    tags = {container.tag for container in chain}
    own = class_groups(chain[0].words)
    near: set[str] = set()
    far: set[str] = set()
    for depth, container in enumerate(chain[1:], 1):
        if container is layout.main or depth > 7:
            break
        (near if depth < 3 else far).update(class_groups(container.words))
    return [
        *(float(tag == t) for t in _TAGS),
        *(float(t in tags) for t in _INSIDE),
        *(float(g in own) for g in GROUPS),
        *(float(g in near) for g in GROUPS),
        *(float(g in far) for g in GROUPS),
    ]


def word_set(text: str | None) -> frozenset[str]:
    """The words of ``text``, lower case."""
    return frozenset(_WORD.findall((text or "").lower()))
