"""Made stories with known clusters: copies as outlets make them, and forms filled with other numbers and names."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from corpora import article, story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.records import Article

LETTERS = {"en": "aeioubcdfglmnprstv", "ar": "ابتجحدرزسشصطعفقكلمنهوي"}


@dataclass(frozen=True)
class Made:
    """A story: its cluster, its title and its paragraphs."""

    cluster: int
    language: str
    title: str
    dateline: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> tuple[str, ...]:
        first, *rest = (_sentences(words) for words in self.paragraphs)
        return (self.dateline + first, *rest)


class Press:
    """Writes stories of words that are as often as words are; the same again for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clusters = count()
        self.vocabulary = {language: self._vocabulary(letters) for language, letters in LETTERS.items()}
        self.places = {
            language: [word.capitalize() for word in words[-300:]] for language, words in self.vocabulary.items()
        }

    def _vocabulary(self, letters: str) -> list[str]:
        words = ("".join(self.chance.choices(letters, k=self.chance.randint(2, 9))) for _ in range(9_000))
        return list(dict.fromkeys(words))

    def word(self, language: str) -> str:
        """A word; the commonest is one of thirty, the next ones are ever rarer."""
        words = self.vocabulary[language]
        return words[int(4 * (1 + len(words) / 4) ** self.chance.random()) - 4]

    def fact(self, language: str) -> str:
        kind = self.chance.random()
        if kind < 0.4:
            return str(self.chance.randint(2, 9_000))
        return self.chance.choice(self.places[language]) if kind < 0.7 else self.name(language)

    def name(self, language: str) -> str:
        return self.word(language).capitalize() if language == "en" else f"السيد {self.word(language)}"

    def paragraph(self, language: str, size: int) -> tuple[str, ...]:
        return tuple(self.fact(language) if self.chance.random() < 0.1 else self.word(language) for _ in range(size))

    def title(self, language: str) -> str:
        return " ".join(self.word(language) for _ in range(7)).capitalize()

    def dateline(self, language: str) -> str:
        place, day = self.chance.choice(self.places[language]), self.chance.randint(1, 28)
        forms = {
            "en": (f"{place.upper()}, Nov. {day} (Wire) -- ", f"{place} — "),
            "ar": (f"{place}-سانا\n", f"{place} ({day}) - "),
        }
        return self.chance.choice((*forms[language], ""))

    def story(self) -> Made:
        language = self.chance.choice(("en", "ar"))
        paragraphs = tuple(
            self.paragraph(language, self.chance.randint(25, 60)) for _ in range(self.chance.randint(3, 8))
        )
        return Made(next(self.clusters), language, self.title(language), self.dateline(language), paragraphs)

    def copies(self, made: Made) -> Iterator[Made]:
        """The story as other outlets carry it."""
        yield made
        yield replace(made, title=self.title(made.language))
        yield replace(made, paragraphs=self._trimmed(made.paragraphs))
        yield replace(made, dateline=self.dateline(made.language))
        yield replace(made, paragraphs=tuple(self._edited(words, made.language) for words in made.paragraphs))

    def _trimmed(self, paragraphs: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        """The first 60 of 100 words."""
        left = round(0.6 * sum(map(len, paragraphs)))
        cut = []
        for words in paragraphs:
            cut.append(words[:left])
            left -= len(cut[-1])
        return tuple(filter(None, cut))

    def _edited(self, words: tuple[str, ...], language: str) -> tuple[str, ...]:
        edited = list(words)
        for place in self.chance.sample(range(len(words)), 2):
            edited[place] = self.word(language)
        return tuple(edited)

    def form(self, size: int) -> Iterator[Made]:
        """Different stories of one form: what they say of places, people or in numbers differs, at most 4 % of it."""
        base = self.story()
        kinds = self.chance.choice(
            (("number",), ("place",), ("name",), ("number", "place"), ("number", "place", "name"))
        )
        slots = self._slots(base, kinds)
        fillings = {kind: self._fillings(kind, base.language, size) for kind in kinds}
        for number in range(size):
            paragraphs = [list(words) for words in base.paragraphs]
            filled = {kind: of_kind[number] for kind, of_kind in fillings.items()}
            for (row, column), kind in slots.items():
                paragraphs[row][column] = str(self.chance.randint(2, 9_000)) if kind == "number" else filled[kind]
            title = f"{base.title} {filled.get('place', '')}".strip()
            yield replace(base, cluster=next(self.clusters), title=title, paragraphs=tuple(map(tuple, paragraphs)))

    def _slots(self, base: Made, kinds: tuple[str, ...]) -> dict[tuple[int, int], str]:
        places = [(row, column) for row, words in enumerate(base.paragraphs) for column in range(1, len(words))]
        chosen = self.chance.sample(places, max(len(kinds), round(0.04 * len(places))))
        return {place: kinds[number % len(kinds)] for number, place in enumerate(chosen)}

    def _fillings(self, kind: str, language: str, size: int) -> list[str]:
        """What each story of a form has for a place or a name: no two the same."""
        if kind == "place":
            return self.chance.sample(self.places[language], size)
        names = self.chance.sample(self.vocabulary[language], size)
        return [name.capitalize() if language == "en" else f"السيد {name}" for name in names]


def _sentences(words: tuple[str, ...]) -> str:
    """Words as sentences of a dozen each."""
    parts = [words[start : start + 12] for start in range(0, len(words), 12)]
    return " ".join(" ".join((part[0][:1].upper() + part[0][1:], *part[1:])) + "." for part in parts)


def make_stories(number: int, seed: int = 0) -> list[Made]:
    """About ``number`` stories in any order: half of them copies of others, a quarter forms, the rest alone."""
    press = Press(seed)
    made: list[Made] = []
    while len(made) < number // 2:
        made += press.copies(press.story())
    while len(made) < number * 3 // 4:
        made += press.form(press.chance.randint(5, 40))
    while len(made) < number:
        made.append(press.story())
    press.chance.shuffle(made)
    return made


def as_article(number: int, made: Made) -> Article:
    """The story as an outlet's article of that number."""
    outlet = f"outlet{number % 7}"
    day = f"2026-03-{1 + number % 28:02}T10:00:00+03:00"
    return article(
        number, *made.text, id=f"{outlet}:{number}", outlet=outlet, title=made.title, language=made.language,
        date_published=day, blocks=story(*made.text),
    )  # fmt: skip
