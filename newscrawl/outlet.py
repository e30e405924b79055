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
    model_validator,
)

from newscrawl.errors import OutletError
from newscrawl.schedule.cron import check_cron

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
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


def check_span(text: str) -> str:
    """``text`` as it is.

    Raises:
        ValueError: it is no duration from a second to a year.
    """
    if not timedelta() < length_of(_duration(text)) <= timedelta(days=366):
        raise ValueError("must be longer than nothing and no longer than a year")
    return text


def length_of(duration: str) -> timedelta:
    """How long ``duration`` (``30m``) is."""
    return timedelta(seconds=int(duration[:-1]) * SECONDS[duration[-1]])


Pattern = Annotated[str, AfterValidator(_compilable)]
Duration = Annotated[str, AfterValidator(_duration)]
Span = Annotated[str, AfterValidator(check_span)]
Cron = Annotated[str, AfterValidator(check_cron)]
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
    """A ``feed`` (RSS or Atom), a ``sitemap`` (or an index of them) or a ``listing`` (a page of headlines)."""
    url: Address
    """Its address."""
    links: Selector = "a"
    """Listing only: the elements whose ``href`` may be an article, their own or inside; a ``time`` there dates it."""
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
    """Searched in host, path and query, without scheme, ``www.`` and fragment; group ``id`` is the article's number."""
    language: str | None = None
    """The edition that such addresses belong to, where no group ``language`` tells it."""


class Selectors(_Table):
    """Where the outlet's pages keep a field, where the general rules would err."""

    title: Selector | None = None
    """The headline."""
    lead: Selector | None = None
    """The standfirst."""
    body: Selector | None = None
    """The element that contains the story and little else; what stands outside it is removed."""
    authors: Selector | None = None
    """The names of those who wrote."""
    date: Selector | None = None
    """When it was published."""
    section: Selector | None = None
    """The section it was filed under."""
    tags: Selector | None = None
    """The outlet's keywords."""
    next: Selector | None = None
    """The link to the next page of an article that is spread over several."""


class Dates(_Table):
    """How the outlet states its dates."""

    sources: tuple[str, ...] = ()
    """Kinds of evidence in the order to believe them, where it differs from the general one: ``json-ld``, ``meta``,
    ``feed``, ``sitemap``, ``time``, ``selector``, ``text``, ``url``, ``htmldate``."""
    order: Literal["DMY", "MDY", "YMD"] | None = None
    """How to read numeric dates."""
    region: str | None = None
    """ISO 3166 code that chooses month names (``SY`` for the Levantine months)."""
    line: Pattern | None = None
    """Matches, as a whole, the line of text that is the date; group ``date`` is what to parse."""


class Noise(_Table):
    """What of the outlet's pages is not the article."""

    prune: tuple[Selector, ...] = ()
    """Elements to remove with all that they contain."""
    phrases: tuple[str, ...] = ()
    """Blocks that are exactly this, but for case, white space and quote style."""
    patterns: tuple[Pattern, ...] = ()
    """Blocks that match from start to end; a match at a block's start or end is cut off it."""
    begin: tuple[Pattern, ...] = ()
    """Everything up to and with the last block that matches stands before the article."""
    end: tuple[Pattern, ...] = ()
    """Everything from the first block that matches on stands after the article."""
    off: tuple[RuleName, ...] = ()
    """Rules not to apply to the outlet's pages, by the names that ``newscrawl rules`` lists."""
    learn: Literal["auto"] | None = None
    """``auto``: each finished crawl approves by itself what ``newscrawl noise learn`` would propose."""
    authors: tuple[Pattern, ...] = ()
    """Names that pages declare though nobody wrote under them: logins, the outlet itself; whole names."""
    images: tuple[Pattern, ...] = ()
    """Addresses of pictures that pages declare though they show no story: logos, placeholders; searched."""


class Marks(_Table):
    """Marks that a story carries and the record keeps as fields."""

    prefixes: tuple[Pattern, ...] = ()
    """Openings of the first paragraph, cut one after the other; groups ``agency``, ``dateline``, ``author``."""
    bylines: tuple[Pattern, ...] = ()
    """The last line, as a whole, where it names who wrote; group ``author`` (parted by `` / `` if several)."""
    codes: tuple[Pattern, ...] = ()
    """Trailing codes; groups ``id`` and ``day``/``month``/``year`` are checked against the page."""


class _Timing(_Table):
    every: Span | None = None
    """Counted in UTC from the beginning of 1970, so ``1h`` is at every full hour, and ``1d`` at midnight UTC."""
    cron: Cron | None = None
    """Five fields: minute, hour, day of month, month, day of week (``"5 */2 * * *"``)."""
    timezone: Zone | None = None
    """Zone of ``cron``; default: the outlet's."""
    jitter: Duration | None = None
    """By how much a crawl may start later, so that not all start at once; always the same for the same time."""
    max_time: Span | None = None
    """How long a crawl may last; what is left then is the next one's."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.every and self.cron:
            raise ValueError("names both every and cron. Take one away")
        if self.every and self.timezone:
            raise ValueError("names a timezone, which is of use to cron only, not to every. Take one away")
        return self


class Schedule(_Timing):
    """When an outlet is crawled."""

    @model_validator(mode="after")
    def _names_any(self) -> Self:
        if not (self.every or self.cron):
            raise ValueError("names neither every nor cron. State one")
        return self

    @property
    def times(self) -> timedelta | str:
        """The length of ``every``, or the expression of ``cron``."""
        return length_of(self.every) if self.every else str(self.cron)


class ScheduleChange(_Timing):
    """What an installation states of an outlet's schedule; what it leaves out stays as the outlet's file says."""

    enabled: bool = True
    """``false`` switches the outlet's schedule off."""


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
    """How commands call it; equal to the folder's name."""
    title: str
    """How people call it."""
    homepage: Address
    """Its address; the host belongs to the outlet."""
    hosts: tuple[str, ...] = ()
    """Further hosts that serve its pages, without ``www.``; the homepage's is always one."""
    languages: tuple[str, ...] = Field(min_length=1)
    """ISO 639-1 codes, the main one first."""
    timezone: Zone
    """IANA zone of dates that the outlet prints without one; such dates are marked ``assumed``."""
    delay: float = Field(default=2.0, ge=0)
    """Seconds between two requests, at the least; a longer ``Crawl-delay`` in robots.txt wins."""
    revisit: tuple[Duration, ...] = ("1h", "6h", "24h", "7d")
    """How long after it was first seen an article is asked for again, in case it was corrected; ``[]``: never."""
    agency: str | None = None
    """For an agency: the name to credit where a dateline names the agency itself."""
    sources: tuple[Source, ...] = ()
    articles: tuple[ArticlePattern, ...] = ()
    selectors: Selectors = Selectors()
    dates: Dates = Dates()
    noise: Noise = Noise()
    marks: Marks = Marks()
    schedule: Schedule | None = None
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
        return tuple(length_of(text) for text in self.revisit)

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


def outlets_by_host(folder: Path | None = None) -> dict[str, Outlet]:
    """All outlets, by each of their hosts."""
    declared = load_outlets(folder).values()
    return {host: outlet for outlet in declared for host in (host_of(outlet.homepage), *outlet.hosts)}


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


def forget_outlets() -> None:
    """Have files read anew that may have changed since."""
    load_outlets.cache_clear()
    _read_cached.cache_clear()


def outlet_of(url: str, folder: Path | None = None) -> Outlet:
    """The outlet that owns ``url``; the generic one where none does."""
    return next((o for o in load_outlets(folder).values() if o.owns(url)), GENERIC)
