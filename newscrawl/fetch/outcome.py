"""What a failed fetch means for an address: a state, and the reason in words."""

from __future__ import annotations

from http import HTTPStatus

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

ERROR = "error"
TOO_LARGE = "too-large"
UNCHANGED = "unchanged"
OFFSITE = "offsite"
ROBOTS = "robots"

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


def _explain_status(status: int) -> tuple[str, str]:
    if status == HTTPStatus.NOT_MODIFIED:
        return UNCHANGED, "the site says that it has not changed"
    try:
        return f"http-{status}", HTTPStatus(status).phrase
    except ValueError:
        return f"http-{status}", "a status of the site's own"


def _explain_refusal(message: str) -> tuple[str, str]:
    """Scrapy's middlewares refuse with one exception and different messages."""
    if "robots.txt" in message:
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
