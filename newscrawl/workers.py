"""The pool of worker processes in which pages are read: a page that kills or hangs a worker costs itself only."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from multiprocessing import forkserver, get_context
from typing import TYPE_CHECKING

from pebble import ProcessPool

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_SECONDS = 30.0
"""How long one page may take; the slowest real page seen took under two seconds."""


def start_workers(count: int | None = None) -> ProcessPool:
    """A pool of ``count`` workers (default: one per usable core) that have the extraction imported."""
    # Forked from a clean server process: no threads or event loop are copied, the imports are shared.
    context = get_context("forkserver")
    context.set_forkserver_preload(["newscrawl.extract"])
    with _interrupts_ignored(), _no_stderr():
        forkserver.ensure_running()
    return ProcessPool(max_workers=count or usable_cores(), context=context)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C from their first moment on, as do those that they fork.

    It reaches the whole process group, but only the parent decides what ends.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone may set handlers
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _no_stderr() -> Iterator[None]:
    """Processes started meanwhile have nothing to say on stderr, nor have those that they fork.

    What goes wrong in a worker reaches the parent, which tells of it; a worker that starts while its parent ends
    would print a traceback of its own.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
