"""The database's tables as the docs list them: names and types from a new corpus, meanings as the page has them."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from newscrawl.records import NOT_IN_RECORD, Article
from newscrawl.store import Store

# What SQLite and its index of words keep for themselves.
_INNER = re.compile(r"sqlite_|_sqlite_|search_(?:data|idx|docsize|config)$")
_RECORD = frozenset(field.name for field in fields(Article) if field.name not in NOT_IN_RECORD)


def columns() -> dict[str, dict[str, str]]:
    """Each table of a new corpus, and the type of each of its columns; of articles, those that are no record's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.db"
        Store.open(path, create=True).close()
        with closing(sqlite3.connect(path)) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            kept = [name for name in names if not _INNER.match(name)]
            return {name: _columns(db, name) for name in kept}


def _columns(db: sqlite3.Connection, table: str) -> dict[str, str]:
    found = db.execute(f'SELECT name, type FROM pragma_table_info("{table}")')
    hidden = _RECORD if table == "articles" else frozenset()
    return {name: kind.lower() or "text" for name, kind in found if name not in hidden}


def page(text: str) -> str:
    """The page with the tables as they are now; what is new stands there without a meaning, for you to write."""
    introduction, *sections = re.split(r"^## `(\w+)`\n", text, flags=re.M)
    known = dict(zip(sections[::2], sections[1::2], strict=True))
    parts = [_section(name, found, known.get(name, "")) for name, found in columns().items()]
    return introduction + "\n".join(parts)


def _section(name: str, found: dict[str, str], known: str) -> str:
    said = known.partition("\n| ")[0].strip()
    meanings = dict(re.findall(r"^\| `(\w+)` \| \w+ \| (.*) \|$", known, re.M))
    rows = [f"| `{column}` | {kind} | {meanings.get(column, '')} |" for column, kind in found.items()]
    return "\n".join([f"## `{name}`", "", said, "", "| column | type | meaning |", "|---|---|---|", *rows, ""])


def unexplained(text: str) -> list[str]:
    """The tables and columns of a page that have no meaning."""
    bare = re.findall(r"^## `(\w+)`\n\n\n", text, re.M)
    return bare + re.findall(r"^\| `(\w+)` \| \w+ \| *\|$", text, re.M)
