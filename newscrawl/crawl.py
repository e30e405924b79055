"""Running a crawl: one process, a Scrapy crawler per outlet, one store and one pool of workers for all."""

from __future__ import annotations

import ipaddress
import logging
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from newscrawl.archive import ArchiveIndex
from newscrawl.errors import ExitCode, UsageError
from newscrawl.fetch.agent import user_agent
from newscrawl.fetch.logs import quieten_scrapy
from newscrawl.fetch.recovery import recover
from newscrawl.fetch.session import Session, open_session
from newscrawl.health.watch import after_crawl
from newscrawl.outlet import Outlet, host_of, load_outlet, outlet_of
from newscrawl.spiders.news import NewsSpider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from newscrawl.config import Config
    from newscrawl.records import Article
    from newscrawl.store import Outcome, RunAccount

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What a run came to.

    ``useless`` are outlets none of whose sources could be used; ``nothing`` tells that no page and no source of
    any was fetched; ``locked`` are outlets that another process was crawling; ``timed_out`` are those that reached
    their ``max_time``; ``outcomes`` are told of ``scrape`` only, whose addresses are few.
    """

    run: int
    account: RunAccount
    interrupted: bool
    useless: tuple[str, ...]
    nothing: bool
    locked: tuple[str, ...] = ()
    timed_out: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def exit_code(self) -> int:
        """What a command that ran it returns."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.nothing:
            return ExitCode.NOTHING_FETCHED
        return ExitCode.NOT_ALL_WELL if self.useless or self.locked or self.account.states.get("error") else 0


def crawl(
    outlets: Sequence[Outlet],
    config: Config,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    replay: Path | None = None,
    at: datetime | None = None,
    max_times: Mapping[str, timedelta] | None = None,
) -> RunSummary:
    """Fetch what is new or due of ``outlets``, from the network or a WARC file, and store it.

    ``limit`` is articles per outlet; addresses that state a date before ``since`` are passed over; ``at`` takes
    of several captures the latest until then; ``max_times`` is how long each outlet may be crawled, by its name:
    what is then left to be fetched stays for the next crawl.  Once per process: Scrapy's event loop cannot start again.

    Afterwards all outlets of the corpus are judged; see ``newscrawl.health``.

    Raises:
        ArchiveError: ``replay`` cannot be used.
        LockedError: another process is crawling all of them.
        StoreError: the corpus cannot be used.
    """
    index = ArchiveIndex(replay) if replay else None
    if index is None:
        ask_for_contact(config, [source.url for outlet in outlets for source in outlet.sources])
    names = [outlet.name for outlet in outlets]
    with open_session(config, names, "crawl", replay=index, at=at) as session:
        free = [outlet for outlet in outlets if outlet.name not in session.locked]
        recover(session)
        limits = {"limit": limit, "since": since}
        run_spiders(session, [{"outlet": one, "max_time": (max_times or {}).get(one.name)} | limits for one in free])
        session.flush()
        summary, now = _summary(session), session.now()
    well = summary.exit_code in (ExitCode.DONE, ExitCode.NOT_ALL_WELL)
    after_crawl(config, now, [outlet.name for outlet in free], well=well)
    return summary


def scrape(urls: Sequence[str], config: Config, emit: Callable[[Article], None], *, save: bool = False) -> RunSummary:
    """Fetch ``urls`` and hand their articles to ``emit`` as they complete; each by its outlet's rules, or general ones.

    Responses are archived as in a crawl.  With ``save`` the articles enter the corpus before they are handed on;
    else the corpus is not touched.  Once per process, as ``crawl``.

    Raises:
        UsageError: one of ``urls`` is no address.
        StoreError: the corpus cannot be used.
    """
    _check_addresses(urls)
    ask_for_contact(config, urls)
    groups: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        groups[outlet_of(url, config.outlets).name].append(url)
    with (
        _corpus(save) as corpus,
        open_session(config, list(groups), "scrape", corpus, again=True, emit=emit) as session,
    ):
        found = {name: load_outlet(name, config.outlets) for name in groups}
        run_spiders(session, [{"outlet": found[name], "urls": group} for name, group in groups.items()])
        session.flush()
        return replace(_summary(session), outcomes=tuple(session.store.outcomes(session.run)))


@contextmanager
def _corpus(save: bool) -> Iterator[Path | None]:
    """None, for the corpus of the data folder; or one that is thrown away, so that both take the same way."""
    if save:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="newscrawl-") as folder:
        yield Path(folder) / "corpus.db"


class _Process(AsyncCrawlerProcess):
    """Scrapy's process, silent at its start, and told to stop without sitting out the delays of unsent requests."""

    def __init__(self, settings: Settings, session: Session) -> None:
        logging.disable(logging.INFO)  # it greets with its versions at any log level
        super().__init__(settings)
        logging.disable(logging.NOTSET)
        quieten_scrapy()
        self._session = session

    async def stop(self) -> None:
        """End all crawlers once the pages under way are done."""
        if self.crawlers:  # it is also called when all are done
            self._session.interrupt()
        await super().stop()


def run_spiders(session: Session, spiders: Sequence[dict[str, Any]]) -> None:
    """Run a crawler for each of ``spiders``, by the arguments of ``NewsSpider``, to the end of the last.

    Once per process: Scrapy's event loop cannot start again.
    """
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    settings.set("USER_AGENT", user_agent(session.config.contact), priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = _Process(settings, session)
    tasks = [process.crawl(NewsSpider, session=session, **arguments) for arguments in spiders]
    process.start()
    failed = (task.exception() for task in tasks if task.done() and not task.cancelled())
    if error := session.broken or next(filter(None, failed), None):
        raise error


def _summary(session: Session) -> RunSummary:
    asked = session.asked
    return RunSummary(
        run=session.run,
        account=session.store.account(session.run),
        interrupted=session.status == "interrupted",
        useless=tuple(name for name in asked if not session.used[name]),
        nothing=not session.pages and not session.used.total(),
        locked=session.locked,
        timed_out=tuple(session.timed_out),
    )


def _check_addresses(urls: Sequence[str]) -> None:
    for url in urls:
        if not url.startswith(("http://", "https://")) or not host_of(url):
            raise UsageError(f"{url!r} is no address of a page. Write it with http:// or https://.")


def ask_for_contact(config: Config, urls: Sequence[str]) -> None:
    """Warn where real sites are about to be fetched and their owners are told no contact."""
    if config.contact is None and not all(_is_local(url) for url in urls):
        log.warning(
            "No contact is configured, so site owners cannot reach you. Set contact in newscrawl.toml or "
            "NEWSCRAWL_CONTACT to a mail address or a page."
        )


def _is_local(url: str) -> bool:
    host = host_of(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
