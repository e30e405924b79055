"""What every answer is wrapped in: only for this machine's own pages, and nothing from elsewhere in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Send = Callable[[dict[str, Any]], Awaitable[None]]
    App = Callable[[dict[str, Any], Callable[[], Awaitable[dict[str, Any]]], Send], Awaitable[None]]

_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATASETTES = _OURS.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")  # Its pages set colours inline.
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine, and no other."""
    return host in _LOOPBACK


def guarded(app: App, database: str) -> App:
    """``app`` for requests that name this machine, its answers with headers that keep everything else out.

    A page of another site may make a browser ask for 127.0.0.1 under a name of its own; such are refused.
    """

    async def answer(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif is_loopback(_host(scope)):
            await app(scope, receive, _with_headers(send, _policy(scope["path"], database)))
        else:
            await _refuse(send)

    return answer


def _host(scope: dict[str, Any]) -> str:
    """The name that the request was sent to, without its port."""
    named = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return str(named.rpartition("]")[0].lstrip("[") if named.startswith("[") else named.partition(":")[0])


def _policy(path: str, database: str) -> str:
    own = path == f"/{database}" or path.startswith((f"/{database}/", "/-/"))
    return _DATASETTES if own else _OURS


def _with_headers(send: Send, policy: str) -> Send:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = dict(message.get("headers", []))
            standing = {b"content-security-policy": policy.encode()} | _HEADERS
            added = [(name, value) for name, value in standing.items() if name not in given]
            message = message | {"headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": b"This corpus is read at http://127.0.0.1, by its own name.\n"})
