"""Whether a page is an article at all, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.noise.walls import find_wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.records import Block

# Shorter texts are captions, prompts and error messages; news in brief runs to a sentence or two.
SHORTEST = 50
_STUBS = frozenset({"empty", "too-short", "disclaimer-only"})
_DISCLAIMING = frozenset({"learned", "legal", "outlet-phrase", "outlet-pattern", "code"})


def find_refusal(title: str, blocks: Sequence[Block]) -> str | None:
    """Why the page is no article, or None where it is one.

    The reasons are ``empty``, ``disclaimer-only``, ``too-short`` and those of walls: ``consent-wall``, ``paywall``,
    ``login-wall``, ``bot-check`` and ``error-page``.
    """
    if not blocks:
        return "empty"
    kept = [block.text for block in blocks if block.kept]
    short = sum(map(len, kept)) < SHORTEST
    # What stands for the story on a wall is hardly ever taken for one, so all that is shown must be looked at.
    wall = find_wall(title, "\n".join(block.text for block in blocks) if short else "\n".join(kept))
    if wall:
        return wall.category
    if not short:
        return None
    if not kept and any(block.rule in _DISCLAIMING and len(block.text) > SHORTEST for block in blocks):
        return "disclaimer-only"
    return "too-short"


def find_wall_refusal(title: str, blocks: Sequence[Block]) -> str | None:
    """Why a further page of an article cannot be part of it, however short it may be; None where it can."""
    reason = find_refusal(title, blocks)
    return None if reason in _STUBS else reason
