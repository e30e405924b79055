"""A made outlet of 300 pages with everything about them that repeats, noise and not, as HTML.

Noise: a disclaimer, an author's biography, a subscription notice, a residue of the interface and a copyright line.
No noise: a story captured four times, a weekly column's fixed opening, and a quotation that twelve stories repeat.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

PAGES = 300

NOISE = {
    "disclaimer": "The views that our columns hold are their writers' own and need not be those of the house.",
    "biography": "Rima Test has covered the harbour since 2009 and keeps two goats on the island of Arwad.",
    "subscription": "Readers like you pay for this paper. A month of the Gazette costs less than two coffees.",
    "residue": "Listen to this story, 4 minutes",
    "copyright": "© 2026 The Example Gazette, Latakia. No part may be printed again without our leave.",
}
COLUMN_OPENING = "Every Friday our gardener answers the letters that lie on her bench among the seedlings."
COLUMN_GREETING = "Dear friends of the garden,"
QUOTATION = "“We shall rebuild the bridge stone by stone, and nobody will pay a toll,” the mayor said."
CAPTURES = 4
QUOTING = 12

_QUOTING_STORIES = range(7, 7 + 24 * QUOTING, 24)

_SUBJECTS = ["The ferry", "A baker", "The council", "One school", "The old mill", "A surveyor", "The dam", "A choir"]
_VERBS = ["counted", "mended", "opened", "moved", "painted", "measured", "closed", "lent"]
_OBJECTS = ["nine boats", "the north gate", "a row of lamps", "its stores", "two wells", "the long stair", "a kiln"]


@dataclass(frozen=True)
class MadePage:
    """A page by its address."""

    url: str
    html: str


def made_pages() -> list[MadePage]:
    """The pages, in the order of their numbers."""
    rng = random.Random(7)
    bridge = [_sentences(rng, "bridge", n) for n in range(5)]
    return [_page(rng, number, bridge) for number in range(PAGES)]


def _page(rng: random.Random, number: int, bridge: list[str]) -> MadePage:
    captured = number < CAPTURES
    title = (
        "The bridge of Jableh opens" if captured else f"Report {number}: {rng.choice(_SUBJECTS)}"
    )
    story = [*bridge, _sentences(rng, f"update {number}", 0)] if captured else _story(rng, number)
    return MadePage(f"https://gazette.example/{1000 + number}/story-{number}", _html(title, _dressed(rng, story)))


def _story(rng: random.Random, number: int) -> list[str]:
    story = [_sentences(rng, str(number), n) for n in range(rng.randint(3, 6))]
    if number % 6 == 5:
        story = [COLUMN_GREETING, COLUMN_OPENING, *story]
    elif number in _QUOTING_STORIES:
        story.insert(2, QUOTATION)
    return story


def _dressed(rng: random.Random, story: list[str]) -> list[str]:
    """The story with the noise that its page happens to have."""
    head = [NOISE["residue"]] if rng.random() < 0.9 else []
    middle = [NOISE["subscription"]] if rng.random() < 0.6 else []
    ends = {"biography": 0.25, "disclaimer": 0.4, "copyright": 0.95}
    foot = [NOISE[name] for name, share in ends.items() if rng.random() < share]
    return [*head, *story[:2], *middle, *story[2:], *foot]


def _sentences(rng: random.Random, number: str, paragraph: int) -> str:
    """A paragraph that no other story has."""
    told = (
        f"{rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} {rng.choice(_OBJECTS)} on day {rng.randint(1, 99)}"
        for _ in range(3)
    )
    return f"{'. '.join(told)}, as file {number}, sheet {paragraph}, has it for the district office."


def _html(title: str, paragraphs: list[str]) -> str:
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>{title} | Example Gazette</title><meta charset="utf-8">
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-03-01T10:00:00+03:00"></head>
<body><nav><a href="/">Home</a> <a href="/harbour">Harbour</a></nav>
<article><h1>{title}</h1><div class="story">
{body}
</div></article>
<footer><a href="/about">About the house</a></footer></body></html>"""
