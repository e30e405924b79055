"""Takes the picture of browse that the README shows, of the demo's corpus, with Debian's Chromium."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "browse.png"
PROGRAM = (sys.executable, "-m", "newscrawl")
PATH = "article/sana:en:2290349?removed&hide=outlet-prune&hide=outlet-body"
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1100, 860


def run(data: Path, *words: str) -> None:
    """Run a command on the corpus in ``data``."""
    subprocess.run([*PROGRAM, *words, "--data", str(data)], check=True, capture_output=True)


@contextmanager
def browsing(data: Path) -> Iterator[str]:
    """The address at which the corpus can be browsed."""
    command = [*PROGRAM, "browse", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        line = next(line for line in process.stdout if "http" in line)
        try:
            yield next(word for word in line.split() if word.startswith("http"))
        finally:
            process.terminate()


def draw(address: str) -> None:
    """Take the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address + PATH)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), "crawl", "--replay", str(ROOT / "data" / "demo.warc.gz"), "sana", "menafn", "syriatimes")
        with browsing(Path(folder)) as address:
            draw(address)
