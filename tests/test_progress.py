"""Progress is shown where somebody looks, and never on stdout."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from newscrawl import progress
from newscrawl.progress import Progress

WORK = """
import logging
from newscrawl.logs import start_log
from newscrawl.progress import Progress
start_log()
with Progress() as shown:
    shown.expect("sana", 3)
    shown.advance("sana", 2)
    logging.warning("a word meanwhile")
    shown.advance("sana")
"""


def test_lines_are_written_now_and_then_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    with Progress() as shown:
        shown.expect("sana", 3)
        shown.advance("sana")
        shown.expect("menafn", 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["sana 0 of 3", "sana 1 of 3", "menafn 0 of 1, sana 1 of 3"]


def test_short_work_says_nothing(capsys):
    with Progress() as shown:
        shown.expect("sana", 3)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_bars_and_log_lines_above_them():
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen([sys.executable, "-c", WORK], stderr=follower, stdout=subprocess.PIPE, env=environment)
    out, _ = process.communicate(timeout=30)
    os.close(follower)
    seen = b""
    while chunk := read(leader):
        seen += chunk
    assert b"3/3" in seen
    assert seen.count(b"a word meanwhile") == 1
    assert out == b""


def read(file: int) -> bytes:
    try:
        return os.read(file, 65536)
    except OSError:  # the other end is closed
        return b""
