"""Text that a page carries for its scripts alone: the declared body, or prose in embedded state.

It is no part of the visible text, so its blocks are listed apart: by rule ``recovered``, after all others.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

from lxml import etree, html

from newscrawl.blocks import cut
from newscrawl.noise.lexicon import find
from newscrawl.records import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document

THIN = 200
"""Characters of visible story below which scripts are searched."""
_FULLER = 2.0
_SHORTEST_STORY = 300
_SHORTEST_PROSE = 60
_MOST_SCRIPT = 3_000_000
_LITERAL = re.compile(r'(?:"(\w{1,40})"\s*:\s*)?"((?:[^"\\]|\\.){60,})"')
_SENTENCES = re.compile(r"\w[^<>{}=;]{40,}[.!?。؟…।]")


def recover(document: Document, declared: Declared, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """``blocks``, or, where the visible story is thin and a fuller one is carried unseen, that one instead.

    The blocks of the visible text all stay, so that the account of the page is whole.
    """
    kept = [block.text for block in blocks if block.kept]
    size = sum(map(len, kept))
    for place, text in _candidates(document, declared, size):
        found = _read(place, text)
        length = sum(len(block.text) for block in found)
        if length >= max(_SHORTEST_STORY, _FULLER * size) and (size < THIN or _tells(text, kept)):
            return (*(_superseded(block) for block in blocks), *found)
    return tuple(blocks)


def _candidates(document: Document, declared: Declared, size: int) -> Iterator[tuple[str, str]]:
    if document.plain:
        return
    if declared.body:
        yield "script articleBody", declared.body
    if size < THIN:
        yield from sorted(_in_scripts(document.tree), key=lambda found: -len(found[1]))[:3]


def _tells(text: str, kept: Sequence[str]) -> bool:
    """Whether ``text`` tells the story whose visible part is ``kept``."""
    squeezed = "".join(text.split())
    parts = ["".join(part.split())[:60] for part in kept if len(part) > _SHORTEST_PROSE]
    return bool(parts) and sum(part in squeezed for part in parts) >= 0.6 * len(parts)


def _superseded(block: Block) -> Block:
    if not block.kept:
        return block
    evidence = "the page carries a fuller text of the story for its scripts"
    return Block(text=block.text, place=block.place, kept=False, rule="superseded", evidence=evidence)


def _in_scripts(tree: Any) -> Iterator[tuple[str, str]]:
    """Prose in string literals of scripts: of each script all that stands under the key with the most of it."""
    total = 0
    for number, script in enumerate(tree.iter("script"), start=1):
        source = script.text or ""
        total += len(source)
        if total > _MOST_SCRIPT or len(source) < _SHORTEST_STORY:
            continue
        by_key: dict[str, list[str]] = {}
        for key, text in _literals(source, depth=0):
            by_key.setdefault(key, []).append(text)
        if by_key:
            key, texts = max(by_key.items(), key=lambda item: sum(map(len, item[1])))
            yield f"script[{number}] {key}".strip(), "\n\n".join(dict.fromkeys(texts))


def _literals(source: str, depth: int) -> Iterator[tuple[str, str]]:
    """Prose literals with their keys; a literal that holds JSON itself is read in turn."""
    for match in _LITERAL.finditer(source):
        try:
            text = json.loads(f'"{match[2]}"', strict=False)
        except ValueError:
            continue
        if '":' in text and depth < 2:
            yield from _literals(text, depth + 1)
        elif _SENTENCES.search(text):
            yield match[1] or "", text


def _read(place: str, text: str) -> list[Block]:
    """The paragraphs of a text or of a piece of HTML, prompts and captions aside."""
    marked = text if "<" in text else "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    try:
        tree = html.document_fromstring(f"<html><body>{marked}</body></html>")
    except (etree.ParserError, ValueError):
        return []
    pieces = [p for p in cut(tree) if "figcaption" not in p.container.tags and not find(p.text)]
    evidence = "not shown: found in the page's script state"
    return [
        Block(text=piece.text, place=f"{place} {piece.container.place}", kept=True, rule="recovered", evidence=evidence)
        for piece in pieces
    ]
