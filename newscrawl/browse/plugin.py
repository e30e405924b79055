"""What Datasette asks of us: routes to our pages, links in its tables, safe text, and errors told plainly."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

from newscrawl.browse import pages
from newscrawl.browse.guard import guarded
from newscrawl.browse.reading import article_path, direction, moment, safe_link
from newscrawl.errors import NewscrawlError
from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from jinja2 import Environment

NAME = "newscrawl"
_IDS = frozenset({"article", "article_id"})  # Columns, of tables and of saved queries, that hold an article's id.
_LOG = logging.getLogger("newscrawl.browse")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Our pages by address."""
    article = r"^/article/(?P<id>[^/]+)"
    return [
        (r"^/$", pages.home),
        (r"^/search$", pages.search),
        (rf"{article}$", pages.article),
        (rf"{article}/revisions$", pages.revisions),
        (rf"{article}/diff/(?P<first>[0-9]{{1,9}})/(?P<second>[0-9]{{1,9}})$", pages.diff),
        (r"^/report$", pages.report),
    ]


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Every answer, guarded."""
    return lambda app: guarded(app, pages.DATABASE)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Text of pages, wherever it is shown, without the characters that reorder or control what stands around it."""
    env.finalize = _shown
    env.globals |= {"database_name": pages.DATABASE, "has_report": pages.has_report()}
    for use in (direction, safe_link, article_path, moment):
        env.filters[use.__name__] = use


@hookimpl
def render_cell(value: Any, column: str, table: str | None) -> Markup | None:
    """Ids of articles lead to their pages."""
    if isinstance(value, str) and (column in _IDS or (table == "articles" and column == "id")):
        return Markup('<a href="{}">{}</a>').format(article_path(value), printable(value))
    return None


@hookimpl
def handle_exception(datasette: Datasette, request: Any, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """A page that says what is wrong; what nobody foresaw goes to the log as well."""

    async def told() -> Response:
        status, message = _complaint(exception)
        if status == 500:
            _LOG.error("%s: %s", request.path, exception, exc_info=exception)
        if request.path.partition("?")[0].endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": status}, status=status)
        context = {"status": status, "error": message}
        return Response.html(await datasette.render_template("error.html", context, request=request), status=status)

    return told


def _complaint(exception: Exception) -> tuple[int, str]:
    """Status and message of an error."""
    if isinstance(exception, DatasetteError):
        message = exception.title if exception.message_is_html else exception.message
        return exception.status, str(message or "This cannot be shown.")
    if isinstance(exception, Base400):
        return exception.status, str(exception) or "There is nothing here."
    if isinstance(exception, NewscrawlError):
        return 400, str(exception)
    return 500, "Something unforeseen went wrong; the terminal that newscrawl browse runs in says what."


def _shown(value: Any) -> Any:
    if isinstance(value, Markup):
        return Markup(printable(value))  # Already escaped, and taking characters away opens nothing.
    return printable(value) if isinstance(value, str) else value
