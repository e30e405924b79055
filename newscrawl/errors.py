"""What can go wrong, as errors that name their subject and say what to do; and how commands end."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command returns."""

    DONE = 0
    """Done; also when nothing was new or due, or at ``max_time``; ``http-404`` and the like are no failures."""
    UNEXPECTED = 1
    """Unexpected error; the message names a file with its traceback."""
    USAGE = 2
    """Wrong usage, or a file or setting that cannot be used."""
    NOT_ALL_WELL = 3
    """Finished, but an outlet could use none of its sources, pages ended in ``error``, or another crawl had one."""
    TROUBLE = 4
    """``health``, ``schedule status`` or a check found trouble, or a guard stopped what would take too much away."""
    NOTHING_FETCHED = 5
    """Nothing could be fetched."""
    LOCKED = 75
    """Another process holds all that was asked for; try again later."""
    INTERRUPTED = 130
    """Interrupted; what was done is kept."""


class NewscrawlError(Exception):
    """Base of every error a user can act on; ``exit_code`` is what a command returns for it."""

    exit_code = ExitCode.UNEXPECTED


class UsageError(NewscrawlError):
    """An argument, a file or a setting that cannot be used as given."""

    exit_code = ExitCode.USAGE


class OutletError(UsageError):
    """An outlet file that is missing, malformed or refers to something unknown."""


class ConfigError(UsageError):
    """A ``newscrawl.toml`` or environment value that cannot be used."""


class StoreError(UsageError):
    """A corpus that is missing, newer than this program, or damaged."""


class ArchiveError(UsageError):
    """A WARC file that cannot be read or written."""


class ExportError(UsageError):
    """An export that could not be written."""


class GuardError(NewscrawlError):
    """A change that would take too much away."""

    exit_code = ExitCode.TROUBLE


class LockedError(NewscrawlError):
    """Another run holds what this one needs."""

    exit_code = ExitCode.LOCKED


class RefusedError(NewscrawlError):
    """A page that is no article; ``reason`` names why (``too-short``, ``disclaimer-only``, ...)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
