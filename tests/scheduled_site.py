"""A local site with a schedule, and newscrawl called on it as cron, systemd or a person calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_site import LocalSite, local_site

from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.store import Job, Run

BUNDLED = ("menafn", "sana", "syriatimes")


@dataclass
class ScheduledSite:
    """A folder with a ``newscrawl.toml``, an outlet on loopback and its corpus."""

    site: LocalSite
    folder: Path

    @property
    def corpus(self) -> Path:
        """The database."""
        return self.folder / "data" / "corpus.db"

    def declare(self, schedule: str, name: str = "local", **options: Any) -> None:
        """Declare the site as an outlet with ``schedule``, the bundled outlets being switched off."""
        self.site.declare(name=name, **options)
        path = self.folder / "outlets" / name / "outlet.toml"
        path.write_text(f"{path.read_text()}\n[schedule]\n{schedule}\n")
        self.configure()

    def configure(self, more: str = "") -> None:
        """Write ``newscrawl.toml``."""
        off = "".join(f"[schedules.{name}]\nenabled = false\n" for name in BUNDLED)
        (self.folder / "newscrawl.toml").write_text(f'outlets = "outlets"\ncontact = "a@example.org"\n{off}{more}\n')

    def start(self, *args: str, **options: Any) -> subprocess.Popen[str]:
        """A command under way."""
        command = [sys.executable, "-m", "newscrawl", *args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.folder, start_new_session=True, **pipes, **options)

    def run(self, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command to its end, whose log must hold no traceback."""
        process = self.start(*args, **options)
        out, log = process.communicate(timeout=60)
        assert "Traceback" not in log, log
        return subprocess.CompletedProcess(args, process.returncode, out, log)

    def status(self, name: str = "local") -> dict[str, Any]:
        """How an outlet's schedule stands."""
        rows = [json.loads(line) for line in self.run("schedule", "status", "--json").stdout.splitlines()]
        return next(row for row in rows if row["outlet"] == name)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        with Store.read(self.corpus) as store:
            return store.runs()

    def job(self, name: str = "local") -> Job | None:
        """The last job of the daemon."""
        with Store.read(self.corpus) as store:
            return store.last_job(name)


@contextmanager
def scheduled_site(folder: Path) -> Iterator[ScheduledSite]:
    """A site of two stories that listens while the context lasts, and an empty corpus."""
    with local_site(folder) as site:
        site.articles(1, 2)
        desk = ScheduledSite(site, folder)
        Store.open(desk.corpus, create=True).close()
        yield desk
