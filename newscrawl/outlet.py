"""What an outlet declares about itself: the model of ``outlet.toml`` and its loader."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from cssselect.xpath import HTMLTranslator
from lxml import etree
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
)

from newscrawl.errors import OutletError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
BUNDLED = Path(__file__).parent / "outlets"


def _compilable(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return pattern


def _selectable(selector: str) -> str:
    try:
        etree.XPath(as_xpath(selector))
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"is neither a CSS selector nor an XPath: {error}") from error
    return selector


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is not an IANA time zone such as Asia/Damascus") from error
    return name


def _address(url: str) -> str:
    TypeAdapter(HttpUrl).validate_python(url)
    return url


def _rule(name: str) -> str:
    from newscrawl.noise.catalogue import RULE_NAMES  # imports this module's outlets

    if name not in RULE_NAMES:
        raise ValueError(f"is no rule; known: {', '.join(RULE_NAMES)}")
    return name


def _duration(text: str) -> str:
    if not re.fullmatch(r"\d{1,6}[smhd]", text):
        raise ValueError("is no duration such as 30m, 6h or 7d")
    return text


Pattern = Annotated[str, AfterValidator(_compilable)]
Duration = Annotated[str, AfterValidator(_duration)]
Selector = Annotated[str, AfterValidator(_selectable)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
RuleName = Annotated[str, AfterValidator(_rule)]


def as_xpath(selector: str) -> str:
    """The XPath of a selector: XPaths start with ``/``, ``.//`` or ``(``; anything else is CSS."""
    if selector.startswith(("/", "./", "(")):
        return selector
    return str(HTMLTranslator().css_to_xpath(selector))


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Table):
    """Where an outlet names its articles: a feed, a sitemap (or index of them) or a listing page."""

    kind: Literal["feed", "sitemap", "listing"]
    url: Address
    links: Selector = "a"
    """Listing only: the elements whose ``href`` (own or inside) may be an article."""
    next: Selector | None = None
    """Listing only: the element that leads to the next page."""
    pages: int = Field(default=5, ge=1)
    """Listing only: how many pages at the most."""
    include: Pattern | None = None
    """Sitemap only: of an index, only children whose address matches are asked for."""


class ArticlePattern(_Table):
    """An address of an article: a pattern on ``host/path?query`` without scheme, ``www.`` and fragment.

    Its group ``id`` is the outlet's own article number; a group ``language``, or the key, tells the edition.
    """

    pattern: Pattern
    language: str | None = None


class Selectors(_Table):
    """Where the outlet's pages keep a field, where the general rules would err."""

    title: Selector | None = None
    lead: Selector | None = None
    body: Selector | None = None
    authors: Selector | None = None
    date: Selector | None = None
    section: Selector | None = None
    tags: Selector | None = None


class Dates(_Table):
    """How the outlet states its dates."""

    sources: tuple[str, ...] = ()
    """Kinds of candidates in the order to believe them, where it differs from the general one."""
    order: Literal["DMY", "MDY", "YMD"] | None = None
    """Order of day and month in numeric dates."""
    region: str | None = None
    """ISO 3166 code that chooses month names (``SY`` for the Levantine months)."""
    line: Pattern | None = None
    """Matches, as a whole, the line of text that is the date; group ``date`` is what to parse."""


class Noise(_Table):
    """What of the outlet's pages is not the article."""

    prune: tuple[Selector, ...] = ()
    """Elements to remove with all they contain."""
    phrases: tuple[str, ...] = ()
    """Blocks that are exactly this, but for case, white space and quote style."""
    patterns: tuple[Pattern, ...] = ()
    """Blocks that match from start to end; a match at a block's start or end is cut off it."""
    begin: tuple[Pattern, ...] = ()
    """In a document: everything up to and with the last block that matches is before the article."""
    end: tuple[Pattern, ...] = ()
    """Everything from the first matching block on is after the article."""
    off: tuple[RuleName, ...] = ()
    """Rules, by the names that ``newscrawl rules`` lists, not to apply to the outlet's pages."""
    learn: Literal["auto"] | None = None
    """``auto``: each finished crawl approves by itself what ``newscrawl noise learn`` would propose."""
    authors: tuple[Pattern, ...] = ()
    """Names that pages declare though nobody wrote under them: logins, the outlet itself.  Whole names."""
    images: tuple[Pattern, ...] = ()
    """Addresses of pictures that pages declare though they show no story: logos, placeholders.  Searched."""


class Marks(_Table):
    """Marks that a story carries and the record keeps as fields."""

    prefixes: tuple[Pattern, ...] = ()
    """Openings of the first paragraph, cut one after the other; groups ``agency``, ``dateline``, ``author``."""
    bylines: tuple[Pattern, ...] = ()
    """The last line, as a whole, where it names who wrote; group ``author`` (parted by `` / `` if several)."""
    codes: tuple[Pattern, ...] = ()
    """Trailing codes; groups ``id`` and ``day``/``month``/``year`` are checked against the page."""


class Identity(NamedTuple):
    """What an article's address says: its own number there, and the edition it belongs to."""

    source_id: str | None
    language: str | None


class LearnedBlock(NamedTuple):
    """A block that proved to be noise by its repetition: on ``pages`` of ``of`` pages of the outlet."""

    fingerprint: int
    pages: int
    of: int


class Outlet(_Table):
    """One outlet, as its ``outlet.toml`` declares it, with what a corpus has learned of its noise."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    homepage: Address
    hosts: tuple[str, ...] = ()
    """Hosts that serve its pages, ``www.`` aside; the homepage's is always one."""
    languages: tuple[str, ...] = Field(min_length=1)
    timezone: Zone
    """Zone of dates that the outlet prints without one."""
    delay: float = Field(default=2.0, ge=0)
    """Seconds between two requests, at the least."""
    revisit: tuple[Duration, ...] = ("1h", "6h", "24h", "7d")
    """How long after it was first seen an article is asked for again, in case it was corrected."""
    agency: str | None = None
    """Credited where the outlet is an agency and its dateline names itself."""
    sources: tuple[Source, ...] = ()
    articles: tuple[ArticlePattern, ...] = ()
    selectors: Selectors = Selectors()
    dates: Dates = Dates()
    noise: Noise = Noise()
    marks: Marks = Marks()
    _learned: frozenset[LearnedBlock] = PrivateAttr(default=frozenset())

    @property
    def learned(self) -> frozenset[LearnedBlock]:
        """Blocks that were approved as noise; a corpus knows them, never the file."""
        return self._learned

    def with_learned(self, blocks: frozenset[LearnedBlock]) -> Self:
        """The outlet with ``blocks`` as what was learned of its noise."""
        copy = self.model_copy()
        copy._learned = blocks
        return copy

    def without(self, rules: Sequence[str]) -> Self:
        """The outlet with ``rules`` switched off besides those that its file names."""
        off = (*self.noise.off, *rules)
        return self.model_copy(update={"noise": self.noise.model_copy(update={"off": off})})

    @property
    def is_generic(self) -> bool:
        """Whether it stands for outlets without a file."""
        return self.name == GENERIC.name

    def kept_as(self, url: str | None) -> str:
        """The name that a page at ``url`` is kept under: the outlet's, or where it has no file of its own the host."""
        return (host_of(url or "") if self.is_generic else "") or self.name

    @property
    def visits(self) -> tuple[timedelta, ...]:
        """The times of ``revisit``."""
        return tuple(timedelta(seconds=int(text[:-1]) * _SECONDS[text[-1]]) for text in self.revisit)

    def owns(self, url: str) -> bool:
        """Whether ``url`` is on one of the outlet's hosts."""
        return host_of(url) in {host_of(self.homepage), *self.hosts}

    @property
    def numbers_by_edition(self) -> bool:
        """Whether editions count their articles apart: an address pattern has a group ``language``."""
        return any("(?P<language>" in article.pattern for article in self.articles)

    def identify(self, url: str) -> Identity | None:
        """What the address of an article says of it; None where it is no article's address."""
        bare = bare_address(url)
        for article in self.articles:
            if match := re.search(article.pattern, bare):
                groups = match.groupdict()
                return Identity(groups.get("id"), groups.get("language") or article.language)
        return None


GENERIC = Outlet(
    name="generic",
    title="Any outlet without a file of its own",
    homepage="https://generic.invalid/",
    languages=("und",),
    timezone="UTC",
)


def host_of(url: str) -> str:
    """The host of ``url``, lower-case, without ``www.`` and a trailing dot; empty where it has none."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host.removeprefix("www.")


def bare_address(url: str) -> str:
    """``url`` as article patterns see it: host, path and query; no scheme, ``www.`` or fragment."""
    parts = urlsplit(url)
    return host_of(url) + parts.path + (f"?{parts.query}" if parts.query else "")


def read_outlet(path: Path) -> Outlet:
    """The outlet that the file at ``path`` declares.

    Raises:
        OutletError: the file is missing, no TOML, or has an unknown key, a wrong type or a bad pattern; the
            message names the file and the key or line.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise OutletError(f"{path}: cannot be read ({error.strerror}).") from error
    except tomllib.TOMLDecodeError as error:
        raise OutletError(f"{path}: is not TOML: {error}. Mend that line.") from error
    try:
        outlet = Outlet.model_validate(_tuples(data))
    except ValidationError as error:
        raise OutletError("\n".join(f"{path}: {_complaint(e)}" for e in error.errors())) from error
    if outlet.name != path.parent.name:
        raise OutletError(f"{path}: name is {outlet.name!r}, but the folder is {path.parent.name!r}. Make them equal.")
    return outlet


def _tuples(value: Any) -> Any:
    """TOML data with arrays as tuples, as the strict model wants them."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _complaint(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {key!r}. Check its spelling against docs/outlets.md."
    return f"{key}: {error['msg'].removeprefix('Value error, ')} (given: {error['input']!r})."


def outlet_files(folder: Path | None = None) -> dict[str, Path]:
    """Outlet files by outlet name: the bundled ones, and those in ``folder``, which win."""
    found: dict[str, Path] = {}
    for root in (BUNDLED, folder):
        if root is not None:
            found |= {path.parent.name: path for path in sorted(root.glob("*/outlet.toml"))}
    return found


@cache
def load_outlets(folder: Path | None = None) -> dict[str, Outlet]:
    """All outlets by name; see ``outlet_files`` and ``read_outlet``."""
    return {name: read_outlet(path) for name, path in outlet_files(folder).items()}


def load_outlet(name: str, folder: Path | None = None) -> Outlet:
    """The outlet called ``name``, or the generic one.

    Raises:
        OutletError: no outlet of that name, or its file cannot be used.
    """
    if name == GENERIC.name:
        return GENERIC
    files = outlet_files(folder)
    if name not in files:
        raise OutletError(f"Unknown outlet {name!r}. Known: {', '.join(sorted(files))}.")
    return _read_cached(files[name])


_read_cached = cache(read_outlet)


def outlet_of(url: str, folder: Path | None = None) -> Outlet:
    """The outlet that owns ``url``; the generic one where none does."""
    return next((o for o in load_outlets(folder).values() if o.owns(url)), GENERIC)
