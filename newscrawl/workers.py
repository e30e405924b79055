"""The pool of worker processes in which pages are read: a page that kills or hangs a worker costs itself only."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context

from pebble import ProcessPool

PAGE_SECONDS = 30.0
"""How long one page may take; the slowest real page seen took under two seconds."""


def start_workers(count: int | None = None) -> ProcessPool:
    """A pool of ``count`` workers (default: one per usable core) that have the extraction imported."""
    # Forked from a clean server process: no threads or event loop are copied, the imports are shared.
    context = get_context("forkserver")
    context.set_forkserver_preload(["newscrawl.extract"])
    return ProcessPool(max_workers=count or usable_cores(), context=context, initializer=_leave_interrupts)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _leave_interrupts() -> None:
    """Ctrl-C reaches the whole process group; only the parent decides what ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
