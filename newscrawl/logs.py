"""How the program logs: lines or JSON, on stderr and to a file, without secrets and on one line each."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from newscrawl.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Scalar: TypeAlias = str | int | float | bool | None

TO_USER = "newscrawl.cli"
"""Loggers of this name and below speak to whoever typed the command."""

_about: ContextVar[Mapping[str, Scalar]] = ContextVar("about", default={})  # noqa: B039  # never changed in place

# Whatever a terminal obeys, a reader of lines takes for a line's end or UTF-8 cannot hold: pages choose some of this.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_OWN = frozenset({*logging.makeLogRecord({}).__dict__, "message", "asctime"})


@contextmanager
def about(**fields: Scalar) -> Iterator[None]:
    """Give all that is logged meanwhile these fields, such as ``run``."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def start_log(
    level: int = logging.WARNING,
    *,
    as_json: bool = False,
    file: Path | None = None,
    max_bytes: int = 10_000_000,
    keep: int = 5,
) -> None:
    """Log to stderr, from ``level`` on, and to ``file``, where the runs are told of at least; in place of before.

    A file that would grow beyond ``max_bytes`` is turned over: ``keep`` former ones remain beside it.  As JSON, all
    that reaches stderr is an object a line, and the runs are told of there too.

    Raises:
        UsageError: ``file`` cannot be written.
    """
    thorough = min(level, logging.INFO)
    handlers: list[logging.Handler] = [_Stderr(thorough if as_json else level, as_json=as_json)]
    if file:
        from newscrawl.logfile import LogFile  # so that --help need not import what turns files over

        handlers.append(LogFile(file, max_bytes, keep))
        handlers[-1].setLevel(thorough)
        handlers[-1].setFormatter(JsonFormatter() if as_json else FileFormatter())
    stop_log()
    if as_json:
        sys.stderr = _JsonLines(sys.stderr)
    for handler in handlers:
        logging.getLogger().addHandler(handler)
    logging.getLogger("newscrawl").setLevel(thorough if file or as_json else level)


def stop_log() -> None:
    """Take back what ``start_log`` did."""
    for handler in list(logging.getLogger().handlers):
        if getattr(handler, "is_newscrawls", False):
            logging.getLogger().removeHandler(handler)
            handler.close()
    if isinstance(sys.stderr, _JsonLines):
        sys.stderr = sys.stderr.finish()
    logging.getLogger("newscrawl").setLevel(logging.NOTSET)


def on_a_line(text: str) -> str:
    """``text`` without secrets, and with control characters and ends of lines as escapes."""
    return _CONTROLS.sub(_escaped, without_secrets(text))


def on_lines(text: str) -> str:
    """A text of several lines, such as a traceback, without secrets; all but the first are set in.

    So that no line of it, of which a page may have chosen the words, looks like one of the log.
    """
    return "\n    ".join(on_a_line(line) for line in text.rstrip("\n").split("\n"))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


class TextFormatter(logging.Formatter):
    """Lines for people: the time and what happened; a command's own words to its user as they are."""

    def __init__(self, *, debug: bool) -> None:
        super().__init__(datefmt="%H:%M:%S")
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; with its traceback on more lines."""
        message = on_a_line(record.getMessage())
        if not record.name.startswith(TO_USER):
            line = f"{self.formatTime(record, self.datefmt)} {record.levelname} {message}"
            return line + _traceback(record)
        return f"newscrawl: {message}" + (_traceback(record) if self._debug else "")


class FileFormatter(logging.Formatter):
    """Lines for a file that is read later: the day and time in UTC, who says it and what is known beside."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; with its traceback on more lines."""
        known = "".join(f" {name}={on_a_line(str(value))}" for name, value in _fields(record).items())
        message = on_a_line(record.getMessage())
        return f"{_time(record)} {record.levelname} {record.name}: {message}{known}{_traceback(record)}"


class JsonFormatter(logging.Formatter):
    """An object a line: time, level, logger, message, whatever fields are known, and the exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        told: dict[str, Scalar] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            told["exception"] = self.formatException(record.exc_info)
        whole = {**told, **_fields(record), **told}
        safe = {name: without_secrets(value) if isinstance(value, str) else value for name, value in whole.items()}
        line = json.dumps(safe, ensure_ascii=False)
        return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _traceback(record: logging.LogRecord) -> str:
    if not (record.exc_info and record.exc_info[0]):
        return ""
    return "\n    " + on_lines(logging.Formatter().formatException(record.exc_info))


def _fields(record: logging.LogRecord) -> dict[str, Scalar]:
    """What is known beside the message; of a record of Scrapy's, the outlet of its spider."""
    spider = getattr(record, "spider", None)
    outlet = getattr(spider, "outlet", None)
    given = {name: value for name, value in vars(record).items() if name not in _OWN}
    known = {"outlet": outlet.name} if outlet else {}
    return {**_about.get(), **known, **{name: value for name, value in given.items() if _is_scalar(value)}}


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the time: bars that are drawn there let lines through above them."""

    is_newscrawls = True

    def __init__(self, level: int, *, as_json: bool) -> None:
        logging.Handler.__init__(self, level)
        self.setFormatter(JsonFormatter() if as_json else TextFormatter(debug=level <= logging.DEBUG))

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # a StreamHandler keeps the one it was made with
        """Where records go."""
        return sys.stderr.under if isinstance(sys.stderr, _JsonLines) else sys.stderr


class _JsonLines(io.TextIOBase):
    """Stands for stderr where it is to be JSON: lines that no logger wrote (progress, usage) become objects too."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, under: TextIO) -> None:
        self.under = under
        self._begun = ""

    def write(self, text: str) -> int:
        """Write the lines that are whole by now."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, lines):
            record = logging.LogRecord("stderr", logging.INFO, "", 0, line, None, None)
            self.under.write(JsonFormatter().format(record) + "\n")
        return len(text)

    def flush(self) -> None:
        """Let nothing wait."""
        self.under.flush()

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The number of the file beneath."""
        return self.under.fileno()

    def finish(self) -> TextIO:
        """Write what has no end of line yet, and give back what was stderr before."""
        if self._begun:
            self.write("\n")
        return self.under
