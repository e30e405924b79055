"""``newscrawl outlets check --live``: an outlet's site on loopback, held against its samples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from local_site import Answer, LocalSite, local_site, story

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = """
[selectors]
section = ".section"

[noise]
prune = [".share"]
"""
EXTRA = "<p class=section>Town</p><p class=share>Share this story with your friends and neighbours</p>"


def sample(folder: Path, root: str, *, extra: str = EXTRA) -> None:
    """A sample of the outlet: story 900, and what it must become."""
    (folder / "samples").mkdir(exist_ok=True)
    (folder / "samples" / "lamp.html").write_bytes(story(900, extra))
    expected = {
        "page": {"url": f"{root}/news/900", "fetched_at": "2026-03-01T00:00:00Z", "encoding": "utf-8"},
        "title": "Lamp 900 shines again",
        "text": text_of(900),
        "date_published": "2026-02-10T08:00:00+00:00",
        "date_precision": "second",
        "section": "Town",
        "source_id": "900",
    }
    (folder / "samples" / "lamp.json").write_text(json.dumps(expected))


def text_of(number: int) -> str:
    body = story(number).decode().partition("</h1>")[2].partition("</article>")[0]
    return body.replace("<p>", "").replace("</p>", "\n\n").strip()


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as running:
        for number in range(1, 6):
            running.article(number, extra=EXTRA)
        running.feed(*range(1, 6))
        running.declare()
        path = tmp_path / "outlets" / "local" / "outlet.toml"
        path.write_text(path.read_text() + DECLARED)
        sample(path.parent, running.root)
        yield running


def check(site: LocalSite, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NEWSCRAWL_OUTLETS": str(site.folder / "outlets"), "NEWSCRAWL_DATA": "data"}
    command = [sys.executable, "-m", "newscrawl", "outlets", "check", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=site.folder, env=environment, check=False)


def stories(site: LocalSite) -> list[str]:
    return [path for _, path in site.requests if path.startswith("/news/")]


def test_a_site_as_its_samples_say_is_told_by_article_and_nothing_is_kept(site):
    done = check(site, "local", "--live", "--limit", "2")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for told in ("title all Lamp 1 shines again", "time of day all second", "section all Town", "language en"):
        assert told in lines
    assert "local: 2 pages fetched, 2 articles, as samples say" in done.stdout
    assert len(stories(site)) == 2
    assert site.asked("/robots.txt") == 1
    assert not (site.folder / "data").exists()


def test_a_field_that_is_gone_and_a_selector_that_finds_nothing_are_named(site):
    for number in range(1, 6):
        site.article(number)
    path = site.folder / "outlets" / "local" / "outlet.toml"
    dead = f'[[sources]]\nkind = "listing"\nurl = "{site.root}/gone"\n\n[selectors]'
    path.write_text(path.read_text().replace("[selectors]", dead))
    done = check(site, str(path), "--live", "--json")
    assert done.returncode == 4
    said = json.loads(done.stdout)
    assert said["missing"] == ["section"]
    assert said["unmatched"] == ["selectors.section", "noise.prune: .share"]
    assert [(one["url"], one["status"]) for one in said["silent"]] == [(f"{site.root}/gone", "404")]
    assert len(said["articles"]) == 3
    assert said["articles"][0]["fields"]["title"] == "Lamp 1 shines again"
    told = check(site, "local", "--live")
    assert told.returncode == 4
    assert "missing: section, which all samples have, is on none of the 3 articles" in told.stdout
    assert "finds nothing: noise.prune: .share" in told.stdout
    assert f"source names nothing: listing {site.root}/gone (404)" in told.stdout


def test_a_field_that_only_some_articles_lack_is_marked_and_no_fault(site):
    site.article(1)
    done = check(site, "local", "--live")
    assert done.returncode == 0
    assert [" ".join(line.split()) for line in done.stdout.splitlines()].count("section all MISSING") == 1
    assert done.stdout.endswith("local: 3 pages fetched, 3 articles\n")


def test_pages_without_an_article_are_named(site):
    site.routes["/news/1"] = Answer(b"<html><body><p>Soon.</p></body></html>")
    del site.routes["/news/2"]
    done = check(site, "local", "--live")
    assert done.returncode == 0
    assert f"no article: {site.root}/news/1 (too-short)" in done.stdout
    assert "local: 2 pages fetched, 1 articles, as samples say" in done.stdout
    assert f"no article: {site.root}/news/2 (http-404: Not Found)" in done.stdout


def test_a_site_that_gives_no_page_ends_with_5(site):
    site.routes.clear()
    done = check(site, "local", "--live", "--json")
    assert done.returncode == 5
    assert [one["status"] for one in json.loads(done.stdout)["silent"]] == ["404"]


@pytest.mark.parametrize("options", ["--live", "local other --live", "local --json", "local --limit=2"])
def test_options_that_do_not_go_together_are_refused(site, options):
    done = check(site, *options.split())
    assert done.returncode == 2
    assert "--live" in done.stderr
    assert site.requests == []
