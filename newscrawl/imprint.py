"""What the store keeps of an article besides its record, worked out wherever there is time for it: in a worker."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from newscrawl.folding import searched
from newscrawl.noise.repeated import read_prints
from newscrawl.similarity import story_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.records import Article, Block

Text = TypeVar("Text", str, str | None)


class Verdict(NamedTuple):
    """A block as it is interned; ``text`` is None where it is a paragraph of the article."""

    digest: bytes
    """Of all that follows but ``text_digest``."""
    text_digest: bytes | None
    text: str | None
    kept: int
    rule: str
    evidence: str
    place: str
    captured: str


class Imprint(NamedTuple):
    """The verdicts on the blocks, the prints of the blocks, the keys of the story, and the words to be searched.

    In tuples, which pass from process to process in a third of the time that blocks take.
    """

    verdicts: tuple[Verdict, ...]
    prints: tuple[tuple[int, int, int], ...]
    """Fingerprint, standing, and whether it was kept."""
    story: tuple[int, ...]
    searched: tuple[tuple[str, str], ...]
    """Title, lead and text, each with the form in which it is searched."""


def imprint_of(article: Article) -> Imprint:
    """What is kept of ``article``: what it was given on its way, else what its blocks tell."""
    if article.imprint is not None:
        return article.imprint
    said = (article.title, article.lead, article.text)
    return Imprint(
        verdicts=tuple(_verdicts(article)),
        prints=tuple((one.fingerprint, int(one.standing), int(one.kept)) for one in read_prints(article.blocks)),
        story=story_keys(storable(article.text)),
        searched=tuple((text, searched(text)) for text in map(storable, said) if text),
    )


def storable(value: Text) -> Text:
    """``value`` as UTF-8 can hold it: a lone surrogate, which JSON may smuggle in, becomes a question mark."""
    return value if value is None or value.isascii() else value.encode("utf-8", "replace").decode()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an article's text."""
    return text.split("\n\n")


def _verdicts(article: Article) -> Iterator[Verdict]:
    kept = [storable(block.text) for block in article.blocks if block.kept]
    shared = kept == paragraphs(storable(article.text))
    return (_verdict(block, in_article=shared and block.kept) for block in article.blocks)


def _verdict(block: Block, *, in_article: bool) -> Verdict:
    text = None if in_article else storable(block.text)
    said = (storable(block.rule), storable(block.evidence), storable(block.place))
    captured = json.dumps(block.captured) if block.captured else "[]"
    kept = int(block.kept)
    text_digest = None if text is None else _digest([text])
    return Verdict(_digest([text, str(kept), *said, captured]), text_digest, text, kept, *said, captured)


def _digest(parts: Sequence[str | None]) -> bytes:
    """A hash of ``parts``; their lengths before them keep ``("ab", "c")`` and ``("a", "bc")`` apart."""
    lengths = ",".join("-" if text is None else str(len(text)) for text in parts)
    return blake2b(f"{lengths}:{''.join(filter(None, parts))}".encode(), digest_size=16).digest()
