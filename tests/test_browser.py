"""The browser of the tests sees what a reader would complain of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Chromium

BROKEN = """<!doctype html><title>Broken</title><img src="http://news.example/a.png" alt="">
<p style="width: 900px">wide</p><button aria-label="close">x</button>
<script>console.warn("beware"); document.title = missing;</script>"""


def test_a_broken_page_is_found_out(chromium: Chromium, tmp_path: Path):
    page = tmp_path / "broken.html"
    page.write_text(BROKEN, "utf-8")
    with chromium.open(page.as_uri(), width=390) as visit:
        visit.tab_to("close")
        assert "warning: beware" in visit.console
        assert any("missing" in error for error in visit.errors)
        assert any(failure.startswith("http://news.example/a.png") for failure in visit.failed)
        assert "news.example" in visit.hosts
        assert visit.overflow() > 0


def test_a_page_without_script_runs_none(chromium: Chromium, tmp_path: Path):
    page = tmp_path / "broken.html"
    page.write_text(BROKEN, "utf-8")
    with chromium.open(page.as_uri(), script=False) as visit:
        assert visit.page.title() == "Broken"
        assert visit.errors == []
