"""The whole path by command: crawl the bundled archive, export, explain, look at the run."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawl.cli import cli

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-m", "newscrawl"]
DEMO = ROOT / "data" / "demo.warc.gz"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """The data folder of a crawl of the demo, and what the command printed."""
    data = tmp_path_factory.mktemp("demo")
    command = [*PROGRAM, "crawl", "--replay", DEMO, "--data", data, "sana", "menafn", "syriatimes"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=data, check=False)
    assert done.returncode == 0, done.stderr
    return data, done.stdout


@pytest.fixture
def run(crawled):
    """Run a command on the crawled corpus; the lines it printed."""

    def run_on_corpus(*args):
        result = CliRunner().invoke(cli, [*map(str, args), "--data", str(crawled[0])])
        assert result.exit_code == 0, result.stderr
        return result.stdout.rstrip("\n").split("\n")

    return run_on_corpus


@pytest.fixture
def records(run, tmp_path):
    run("export", "-o", tmp_path / "corpus.jsonl.gz")
    return [json.loads(line) for line in gzip.decompress((tmp_path / "corpus.jsonl.gz").read_bytes()).splitlines()]


def test_a_crawl_ends_with_an_account_that_adds_up(crawled):
    discovered, *states = map(int, re.findall(r"\d+(?= [=+]|$)|(?<= )\d+$", crawled[1].strip().split("\n")[-1]))
    assert discovered == sum(states) > 0


def test_the_account_adds_up_and_agrees_with_the_export(run, records):
    [account] = map(json.loads, run("runs", "show", "--json"))
    assert account["discovered"] == sum(account["states"].values())
    assert account["states"]["stored"] == len(records) >= 75


def test_every_address_of_a_run_is_listed_with_its_state(run):
    account, *addresses = map(json.loads, run("runs", "show", "1", "--state", "all", "--json"))
    assert len(addresses) == account["discovered"]
    [missing] = {
        address["state"] for address in map(json.loads, run("runs", "show", "--state", "robots", "--json")[1:])
    }
    assert missing == "robots"


def test_runs_are_listed_newest_first(run):
    [row] = map(json.loads, run("runs", "list", "--json"))
    assert (row["run"], row["command"], row["status"]) == (1, "crawl", "finished")


def test_a_stored_article_is_explained_by_id_and_by_any_of_its_addresses(run, records):
    record = next(one for one in records if one["outlet"] == "menafn")
    by_id = run("explain", record["id"], "--json")
    assert run("explain", record["url"].replace("http://www.", "https://") + "&utm_source=x", "--json") == by_id
    blocks = [json.loads(line) for line in by_id]
    assert "\n\n".join(block["text"] for block in blocks if block["kept"]) == record["text"]
    assert sum(len(block["text"]) for block in blocks if not block["kept"]) == record["removed_chars"]
    assert all(block["rule"] and block["place"] for block in blocks)


def test_an_explanation_ends_with_sums_that_add_up(run, records):
    record = records[0]
    *_, sums = run("explain", record["id"])
    kept, removed, whole, _ = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", sums))
    assert kept + removed == whole
    assert removed == record["removed_chars"]


def test_runs_of_removed_blocks_are_folded_unless_all_is_asked_for(run, records):
    folded, whole = (run("explain", records[0]["id"], *more) for more in ([], ["-v"]))
    assert len(folded) < len(whole)


def test_an_export_takes_outlet_language_and_span(run, records):
    def exported(*filters):
        return [json.loads(line)["id"] for line in run("export", "-o", "-", *filters) if line]

    arabic = [one["id"] for one in records if one["language"] == "ar" and one["outlet"] == "sana"]
    assert exported("--outlet", "sana", "--language", "ar") == arabic
    day = sorted(one["date_published"] for one in records if one["date_published"])[len(records) // 2][:10]
    before, after = exported("--until", day), exported("--since", day)
    assert before
    assert after
    assert set(before) | set(after) == {one["id"] for one in records if one["date_published"]}


def test_the_archive_of_a_crawl_gives_the_same_records_offline(crawled, records, tmp_path):
    data, _ = crawled
    archives = sorted((data / "archive").glob("*.warc.gz")) or [DEMO]
    result = CliRunner().invoke(cli, ["extract", *map(str, archives), "-o", str(tmp_path / "out.jsonl")])
    assert result.exit_code == 0, result.stderr
    offline = {row["id"]: row for row in map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())}
    assert set(offline) >= {record["id"] for record in records}
    same = ("title", "text", "authors", "agency", "dateline", "language", "removed_chars")
    for record in records:
        assert {key: offline[record["id"]][key] for key in same} == {key: record[key] for key in same}


def test_a_second_crawl_finds_nothing_new_and_ends_well(crawled):
    data, _ = crawled
    command = [*PROGRAM, "crawl", "--replay", DEMO, "--data", data, "syriatimes", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["states"].get("stored", 0) == 0


@pytest.mark.parametrize("bad", [["--at", "2026-01-01"], ["--replay", "no-such.warc.gz"], ["--limit", "0"], ["gazete"]])
def test_a_crawl_that_cannot_begin_ends_with_2(tmp_path, bad):
    result = CliRunner().invoke(cli, ["crawl", *bad, "--data", str(tmp_path / "data")])
    assert result.exit_code == 2
    assert not (tmp_path / "data").exists()
