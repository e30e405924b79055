"""The root command: commands imported when asked for, errors turned into messages and exit codes."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from newscrawl.errors import ExitCode, NewscrawlError
from newscrawl.logs import on_lines, start_log, stop_log

if TYPE_CHECKING:
    from collections.abc import Sequence

# Stated here so that the list of commands needs none of their imports (Scrapy alone takes a second).
COMMANDS = {
    "crawl": "Fetch what is new or due and store it.",
    "scrape": "Fetch single addresses and print their records.",
    "extract": "Turn saved pages, text files and WARC files into records.",
    "ingest": "Store the articles of WARC files from elsewhere.",
    "reextract": "Read the archived pages again by the present rules.",
    "export": "Write the cleaned corpus to files.",
    "search": "Find articles by their words.",
    "browse": "Read the corpus in a browser.",
    "dupes": "List stories that several addresses carry.",
    "explain": "Show block by block what was kept or removed, and why.",
    "removed": "List the largest and most frequent cuts.",
    "history": "List what an article said, revision by revision.",
    "diff": "Show what changed between two revisions of an article.",
    "rules": "List the rules that judge blocks, and what each removed.",
    "noise": "Learn noise from what repeats over an outlet's pages.",
    "schedule": "Crawl outlets when they are due: by cron, systemd or a daemon.",
    "runs": "List, show and prune the runs of a corpus.",
    "health": "Tell which outlets are in trouble, and why.",
    "report": "Draw corpus and crawls on a page to look at.",
    "metrics": "Print numbers for monitoring, in Prometheus' text form.",
    "archive": "Check, measure and prune the pages as fetched.",
    "db": "Check that database, search index and archive are whole; prune the ledger of blocks.",
    "outlets": "List, show and check the outlets that are declared.",
}

log = logging.getLogger(__name__)


class Complaint(click.ClickException):
    """An error for the user, ending the command with the error's own exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it on the class, and reads the instance

    def show(self, file: Any = None) -> None:  # noqa: ARG002  # where it goes is for the log to say
        """Tell the message; with its cause's traceback where that is nothing a user can act on."""
        log.error("%s", self.message, exc_info=None if isinstance(self.__cause__, NewscrawlError) else self.__cause__)


class Commands(click.Group):
    """A group whose commands live in modules of their names, imported when first used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command called ``name``, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"newscrawl.cli.{name}"), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line from its arguments to its exit code, with a log that ends with it."""
        start_log()
        try:
            return super().main(*args, **options)
        finally:
            stop_log()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it raises becomes a message and an exit code."""
        try:
            return super().invoke(ctx)
        except NewscrawlError as error:
            raise Complaint(str(error), error.exit_code) from error
        except KeyboardInterrupt:
            log.error("interrupted.")
            ctx.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:
            _close_output()
            ctx.exit(0)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _report_unexpected(error)


def _close_output() -> None:
    """Keep Python from complaining, at exit, about a reader of stdout that has had enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_unexpected(error: Exception) -> NoReturn:
    with tempfile.NamedTemporaryFile("w", prefix="newscrawl-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(on_lines(traceback.format_exc()) + "\n")
    raise Complaint(f"unexpected {type(error).__name__}: {error}. The traceback is in {file.name}.", 1) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="newscrawl", message="newscrawl %(version)s")
def cli() -> None:
    """Turn news outlets into a clean, dated, searchable corpus in which every removed block is explained."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    sys.exit(cli.main(args=argv, prog_name="newscrawl"))
