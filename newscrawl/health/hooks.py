"""Telling somebody: a command or a webhook hears of changes, and a heartbeat that crawls still come to their end."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from newscrawl.errors import NewscrawlError
from newscrawl.fetch.agent import SOFTWARE
from newscrawl.secrets import hide_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawl.config import Hooks
    from newscrawl.health.measures import Untold

TIMEOUT = 10.0
"""Seconds that a webhook or heartbeat may take to answer."""
COMMAND_TIMEOUT = 30.0
"""Seconds that a command may take."""
PAUSES = (1.0, 4.0)
"""Seconds to wait before a hook that failed is tried again, at the same run."""


class HookError(NewscrawlError):
    """A hook that did not take what it was told; the message holds no secret."""


def hooks_of(hooks: Hooks) -> dict[str, Callable[[Mapping[str, Any]], None]]:
    """What is to be told of changes, by name: ``command``, ``webhook``."""
    found: dict[str, Callable[[Mapping[str, Any]], None]] = {}
    if command := hooks.command:
        found["command"] = lambda message: run_command(command, message)
    if webhook := hooks.webhook:
        url = webhook.get_secret_value()
        found["webhook"] = lambda message: post(url, message)
    return found


def message_of(untold: Untold) -> dict[str, Any]:
    """What a hook is told of a change; ``text`` says it in one line, as chats show it."""
    verdict = untold.verdict
    was = f" (was {untold.before})" if untold.before else ""
    causes = "; ".join(verdict.causes)
    return {
        "outlet": verdict.outlet,
        "verdict": verdict.verdict,
        "before": untold.before,
        "at": verdict.at.isoformat(timespec="seconds"),
        "run": verdict.run,
        "causes": list(verdict.causes),
        "text": f"newscrawl: {verdict.outlet} is {verdict.verdict}{was}{': ' if causes else ''}{causes}",
    }


def insistently(
    tell: Callable[[Mapping[str, Any]], None], message: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Tell ``message``, again after a pause where that fails.

    Raises:
        HookError: it was not taken in the end.
    """
    for pause in PAUSES:
        try:
            return tell(message)
        except HookError:
            sleep(pause)
    return tell(message)


def run_command(command: str, message: Mapping[str, Any]) -> None:
    """Run ``command``, without a shell, with ``message`` as JSON on its stdin.

    Raises:
        HookError: it cannot be started, takes too long or fails.
    """
    try:
        argv = shlex.split(command)
        done = subprocess.run(argv, input=_body(message), capture_output=True, timeout=COMMAND_TIMEOUT, check=False)
    except (OSError, ValueError, IndexError) as error:
        raise HookError(f"the hook's command cannot be run ({error}). Mend hooks.command.") from error
    except subprocess.TimeoutExpired as error:
        raise HookError(f"the hook's command took longer than {COMMAND_TIMEOUT:.0f} s.") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise HookError(f"the hook's command ended with {done.returncode}{''.join(f' ({line})' for line in said)}.")


def post(url: str, message: Mapping[str, Any]) -> None:
    """Send ``message`` as JSON to ``url``, which is a secret.

    Raises:
        HookError: it was not taken.
    """
    _send(Request(url, data=_body(message), headers={"Content-Type": "application/json", "User-Agent": SOFTWARE}))


def beat(url: str) -> None:
    """Ask for ``url``, which is a secret, so that whoever watches it knows that all goes on.

    Raises:
        HookError: there was no good answer.
    """
    _send(Request(url, headers={"User-Agent": SOFTWARE}))


def _send(request: Request) -> None:
    """Send a request whose address is told nobody, but for its host."""
    hide_addresses([request.full_url])
    host = urlsplit(request.full_url).hostname
    try:
        with urlopen(request, timeout=TIMEOUT):
            return
    except HTTPError as error:
        error.close()
        raise HookError(f"{host} answered {error.code} to a hook.") from None
    except URLError as error:
        raise HookError(f"{host} cannot be reached by a hook ({error.reason}).") from None
    except (OSError, HTTPException, ValueError) as error:
        raise HookError(f"{host} gave a hook no answer ({type(error).__name__}).") from None


def _body(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode()
