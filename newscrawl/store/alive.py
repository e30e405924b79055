"""Which runs are alive: each holds a lock that the system lets go when its process ends, however it ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


def hold(database: Path, run: int) -> FileLock:
    """Show that ``run`` is alive, until the lock is let go or this process ends."""
    lock = FileLock(f"{database.absolute()}.run-{run}", timeout=0)
    lock.acquire()
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
