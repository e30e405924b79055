"""The pool of worker processes in which pages are read: a page that kills or hangs a worker costs itself only."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver, get_context, resource_tracker
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired, ProcessPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE_SECONDS = 30.0
"""How long one page may take; the slowest real page seen took under two seconds."""


def start_workers(count: int | None = None) -> ProcessPool:
    """A pool of ``count`` workers (default: one per usable core) that have the extraction imported."""
    # Forked from a clean server process: no threads or event loop are copied, the imports are shared.
    context = get_context("forkserver")
    context.set_forkserver_preload(["newscrawl.extract"])
    with _interrupts_held_back(), _no_stderr():
        forkserver.ensure_running()
    return ProcessPool(max_workers=count or usable_cores(), context=context)


@dataclass(slots=True)
class Task:
    """A call under way in a worker."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    lives: int = 3
    """It is called again as long as it has any: a worker that dies under it costs two, a pool that breaks one, since
    that may be another's doing."""


class Workers:
    """A pool that goes on whatever happens to its workers: where it breaks, it is started anew with what is left."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = start_workers(count)
        self._tasks: list[Task] = []

    def run(self, function: Callable[..., Any], *args: Any) -> Task:
        """Have ``function`` called in a worker; ``finish`` tells how it ended."""
        task = Task(function, args)
        self._tasks.append(task)
        self._schedule(task)
        return task

    def finish(self, task: Task) -> Future[Any]:
        """The future of ``task``, which is done by then."""
        while not task.future.done():
            wait([task.future], timeout=1.0)
            if not self._pool.active:
                self._start_anew()
        lost = task.future.exception()
        task.lives -= 2 if isinstance(lost, ProcessExpired) else 1
        if isinstance(lost, ProcessExpired | BrokenProcessPool) and task.lives > 0:
            self._schedule(task)
            return self.finish(task)
        self._tasks.remove(task)
        return task.future

    def stop(self) -> None:
        """End all workers, whatever they do."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _schedule(self, task: Task) -> None:
        try:
            task.future = self._pool.schedule(task.function, args=task.args, timeout=PAGE_SECONDS)
        except RuntimeError:
            self._start_anew()

    def _start_anew(self) -> None:
        """A worker that is killed while it holds the pool's lock breaks the pool."""
        self.stop()
        self._pool = start_workers(self._count)
        for task in self._tasks:
            if not task.future.done() or task.future.cancelled():
                self._schedule(task)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Processes started meanwhile never hear of Ctrl-C, nor do those that they fork.

    It reaches the whole process group, but only the parent decides what ends.  They inherit that this thread holds it
    back; to ignore it meanwhile would lose it for the parent as well, since another thread would take it.
    """
    resource_tracker.ensure_running()  # where it has to be started, it lets interrupts through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


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
