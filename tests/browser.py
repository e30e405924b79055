"""A real browser for tests of what a reader sees: Debian's Chromium, driven by Playwright.

``chromium`` (a fixture of conftest.py) opens pages; each page opened remembers what went wrong with it.  No browser
is ever downloaded, and no address but loopback can be reached.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
PHONE, DESK = 390, 1280
_ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]


@dataclass
class Visit:
    """A page in the browser, and all that it said and asked for since it was opened."""

    page: Page
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def listen(self) -> None:
        """Begin to remember."""
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", lambda request: self.failed.append(f"{request.url}: {request.failure}"))
        self.page.on("request", self._note_host)

    def complaints(self) -> list[str]:
        """What a page that is in order has none of: console messages, script errors, requests that failed."""
        return [*self.console, *self.errors, *self.failed]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window: 0 where nobody has to scroll sideways."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def focused(self) -> str:
        """The text or label of what the keyboard is at."""
        at = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
        return " ".join(self.page.evaluate(at).split())

    def tab_to(self, label: str, limit: int = 100) -> None:
        """Press Tab until what has this text or label has the focus."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.focused() == label:
                return
        raise AssertionError(f"Tab does not reach {label!r}")

    def _note_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def _note_host(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(request.url).hostname or "")


@dataclass(frozen=True)
class Chromium:
    """The browser, once a test module."""

    browser: Browser

    @contextmanager
    def open(
        self, url: str, *, width: int = DESK, height: int = 900, dark: bool = False, script: bool = True
    ) -> Iterator[Visit]:
        """``url`` in a window of its own with a fresh profile; ``script`` False: as without JavaScript."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        try:
            visit = Visit(context.new_page())
            visit.listen()
            visit.page.goto(url)
            yield visit
        finally:
            context.close()


@contextmanager
def launched() -> Iterator[Chromium]:
    """The browser, until the end of the block; skips the test where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install Debian's package chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield Chromium(browser)
        finally:
            browser.close()
