"""Exports: the same bytes for the same corpus, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
import zstandard
from click.testing import CliRunner
from corpora import NOW, article

import newscrawl
from newscrawl.cli import cli
from newscrawl.errors import ExportError, UsageError
from newscrawl.export import ExportSummary, Shape, check_export, export, format_of, record_schema
from newscrawl.export.columns import PROFILES
from newscrawl.export.formats import FORMATS
from newscrawl.export.manifest import describe_file
from newscrawl.export.schema import DESCRIPTIONS
from newscrawl.store import Filters, Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "data" / "corpus.db", create=True) as opened:
        run = opened.start_run([], "crawl", "0", NOW)
        made = [article(2, "جسر جديد\u2028في حلب."), article(1), article(3, date_published=None)]
        opened.save(run, made)
        yield opened


def lines(content: bytes) -> list[dict]:
    assert content.endswith(b"\n")
    return [json.loads(line) for line in content.decode().removesuffix("\n").split("\n")]


def test_records_leave_one_a_line_with_their_keys_in_order_and_nulls_kept(store, tmp_path):
    assert export(store, tmp_path / "out.jsonl") == ExportSummary(written=3, undated=0)
    records = lines((tmp_path / "out.jsonl").read_bytes())
    assert [record["id"] for record in records] == ["gazette:1", "gazette:2", "gazette:3"]
    assert [list(record) for record in records] == [list(article(1).as_record())] * 3
    assert records[2]["date_published"] is None


def test_characters_leave_as_they_are(store, tmp_path):
    export(store, tmp_path / "out.jsonl")
    assert "جسر جديد\u2028في حلب." in (tmp_path / "out.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("suffix", "unpack"),
    [(".gz", gzip.decompress), (".zst", lambda packed: zstandard.ZstdDecompressor().stream_reader(packed).read())],
)
def test_zipped_exports_hold_the_same_bytes_and_are_the_same_every_time(store, tmp_path, suffix, unpack):
    export(store, tmp_path / "plain.jsonl")
    export(store, tmp_path / f"one.jsonl{suffix}")
    time.sleep(1.1)  # a time stamp in the header would show
    export(store, tmp_path / f"two.jsonl{suffix}")
    packed = (tmp_path / f"one.jsonl{suffix}").read_bytes()
    assert unpack(packed) == (tmp_path / "plain.jsonl").read_bytes()
    assert packed == (tmp_path / f"two.jsonl{suffix}").read_bytes()


def test_a_span_leaves_the_undated_out_and_counts_them(store, tmp_path):
    summary = export(store, tmp_path / "out.jsonl", Filters(since=date(2026, 3, 1)))
    assert summary == ExportSummary(written=2, undated=1)


def test_an_export_of_nothing_is_an_empty_file(store, tmp_path):
    assert export(store, tmp_path / "out.jsonl", Filters(outlets=("herald",))) == ExportSummary(written=0, undated=0)
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_standard_output_gets_the_same_lines(store, tmp_path, capsysbinary):
    export(store, tmp_path / "out.jsonl")
    export(store, "-")
    assert capsysbinary.readouterr().out == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.parametrize("where", ["missing/out.jsonl", "data"])
def test_a_target_that_cannot_be_written_is_an_error_that_names_it(store, tmp_path, where):
    with pytest.raises(ExportError, match=where):
        export(store, tmp_path / where)


class BreakingStore:
    def articles(self, _):
        yield article(1).as_record()
        raise KeyboardInterrupt


def test_an_interrupted_export_leaves_the_former_file_and_no_other(tmp_path):
    target = tmp_path / "out.jsonl.gz"
    target.write_bytes(b"former")
    with pytest.raises(KeyboardInterrupt):
        export(BreakingStore(), target)
    assert target.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [target]


def test_the_shipped_schema_is_that_of_the_type():
    shipped = Path(newscrawl.__file__).with_name("record_schema.json")
    assert json.loads(shipped.read_text()) == record_schema(), (
        "newscrawl/record_schema.json is stale: write json.dumps(record_schema(), indent=2) into it."
    )


def test_the_schema_describes_and_demands_every_field_and_no_other():
    schema = record_schema()
    fields = list(article(1).as_record())
    assert schema["required"] == list(schema["properties"]) == fields == list(DESCRIPTIONS)
    assert schema["additionalProperties"] is False


def manifest(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def test_a_file_has_its_manifest_beside_it(store, tmp_path):
    filters = Filters(since=date(2026, 3, 1), languages=("en",))
    export(store, tmp_path / "out.jsonl", filters)
    told = manifest(tmp_path / "out.jsonl.manifest.json")
    content = (tmp_path / "out.jsonl").read_bytes()
    assert told["files"] == [
        {"name": "out.jsonl", "records": 2, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ]
    assert (told["records"], told["undated_left_out"]) == (2, 1)
    assert (told["outlets"], told["languages"], told["days"]) == ({"gazette": 2}, {"en": 2}, {"2026-03-01": 2})
    assert (told["extractors"], told["rules"]) == ({"newscrawl@0": 2}, {"r1": 2})
    assert (told["filters"]["since"], told["filters"]["languages"]) == ("2026-03-01", ["en"])
    assert told["record_version"] == 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_format_and_profile_passes_its_check_and_is_the_same_every_time(store, tmp_path, form, profile):
    shape = Shape(format=form, profile=profile, shard_size=2)
    for name in ("one", "two"):
        assert export(store, tmp_path / name, shape=shape).written == 3
        assert check_export(tmp_path / name) == 3
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["README.md", "manifest.json", f"part-00000.{form}", f"part-00001.{form}"]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.jsonl.zst", "out.csv.gz", "out.parquet"])
def test_zipped_files_pass_their_check(store, tmp_path, name):
    export(store, tmp_path / name, shape=Shape(format=format_of(name)))
    assert check_export(tmp_path / name) == 3


def test_a_folder_of_parts_holds_what_one_file_holds(store, tmp_path):
    export(store, tmp_path / "out.jsonl")
    export(store, tmp_path / "parts", shape=Shape(shard_size=1))
    parts = sorted((tmp_path / "parts").glob("part-*"))
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "out.jsonl").read_bytes()


def test_an_export_makes_way_for_the_next_and_nothing_else_does(store, tmp_path):
    export(store, tmp_path / "parts", shape=Shape(shard_size=1))
    export(store, tmp_path / "parts", shape=Shape(shard_size=3))
    assert [path.name for path in (tmp_path / "parts").glob("part-*")] == ["part-00000.jsonl"]
    (tmp_path / "parts" / "notes.txt").write_text("mine")
    for folder, kept in (("data", "corpus.db"), ("parts", "notes.txt")):
        with pytest.raises(ExportError, match="something else"):
            export(store, tmp_path / folder, shape=Shape(shard_size=1))
        assert (tmp_path / folder / kept).exists()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda content: content[:-1] + b" ", "sha256"),
        (lambda content: content + content, "bytes"),
        (lambda content: content.replace(b'"revision": 1', b'"revision": "1"', 1), "sha256"),
    ],
)
def test_a_file_that_was_changed_fails_its_check(store, tmp_path, spoil, told):
    target = tmp_path / "out.jsonl"
    export(store, target)
    target.write_bytes(spoil(target.read_bytes()))
    with pytest.raises(ExportError, match=told):
        check_export(target)


def test_a_record_that_the_schema_forbids_fails_the_check_though_its_hash_is_right(store, tmp_path):
    target, beside = tmp_path / "out.jsonl", tmp_path / "out.jsonl.manifest.json"
    export(store, target)
    target.write_bytes(target.read_bytes().replace(b'"revision": 1', b'"revision": "1"', 1))
    beside.write_text(json.dumps(manifest(beside) | {"files": [describe_file(target, 3)]}))
    with pytest.raises(ExportError, match="record 1: revision"):
        check_export(target)


def test_what_has_no_manifest_or_lost_a_part_fails_the_check(store, tmp_path):
    with pytest.raises(ExportError, match="no manifest"):
        check_export(tmp_path / "data")
    (tmp_path / "out.jsonl.manifest.json").write_text("{}")
    (tmp_path / "out.jsonl").write_text("")
    with pytest.raises(ExportError, match="cannot be read as a manifest"):
        check_export(tmp_path / "out.jsonl")
    export(store, tmp_path / "parts", shape=Shape(shard_size=2))
    (tmp_path / "parts" / "part-00001.jsonl").unlink()
    with pytest.raises(ExportError, match=r"part-00001\.jsonl: is missing"):
        check_export(tmp_path / "parts")


def test_fields_are_chosen_in_the_order_asked_for(store, tmp_path):
    export(store, tmp_path / "out.jsonl", shape=Shape(fields=("title", "id")))
    assert list(lines((tmp_path / "out.jsonl").read_bytes())[0]) == ["title", "id"]
    assert check_export(tmp_path / "out.jsonl") == 3
    with pytest.raises(UsageError, match="no field headline"):
        export(store, tmp_path / "other.jsonl", shape=Shape(fields=("headline",)))


def test_the_profile_of_cc_news_has_its_fields(store, tmp_path):
    export(store, tmp_path / "out.jsonl", shape=Shape(profile="cc-news"))
    assert lines((tmp_path / "out.jsonl").read_bytes())[0] == {
        "title": "Bridge 1 opens",
        "text": article(1).text,
        "domain": "gazette.example",
        "date": "2026-03-01 07:00:00",
        "description": None,
        "url": article(1).url,
        "image_url": "https://gazette.example/b.jpg",
    }


def test_parquet_has_types(store, tmp_path):
    export(store, tmp_path / "out.parquet", shape=Shape(format="parquet"))
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    first, _, third = table.to_pylist()
    assert first["date_published"] == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert (first["authors"], first["revision"], first["is_accessible_for_free"]) == (["Rima Test", "س. م"], 1, True)
    assert first["image"] == {"url": "https://gazette.example/b.jpg", "caption": "The bridge", "credit": None}
    assert third["date_published"] is None
    assert str(table.schema.field("date_published").type) == "timestamp[us, tz=UTC]"


def test_csv_comes_back_as_it_was_and_starts_no_formula(tmp_path):
    titles = ["=HYPERLINK(1)", "+1", "-2", "@x", "\tx", "＝1", 'said "so",\nthen', "plain - text"]
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        run = store.start_run([], "crawl", "0", NOW)
        store.save(run, [article(n, f"Story {n}.", title=title) for n, title in enumerate(titles)])
        export(store, tmp_path / "out.csv", shape=Shape(format="csv", fields=("title", "revision", "tags")))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["title", "revision", "tags"]
    assert [row[0] for row in rows] == [f"'{title}" for title in titles[:6]] + titles[6:]
    assert rows[0][1:] == ["1", '["bridge"]']


def test_a_reader_gets_what_changed_since_its_last_export(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:

        def save(*articles):
            run = store.start_run([], "crawl", "0", NOW)
            store.save(run, articles)
            store.finish_run(run, "finished", NOW)

        def given(name, **filters):
            export(store, tmp_path / "out.jsonl", Filters(**filters), Shape(new_for=name))
            return [record["id"] for record in lines((tmp_path / "out.jsonl").read_bytes() or b"\n") if record]

        save(article(1), article(2))
        assert given("daily") == ["gazette:1", "gazette:2"]
        save(article(1), article(2, "Corrected."), article(3))
        assert given("daily") == ["gazette:2", "gazette:3"]
        save(article(3, date_crawled="2026-04-01T00:00:00Z"))
        export(store, tmp_path / "out.jsonl", shape=Shape(new_for="daily"))
        assert (tmp_path / "out.jsonl").read_bytes() == b""
        assert given("weekly") == ["gazette:1", "gazette:2", "gazette:3"]
        with pytest.raises(UsageError, match="other filters"):
            given("daily", outlets=("gazette",))


def test_a_reader_misses_nothing_when_its_export_fails(store, tmp_path):
    with pytest.raises(ExportError):
        export(store, tmp_path / "missing" / "out.jsonl", shape=Shape(new_for="daily"))
    assert export(store, tmp_path / "out.jsonl", shape=Shape(new_for="daily")).written == 3


def test_what_a_killed_export_left_is_cleared_by_the_next(store, tmp_path):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (tmp_path / f".out.jsonl.{dead.stdout.strip()}.part").write_text("half")
    (tmp_path / f".out.jsonl.{os.getppid()}.part").write_text("of a process that lives")
    export(store, tmp_path / "out.jsonl")
    left = {path.name for path in tmp_path.glob(".*")}
    assert left == {f".out.jsonl.{os.getppid()}.part"}


def test_the_card_tells_loaders_where_and_of_what_type_the_data_are(store, tmp_path):
    export(store, tmp_path / "parts", shape=Shape(shard_size=2, profile="hf"))
    _, header, body = (tmp_path / "parts" / "README.md").read_text("utf-8").split("---\n", 2)
    assert '    path: "part-*.jsonl"' in header
    assert "  - name: authors\n    list: string\n" in header
    assert "| gazette | 3 |" in body


@pytest.mark.usefixtures("store")
def test_the_command_exports_and_checks(tmp_path):
    data = ["--data", str(tmp_path / "data")]
    target = str(tmp_path / "new.parquet")
    done = CliRunner().invoke(cli, ["export", "-o", target, "--query", "حلب", "--fields", "id, title", *data])
    assert (done.exit_code, done.stderr) == (0, f"1 record written to {target}\n")
    checked = CliRunner().invoke(cli, ["export", "--check", target])
    assert (checked.exit_code, "1 record," in checked.stderr) == (0, True)
    assert CliRunner().invoke(cli, ["export", *data]).exit_code == 2
    assert CliRunner().invoke(cli, ["export", "-o", "-", "--format", "parquet", *data]).exit_code == 2


ENDLESS = """
import itertools, sys
from corpora import article
from newscrawl.export import Shape, export
class Endless:
    def articles(self, _):
        return itertools.repeat(article(1).as_record())
print("begun", flush=True)
export(Endless(), sys.argv[1], shape=Shape(shard_size=int(sys.argv[2]) or None))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to see what a process has open")
@pytest.mark.parametrize(("name", "shard_size"), [("out.jsonl", 0), ("parts", 50)])
def test_a_killed_export_leaves_nothing_behind(store, tmp_path, name, shard_size):
    target = tmp_path / "here" / name
    target.parent.mkdir()
    command = [sys.executable, "-c", ENDLESS, str(target), str(shard_size)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent)
    process.stdout.readline()
    wait_until(lambda: written(process.pid, target.parent) > 100_000)
    process.kill()
    process.communicate()
    wait_until(lambda: not list(target.parent.iterdir()))
    export(store, target, shape=Shape(shard_size=shard_size or None))
    assert list(target.parent.glob(".*")) == []
    assert check_export(target) == 3


def written(process: int, folder: Path) -> int:
    """Bytes in the files that ``process`` has open in ``folder``, and in those that lie there."""
    opened = [path for path in Path(f"/proc/{process}/fd").iterdir() if str(path.readlink()).startswith(str(folder))]
    return sum(path.stat().st_size for path in (*opened, *(path for path in folder.rglob("*") if path.is_file())))


def wait_until(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)
