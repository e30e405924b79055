"""Blocks that repeat, as proposed, and what was decided of them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.errors import UsageError
from newscrawl.imprint import storable
from newscrawl.noise.repeated import fingerprint
from newscrawl.outlet import LearnedBlock
from newscrawl.store.database import rows
from newscrawl.store.ledger import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from newscrawl.store.repetition import Repetition

PROPOSED, APPROVED, REJECTED = "proposed", "approved", "rejected"

_EXAMPLES = 3
_LOOKED_AT = 30
_COLUMNS = ("outlet", "number", "state", "text", "pages", "of", "kept_on", "examples")


class Example(NamedTuple):
    """An article whose page has the block."""

    title: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedBlock:
    """A block on ``pages`` of ``of`` pages of an outlet; ``state`` is ``proposed``, ``approved`` or ``rejected``.

    ``kept_on`` is how many articles had it in their text when it was proposed.
    """

    outlet: str
    number: int
    state: str
    text: str
    pages: int
    of: int
    kept_on: int
    examples: tuple[Example, ...]

    @property
    def characters(self) -> int:
        """How much it adds to the texts of these articles."""
        return self.kept_on * len(self.text)


class Described(NamedTuple):
    """A repetition with the block's text and articles that show it."""

    made: Repetition
    text: str
    examples: tuple[Example, ...]


def describe(db: Database, outlet: str, found: Iterable[Repetition]) -> list[Described]:
    """What repeats, as stored articles show it; what would remove most comes first."""
    told = (_describe(db, outlet, made) for made in found)
    return sorted(filter(None, told), key=lambda one: (-one.made.kept_on * len(one.text), -one.made.pages, one.text))


def _describe(db: Database, outlet: str, made: Repetition) -> Described | None:
    """None where no article that is stored shows it any more."""
    shown = list(
        rows(
            db,
            """
            SELECT articles.id, articles.title, articles.url FROM noise_pages
            CROSS JOIN noise_prints ON page = noise_pages.id AND print = ? JOIN articles ON articles.id = article_id
            WHERE noise_pages.outlet = ? ORDER BY address LIMIT ?
            """,
            [made.fingerprint, outlet, _LOOKED_AT],
        )
    )
    texts = (_text(db, row["id"], made.fingerprint) for row in shown)
    text = next(filter(None, texts), None)
    examples = {row["title"]: Example(row["title"], row["url"]) for row in reversed(shown)}
    return Described(made, text, tuple(examples.values())[::-1][:_EXAMPLES]) if text else None


def _text(db: Database, article_id: str, wanted: int) -> str | None:
    return next((block.text for block in read_blocks(db, article_id) if fingerprint(block.text) == wanted), None)


def propose(db: Database, outlet: str, found: Sequence[Described]) -> None:
    """Make ``found`` the proposals of ``outlet``, in place of former ones; what was decided stays as it is.

    A block keeps its number as long as it is proposed; new ones are numbered in the order given.
    """
    known = {row["fingerprint"]: row for row in rows(db, "SELECT * FROM noise_blocks WHERE outlet = ?", [outlet])}
    db.execute("DELETE FROM noise_blocks WHERE outlet = ? AND state = ?", [outlet, PROPOSED])
    last = max((row["number"] for row in known.values()), default=0)
    for made, text, examples in found:
        row = known.get(made.fingerprint)
        if row and row["state"] != PROPOSED:
            continue
        last += row is None
        number = row["number"] if row else last
        listed = json.dumps(examples, ensure_ascii=False)
        values = (outlet, number, PROPOSED, text, made.pages, made.of, made.kept_on, listed, made.fingerprint)
        db.execute(
            f"INSERT INTO noise_blocks ({', '.join(_COLUMNS)}, fingerprint) VALUES ({', '.join('?' * len(values))})",
            [storable(value) if isinstance(value, str) else value for value in values],
        )


def decide(db: Database, outlet: str, numbers: Iterable[int], state: str) -> None:
    """Approve or reject blocks of ``outlet`` by their numbers.

    Raises:
        UsageError: there is no block of one of these numbers.
    """
    known = {block.number for block in blocks_of(db, outlet)}
    for number in numbers:
        if number not in known:
            raise UsageError(
                f"{outlet}: no repeated block has the number {number}. `newscrawl noise list {outlet}` names them."
            )
        db.execute("UPDATE noise_blocks SET state = ? WHERE outlet = ? AND number = ?", [state, outlet, number])


def blocks_of(db: Database, outlet: str | None = None, state: str | None = None) -> Iterator[RepeatedBlock]:
    """Repeated blocks (default: of all outlets, in any state) by outlet and number."""
    conditions = [(name, value) for name, value in (("outlet", outlet), ("state", state)) if value is not None]
    where = " AND ".join(f"{name} = ?" for name, _ in conditions) or "1"
    found = rows(
        db,
        f"SELECT {', '.join(_COLUMNS)} FROM noise_blocks WHERE {where} ORDER BY outlet, number",
        [value for _, value in conditions],
    )
    return (_block(row) for row in found)


def learned_of(db: Database) -> dict[str, frozenset[LearnedBlock]]:
    """The approved blocks by outlet."""
    found: dict[str, set[LearnedBlock]] = defaultdict(set)
    sql = "SELECT outlet, fingerprint, pages, of FROM noise_blocks WHERE state = ?"
    for outlet, *block in db.execute(sql, [APPROVED]):
        found[outlet].add(LearnedBlock(*block))
    return {outlet: frozenset(blocks) for outlet, blocks in found.items()}


def _block(row: dict[str, Any]) -> RepeatedBlock:
    row["examples"] = tuple(Example(*example) for example in json.loads(row["examples"]))
    return RepeatedBlock(**row)
