"""Writes the site of a small newspaper that never was, dated in the last days, for the tutorial to serve and crawl."""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from string import Template

sys.path.insert(0, str(Path(__file__).parent))

from demo import sana

HERE = Path(__file__).parent / "demo"
WIRED = "Library in Tartous adds a room for its youngest readers"
FRONT = "<!DOCTYPE html><html lang='en'><title>The Harbour Gazette</title><body><h1>The Harbour Gazette</h1>$headlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story of the Gazette; its file is ``news/<number>-<slug>.html``."""

    number: int
    slug: str
    title: str
    byline: str
    paragraphs: list[str]

    @property
    def path(self) -> str:
        """Where it lies in the site."""
        return f"news/{self.number}-{self.slug}.html"


def stories(*, corrected: bool) -> list[Story]:
    """The Gazette's own stories, as first printed or ``corrected``, and one that it took from an agency."""
    told = tomllib.loads((HERE / "gazette.toml").read_text("utf-8"))["stories"]
    for story in told:
        correction = story.pop("corrected", story["paragraphs"])
        story["paragraphs"] = correction if corrected else story["paragraphs"]
    wired = next(post.story for post in sana.posts() if post.story.title == WIRED)
    taken = {"slug": "wired", "title": "Small readers get a place of their own", "byline": "our wire desk"}
    told.append(taken | {"paragraphs": list(wired.paragraphs)})
    return [Story(number=number, **story) for number, story in enumerate(told, 101)]


def page(story: Story, others: list[Story], printed: datetime) -> str:
    """The page of a story, with its neighbours' headlines beside it."""
    return Template((HERE / "gazette.html").read_text("utf-8")).substitute(
        title=escape(story.title),
        byline=escape(story.byline),
        printed=f"{printed:%d/%m/%Y %H:%M}",
        body="\n".join(f"<p>{escape(text)}</p>" for text in story.paragraphs),
        beside=_headlines([other for other in others if abs(other.number - story.number) in (1, 2)]),
    )


def _headlines(told: list[Story]) -> str:
    return "".join(f'<li><a href="/{story.path}">{escape(story.title)}</a></li>' for story in told)


def write_site(folder: Path, now: datetime, *, corrected: bool) -> None:
    """Write front page and stories to ``folder``; a page that stays the same is not touched."""
    told = stories(corrected=corrected)
    today = now.replace(hour=6, minute=30)
    pages = {story.path: page(story, told, today - timedelta(days=n + 1)) for n, story in enumerate(told)}
    pages["index.html"] = Template(FRONT).substitute(headlines=f"<ul>{_headlines(told)}</ul>")
    for path, text in pages.items():
        file = folder / path
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corrected", action="store_true", help="with what the Gazette later set right")
    chosen = parser.parse_args()
    write_site(chosen.folder, datetime.now(UTC), corrected=chosen.corrected)
