"""Whether a page is an article at all, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.records import Block

# Shorter texts are captions, prompts and error messages; news in brief runs to a sentence or two.
SHORTEST = 50
_DISCLAIMING = frozenset({"legal", "outlet-phrase", "outlet-pattern", "code"})


def find_refusal(title: str, blocks: Sequence[Block]) -> str | None:
    """Why the page is no article (``empty``, ``disclaimer-only``, ``too-short``), or None where it is one."""
    kept = sum(len(block.text) for block in blocks if block.kept)
    if kept >= SHORTEST:
        return None
    if not blocks:
        return "empty"
    if not kept and any(block.rule in _DISCLAIMING and len(block.text) > SHORTEST for block in blocks):
        return "disclaimer-only"
    return "too-short"
