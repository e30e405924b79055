"""Small named rules, in order: each looks at one piece of a page and gives its evidence, or None.

The first rule with evidence decides.  To add one, write a function and enter it in ``RULES``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.blocks import article_of, home
from newscrawl.noise.features import class_groups, ends_sentence
from newscrawl.noise.judge import load_judge
from newscrawl.noise.lexicon import fold
from newscrawl.noise.repeated import fingerprint, is_quoted, may_repeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.blocks import Piece
    from newscrawl.noise.scene import Scene

_LONGEST_LEAD = 150
_LONGEST_OPENING = 800
_CELLS = frozenset({"td", "th", "li", "dd", "dt"})
_NO_LEADS = frozenset({"figure", "figcaption", "nav", "aside", "footer", "form"})
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name in the ledger, the family it belongs to, whether it keeps, and its test."""

    name: str
    family: str
    test: Callable[[Scene, Piece], str | None]
    keeps: bool = False


def pruned(scene: Scene, piece: Piece) -> str | None:
    """Inside an element that the outlet prunes."""
    return f"inside {piece.container.place}" if piece.index in scene.pruned else None


def before_begin(scene: Scene, piece: Piece) -> str | None:
    """Before the story, as the outlet marks its begin."""
    return "before the outlet's mark of the story's begin" if piece.index <= scene.begin else None


def after_end(scene: Scene, piece: Piece) -> str | None:
    """After the story, as the outlet marks its end."""
    return "after the outlet's mark of the story's end" if piece.index >= scene.end else None


def outlet_phrase(scene: Scene, piece: Piece) -> str | None:
    """Exactly a phrase that the outlet lists."""
    if len(piece.text) > 300:
        return None
    if not scene.outlet.noise.phrases:
        return None
    folded = fold(piece.text)
    return next((f"is {phrase!r}" for phrase in scene.outlet.noise.phrases if fold(phrase) == folded), None)


def outlet_pattern(scene: Scene, piece: Piece) -> str | None:
    """Matches, from start to end, a pattern that the outlet lists."""
    for pattern in scene.outlet.noise.patterns:
        if re.fullmatch(pattern, piece.text):
            return f"matches {pattern}"
    return None


def date_line(scene: Scene, piece: Piece) -> str | None:
    """The line that the outlet prints its date on."""
    line = scene.outlet.dates.line
    return f"matches {line}" if line and len(piece.text) < 200 and re.fullmatch(line, piece.text) else None


def headline(scene: Scene, piece: Piece) -> str | None:
    """The headline once more."""
    if not scene.title_folded:
        return None
    if scene.shows_title(piece):
        return "equals the title"
    if piece.container.tag == "h1" and piece.index < scene.story_start:
        return "the page's first heading"
    return None


def lead(scene: Scene, piece: Piece) -> str | None:
    """A standfirst: one line between headline and story, outside the story's container."""
    if scene.lead and scene.outlet.selectors.lead and fold(piece.text) == fold(scene.lead):
        return "the outlet's selector"
    return _set_apart(scene, piece) if _weight(piece.text) <= _LONGEST_LEAD else None


def opening(scene: Scene, piece: Piece) -> str | None:
    """An opening paragraph that is set apart like a standfirst, but tells part of the story."""
    return _set_apart(scene, piece) if _weight(piece.text) > _LONGEST_LEAD else None


def _set_apart(scene: Scene, piece: Piece) -> str | None:
    """What shows that the piece introduces the story from outside its container, if anything does."""
    if piece.index >= scene.story_start or not 40 <= _weight(piece.text) <= _LONGEST_OPENING:
        return None
    words = scene.layout.words(piece)
    if not words or scene.share_at_home(piece) > 0.3 or piece.linked > 0.3 * len(piece.text):
        return None
    if len(words & scene.title_words) > 0.8 * len(words) or scene.layout.repeats_before(piece) or _is_pictured(piece):
        return None
    shared = len(words & scene.lead_words)
    if shared > 0.8 * len(words) and shared > 0.5 * len(scene.lead_words):
        return "echoes the page's description"
    groups = set().union(*(class_groups(container.words) for container in list(piece.container.chain())[:2]))
    near = set().union(*(class_groups(container.words) for container in list(piece.container.chain())[:3]))
    if "lead" in groups and not near & {"promo", "nav", "related"} and scene.story_start - piece.index <= 8:
        return f"set apart as {piece.container.label}"
    return None


def _weight(text: str) -> float:
    """Length as if written in letters: a character of Chinese, Japanese or Korean says as much as 2.5."""
    return len(text) + 1.5 * len(_CJK.findall(text))


def _is_pictured(piece: Piece) -> bool:
    """Whether the piece is hidden, or stands in a picture or a menu."""
    chain = list(piece.container.chain())
    if piece.container.hidden or any(container.tag in _NO_LEADS for container in chain):
        return True
    return any("caption" in class_groups(container.words) for container in chain[:3])


def elsewhere(scene: Scene, piece: Piece) -> str | None:
    """Outside the body that the outlet's selector names."""
    return "outside the outlet's body selector" if scene.body is not None and piece.index not in scene.body else None


def _of_phrase(category: str) -> Callable[[Scene, Piece], str | None]:
    def test(scene: Scene, piece: Piece) -> str | None:
        hit = scene.phrase(piece)
        if hit is None or hit.category != category:
            return None
        return f"{_HOW[hit.how]} {hit.phrase!r} ({hit.language})"

    test.__doc__ = f"Is, opens with or contains a phrase of the lexicon's {category}."
    return test


_HOW = {"whole": "is", "starts": "opens with", "ends": "ends with", "contains": "contains"}


def learned(scene: Scene, piece: Piece) -> str | None:
    """Repeated on so many of the outlet's pages that it was approved as noise."""
    block = scene.learned.get(fingerprint(piece.text)) if scene.learned and may_repeat(piece.text) else None
    if block is None or is_quoted(piece.text, piece.container.tags):
        return None
    return f"on {block.pages:,} of {block.of:,} pages of the outlet"


def hidden(scene: Scene, piece: Piece) -> str | None:
    """Not shown to readers, and not taken for the body."""
    return "the element is hidden" if piece.container.hidden and piece.index not in scene.near_body else None


def _in(kind: str) -> Callable[[Scene, Piece], str | None]:
    def test(scene: Scene, piece: Piece) -> str | None:
        if piece.index in scene.near_body:
            return None
        label = scene.surroundings(piece.container).get(kind)
        return f"inside {label}" if label else None

    test.__doc__ = f"Far from the body, inside an element that is or calls itself {kind}."
    return test


def links(scene: Scene, piece: Piece) -> str | None:
    """Far from the body, and mostly links."""
    if piece.index in scene.near_body or piece.linked < 0.5 * len(piece.text):
        return None
    return f"link density {min(1.0, piece.linked / len(piece.text)):.2f}"


def outside(scene: Scene, piece: Piece) -> str | None:
    """Far from the body."""
    return None if piece.index in scene.near_body else "no part of the body near it"


def no_words(scene: Scene, piece: Piece) -> str | None:
    """Numbers and signs alone, before or after the story's paragraphs: a page number, a desk's code."""
    if len(piece.text) > 40 or any(map(str.isalpha, piece.text)) or piece.container.tags & _CELLS:
        return None
    if scene.layout.long and scene.layout.long[0] < piece.index < scene.layout.long[-1]:
        return None
    return "no letter in it"


def link_list(scene: Scene, piece: Piece) -> str | None:
    """A link in a list of links."""
    around = scene.layout.masses[home(piece.container)]
    if piece.linked < 0.8 * len(piece.text) or around.pieces < 3 or around.linked < 0.8 * around.text:
        return None
    return f"one of {around.pieces} blocks beside it that are links"


def other_article(scene: Scene, piece: Piece) -> str | None:
    """In an ``article`` element beside the headline's own, which has a text."""
    ours = article_of(scene.headline.container) if scene.headline else None
    other = article_of(piece.container)
    if ours is None or other is None or ours in other.chain() or other in ours.chain():
        return None
    return f"inside {other.label}, beside the headline's article" if scene.layout.masses[ours].voted > 200 else None


def caption(_scene: Scene, piece: Piece) -> str | None:
    """A picture's caption."""
    return next((f"inside {c.label}" for c in piece.container.chain() if c.tag == "figcaption"), None)


def selected(scene: Scene, _piece: Piece) -> str | None:
    """Inside the body that the outlet's selector names."""
    return "inside the outlet's body selector" if scene.body is not None else None


def line_of_text(scene: Scene, _piece: Piece) -> str | None:
    """A line of a text document that nothing speaks against."""
    return "a line of the document" if scene.plain else None


def fragment(scene: Scene, piece: Piece) -> str | None:
    """A few words that no extractor took, that look like no paragraph and stand beside none."""
    if len(piece.text) >= 60 or scene.layout.votes[piece.index] > 0:
        return None
    if scene.share_at_home(piece) >= 0.02 or scene.layout.look_share(piece) >= 0.02:
        return None
    return f"{len(piece.text)} characters, unlike the body's paragraphs and away from them"


def paragraph(scene: Scene, piece: Piece) -> str | None:
    """What reads, looks and stands like the body's paragraphs."""
    if len(piece.text) < 100 or piece.linked > 0.2 * len(piece.text) or scene.layout.votes[piece.index] < 0.9:
        return None
    if scene.layout.look_share(piece) < 0.2 or scene.share_at_home(piece) < 0.2 or not ends_sentence(piece.text):
        return None
    return None if scene.phrase(piece) else part_of_story(scene, piece)


def judged(scene: Scene, piece: Piece) -> str | None:
    """Weighed by the judge, and found to be no part of the story."""
    row = scene.row(piece)
    probability = load_judge().probability(row)
    return None if probability >= load_judge().threshold else _weighing(scene, piece, probability)


def part_of_story(scene: Scene, piece: Piece) -> str | None:
    """What nothing speaks against."""
    return f"vote {scene.layout.votes[piece.index]:.0%}, {scene.share_at_home(piece):.0%} of the body beside it"


def _weighing(scene: Scene, piece: Piece, probability: float) -> str:
    return f"score {probability:.2f}: links {piece.linked / len(piece.text):.0%}, {part_of_story(scene, piece)}"


RULES: tuple[Rule, ...] = (
    Rule("outlet-prune", "outlet", pruned),
    Rule("outlet-phrase", "outlet", outlet_phrase),
    Rule("outlet-pattern", "outlet", outlet_pattern),
    Rule("outlet-begin", "outlet", before_begin),
    Rule("outlet-end", "outlet", after_end),
    Rule("headline", "echo", headline),
    Rule("date-line", "outlet", date_line),
    Rule("lead", "lead", lead),
    Rule("opening", "lead", opening, keeps=True),
    Rule("outlet-body", "outlet", elsewhere),
    Rule("hidden", "place", hidden),
    Rule("navigation", "place", _in("navigation")),
    Rule("comments", "place", _in("comments")),
    Rule("sidebar", "place", _in("sidebar")),
    Rule("links", "place", links),
    Rule("outside", "place", outside),
    Rule("learned", "repetition", learned),
    Rule("related", "phrase", _of_phrase("related")),
    Rule("newsletter", "phrase", _of_phrase("newsletter")),
    Rule("follow", "phrase", _of_phrase("follow")),
    Rule("comment-prompt", "phrase", _of_phrase("comments")),
    Rule("legal", "phrase", _of_phrase("legal")),
    Rule("credit", "phrase", _of_phrase("credit")),
    Rule("dateline", "phrase", _of_phrase("dateline")),
    Rule("tags", "phrase", _of_phrase("tags")),
    Rule("caption", "element", caption),
    Rule("no-words", "element", no_words),
    Rule("link-list", "element", link_list),
    Rule("other-article", "element", other_article),
    Rule("outlet-body", "outlet", selected, keeps=True),
    Rule("text-line", "text", line_of_text, keeps=True),
    Rule("fragment", "form", fragment),
    Rule("paragraph", "form", paragraph, keeps=True),
    Rule("judge", "judge", judged),
    Rule("story", "judge", part_of_story, keeps=True),
)
