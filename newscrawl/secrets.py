"""What must not be told to anybody: passwords, tokens and keys, found in text and taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "***"

_LONG = 16  # Characters from which on a part of a secret address is taken for a secret by itself.
_WORDS = frozenset(
    (
        *("auth", "authorization", "bearer", "credential", "credentials", "hmac", "jwt", "key", "nonce", "otp", "pass"),
        *("passphrase", "passwd", "pwd", "session", "sid", "sig"),
        *("accesskey", "authkey", "licensekey", "privatekey", "secretkey"),
    )
)
_ENDINGS = ("apikey", "password", "secret", "sessid", "sessionid", "signature", "token")
# A user and password before a host; a password may hold what an address may not, but "host:80/a@b" has none.
_USERINFO = re.compile(r"(?<=://)(?:[^\s/?#@]{0,100}:(?!\d{1,5}(?:[/?#]|$))\S{0,200}|[^\s/?#]{0,300})@")
_ESCAPED_USERINFO = re.compile(r"(?<=%3A%2F%2F)[^\s%/?#]{0,100}(?:%3A[^\s/?#]{0,200}?)?%40", re.I)
# Of an address inside an address, "?", "&" and "=" are escaped, once or more often.
_NAME = re.compile(
    r"(?P<name>(?:(?!%(?:25){0,3}(?:3[BDF]|26))[\w.~%\[\]-]){1,60})"
    r"(?:=['\"]?|%(?:25){0,3}3D|['\"]\s{0,9}[:=]\s{0,9}b?['\"])",
    re.I,
)
_VALUE = re.compile(r"(?<=['\"])[^'\"\n]*|(?:(?!%(?:25){0,3}26)[^\s&#;'\"<>])*", re.I)
_HEADER = re.compile(
    r"(?P<name>\b(?:proxy-)?authorization|\b(?:set-)?cookie|\bx-(?:api-key|auth-token|csrf-token))"
    r"(?P<equals>['\"]?\s*[:=,]\s*)(?P<value>.+)",
    re.I,
)
_BEARER = re.compile(r"\b(?P<scheme>[Bb]earer|Basic|Digest)\s+(?=\S*[\d=+/._-])[\w.~+/=-]{8,}")


class Secrets:
    """Takes secrets out of text: those that look like one, and those of the addresses it was told to hide."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def hide(self, urls: Iterable[str]) -> None:
        """Hide ``urls`` from now on, whole and in the parts by which an error may name them."""
        for url in urls:
            self._known |= {form for part in _parts(url) for form in (part, unquote(part))}

    def taken_out(self, text: str) -> str:
        """``text`` with ``***`` in place of each secret."""
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        text = _ESCAPED_USERINFO.sub(f"{HIDDEN}%40", _USERINFO.sub(f"{HIDDEN}@", text))
        text = _HEADER.sub(rf"\g<name>\g<equals>{HIDDEN}", text)
        text = _BEARER.sub(rf"\g<scheme> {HIDDEN}", text)
        return _without_values(text)


_secrets = Secrets()
hide_addresses = _secrets.hide
without_secrets = _secrets.taken_out


def _parts(url: str) -> set[str]:
    """``url``, its path with all that follows, and what of it is long enough to be a key by itself."""
    parts = urlsplit(url)
    target = url.partition(parts.netloc)[2] if parts.netloc else ""
    pieces = re.split(r"[/?&=#;]", target)
    return {url, *(piece for piece in pieces if len(piece) >= _LONG), *([target] if len(target) > 1 else [])}


def _without_values(text: str) -> str:
    """``text`` without the values whose names say that they are secret."""
    parts, done = [], 0
    for found in _NAME.finditer(text):
        if found.start() >= done and _is_secret(found["name"]):
            value = _VALUE.match(text, found.end())
            parts += [text[done : found.end()], HIDDEN if value and value[0] else ""]
            done = value.end() if value else found.end()
    return "".join([*parts, text[done:]])


def _is_secret(name: str) -> bool:
    """Whether one of the words of ``name`` (``api_key``, ``accessToken``, ``X-Amz-Signature``) means a secret."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", unquote(name))]
    return any(word in _WORDS or word.endswith(_ENDINGS) for word in words)
