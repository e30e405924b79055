"""Our pages: the corpus at a glance, answers to a search, an article, its revisions and what changed between them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Response
from markupsafe import Markup, escape

from newscrawl.browse.inquiry import FACETS, PAGE, Inquiry
from newscrawl.browse.reading import article_path, lay_out, said_of_date
from newscrawl.errors import UsageError
from newscrawl.query import Snippet
from newscrawl.revisions import compare, steps
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from newscrawl.revisions import Change

Answer = TypeVar("Answer")
DATABASE = "corpus"
"""Under which name Datasette knows the corpus."""
_NEWEST = 12
_OPENING = 240  # Characters of a text that are listed under its title.


async def home(request: Request, datasette: Datasette) -> Response:
    """The corpus at a glance: its newest articles, its outlets, and where to go on."""

    def told(store: Store) -> dict[str, Any]:
        outlets = store.outlets()
        return {
            "newest": [_listed(record) for record in store.newest(limit=_NEWEST)],
            "outlets": outlets,
            "articles": sum(outlet.articles for outlet in outlets),
            "runs": store.runs()[:1],
        }

    queries = await datasette.get_canned_queries(DATABASE, request.actor)
    context = await _ask(datasette, told) | {"queries": queries}
    return await _page(datasette, request, "home.html", context)


async def search(request: Request, datasette: Datasette) -> Response:
    """Articles that answer an inquiry, a page of them, and how all divide; an id or address leads to its article."""
    inquiry = Inquiry.of({name: request.args.getlist(name) for name in request.args})
    if meant := await _ask(datasette, lambda store: store.article(inquiry.words)):
        return Response.redirect(article_path(meant["id"]))
    try:
        filters = inquiry.filters
        context = await _ask(datasette, lambda store: _answers(store, inquiry, filters))
    except UsageError as error:
        context = {"complaint": str(error), "answers": [], "articles": 0, "pages": 1, "facets": {}}
    return await _page(datasette, request, "search.html", context | {"inquiry": inquiry, "names": FACETS})


async def article(request: Request, datasette: Datasette) -> Response:
    """An article; with ``removed`` in its address, the same page with all that was taken out of it."""
    number = tilde_decode(request.url_vars["id"])
    removed, hidden = "removed" in request.args, frozenset(request.args.getlist("hide"))

    def told(store: Store) -> dict[str, Any]:
        record = _record(store, number)
        cluster = store.cluster(record["cluster_id"]) if record["cluster_id"] else None
        others = [member for member in cluster.members if member.id != record["id"]] if cluster else []
        return {
            "record": record,
            "layout": lay_out(store.blocks(record["id"]), record["text"], removed=removed, hidden=hidden),
            "others": others,
            "also_at": sorted(set(record["also_at"]) - {member.url for member in others}),
        }

    context = await _ask(datasette, told)
    path = article_path(context["record"]["id"])
    more = {
        "removed": removed,
        "path": path,
        "row": f"/{DATABASE}/articles/{path.rpartition('/')[2]}",
        "hiding": lambda rule: urlencode([("removed", ""), *(("hide", one) for one in sorted(hidden ^ {rule}))]),
        "said_of_date": list(said_of_date(context["record"])),
    }
    return await _page(datasette, request, "article.html", context | more)


async def revisions(request: Request, datasette: Datasette) -> Response:
    """What an article said, revision by revision."""

    def told(store: Store) -> dict[str, Any]:
        records = _revisions(store, tilde_decode(request.url_vars["id"]))
        return {"record": records[-1], "steps": list(steps(records)), "path": article_path(records[-1]["id"])}

    return await _page(datasette, request, "revisions.html", await _ask(datasette, told))


async def diff(request: Request, datasette: Datasette) -> Response:
    """What changed from one revision of an article to another, by paragraph and word."""
    first, second = int(request.url_vars["first"]), int(request.url_vars["second"])

    def told(store: Store) -> dict[str, Any]:
        records = {record["revision"]: record for record in _revisions(store, tilde_decode(request.url_vars["id"]))}
        if unknown := [number for number in (first, second) if number not in records]:
            raise NotFound(f"This article has no revision {unknown[0]}.")
        older, newer = records[first], records[second]
        runs = list(_runs(compare(older, newer)))
        return {"record": newer, "older": older, "runs": runs, "path": article_path(newer["id"])}

    return await _page(datasette, request, "diff.html", await _ask(datasette, told))


async def report(datasette: Datasette) -> Response:
    """The report on crawls and corpus, kept apart from our pages: it brings a style of its own."""
    if not has_report():
        raise NotFound("The report needs more than is installed: pip install 'newscrawl[report]'.")
    from newscrawl.report import write_report

    body = await _ask(datasette, lambda store: write_report(store, datetime.now(UTC)))
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return Response.html(body, headers={"content-security-policy": policy})


async def _ask(datasette: Datasette, question: Callable[[Store], Answer]) -> Answer:
    """What the store answers, asked in a thread, for pages are served on one event loop."""
    path = Path(datasette.get_database(DATABASE).path)

    def answer() -> Answer:
        with Store.read(path) as store:
            return question(store)

    return await asyncio.to_thread(answer)


async def _page(datasette: Datasette, request: Request, template: str, context: dict[str, Any]) -> Response:
    return Response.html(await datasette.render_template(template, context, request=request))


def _answers(store: Store, inquiry: Inquiry, filters: Any) -> dict[str, Any]:
    division = store.divide(filters)
    if inquiry.words:
        found = store.search(inquiry.words, filters, limit=PAGE, skip=inquiry.skip)
        listed = [_listed(one.record, one.snippet, one.score) for one in found]
    else:
        listed = [_listed(record) for record in store.newest(filters, limit=PAGE, skip=inquiry.skip)]
    pages = max(1, ceil(division.articles / PAGE))
    return {"answers": listed, "articles": division.articles, "pages": pages, "facets": division.facets}


def _listed(record: dict[str, Any], snippet: Snippet | None = None, score: float | None = None) -> dict[str, Any]:
    """An article of a list: its facts, and the piece of its text that answers, or its beginning."""
    opening = (record["lead"] or record["text"]).partition("\n\n")[0]
    if len(opening) > _OPENING:
        opening = opening[:_OPENING].rpartition(" ")[0] + " …"
    piece = snippet or Snippet(opening, ())
    facts = {name: record[name] for name in ("id", "title", "outlet", "language", "date_published", "agency", "kind")}
    return facts | {"piece": piece.text, "marked": _marked(piece), "score": score, "revision": record["revision"]}


def _marked(piece: Snippet) -> Markup:
    """The piece with the words that were found set off."""
    marked, position = Markup(), 0
    for start, end in piece.marks:
        marked += escape(piece.text[position:start]) + Markup("<mark>{}</mark>").format(piece.text[start:end])
        position = end
    return marked + escape(piece.text[position:])


def _record(store: Store, id_or_url: str) -> dict[str, Any]:
    record = store.article(id_or_url)
    if record is None and (refusal := store.refusal(id_or_url)):
        raise NotFound(f"{id_or_url} was refused ({refusal.reason}) and is no article of this corpus.")
    if record is None:
        raise NotFound(f"{id_or_url} is no article of this corpus, by id or by address.")
    return record


def _revisions(store: Store, id_or_url: str) -> list[dict[str, Any]]:
    record = _record(store, id_or_url)
    return [*store.revisions(record["id"]), record]


def _runs(changes: Sequence[Change]) -> Iterator[tuple[bool, list[Change]]]:
    """Changes in their order, paragraphs that stayed together as one."""
    for same, run in groupby(changes, key=lambda change: change.kind == "same"):
        yield same, list(run)


def has_report() -> bool:
    """Whether what the report is drawn with is installed."""
    with suppress(ImportError):
        from newscrawl.report import write_report  # noqa: F401

        return True
    return False
