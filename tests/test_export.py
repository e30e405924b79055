"""Exports: the same bytes for the same corpus, whole or not at all."""

from __future__ import annotations

import gzip
import json
import time
from datetime import date
from pathlib import Path

import pytest
import zstandard
from corpora import NOW, article

import newscrawl
from newscrawl.errors import ExportError
from newscrawl.export import ExportSummary, export, record_schema
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
