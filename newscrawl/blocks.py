"""The visible text of a page, cut once into blocks that together are all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INVISIBLE = frozenset({"script", "style", "noscript", "template"})
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
BOLD = frozenset({"b", "strong"})
SLANTED = frozenset({"em", "i", "cite"})
LEAVES = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dd", "dt", "figcaption", "blockquote"])
_SPACE = re.compile(r"[ \t\n\r\f\v]+")  # what browsers fold; no-break and typographic spaces are the author's own
_HIDING = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """An element that holds blocks, with what its ancestors say: enough to judge without the tree."""

    element: Any = field(repr=False)
    parent: Container | None = field(repr=False)
    tag: str
    label: str
    """``tag``, ``tag#id`` or ``tag.class``."""
    words: str
    """Class, id, role and item property, lower case."""
    hidden: bool
    position: int
    """Counted among the siblings of the same tag, from 1."""
    depth: int
    """How many containers it is in, itself included."""
    tags: frozenset[str]
    """The tags of these containers."""
    home: Container | None
    """The container that a paragraph here shares with its neighbours, where that is not this one."""
    article: Container | None
    """The innermost ``article`` element around, where that is not this one."""

    def chain(self) -> Iterator[Container]:
        """This container and its ancestors, from the inside out."""
        step: Container | None = self
        while step is not None:
            yield step
            step = step.parent

    @property
    def place(self) -> str:
        """Where it stands, in the manner of a CSS path: the nearest named ancestor, then this element."""
        here = f"{self.label}[{self.position}]" if self.label == self.tag else self.label
        named = next((c for c in self.chain() if c is not self and c.label != c.tag), None)
        return f"{named.label} {here}" if named else here


def home(container: Container) -> Container:
    """The container that a paragraph in ``container`` shares with its neighbours."""
    return container.home or container


def article_of(container: Container) -> Container | None:
    """The innermost ``article`` element that ``container`` is or stands in."""
    return container if container.tag == "article" else container.article


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A block before it is judged: text, where it stood, and how much of it is linked, bold or a time."""

    index: int
    text: str
    container: Container
    linked: int
    """Characters inside links, white space aside (as in ``bold``, ``timed`` and ``slanted``)."""
    links: int
    bold: int
    timed: int
    slanted: int
    after_break: bool
    """Whether only a ``br`` parts it from the block before."""


def cut(tree: Any, apart: frozenset[Any] = frozenset()) -> list[Piece]:
    """The blocks of the text under ``body`` outside scripts, styles, ``noscript``, templates and comments.

    Blocks end at block elements, at ``br`` and at the elements ``apart``.  White space inside a block is folded;
    apart from white space, the blocks' texts in order are the page's visible text.
    """
    return _Cutter(apart).run(tree.find("body"))


class _Frame:
    """An open block element; its container is made when the first text needs it."""

    __slots__ = ("container", "counts", "element", "parent", "position")

    def __init__(self, element: Any, parent: _Frame | None) -> None:
        self.element = element
        self.parent = parent
        self.container: Container | None = None
        self.counts: dict[str, int] = {}
        self.position = 1
        if parent is not None:
            self.position = parent.counts[element.tag] = parent.counts.get(element.tag, 0) + 1


class _Cutter:
    def __init__(self, apart: frozenset[Any]) -> None:
        self.apart = apart
        self.pieces: list[Piece] = []
        self.runs: list[str] = []
        self.linked = self.links = self.bold = self.timed = self.slanted = 0
        self.in_link = self.in_bold = self.in_time = self.in_slant = 0
        self.after_break = False

    def run(self, body: Any) -> list[Piece]:
        here = _Frame(body, None)
        self.add(body.text)
        walk = etree.iterwalk(body, events=("start", "end"))
        next(walk)
        for event, element in walk:
            if event == "start":
                here = self.start(element, here, walk)
            elif element is not body:
                here = self.end(element, here)
        self.flush(here)
        return self.pieces

    def start(self, element: Any, here: _Frame, walk: Any) -> _Frame:
        tag = element.tag
        if tag in INVISIBLE or not isinstance(tag, str):
            walk.skip_subtree()
            return here
        if tag in INLINE and element not in self.apart:
            self.shift(tag, 1)
        else:
            self.flush(here)
            if tag == "br":
                self.after_break = True
            else:
                here = _Frame(element, here)
        self.add(element.text)
        return here

    def end(self, element: Any, here: _Frame) -> _Frame:
        tag = element.tag
        if tag in INLINE and element not in self.apart:
            self.shift(tag, -1)
        elif tag not in INVISIBLE and tag != "br" and isinstance(tag, str):
            self.flush(here)
            here = here.parent or here
        self.add(element.tail)
        return here

    def shift(self, tag: str, by: int) -> None:
        if tag == "a":
            self.in_link += by
            self.links += by > 0
        elif tag in BOLD:
            self.in_bold += by
        elif tag in SLANTED:
            self.in_slant += by
        elif tag == "time":
            self.in_time += by

    def add(self, text: str | None) -> None:
        if not text:
            return
        self.runs.append(text)
        if self.in_link or self.in_bold or self.in_time or self.in_slant:
            size = len("".join(text.split()))
            self.linked += size * (self.in_link > 0)
            self.bold += size * (self.in_bold > 0)
            self.timed += size * (self.in_time > 0)
            self.slanted += size * (self.in_slant > 0)

    def flush(self, here: _Frame) -> None:
        if self.runs:
            text = _SPACE.sub(" ", "".join(self.runs)).strip()
            if text:
                counts = (self.linked, self.links, self.bold, self.timed, self.slanted)
                self.pieces.append(Piece(len(self.pieces), text, _container(here), *counts, self.after_break))
            self.runs.clear()
            self.linked = self.bold = self.timed = self.slanted = 0
        self.after_break = False
        self.links = int(self.in_link > 0)


def _container(frame: _Frame) -> Container:
    """The container of an open element, and those of its ancestors, made once."""
    missing = []
    step: _Frame | None = frame
    while step is not None and step.container is None:
        missing.append(step)
        step = step.parent
    above = step.container if step else None
    for open_frame in reversed(missing):
        above = open_frame.container = _describe(open_frame.element, above, open_frame.position)
    assert above is not None  # the frame itself is made by now
    return above


def _describe(element: Any, parent: Container | None, position: int) -> Container:
    tag = element.tag
    get = dict(element.items()).get
    identity, classes = get("id", ""), get("class", "")
    label = tag
    if identity or classes.strip():
        label = f"{tag}#{identity}" if identity else f"{tag}.{classes.split()[0]}"
    words = f"{classes} {identity} {get('role', '')} {get('itemprop', '')}".lower()
    if parent is None:
        return Container(element, None, tag, label, words, _is_hidden(get), position, 1, frozenset({tag}), None, None)
    tags = parent.tags if tag in parent.tags else parent.tags | {tag}
    at_home = home(parent) if tag in LEAVES else None
    hidden = parent.hidden or _is_hidden(get)
    around = article_of(parent)
    return Container(element, parent, tag, label, words, hidden, position, parent.depth + 1, tags, at_home, around)


def _is_hidden(get: Callable[..., Any]) -> bool:
    if get("hidden") is not None or get("aria-hidden") == "true":
        return True
    style = get("style")
    return bool(style) and any(hiding in style.lower() for hiding in _HIDING)
