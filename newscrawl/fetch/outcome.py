"""What a failed fetch means for an address: a state, and the reason in words."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from newscrawl.fetch.offsite import OffsiteError

if TYPE_CHECKING:
    from collections.abc import Mapping

ERROR = "error"
TOO_LARGE = "too-large"
UNCHANGED = "unchanged"
OFFSITE = "offsite"
ROBOTS = "robots"

_BY_STATUS = "downloader/response_status_count/"
_BY_EXCEPTION = "downloader/exception_type_count/"
_NOT_SENT = frozenset({"DownloadCancelledError", "IgnoreRequest", "OffsiteError"})

_ENDED = {
    CannotResolveHostError: "the host's name is not known",
    DownloadConnectionRefusedError: "the host refused the connection",
    DownloadTimeoutError: "no answer in time",
    ResponseDataLossError: "the answer was cut off",
}


def explain_failure(error: BaseException | None) -> tuple[str, str] | None:
    """State and reason of an address whose fetch ended in ``error``; None where it was never sent and can wait."""
    if isinstance(error, HttpError):
        return _explain_status(error.response.status)
    if isinstance(error, OffsiteError):
        return OFFSITE, str(error)
    if isinstance(error, IgnoreRequest):
        return _explain_refusal(str(error))
    if isinstance(error, DownloadCancelledError):
        return (TOO_LARGE, "larger than a page may be") if "max size" in str(error) else None
    return ERROR, _explain_break(error)


def measured_status(state: str, reason: str) -> str:
    """The status under which a source's failure is measured: that of HTTP, or what went wrong in words."""
    if state == UNCHANGED:
        return "304"
    return state.removeprefix("http-") if state.startswith("http-") else reason


def answers(stats: Mapping[str, Any]) -> dict[str, int]:
    """Answers by HTTP status, and how many requests ``failed``, by Scrapy's ``stats`` of a crawl."""
    found = {key.rpartition("/")[2]: count for key, count in stats.items() if key.startswith(_BY_STATUS)}
    kinds = {key.rpartition(".")[2]: count for key, count in stats.items() if key.startswith(_BY_EXCEPTION)}
    failed = sum(count for kind, count in kinds.items() if kind not in _NOT_SENT)
    return found | ({"failed": failed} if failed else {})


def _explain_status(status: int) -> tuple[str, str]:
    if status == HTTPStatus.NOT_MODIFIED:
        return UNCHANGED, "the site says that it has not changed"
    try:
        return f"http-{status}", HTTPStatus(status).phrase
    except ValueError:
        return f"http-{status}", "a status of the site's own"


def _explain_refusal(message: str) -> tuple[str, str]:
    """Scrapy's middlewares refuse with one exception and different messages."""
    if message == "Forbidden by robots.txt":
        return ROBOTS, "robots.txt does not allow it"
    if "DOWNLOAD_MAXSIZE" in message:
        return TOO_LARGE, "larger than a page may be, once decompressed"
    if "redirections" in message:
        return ERROR, "redirected without end"
    return ERROR, message


def _explain_break(error: BaseException | None) -> str:
    said = str(error)
    if "certificate" in said:
        return "its certificate cannot be trusted"
    known = next((words for kind, words in _ENDED.items() if isinstance(error, kind)), None)
    return known or f"the connection failed ({type(error).__name__}: {said[:200]})"
