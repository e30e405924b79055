"""``newscrawl extract`` and ``explain`` on files, by command."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawl.cli import cli
from newscrawl.outlet import BUNDLED

PROGRAM = [sys.executable, "-m", "newscrawl"]
SAMPLE = BUNDLED / "menafn" / "samples" / "provider_en.html"
REFUSED = BUNDLED / "menafn" / "samples" / "disclaimer_only.html"
SHARED = Path(__file__).parent.parent.parent / "shared"


def run(*args):
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def records(result):
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def copies(folder, count):
    for number in range(count):
        shutil.copy(SAMPLE, folder / f"{number:04}.html")


def test_records_come_in_the_order_of_the_input_and_name_their_file(tmp_path):
    copies(tmp_path, 12)
    result = run("extract", tmp_path, "--outlet", "menafn")
    assert [Path(record["source"]).name for record in records(result)] == [f"{number:04}.html" for number in range(12)]
    assert result.stderr.startswith("12 pages: 12 articles, 0 refused")


def test_a_refused_page_is_counted_and_named_and_is_no_failure():
    result = run("extract", SAMPLE, REFUSED, "--outlet", "menafn")
    assert result.exit_code == 0
    assert len(records(result)) == 1
    assert "disclaimer-only: 1" in result.stderr
    assert f"{REFUSED} (disclaimer-only)" in result.stderr


def test_many_refused_pages_are_named_only_if_asked(tmp_path):
    for number in range(12):
        shutil.copy(REFUSED, tmp_path / f"{number:02}.html")
    assert "07.html" not in run("extract", tmp_path, "--outlet", "menafn").stderr
    assert "07.html" in run("extract", tmp_path, "--outlet", "menafn", "-v").stderr


def test_saved_records_are_a_run_of_the_corpus(tmp_path):
    for state in ("stored", "unchanged"):
        assert run("extract", SAMPLE, REFUSED, "--outlet", "menafn", "--save", "--data", tmp_path).exit_code == 0
        [account] = records(run("runs", "show", "--json", "--data", tmp_path))
        assert account["command"] == "extract"
        assert account["states"] == {state: 1, "disclaimer-only": 1}
    exported = records(run("export", "-o", "-", "--data", tmp_path))
    [record] = records(run("extract", SAMPLE, "--outlet", "menafn"))
    assert exported == [record]


def test_a_file_is_explained_as_it_is_extracted():
    [record] = records(run("extract", SAMPLE, "--outlet", "menafn"))
    blocks = records(run("explain", SAMPLE, "--outlet", "menafn", "--json"))
    assert "\n\n".join(block["text"] for block in blocks if block["kept"]) == record["text"]
    assert [block["position"] for block in blocks] == list(range(len(blocks)))
    assert {"kept", "rule", "evidence", "text", "place"} <= set(blocks[0])


def test_a_refused_page_is_explained_too():
    shown = run("explain", REFUSED, "--outlet", "menafn").stdout
    assert "refused: disclaimer-only" in shown


def test_records_go_to_stdout_and_bars_to_the_terminal():
    leader, follower = pty.openpty()
    command = [*PROGRAM, "extract", SAMPLE, "--outlet", "menafn"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=follower, check=True, env=os.environ | {"TERM": "xterm"}
    )
    os.close(follower)
    assert json.loads(done.stdout)["outlet"] == "menafn"
    shown = read_all(leader)
    assert b"1/1" in shown
    assert b"0/0" not in shown


def read_all(terminal):
    shown = b""
    with suppress(OSError):  # which ends what a terminal has to tell
        while part := os.read(terminal, 4096):
            shown += part
    return shown


def test_ctrl_c_ends_with_130_and_leaves_no_file(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    copies(pages, 1500)
    output = tmp_path / "out.jsonl"
    command = [*PROGRAM, "extract", pages, "-o", output, "--save", "--data", tmp_path / "data"]
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}  # A shell's background jobs do not.
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, **hears) as process:
        while not (tmp_path / "data" / "corpus.db").exists() and process.poll() is None:
            time.sleep(0.05)
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)
        stderr = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert stderr.strip().endswith("newscrawl: interrupted.")
    assert "Traceback" not in stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "pages"]
    [last] = records(run("runs", "list", "--json", "--data", tmp_path / "data"))
    assert last["status"] == "interrupted"


@pytest.mark.skipif(not (SHARED / "seeds").exists(), reason="needs the real documents in ../shared/seeds")
def test_two_real_documents_become_exactly_the_expected_records():
    for name, expected in json.loads((SHARED / "seeds" / "expected.json").read_text("utf-8")).items():
        given = [SHARED / "seeds" / name, "--outlet", expected["outlet"]]
        [record] = records(run("extract", *given))
        fields = set(expected) & set(record) - {"url"}
        assert {key: record[key] for key in fields} == {key: expected[key] for key in fields}
        removed = [block["text"] for block in records(run("explain", *given, "--json")) if not block["kept"]]
        for noise in expected["removed_must_include"]:
            assert any(noise in text for text in removed), noise
