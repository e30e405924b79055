"""All rules as they are listed: those that judge blocks, in their order, and those that cut marks off blocks."""

from __future__ import annotations

from typing import NamedTuple

from newscrawl.noise.rules import RULES


class Listed(NamedTuple):
    """A rule by its name in the ledger: its family, whether it keeps or removes, and what blocks it takes."""

    name: str
    family: str
    keeps: bool
    what: str


_MARKS = (
    Listed("prefix", "outlet", False, "An opening of the first paragraph that the outlet's `marks.prefixes` match."),
    Listed("code", "outlet", False, "A code at a block's start or end that the outlet's `marks.codes` match."),
    Listed("outlet-byline", "outlet", False, "The last line, where the outlet's `marks.bylines` match it."),
)

CATALOGUE: tuple[Listed, ...] = (
    *(Listed(rule.name, rule.family, rule.keeps, " ".join((rule.test.__doc__ or "").split())) for rule in RULES),
    *_MARKS,
)

RULE_NAMES = tuple(dict.fromkeys(listed.name for listed in CATALOGUE))
