"""A news site on loopback, and a crawl of it in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}

OUTLET = """
name = "{name}"
title = "The Local Example"
homepage = "{root}/"
languages = ["en"]
timezone = "UTC"
delay = {delay}
{sources}

[[articles]]
pattern = '/news/(?P<id>\\d+)'
"""

RUN = """
if __name__ == "__main__":  # the workers import this file, too, and need none of it
    import json, logging, sys
    from datetime import datetime
    from pathlib import Path
    from newscrawl.config import Config
    from newscrawl.crawl import crawl, scrape
    from newscrawl.errors import NewscrawlError
    from newscrawl.outlet import load_outlet

    logging.basicConfig(level=logging.WARNING)
    folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])
    data, outlets = folder / options.pop("data", "data"), folder / "outlets"
    config = Config(data=data, outlets=outlets, contact="mailto:a@example.org")
    for name, read in (("since", datetime.fromisoformat), ("at", datetime.fromisoformat), ("replay", Path)):
        if name in options:
            options[name] = read(options[name])
    found = []
    try:
        if urls := options.pop("scrape", None):
            summary = scrape(urls, config, found.append, **options)
        else:
            names = options.pop("outlets", ["local"])
            summary = crawl([load_outlet(name, outlets) for name in names], config, **options)
    except NewscrawlError as error:
        sys.stderr.write(str(error))
        sys.exit(error.exit_code)
    said = {"states": summary.account.states, "code": summary.exit_code, "useless": summary.useless}
    print(json.dumps(said | {"articles": [article.as_record() for article in found]}))
    sys.exit(summary.exit_code)
"""


@dataclass
class Answer:
    """What the site says to a request."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))


Route = Answer | Callable[[BaseHTTPRequestHandler], Answer | None]


class LocalSite:
    """Routes by path, and the requests in the order they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.routes: dict[str, Route] = {}
        self.requests: list[tuple[float, str]] = []
        self.agents: list[str] = []
        self.hosts: list[str] = []
        self.root = ""

    def asked(self, path: str) -> int:
        """How often ``path`` was asked for."""
        return sum(asked == path for _, asked in self.requests)

    def gaps(self, host: str) -> list[float]:
        """Seconds between the requests to ``host``."""
        times = [time for (time, _), asked in zip(self.requests, self.hosts, strict=True) if asked == host]
        return [later - earlier for earlier, later in pairwise(times)]

    def article(self, number: int, *, headers: dict[str, str] | None = None, extra: str = "") -> None:
        """Serve a story under ``/news/<number>``."""
        self.routes[f"/news/{number}"] = Answer(story(number, extra), headers={**HTML, **(headers or {})})

    def articles(self, *numbers: int) -> None:
        """Serve stories, and a feed that names them."""
        for number in numbers:
            self.article(number)
        self.feed(*numbers)

    def feed(self, *numbers: int) -> None:
        """Serve a feed of articles, whether they are there or not."""
        self.routes["/feed.xml"] = Answer(feed(self.root, numbers), headers=XML)

    def declare(self, sources: str | None = None, *, delay: float = 0, name: str = "local", root: str = "") -> None:
        """Write the site's outlet file."""
        given = sources or f'[[sources]]\nkind = "feed"\nurl = "{self.root}/feed.xml"\n'
        path = self.folder / "outlets" / name / "outlet.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(OUTLET.format(name=name, root=root or self.root, delay=delay, sources=given))

    def start(self, **options: Any) -> subprocess.Popen[str]:
        """A crawl of the site under way."""
        command = [sys.executable, str(self.folder / "run.py"), str(self.folder), json.dumps(options)]
        (self.folder / "run.py").write_text(RUN)
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, start_new_session=True
        )

    def crawl(self, **options: Any) -> Crawled:
        """A crawl of the site, done."""
        return finish(self.start(**options))


@dataclass
class Crawled:
    """What a crawl printed, and its exit code."""

    code: int
    states: dict[str, int]
    log: str
    said: dict[str, Any]


def finish(process: subprocess.Popen[str]) -> Crawled:
    """Wait for a crawl; its log must hold no traceback."""
    out, log = process.communicate(timeout=60)
    assert "Traceback" not in log, log
    said = json.loads(out.strip().splitlines()[-1]) if out.strip() else {}
    assert process.returncode == said.get("code", process.returncode)
    return Crawled(process.returncode, said.get("states", {}), log, said)


def story(number: int, extra: str = "") -> bytes:
    """A page with a story of its own."""
    streets = ("Mill Lane", "Harbour Road", "Orchard Row", "Quarry Street", "Station Square")
    paragraphs = "".join(
        f"<p>Council worker number {number * 7 + line} repaired the lamp of {streets[(number + line) % 5]} on the "
        f"{number % 27 + 1}th of the month, and the residents of house {number * 31 + line} thanked the town.</p>"
        for line in range(4)
    )
    return (
        f"<!doctype html><html lang='en'><head><title>Lamp {number} shines again</title>"
        f"<meta property='article:published_time' content='2026-02-{number % 27 + 1:02}T08:00:00+00:00'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Lamp {number} shines again</h1>{paragraphs}{extra}"
        f"</article></body></html>"
    ).encode()


def feed(root: str, numbers: tuple[int, ...]) -> bytes:
    """A feed of stories."""
    items = "".join(
        f"<item><title>Lamp {number} shines again</title><link>{root}/news/{number}</link></item>" for number in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Local</title>{items}</channel></rss>'.encode()


@contextmanager
def local_site(folder: Path) -> Iterator[LocalSite]:
    """A site that listens while the context lasts; what has no route is a 404."""
    site = LocalSite(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append((monotonic(), self.path))
            site.agents.append(self.headers["User-Agent"])
            site.hosts.append(self.headers["Host"].partition(":")[0])
            route = site.routes.get(self.path, Answer(b"nothing here", 404))
            answer = route if isinstance(route, Answer) else route(self)
            if answer is None:  # the route spoke for itself
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
