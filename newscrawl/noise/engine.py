"""The verdict on every block of a page: the rules in order, then the marks that a story carries at its ends."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.noise.rules import RULES
from newscrawl.records import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.blocks import Piece
    from newscrawl.noise.rules import Rule
    from newscrawl.noise.scene import Scene
    from newscrawl.outlet import Outlet

_LONGEST_BYLINE = 80
_LONGEST_EDGE = 300


def judge_blocks(scene: Scene) -> tuple[Block, ...]:
    """All blocks of the page in order, each kept, or removed by a named rule with evidence.

    A block that only opens or ends with a mark (a source prefix, a code) is split there; together the blocks are
    the page's whole text.
    """
    off = scene.outlet.noise.off
    rules = [rule for rule in RULES if rule.name not in off]
    blocks = [_verdict(scene, piece, rules) for piece in scene.layout.pieces]
    blocks = _cut_edges(blocks, scene.outlet)
    for name, cut in (("prefix", _cut_openings), ("outlet-byline", _cut_closings)):
        blocks = blocks if name in off else cut(blocks, scene.outlet)
    return tuple(blocks)


def first_line(scene: Scene) -> str:
    """The first line of a text document that no rule of the outlet removes: its headline."""
    rules = [rule for rule in RULES if rule.family in ("outlet", "text") and rule.name not in scene.outlet.noise.off]
    verdicts = (_verdict(scene, piece, rules) for piece in scene.layout.pieces)
    return next((block.text for block in verdicts if block.kept), "")


def _verdict(scene: Scene, piece: Piece, rules: Sequence[Rule]) -> Block:
    for rule in rules:
        evidence = rule.test(scene, piece)
        if evidence is not None:
            captured = (("lead", piece.text),) if rule.name == "lead" else ()
            return _block(piece, rule.name, evidence, kept=rule.keeps, captured=captured)
    return _block(piece, "story", "no rule against it", kept=True)


def _block(piece: Piece, rule: str, evidence: str, *, kept: bool, captured: tuple[tuple[str, str], ...] = ()) -> Block:
    return Block(
        text=piece.text,
        place=piece.container.place,
        kept=kept,
        rule=rule,
        evidence=evidence,
        captured=captured,
        tags=piece.container.tags,
    )


def _cut_edges(blocks: list[Block], outlet: Outlet) -> list[Block]:
    """Splits off what matches an outlet's pattern or code at the start or end of a kept block."""
    patterns = [("outlet-pattern", re.compile(p)) for p in outlet.noise.patterns]
    patterns += [("code", re.compile(p)) for p in outlet.marks.codes]
    patterns = [(rule, pattern) for rule, pattern in patterns if rule not in outlet.noise.off]
    if not patterns:
        return blocks
    return [part for block in blocks for part in (_split_edges(block, patterns) if block.kept else [block])]


def _split_edges(block: Block, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> list[Block]:
    for rule, pattern in patterns:
        if match := pattern.match(block.text):
            return _split(block, rule, match, at_start=True)
        tail = max(0, len(block.text) - _LONGEST_EDGE)
        ending = next((m for m in pattern.finditer(block.text, tail) if m.end() == len(block.text)), None)
        if ending and ending[0]:
            return _split(block, rule, ending, at_start=False)
    return [block]


def _split(block: Block, rule: str, match: re.Match[str], *, at_start: bool) -> list[Block]:
    """``block`` in two: the matched part removed, with what its groups say, and the rest, if any, as it was."""
    says = tuple((key, value) for key, value in match.groupdict().items() if value)
    cut = replace(
        block, text=match[0].strip(), kept=False, rule=rule, evidence=f"matches {match.re.pattern}", captured=says
    )
    rest = (block.text[match.end() :] if at_start else block.text[: match.start()]).strip()
    if not rest:
        return [cut]
    kept = replace(block, text=rest)
    return [cut, kept] if at_start else [kept, cut]


def _cut_openings(blocks: list[Block], outlet: Outlet) -> list[Block]:
    """Cuts source prefixes and datelines off the first kept block, one after the other."""
    patterns = [re.compile(pattern) for pattern in outlet.marks.prefixes]
    while True:
        at = next((i for i, block in enumerate(blocks) if block.kept), None)
        if at is None:
            return blocks
        match = next((m for p in patterns if (m := p.match(blocks[at].text)) and m[0].strip()), None)
        if match is None:
            return blocks
        blocks = [*blocks[:at], *_split(blocks[at], "prefix", match, at_start=True), *blocks[at + 1 :]]


def _cut_closings(blocks: list[Block], outlet: Outlet) -> list[Block]:
    """Reads a byline that stands alone as the story's last line, or right after it where it was taken for noise."""
    kept = [i for i, block in enumerate(blocks) if block.kept]
    if len(kept) < 2:
        return blocks
    for at in (kept[-1], kept[-1] + 1):
        block = blocks[at] if at < len(blocks) else None
        if block is None or len(block.text) > _LONGEST_BYLINE or not (block.kept or block.rule == "judge"):
            continue
        if match := next((m for p in outlet.marks.bylines if (m := re.fullmatch(p, block.text))), None):
            return [*blocks[:at], *_split(block, "outlet-byline", match, at_start=True), *blocks[at + 1 :]]
    return blocks
