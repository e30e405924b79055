"""What can go wrong, as errors that name their subject and say what to do."""


class NewscrawlError(Exception):
    """Base of every error a user can act on; ``exit_code`` is what a command returns for it."""

    exit_code = 1


class UsageError(NewscrawlError):
    """An argument, a file or a setting that cannot be used as given."""

    exit_code = 2


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

    exit_code = 4


class LockedError(NewscrawlError):
    """Another run holds what this one needs."""

    exit_code = 75


class RefusedError(NewscrawlError):
    """A page that is no article; ``reason`` names why (``too-short``, ``disclaimer-only``, ...)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
