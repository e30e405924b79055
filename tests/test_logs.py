"""What is logged: each event on a line, as text or JSON, in a file that turns over, and never a secret."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawl import logs, secrets
from newscrawl.cli import cli
from newscrawl.logfile import LogFile
from newscrawl.secrets import Secrets

HOOK = "https://hooks.example/services/T012/B345/x7Qp2mLr9Zk4Vw8Yt1Nc"
log = logging.getLogger("newscrawl.fetch")


@pytest.fixture(autouse=True)
def _quiet_afterwards():
    yield
    logs.stop_log()
    secrets._secrets._known.clear()


def run(*args, **options):
    return CliRunner().invoke(cli, [str(arg) for arg in args], **options)


@pytest.fixture
def failing(monkeypatch):
    """Make ``outlets list`` raise a given exception."""
    from newscrawl.cli import outlets

    def fail_with(error, *options, **settings):
        def raises(_folder):
            raise error

        monkeypatch.setattr(outlets, "outlet_files", raises)
        return run("outlets", "list", *options, **settings)

    return fail_with


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("got https://bot:hunter2@feeds.example/rss?page=2 now", "got https://***@feeds.example/rss?page=2 now"),
        ("ftp://bot@feeds.example/", "ftp://***@feeds.example/"),
        ("https://bot:p@ss/w?rd#1@feeds.example/rss", "https://***@feeds.example/rss"),
        ("https://feeds.example:8080/a?mail=a@b.example", "https://feeds.example:8080/a?mail=a@b.example"),
        ("/rss?api_key=s3cret&page=2&keyword=syria&author=x", "/rss?api_key=***&page=2&keyword=syria&author=x"),
        ("/rss?accessToken=s3cret;X-Amz-Signature=abc", "/rss?accessToken=***;X-Amz-Signature=***"),
        ("/login?next=%2Fa%3Ftoken%3Ds3cret%26b%3D1", "/login?next=%2Fa%3Ftoken%3D***%26b%3D1"),
        ("/login?next=%252Fa%253Ftoken%253Ds3cret%2526b%253D1", "/login?next=%252Fa%253Ftoken%253D***%2526b%253D1"),
        ("/rss?api%5Fkey=s3cret&JSESSIONID=s3cret", "/rss?api%5Fkey=***&JSESSIONID=***"),
        ("/go?to=https%3A%2F%2Fbot%3Ahunter2%40feeds.example", "/go?to=https%3A%2F%2F***%40feeds.example"),
        ("/cb#id_token=s3cret", "/cb#id_token=***"),
        ("Authorization: Bearer s3cret.x", "Authorization: ***"),
        ("{b'Authorization': [b'Basic dXNlcjpwYXNz']}", "{b'Authorization': ***"),
        ("Cookie: sid=s3cret; theme=dark", "Cookie: ***"),
        ("sent Bearer eyJhbGciOiJIUzI1NiJ9.e30 there", "sent Bearer *** there"),
        ('{"password": "open sesame", "user": "bot"}', '{"password": "***", "user": "bot"}'),
        ("client_secret='open sesame'", "client_secret='***'"),
        ("a=b=token=s3cret", "a=b=token=***"),
        ("the basic information-system, monkey=1", "the basic information-system, monkey=1"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_and_nothing_else(text, told):
    assert Secrets().taken_out(text) == told


@pytest.mark.parametrize(
    "error",
    [
        f"POST {HOOK} answered 500",
        "Max retries exceeded with url: /services/T012/B345/x7Qp2mLr9Zk4Vw8Yt1Nc",
        "no channel x7Qp2mLr9Zk4Vw8Yt1Nc",
    ],
)
def test_an_address_that_is_a_secret_is_hidden_in_each_form_an_error_gives_it(error):
    hiding = Secrets()
    hiding.hide([HOOK])
    assert "x7Qp" not in hiding.taken_out(error)
    assert "***" in hiding.taken_out(error)


def test_addresses_of_hooks_are_hidden_whoever_logs_them(failing, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newscrawl.toml").write_text(f'hooks.webhook = "{HOOK}"\nlog.file = "crawl.log"')
    heartbeat = "https://beat.example/ping/3f1c9a52-77aa-4b1e-9d0c-5f2f3f1c9a52"
    error = ZeroDivisionError(f"POST {HOOK}, then /ping/3f1c9a52-77aa-4b1e-9d0c-5f2f3f1c9a52")
    result = failing(error, "--debug", env={"NEWSCRAWL_HEARTBEAT": heartbeat})
    [traceback] = tmp_path.glob("newscrawl-*.log")
    told = [result.output, traceback.read_text(), (tmp_path / "crawl.log").read_text()]
    assert all("POST ***" in one for one in told)
    assert [secret for secret in ("x7Qp2mLr9Zk4Vw8Yt1Nc", "3f1c9a52-77aa") if secret in "".join(told)] == []


@pytest.mark.parametrize("part", ["a=", "token=", "://a:", "x-", "'", "%3D", "token='", "cookie:", "Bearer "])
def test_looking_for_secrets_takes_time_in_proportion_to_the_text(part):
    began = datetime.now()
    Secrets().taken_out(part * 40_000)
    assert datetime.now() - began < timedelta(seconds=10)  # a quadratic search takes minutes


@pytest.mark.parametrize("form", [[], ["--log-json"]])
def test_a_secret_reaches_neither_stderr_nor_log_nor_traceback_file(failing, monkeypatch, tmp_path, form):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    try:
        raise ConnectionError("https://bot:hunter2@feeds.example/?token=s3cret")
    except ConnectionError as error:
        cause = error
    unexpected = ZeroDivisionError("Authorization: Bearer s3cret")
    unexpected.__cause__ = cause
    result = failing(unexpected, "--debug", "--log-file", tmp_path / "all.log", *form)
    [traceback] = tmp_path.glob("newscrawl-*.log")
    told = [result.output, traceback.read_text(), (tmp_path / "all.log").read_text()]
    assert all("ConnectionError" in one for one in told)
    assert [secret for secret in ("hunter2", "s3cret") if secret in "".join(told)] == []


def test_what_a_page_chose_cannot_forge_a_line_or_colour_it(capsys):
    logs.start_log()
    log.warning("title: %s", "Bridge\n12:00:00 ERROR all is lost\x1b[31m\u2028\u202e\r\x9b")
    try:
        raise ValueError("odd\n12:00:00 ERROR all is lost\x1b[2J")
    except ValueError:
        log.exception("broken")
    lines = capsys.readouterr().err.splitlines()
    assert not set("\x1b\x9b\u2028\u202e\r") & set("".join(lines))
    assert [line for line in lines if line.startswith("12:00:00 ERROR all")] == []
    assert "Bridge\\n12:00:00 ERROR" in lines[0]


def test_json_lines_carry_what_is_known(capsys):
    logs.start_log(as_json=True)
    with logs.about(run=7):
        log.warning("%s: gone", "سانا", extra={"outlet": "sana", "url": "https://sana.sy/1", "state": "http-404"})
    log.info("bare")
    log.debug("too much")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert datetime.fromisoformat(first.pop("time")).utcoffset() == timedelta(0)
    assert first == {
        "level": "WARNING",
        "logger": "newscrawl.fetch",
        "message": "سانا: gone",
        "run": 7,
        "outlet": "sana",
        "url": "https://sana.sy/1",
        "state": "http-404",
    }
    assert second["message"] == "bare"
    assert "run" not in second


def test_a_json_line_holds_its_exception_and_a_field_cannot_take_the_place_of_another():
    fields = {"level": "INFO", "place": object()}
    try:
        raise ValueError("odd\x1b \udc80")
    except ValueError:  # not logged: the half of a character would be in what the tests' workers report
        record = log.makeRecord(log.name, logging.ERROR, "", 1, "broken", (), sys.exc_info(), extra=fields)
    line = logs.JsonFormatter().format(record)
    told = json.loads(line)
    assert told["level"] == "ERROR"
    assert told["exception"].startswith("Traceback")
    assert "place" not in told
    assert "\x1b" not in line


def test_with_json_all_of_stderr_is_json(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "newscrawl", "runs", "list", "--log-json", "--data", tmp_path / "none"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    [told] = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 2
    assert (told["level"], told["logger"]) == ("ERROR", "newscrawl.cli.group")
    assert "there is no corpus here" in told["message"]


def test_lines_that_no_logger_wrote_become_json_too(capsys):
    logs.start_log(as_json=True)
    print("sana 3 of 10", file=sys.stderr)
    print("\n\nsana 4", end=" of 10", file=sys.stderr)
    assert not sys.stderr.isatty()
    logs.stop_log()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["level"], line["message"]) for line in lines] == [("INFO", "sana 3 of 10"), ("INFO", "sana 4 of 10")]


def test_a_file_is_told_of_runs_where_stderr_is_not(tmp_path, capsys):
    logs.start_log(file=tmp_path / "crawl.log")
    log.info("Run 7 begins.", extra={"outlet": "sana\n"})
    assert capsys.readouterr().err == ""
    [line] = (tmp_path / "crawl.log").read_text().splitlines()
    assert line.endswith("Z INFO newscrawl.fetch: Run 7 begins. outlet=sana\\n")


def test_the_error_that_ends_a_command_is_in_the_file(tmp_path):
    run("runs", "list", "--data", tmp_path / "none", "--log-file", tmp_path / "crawl.log")
    assert "there is no corpus here" in (tmp_path / "crawl.log").read_text()


def test_a_file_turns_over_and_old_ones_go(tmp_path):
    logs.start_log(file=tmp_path / "crawl.log", max_bytes=10_000, keep=2)
    for number in range(600):
        log.warning("line %d", number)
    files = sorted(path.name for path in tmp_path.glob("crawl.log*") if path.suffix != ".lock")
    assert files == ["crawl.log", "crawl.log.1", "crawl.log.2"]
    assert max(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000
    assert "line 599" in (tmp_path / "crawl.log").read_text()


WRITER = """
import logging, sys
from pathlib import Path
from newscrawl.logs import start_log
start_log(file=Path(sys.argv[1]), max_bytes=20_000, keep=50)
for number in range(500):
    logging.getLogger("newscrawl").info("%s-%d", sys.argv[2], number)
"""


def test_processes_that_share_a_file_lose_no_line_as_it_turns_over(tmp_path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "crawl.log", name], stderr=subprocess.PIPE)
        for name in ("a", "b", "c")
    ]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == [b"", b"", b""]
    lines = [line.split()[-1] for path in tmp_path.glob("crawl.log*") for line in path.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{name}-{number}" for name in "abc" for number in range(500))


def test_a_log_that_cannot_be_written_is_a_usage_error(tmp_path):
    result = run("outlets", "list", "--log-file", tmp_path / "none" / "crawl.log")
    assert result.exit_code == 2
    assert "the log cannot be written" in result.stderr


def test_a_log_that_fails_later_is_told_once_and_stops_nothing(tmp_path, capsys):
    logs.start_log(file=tmp_path / "crawl.log")
    [file] = [one for one in logging.getLogger().handlers if isinstance(one, LogFile)]
    file.stream.close()
    file.stream = open("/dev/full", "w")  # noqa: PTH123, SIM115
    file._follow = lambda: False
    log.info("one")
    log.info("two")
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_the_log_is_configured_by_newscrawl_toml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newscrawl.toml").write_text('log = { file = "crawl.log", json = true, max_bytes = 20000, keep = 3 }')
    assert run("runs", "list").exit_code == 2
    [told] = [json.loads(line) for line in (tmp_path / "crawl.log").read_text().splitlines()]
    assert "there is no corpus here" in told["message"]
    (tmp_path / "newscrawl.toml").write_text("log = { max_bytes = 5, colour = 1 }")
    result = run("runs", "list", "--log-json")
    told = json.loads(result.stderr)["message"]
    assert "log.max_bytes" in told
    assert "log.colour" in told


def test_nothing_of_the_log_remains_when_a_command_has_ended(tmp_path):
    before = (sys.stderr, list(logging.getLogger().handlers))
    run("outlets", "list", "--log-json", "--log-file", tmp_path / "crawl.log")
    assert (sys.stderr, list(logging.getLogger().handlers)) == before


def test_a_run_is_told_from_its_beginning_to_its_end_with_the_state_of_each_address(tmp_path):
    log_file, demo = tmp_path / "crawl.log", Path(__file__).parent.parent / "data" / "demo.warc.gz"
    options = ["--data", tmp_path / "data", "--log-json", "--log-file", log_file, "--debug"]
    command = [sys.executable, "-m", "newscrawl", "crawl", "--replay", demo, "syriatimes", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in log_file.read_text().splitlines()]
    begun = next(line["message"] for line in told if line["message"].startswith("Run"))
    assert begun == "Run 1 begins: crawl of syriatimes."
    [ended] = [line for line in told if line.get("status")]
    assert (ended["run"], ended["status"]) == (1, "finished")
    assert ended["requests"] > 30
    ends = [line for line in told if line.get("state") and line.get("url")]
    assert {(line["run"], line["outlet"]) for line in ends} == {(1, "syriatimes")}
    assert sum(line["state"] == "stored" for line in ends) == 32
    assert len([json.loads(line) for line in done.stderr.splitlines()]) >= len(told)
