"""Telling somebody: hooks hear each change once, whatever fails on the way, and secrets stay secret."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from local_site import local_site

from newscrawl.config import Config, load_config
from newscrawl.errors import ConfigError
from newscrawl.health import Measures, Verdict, hooks
from newscrawl.health.hooks import HookError, beat, hooks_of, insistently, post, run_command
from newscrawl.health.watch import note_change, tell_changes
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = "k3y-nobody-may-see"
SILENT = f"http://127.0.0.1:9/{KEY}"  # the port that discards: nobody listens


class Listener:
    """What a webhook's host was sent, and what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, Any]] = []
        self.answers: list[int] = []
        self.url = ""

    def told(self) -> list[tuple[str, str]]:
        return [(message["outlet"], message["verdict"]) for method, _, message in self.heard if method == "POST"]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@contextmanager
def listening() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", None)

        def do_POST(self) -> None:
            self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, method: str, message: Any) -> None:
            heard.heard.append((method, self.path, message))
            self.send_response(heard.answers.pop(0) if heard.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}/{KEY}"
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(hooks, "PAUSES", (0.0, 0.0))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


def config_of(**told: Any) -> Config:
    return Config.model_validate({"hooks": told})


def verdict(name: str, at: datetime = NOON, outlet: str = "harbor") -> Verdict:
    return Verdict(outlet=outlet, at=at, run=1, verdict=name, causes=("403 on 38 of 38 requests",))


def change(store: Store, config: Config, name: str, at: datetime = NOON, outlet: str = "harbor") -> None:
    note_change(store, verdict(name, at, outlet), hooks_of(config.hooks))
    tell_changes(store, config, at)


def test_a_webhook_hears_when_a_trouble_begins_changes_and_ends_and_nothing_else(store, listener):
    config = config_of(webhook=listener.url)
    for hours, name in enumerate(["ok", "quiet", "ok", "blocked", "blocked", "drift", "ok", "ok", "never"]):
        change(store, config, name, NOON + hours * HOUR)
    assert listener.told() == [("harbor", "blocked"), ("harbor", "drift"), ("harbor", "ok")]


def test_a_message_says_what_where_when_and_why(store, listener):
    config = config_of(webhook=listener.url)
    change(store, config, "ok")
    change(store, config, "blocked", NOON + HOUR)
    assert listener.heard[0] == (
        "POST",
        f"/{KEY}",
        {
            "outlet": "harbor",
            "verdict": "blocked",
            "before": "ok",
            "at": "2026-03-01T13:00:00+00:00",
            "run": 1,
            "causes": ["403 on 38 of 38 requests"],
            "text": "newscrawl: harbor is blocked (was ok): 403 on 38 of 38 requests",
        },
    )


def test_a_webhook_that_fails_is_tried_again_at_once(store, listener):
    listener.answers = [500, 503]
    change(store, config_of(webhook=listener.url), "broken")
    assert (len(listener.heard), store.untold()) == (3, [])


def test_what_was_not_taken_is_told_at_the_next_run_in_order(store, listener, caplog):
    listener.answers = [500] * 6
    config = config_of(webhook=listener.url)
    change(store, config, "broken")
    assert [untold.verdict.verdict for untold in store.untold()] == ["broken"]
    change(store, config, "ok", NOON + HOUR)
    listener.heard.clear()
    tell_changes(store, config, NOON + 2 * HOUR)
    assert listener.told() == [("harbor", "broken"), ("harbor", "ok")]
    assert store.untold() == []
    assert len([r for r in caplog.records if r.levelno == logging.WARNING and "hook" in r.message]) == 2


def test_a_hook_that_fails_holds_up_no_other_and_is_tried_for_one_message_only(store, listener, tmp_path):
    listener.answers = [500] * 3
    heard = tmp_path / "heard"
    config = config_of(webhook=listener.url, command=appending(tmp_path, heard))
    for outlet in ("bay", "harbor", "quay"):
        note_change(store, verdict("broken", outlet=outlet), hooks_of(config.hooks))
    tell_changes(store, config, NOON)
    assert len(heard.read_text().splitlines()) == 3
    assert len(listener.heard) == 3
    assert {untold.hook for untold in store.untold()} == {"webhook"}


def test_what_nobody_took_for_a_week_is_told_no_more(store, listener):
    note_change(store, verdict("broken"), ["webhook"])
    tell_changes(store, config_of(webhook=listener.url), NOON + timedelta(days=8))
    assert (listener.heard, store.untold()) == ([], [])


def test_two_crawls_that_end_together_tell_once(store, listener):
    config = config_of(webhook=listener.url)
    with Store.open(store.path) as other:
        assert store.note_verdict(verdict("broken"), hooks_of(config.hooks))
        assert not other.note_verdict(verdict("broken"), hooks_of(config.hooks))
        tell_changes(other, config, NOON)
        tell_changes(store, config, NOON)
    assert listener.told() == [("harbor", "broken")]


def test_no_hook_is_told_of_what_was_before_it_was_configured(store, listener):
    change(store, config_of(), "broken")
    change(store, config_of(webhook=listener.url), "broken", NOON + HOUR)
    assert listener.heard == []


def appending(folder: Path, heard: Path) -> str:
    """A command that writes what it reads to a file."""
    (folder / "append.py").write_text("import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + chr(10))")
    return shlex.join([sys.executable, str(folder / "append.py"), str(heard)])


def test_a_command_reads_the_message_and_no_shell_reads_the_command(store, tmp_path):
    heard = tmp_path / "what; touch it"
    change(store, config_of(command=appending(tmp_path, heard)), "stale")
    assert json.loads(heard.read_text())["verdict"] == "stale"
    assert not (tmp_path / "it").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-command-here", "cannot be run"),
        ("'unbalanced", "cannot be run"),
        ("", "cannot be run"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no mail server\")'", "ended with 1 (no mail server)"),
        (f"{sys.executable} -c 'import time; time.sleep(9)'", "took longer"),
    ],
)
def test_a_command_that_fails_is_named_by_how_it_did(command, said, monkeypatch):
    monkeypatch.setattr(hooks, "COMMAND_TIMEOUT", 0.5)
    with pytest.raises(HookError) as raised:
        run_command(command, {})
    assert said in str(raised.value)


def test_errors_name_the_host_and_never_the_address(listener):
    listener.answers = [404]
    for send, said in (
        (lambda: post(listener.url, {}), "answered 404"),
        (lambda: post(SILENT, {}), "cannot be reached"),
        (lambda: beat(f"http://127.0.0.1/a b{KEY}"), "gave a hook no answer"),
    ):
        with pytest.raises(HookError) as raised:
            send()
        assert said in str(raised.value)
        assert "127.0.0.1" in str(raised.value)
        assert KEY not in str(raised.value)


def test_insisting_ends():
    tried = []

    def refuse(message: Any) -> None:
        tried.append(message)
        raise HookError("no")

    with pytest.raises(HookError):
        insistently(refuse, {}, sleep=lambda _: None)
    assert len(tried) == 3


def test_addresses_come_from_the_environment_and_are_shown_to_nobody(tmp_path, monkeypatch):
    (tmp_path / "newscrawl.toml").write_text('[hooks]\ncommand = "notify"\nwebhook = "https://elsewhere.test/"\n')
    monkeypatch.setenv("NEWSCRAWL_WEBHOOK", f"https://chat.test/{KEY}")
    config = load_config(tmp_path)
    assert (config.hooks.command, config.hooks.webhook.get_secret_value()) == ("notify", f"https://chat.test/{KEY}")
    assert KEY not in repr(config) + config.model_dump_json()


@pytest.mark.parametrize("address", [f"file:///etc/{KEY}", f"chat.test/{KEY}", f"https:///{KEY}"])
def test_an_address_that_is_none_is_refused_without_being_shown(tmp_path, monkeypatch, address):
    monkeypatch.setenv("NEWSCRAWL_HEARTBEAT", address)
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path)
    assert "hooks.heartbeat" in str(raised.value)
    assert KEY not in str(raised.value)


# Crawls

OUTAGE = '[[sources]]\nkind = "feed"\nurl = "{root}/gone.xml"\n'


def crawl(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A crawl by the command line, or another command, in ``folder``."""
    (folder / "newscrawl.toml").write_text('outlets = "outlets"\ncontact = "mailto:a@example.org"\n')
    command = [sys.executable, "-m", "newscrawl", *(args or ("crawl", "local"))]
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_crawl_tells_a_trouble_once_and_its_end_and_beats_when_it_came_to_its_end(tmp_path, listener):
    hook = {"NEWSCRAWL_WEBHOOK": listener.url, "NEWSCRAWL_HEARTBEAT": f"{listener.url}/beat"}
    with local_site(tmp_path) as site:
        site.articles(1, 2, 3)
        site.declare()
        good = crawl(tmp_path, **hook)
        site.declare(OUTAGE.format(root=site.root))
        bad, worse = crawl(tmp_path, **hook), crawl(tmp_path, **hook)
        site.declare()
        mended = crawl(tmp_path, **hook)
    assert [done.returncode for done in (good, bad, worse, mended)] == [0, 5, 5, 0]
    beat, told = ("GET", f"/{KEY}/beat"), ("POST", f"/{KEY}")
    assert [heard[:2] for heard in listener.heard] == [beat, told, told, beat]
    assert listener.told() == [("local", "broken"), ("local", "ok")]
    assert KEY not in "".join(done.stdout + done.stderr for done in (good, bad, worse, mended))


def test_a_crawl_is_none_the_worse_for_hooks_that_fail(tmp_path):
    with local_site(tmp_path) as site:
        site.declare(OUTAGE.format(root=site.root) + f'[[sources]]\nkind = "feed"\nurl = "{site.root}/feed.xml"\n')
        site.articles(1, 2, 3)
        done = crawl(tmp_path, NEWSCRAWL_WEBHOOK=SILENT, NEWSCRAWL_HEARTBEAT=SILENT)
    assert done.returncode == 0, done.stderr
    assert "discovered 3 = stored 3" in done.stdout
    assert "127.0.0.1 cannot be reached by a hook" in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_health_ends_with_0_or_4_and_tries_hooks(tmp_path, listener):
    with local_site(tmp_path) as site:
        site.articles(1, 2, 3)
        site.declare()
        crawl(tmp_path)
        well = crawl(tmp_path, "health", "--json")
        site.declare(OUTAGE.format(root=site.root))
        crawl(tmp_path)
        hardly = crawl(tmp_path, "health")
        crawl(tmp_path)
        ill = crawl(tmp_path, "health")
        unknown = crawl(tmp_path, "health", "nowhere")
    assert [done.returncode for done in (well, hardly, ill, unknown)] == [0, 0, 4, 2]
    [row] = map(json.loads, well.stdout.splitlines())
    assert (row["outlet"], row["verdict"], row["new_in_a_day"]) == ("local", "ok", 3)
    assert "broken" in ill.stdout
    tested = crawl(tmp_path, "health", "--test-hook", NEWSCRAWL_WEBHOOK=listener.url)
    assert (tested.returncode, tested.stdout, listener.told()) == (0, "webhook: told.\n", [("test", "ok")])
    listener.answers = [500]
    failed = crawl(tmp_path, "health", "--test-hook", NEWSCRAWL_WEBHOOK=listener.url)
    assert (failed.returncode, failed.stderr) == (1, "newscrawl: 127.0.0.1 answered 500 to a hook.\n")
    assert crawl(tmp_path, "health", "--test-hook").returncode == 2


def test_health_tells_of_crawls_that_no_longer_come(tmp_path, listener):
    with Store.open(tmp_path / "data" / "corpus.db", create=True) as store:
        for days in range(10):
            at = datetime.now(UTC) - timedelta(days=20 - days)
            run = store.start_run(["local"], "crawl", "0", at)
            store.finish_run(run, "finished", at)
            store.note_measures(run, "local", at, at, Measures(pages=5, articles=5, new=5))
        note_change(store, Verdict(outlet="local", at=at, run=run, verdict="ok"), ())
    with local_site(tmp_path) as site:
        site.declare()
    told = crawl(tmp_path, "health", "--tell", NEWSCRAWL_WEBHOOK=listener.url)
    assert (told.returncode, listener.told()) == (4, [("local", "stale")])
    assert "not crawled for 11 days; as a rule every 24 hours" in told.stdout
    again = crawl(tmp_path, "health", "--tell", NEWSCRAWL_WEBHOOK=listener.url)
    assert (again.returncode, len(listener.heard)) == (4, 1)
