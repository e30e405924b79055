"""Worker processes and Ctrl-C: they never hear it, and their parent always does."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from newscrawl import workers


@pytest.fixture
def heard():
    """The interrupts that this process heard."""
    found = []
    before = signal.signal(signal.SIGINT, lambda *_: found.append(True))
    yield found
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_while_workers_start_is_not_lost(heard):
    over = threading.Event()
    other = threading.Thread(target=over.wait)  # threads of Twisted and of the pool would take it
    other.start()
    with workers._interrupts_held_back():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
    over.set()
    other.join()
    assert heard == [True]


def test_workers_do_not_hear_an_interrupt(heard):
    pool = workers.start_workers(1)
    try:
        worker = pool.schedule(os.getpid).result()
        os.kill(worker, signal.SIGINT)
        assert pool.schedule(os.getpid).result() == worker
    finally:
        pool.stop()
        pool.join()
    assert heard == []
