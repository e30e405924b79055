"""A crawl in a process of its own: whatever becomes of it, the daemon goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# -P keeps what lies in the working folder from being taken for a library.
PROGRAM = (sys.executable, "-P", "-m", "newscrawl")
"""How this very program is called, from any folder."""


class CrawlProcess:
    """A command under way; ``reason`` tells why it was ended, if it was.

    It is in a session of its own, so that Ctrl-C reaches the daemon alone: a crawl that is interrupted twice breaks
    off.  What it logs goes where the daemon logs; its report is in the corpus anyway.
    """

    def __init__(self, command: Sequence[str], grace: float) -> None:
        self.reason: str | None = None
        self._grace = grace
        self._killer: Timer | None = None
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def wait(self, seconds: float | None) -> int:
        """The exit code, negative where a signal ended it; it is told to end after ``seconds``."""
        with _later(seconds, lambda: self.end("did not end by itself at its max_time")):
            code = self._process.wait()
        if self._killer:
            self._killer.cancel()
        return code

    def end(self, reason: str) -> None:
        """Tell it to finish what is under way; where it does not in time, kill it and its workers."""
        if self.reason is None:
            self.reason = reason
            self._process.terminate()
            self._killer = Timer(self._grace, self._kill)
            self._killer.start()

    def _kill(self) -> None:
        if self._process.poll() is None:
            self.reason = f"{self.reason}, and was killed since it did not obey"
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


@contextmanager
def _later(seconds: float | None, call: Callable[[], None]) -> Iterator[None]:
    """Call after ``seconds``, unless what is done here ends before."""
    if seconds is None:
        yield
        return
    timer = Timer(seconds, call)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
