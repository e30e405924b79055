"""Runs the shell and Python blocks of the docs, page by page, and writes below each what it prints.

A page is run from top to bottom in a checkout of its own, as a reader would: in one shell, so that a folder entered or
a variable set stays.  No address but loopback is reached.  A ``text`` block right below is what the block prints.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOWTO = ROOT / "docs" / "howto"
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "tutorial.md",
    HOWTO / "debug-an-article.md",
    HOWTO / "reextract.md",
    HOWTO / "keep-a-corpus.md",
)
WIDTH = 130
PORTS = ("8000", "8040")
"""Those that pages name; each run takes free ones in their place."""
SECONDS = 240

BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^>\n]+) -->\n)?"
    r"^```(?P<language>sh|python)\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<shown>.*?)^```\n)?",
    re.M | re.S,
)
_VOLATILE = (
    (r"\b\d{8}T\d{6}Z-[0-9a-f]{6}\b", "FILE"),
    (r"\b[0-9a-f]{12,64}\b", "HASH"),
    (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?", "DATE"),
    (r"\b\d\d/\d\d/\d{4}\b", "DATE"),
    (r"\b\d\d:\d\d:\d\d\b", "TIME"),
    (r"(?<![\w:])(?:\d{6,}|\d{1,3}(?:,\d{3})+)\b", "SIZE"),
    (r"\b\d+(?:\.\d+)?(?= ?(?:s|ms|seconds?|records/s)\b)", "SPAN"),
    (r"[ ─-]{2,}", " "),
)
_LOG_LINE = re.compile(r"\d\d:\d\d:\d\d [A-Z]+ ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a page that a reader may type, with what the page says it prints."""

    language: str
    code: str
    shown: str | None
    reason: str | None
    """Why it is not run, if so."""

    @property
    def script(self) -> str:
        """The block as shell."""
        return self.code if self.language == "sh" else f"python - <<'END_OF_PYTHON'\n{self.code}END_OF_PYTHON\n"


class FailedError(Exception):
    """A block that did not end with 0."""


def blocks(text: str) -> list[Block]:
    """The blocks of a page, in order."""
    return [Block(**match.groupdict()) for match in BLOCK.finditer(text)]


def run(page: list[Block], folder: Path) -> list[str]:
    """What each of the blocks prints, run in order in ``folder``; nothing for one that is not run.

    Raises:
        FailedError: a block ended with another code than 0, or the page takes too long.
    """
    checkout, printed = folder / "newscrawl", folder / "printed"
    printed.mkdir()
    _make_checkout(checkout)
    own = {str(_free_port()): port for port in PORTS}
    parts = ["set -e"]
    for number, block in enumerate(page):
        if block.reason is None:
            script = _replaced(block.script, {port: free for free, port in own.items()})
            parts.append(f"{{\n{script}}} >{printed}/{number:03} 2>&1")
    (folder / "script").write_text("\n".join(parts), encoding="utf-8")
    code = _run_shell(folder / "script", checkout)
    said = {int(file.name): file.read_text("utf-8") for file in sorted(printed.iterdir())}
    if code:
        last = max(said, default=0)
        raise FailedError(f"ended with {code}:\n{page[last].code}\nafter it printed:\n{said.get(last, '')[-3000:]}")
    return [_replaced(said.get(n, ""), own | {str(checkout): "/home/you/newscrawl"}) for n in range(len(page))]


def _replaced(text: str, names: dict[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text


def _make_checkout(folder: Path) -> None:
    """A checkout of what is here now, with the environment of the Python that runs this as its ``.venv``."""
    environment = folder / ".venv"
    (folder / "data").mkdir(parents=True)
    environment.mkdir()
    own = {".venv", ".git", "build", "data"}
    for entry in ROOT.iterdir():
        if entry.name not in own:
            (folder / entry.name).symlink_to(entry)
    (folder / "data" / "demo.warc.gz").symlink_to(ROOT / "data" / "demo.warc.gz")
    for entry in Path(sys.prefix).iterdir():
        if entry.name != "done":
            (environment / entry.name).symlink_to(entry)
    (environment / "done").touch()


def _run_shell(script: Path, folder: Path) -> int:
    """The exit code of ``script`` in ``folder``; what it left running is ended."""
    dead = "http://127.0.0.1:9"  # nothing listens there, so no request leaves this machine
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TERM") if name in os.environ}
    surroundings = kept | {"HOME": str(folder.parent), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    surroundings |= {"http_proxy": dead, "https_proxy": dead, "no_proxy": "127.0.0.1,localhost"}
    process = subprocess.Popen(
        ["sh", script], stdin=subprocess.DEVNULL, cwd=folder, env=surroundings, start_new_session=True
    )
    try:
        return process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def as_shown(printed: str) -> str:
    """What a block printed as a page shows it: long lines cut, no space at their ends."""
    lines = (line.rstrip() for line in printed.strip("\n").split("\n"))
    return "".join(f"{line if len(line) <= WIDTH else line[: WIDTH - 1] + '…'}\n" for line in lines)


def agree(shown: str, printed: str) -> bool:
    """Whether a page shows what a block printed, but for what differs from run to run: hashes, times, alignment."""
    pairs = zip_longest(_comparable(shown), _comparable(as_shown(printed)))
    return all(one is not None and other is not None and _same(one, other) for one, other in pairs)


def _comparable(text: str) -> list[str]:
    """The lines of ``text`` without what differs from run to run; neighbouring lines of a log in one order."""
    lines: list[str] = []
    logged: list[str] = []
    for line in text.rstrip("\n").split("\n"):
        kept = _masked(line)
        if _LOG_LINE.match(line):
            logged.append(kept)
        else:
            lines += [*sorted(logged), kept]
            logged = []
    return lines + sorted(logged)


def _masked(line: str) -> str:
    for pattern, name in _VOLATILE:
        line = re.sub(pattern, name, line)
    return line.strip()


def _same(one: str, other: str) -> bool:
    """Whether lines are equal; of lines that were cut, which is at another place where columns are wider, the most."""
    cut = one.endswith("…") and other.endswith("…")
    size = min(len(one), len(other)) - 12 if cut else None
    return one[:size] == other[:size]


def written(text: str, printed: list[str]) -> str:
    """The page with what its blocks printed, where that is not what it shows already."""
    said = iter(printed)

    def renew(match: re.Match[str]) -> str:
        now = next(said)
        shown = match["shown"]
        if shown is None or match["reason"] or agree(shown, now):
            return match[0]
        start, end = (place - match.start() for place in match.span("shown"))
        return match[0][:start] + as_shown(now) + match[0][end:]

    return BLOCK.sub(renew, text)


if __name__ == "__main__":
    for page in PAGES:
        text = page.read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(written(text, run(blocks(text), Path(folder))), encoding="utf-8")
