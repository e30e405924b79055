"""Whether two texts tell the same story, and by which keys texts that may do so find each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein
from rensa import RMinHash

from newscrawl.folding import WORD, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHINGLE = 3  # Words.  Of a story with two words changed in each paragraph of 25, half of its shingles are left.
_BANDS, _ROWS = 32, 3  # Texts that share half of their shingles meet with a chance of 98.6 %, a tenth: 3 %.
_OPENING = 30  # Words: a story that was cut short keeps its beginning.
_FEWEST = 8  # Words of a text that can be told from others.
_ONE_WORD = 0.75  # Share of letters.
_OTHER_FACTS = 0.4  # Share of the shorter text's facts.
_ALIKE = 0.5  # Share of the shorter text's shingles.

# A dateline says where and by whom it was wired, not what happened: "ALEPPO, Nov. 3 (SANA) -- ", "دمشق-سانا".
_DATELINE = re.compile(
    r"\s*(?:[^\n]{0,90}?(?:[-–—]{1,2}\s|—|--)|[^\n.]{0,70}\([^()\n]{1,40}\)\s*[-–—:]?|[^\n.،؛:]{1,40}\n)\s*"
)
_SENTENCE_END = frozenset('.!?:;؟。"“«\n•')
# Words after which a name follows, in scripts that do not set names off by capitals.
_BEFORE_NAMES = frozenset(
    fold(word)
    for word in ("مدينة", "محافظة", "بلدة", "قرية", "منطقة", "ولاية", "السيد", "الرئيس", "الوزير", "الدكتور", "استان")
)
_ALL_NOUNS_CAPITAL = "de"


@dataclass(frozen=True, slots=True)
class Story:
    """A text without its dateline, word by word: as folded, and which of them are facts (numbers and names)."""

    words: tuple[str, ...]
    facts: frozenset[int]
    title: frozenset[str]

    @property
    def shingles(self) -> set[tuple[str, ...]]:
        """Every few words that follow each other."""
        return {self.words[n : n + _SHINGLE] for n in range(max(1, len(self.words) - _SHINGLE + 1))}


def read_story(title: str, text: str, language: str | None) -> Story:
    """The story that a title and a text tell."""
    body = _without_dateline(text)
    matches = list(WORD.finditer(body))
    words = tuple(_folded(match[0]) for match in matches)
    capitals = _capitals(body, matches) if language != _ALL_NOUNS_CAPITAL else frozenset[int]()
    known = {words[n] for n in capitals}
    facts = {n for n, word in enumerate(words) if _is_number(word)} | capitals
    facts |= {n for n, match in enumerate(matches) if words[n] in known and match[0][0].isupper()}
    facts |= {n for n in range(1, len(words)) if words[n - 1] in _BEFORE_NAMES}
    return Story(words, frozenset(facts), frozenset(_folded(match[0]) for match in WORD.finditer(title)))


def story_keys(text: str) -> tuple[int, ...]:
    """Keys of 64 bits; stories of which one may be told by the other share at least one, mostly."""
    words = [_folded(match[0]) for match in WORD.finditer(_without_dateline(text))]
    if len(words) < _FEWEST:
        return ()
    minhash = RMinHash(num_perm=_BANDS * _ROWS, seed=1)
    minhash.update([" ".join(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1)])
    digest = minhash.digest()
    bands = [_key(n, digest[n * _ROWS : (n + 1) * _ROWS]) for n in range(_BANDS)]
    return tuple(dict.fromkeys([_key("whole", words), _key("opening", words[:_OPENING]), *bands]))


def overlap(one: Story, other: Story) -> float:
    """Share of the shorter story's shingles that the longer one has."""
    few, many = sorted((one.shingles, other.shingles), key=len)
    return len(few & many) / len(few)


def is_same_story(one: Story, other: Story) -> bool:
    """Whether most of one is in the other, and they do not just fill the same form with other numbers and names."""
    return overlap(one, other) >= _ALIKE and _share_facts(one, other) and not _fill_one_form(one, other)


def _share_facts(one: Story, other: Story) -> bool:
    """Whether most facts of the shorter story are in the longer one, too, or the longer one has no others for them."""
    few, many = sorted((one, other), key=lambda story: len(story.words))
    mine, theirs = ({story.words[n] for n in story.facts} for story in (few, many))
    missing = {fact for fact in mine - theirs if not any(_is_one_word(fact, other) for other in theirs - mine)}
    return len(missing) < _OTHER_FACTS * len(mine) or theirs <= mine


def _fill_one_form(one: Story, other: Story) -> bool:
    """Two hands change words; a form changes facts: numbers, names, what the titles say, what changes throughout."""
    changes = [change for change in _replaced(one, other) if not _is_respelled(one, other, change)]
    if not changes:
        return False
    pairs = [(one.words[a], other.words[c]) for a, b, c, d in changes if b - a == d - c == 1]
    factual = sum(
        _states_other_facts(one, other, change)
        or _is_in_titles(one, other, change)
        or _is_throughout(one, other, change, pairs)
        for change in changes
    )
    return factual > 0 and factual >= len(changes) - factual


Change = tuple[int, int, int, int]
"""First and last word, exclusive, in one story, and of what stands for them in the other."""


def _replaced(one: Story, other: Story) -> Iterator[Change]:
    for step in Levenshtein.opcodes(one.words, other.words):
        if step.tag == "replace":
            yield step.src_start, step.src_end, step.dest_start, step.dest_end


def _is_respelled(one: Story, other: Story, change: Change) -> bool:
    """Whether it is the same word in another spelling: Latakia and Lattakia are one town."""
    a, b, c, d = change
    mine, theirs = " ".join(one.words[a:b]), " ".join(other.words[c:d])
    return _is_one_word(mine, theirs)


def _is_one_word(one: str, other: str) -> bool:
    return not (_is_number(one) or _is_number(other)) and Levenshtein.normalized_similarity(one, other) >= _ONE_WORD


def _states_other_facts(one: Story, other: Story, change: Change) -> bool:
    a, b, c, d = change
    mine = {one.words[n] for n in range(a, b) if n in one.facts}
    theirs = {other.words[n] for n in range(c, d) if n in other.facts}
    return bool(mine - theirs) and bool(theirs - mine)


def _is_in_titles(one: Story, other: Story, change: Change) -> bool:
    a, b, c, d = change
    mine, theirs = set(one.words[a:b]) & one.title, set(other.words[c:d]) & other.title
    return bool(mine - other.title) and bool(theirs - one.title)


def _is_throughout(one: Story, other: Story, change: Change, pairs: Sequence[tuple[str, str]]) -> bool:
    a, b, c, d = change
    return b - a == d - c == 1 and pairs.count((one.words[a], other.words[c])) > 1


def _without_dateline(text: str) -> str:
    found = _DATELINE.match(text)
    return text[found.end() :] if found else text


def _capitals(text: str, matches: Sequence[re.Match[str]]) -> frozenset[int]:
    """Which words have a capital that no beginning of a sentence gave them."""
    return frozenset(
        n
        for n, match in enumerate(matches)
        if match[0][0].isupper() and text[: match.start()][-4:].strip(" ’'([").strip()[-1:] not in {"", *_SENTENCE_END}
    )


@lru_cache(maxsize=100_000)
def _is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    return fold(word)


def _key(kind: object, parts: Sequence[object]) -> int:
    told = f"{kind} {' '.join(map(str, parts))}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big", signed=True)
