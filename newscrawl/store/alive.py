"""Which runs are alive, and which outlets are being crawled: each holds a lock.

The system lets it go when the process ends, however it ends.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from newscrawl.errors import LockedError


def hold(database: Path, run: int) -> FileLock:
    """Show that ``run`` is alive, until the lock is let go or this process ends."""
    lock = FileLock(f"{database.absolute()}.run-{run}", timeout=0)
    lock.acquire()
    return lock


def take(database: Path, outlet: str) -> FileLock:
    """Take ``outlet`` for this process, until the lock is let go or the process ends.

    Raises:
        LockedError: another process has it.
    """
    lock = FileLock(f"{database.absolute()}.outlet-{outlet}", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(f"{outlet}: another crawl of it is running. Try again when it is done.") from None
    return lock


def take_turn(database: Path) -> FileLock:
    """Be the one process that tells hooks, until the lock is let go; waits for its turn.

    Raises:
        LockedError: another process takes very long.
    """
    lock = FileLock(f"{database.absolute()}.hooks", timeout=60)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError("another process is telling hooks. What is left is told at the next run.") from None
    return lock


def let_go(lock: FileLock) -> None:
    """Show that a run is over, and leave no file behind."""
    lock.release()
    Path(lock.lock_file).unlink(missing_ok=True)


def is_alive(database: Path, run: int) -> bool:
    """Whether the process of ``run`` lives; what a dead one left behind is removed."""
    try:
        let_go(hold(database, run))
    except Timeout:
        return True
    return False
