"""All rules as they are listed: those that judge blocks, in their order, then those that look at what they left."""

from __future__ import annotations

from typing import NamedTuple

from newscrawl.noise.rules import RULES, Rule


class Listed(NamedTuple):
    """A rule by its name in the ledger: its family, whether it keeps or removes, and what blocks it takes."""

    name: str
    family: str
    keeps: bool
    what: str


_APART = (
    Listed("prefix", "outlet", False, "An opening of the first paragraph that the outlet's `marks.prefixes` match."),
    Listed("code", "outlet", False, "A code at a block's start or end that the outlet's `marks.codes` match."),
    Listed("outlet-byline", "outlet", False, "The last line, where the outlet's `marks.bylines` match it."),
    Listed("page-repeat", "pages", False, "On a further page of an article: what an earlier one has."),
    Listed("page-mark", "pages", False, 'In an article of several pages: "Page 2 of 3" and the like.'),
    Listed("page-refused", "pages", False, "All of a further page that is a wall or an error page."),
    Listed("recovered", "scripts", True, "Text carried for scripts alone, where the visible story is thin."),
)


def _told(rule: Rule) -> str:
    return " ".join((rule.test.__doc__ or "").split()).replace("``", "`")


CATALOGUE: tuple[Listed, ...] = (
    *(Listed(rule.name, rule.family, rule.keeps, _told(rule)) for rule in RULES),
    *_APART,
)

RULE_NAMES = tuple(dict.fromkeys(listed.name for listed in CATALOGUE))
