"""Opening a corpus database, and writing to it without meeting another writer."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlite_utils import Database

from newscrawl.errors import StoreError
from newscrawl.folding import searched
from newscrawl.store.schema import migration_names, migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 60.0
"""How long a writer waits for another one; each holds the database for one short transaction."""


def open_database(path: Path, *, create: bool) -> Database:
    """The database at ``path`` with every migration applied; see ``Store.open``."""
    if create:
        _make_folder(path.parent)
    elif _absent(path):
        raise _missing(path)
    with explained(path):
        db = _connect(path, "mode=rwc" if create else "mode=rw")
        with _closed_on_error(db):
            _check(db, path)
            if migrations.pending(db):
                db.execute("PRAGMA journal_mode=WAL")
                with transaction(db):
                    migrations.apply(db)
            # A killed process loses nothing under NORMAL; a power cut may lose the last commits, never the file.
            db.execute("PRAGMA synchronous=NORMAL")
            return db


def read_database(path: Path, *, one_thread: bool = True) -> Database:
    """The database at ``path`` for reading; see ``Store.read``."""
    if _absent(path):
        raise _missing(path)
    with explained(path):
        db = _connect(path, _reading_mode(path), one_thread=one_thread)
        with _closed_on_error(db):
            db.execute("PRAGMA query_only=ON")
            _check(db, path)
            if migrations.pending(db):
                raise StoreError(f"{path}: was made by an older newscrawl. Run any command that writes to it once.")
            return db


def reading_connection(path: Path) -> sqlite3.Connection:
    """A connection to the database at ``path`` that can only read; any thread may close it.

    Raises:
        StoreError: as ``Store.read``.
    """
    connection: sqlite3.Connection = read_database(path, one_thread=False).conn
    return connection


_ADVICE = {
    sqlite3.SQLITE_NOTADB: "is no SQLite database. Choose another --data folder.",
    sqlite3.SQLITE_CORRUPT: "is damaged ({error}). Put a copy in its place, or move it away and begin anew.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Make room and run again; nothing stored is lost.",
    sqlite3.SQLITE_BUSY: "has been written to by another process for too long. Try again when it is done.",
    sqlite3.SQLITE_READONLY: "cannot be written. Change its permissions or choose another --data folder.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that it is a file, and its permissions.",
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What SQLite has to complain of about ``path``, as a StoreError that says what to do."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):  # our own mistakes, not the file's
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        advice = _ADVICE.get(code, "cannot be used ({error}).")
        raise StoreError(f"{path}: {advice.format(error=error)}") from error


@contextmanager
def transaction(db: Database, *, undo: bool = False) -> Iterator[None]:
    """All or nothing, and alone among writers: waits for its turn before it reads what it will change.

    With ``undo`` it is nothing: what would be changed is seen, and taken back.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("ROLLBACK" if undo else "COMMIT")
    except BaseException:
        db.rollback()
        raise


def rows(db: Database, sql: str, parameters: Any = ()) -> Iterator[dict[str, Any]]:
    """Rows of a query as dicts, one at a time."""
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def first(db: Database, sql: str, parameters: Any = ()) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    return next(rows(db, sql, parameters), None)


@contextmanager
def _closed_on_error(db: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.close()
        raise


def _connect(path: Path, mode: str, *, one_thread: bool = True) -> Database:
    uri = f"file:{quote(str(path.absolute()))}?{mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=one_thread
    )
    connection.create_function("folded", 1, searched, deterministic=True)
    return Database(connection, execute_plugins=False)


def _reading_mode(path: Path) -> str:
    """How to open without leaving anything behind.

    ``mode=ro`` would leave -wal and -shm files beside a database that had none; a connection that could write,
    but is told not to, removes them when it closes.  On a medium that cannot be written the file is all there is.
    """
    if os.access(path.parent, os.W_OK):
        return "mode=rw"
    has_log = path.with_name(path.name + "-wal").exists()
    return "mode=ro" if has_log else "immutable=1"


def _check(db: Database, path: Path) -> None:
    """Refuse a database that is no corpus, or one that a newer newscrawl has changed."""
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied and db.table_names():
        raise StoreError(f"{path}: is an SQLite database, but no newscrawl corpus. Choose another --data folder.")
    if newer := applied - migration_names():
        raise StoreError(f"{path}: was made by a newer newscrawl ({', '.join(sorted(newer))}). Upgrade newscrawl.")


def _absent(path: Path) -> bool:
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def _missing(path: Path) -> StoreError:
    return StoreError(f"{path}: there is no corpus here. Run a crawl first, or name its folder with --data.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be made ({error.strerror}). Choose another --data.") from error
