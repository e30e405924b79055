"""Addresses in the one form under which they are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urldefrag, urljoin, urlsplit

from newscrawl.outlet import host_of

if TYPE_CHECKING:
    from newscrawl.outlet import Outlet

# Parameters that say how a reader came to a page, not which page it is.
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|hsa|at)_\w+|\w{1,4}clid|msclkid|[gw]braid|mc_[ce]id|_ga|_gl|igshid|igsh|ref|ref_?src"
    r"|src|social|share|cmpid|ncid|ocid|smid|spm|xtor",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {None, 80, 443}
_UNRESERVED = "/:@!$&'()*+,;=~"


def canonical_address(url: str) -> str:
    """``url`` as host, path and query, without what does not tell pages apart.

    That is scheme, ``www.``, default port, fragment, tracking parameters, the order of the others, a slash at
    the end and the way characters are percent-encoded.  What is no address comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = host_of(url.strip()), parts.port
    except ValueError:
        return url
    if not host:
        return url
    kept = sorted(_encoded(part) for part in parts.query.split("&") if part and not _tracks(part))
    address = host + ("" if port in _DEFAULT_PORTS else f":{port}") + _encoded(parts.path).rstrip("/")
    return address + ("?" + "&".join(kept) if kept else "")


def article_key(url: str, outlet: Outlet) -> str:
    """What tells an outlet's articles apart: the number (and edition) in the address, else the canonical address."""
    identity = outlet.identify(url)
    if identity is None or identity.source_id is None:
        return canonical_address(url)
    return f"{identity.language}:{identity.source_id}" if outlet.numbers_by_edition else identity.source_id


def article_id(url: str, outlet: Outlet) -> str:
    """The id of the article at ``url``: one for all its slugs, schemes and tracking parameters."""
    return f"{outlet.name}:{article_key(url, outlet)}"


def absolute(href: str | None, base: str) -> str | None:
    """The http(s) address that ``href`` means on a page at ``base``, without fragment; None for any other."""
    if not href or not href.strip():
        return None
    try:
        url = urldefrag(urljoin(base, href.strip())).url
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:  # such as http://[broken
        return None


def _tracks(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter.partition("=")[0]) is not None


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.encode("utf-8", "surrogatepass")), safe=_UNRESERVED)
