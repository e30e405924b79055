"""Other tools read what is exported: each is tried where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from corpora import NOW, article
from hostile_corpus import HARM

from newscrawl.export import Shape, export
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("jsonl", "csv", "parquet")
LEAD = f"{HARM} «مدرسة»"
RECORDS = 130  # More than tools look at before they decide what a column is; what is odd stands in the last part.


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """An export of two parts in every format; the first part has no conflicts of dates, lead or source_id."""
    root = tmp_path_factory.mktemp("exports")
    plain = {"date_conflict": None, "images": (), "image": None, "tags": (), "is_accessible_for_free": None}
    odd = {"lead": LEAD, "title": '=1+1, "quoted"\n', "date_published": "2026-03-01"}
    made = [article(n, id=f"gazette:{n:04}", source_id=f"{n:04}", **plain) for n in range(RECORDS - 1)]
    with Store.open(root / "corpus.db", create=True) as store:
        store.save(store.start_run([], "crawl", "0", NOW), [*made, article(9999, **odd)])
        for form in FORMATS:
            export(store, root / f"to-{form}", shape=Shape(format=form, shard_size=100))
    return {form: root / f"to-{form}" for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_load_the_folder_without_a_network(folders, form, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    loaded = datasets.load_dataset(str(folders[form]), split="train", cache_dir=str(tmp_path))
    last = loaded[RECORDS - 1]
    assert loaded.num_rows == RECORDS
    assert [loaded[0]["date_conflict"], loaded[0]["lead"], last["lead"]] == [None, None, LEAD]
    if form == "parquet":  # Of what the others say it spells dates anew, and numbers, as it likes.
        assert [loaded[0]["source_id"], last["date_conflict"][0]["raw"]] == ["0000", "2025-01-01"]
        assert loaded[0]["date_published"] == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_pandas_reads_all_formats(folders):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    parts = {form: sorted(folder.glob("part-*")) for form, folder in folders.items()}
    lines = pandas.concat([pandas.read_json(part, lines=True, dtype=False) for part in parts["jsonl"]])
    table = pandas.concat([pandas.read_csv(part, dtype={"source_id": str}) for part in parts["csv"]])
    typed = pandas.read_parquet(parts["parquet"])
    assert [len(lines), len(table), len(typed)] == [RECORDS] * 3
    assert list(table["source_id"]) == list(typed["source_id"]) == list(lines["source_id"])
    assert typed["date_published"].max() == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_polars_reads_all_formats(folders):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    lines = [polars.read_ndjson(p, infer_schema_length=None) for p in sorted(folders["jsonl"].glob("part-*"))]
    table = polars.read_csv(folders["csv"] / "part-*.csv", infer_schema=False)
    typed = polars.read_parquet(folders["parquet"] / "part-*.parquet")
    assert [sum(part.height for part in lines), table.height, typed.height] == [RECORDS] * 3
    assert typed["date_published"].max() == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert typed["authors"][0].to_list() == ["Rima Test", "س. م"]


@pytest.mark.parametrize("form", FORMATS)
def test_duckdb_reads_all_formats(folders, form):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    read = {"jsonl": "read_json", "csv": "read_csv", "parquet": "read_parquet"}[form]
    files = f"{read}('{folders[form]}/part-*.{form}')"
    assert duckdb.sql(f"select count(*), count(distinct id), max(lead) from {files}").fetchall() == [
        (RECORDS, RECORDS, LEAD)
    ]
    if form == "parquet":
        latest = duckdb.sql(f"select max(date_published at time zone 'UTC') from {files}").fetchall()
        assert latest == [(datetime(2026, 3, 1, 7),)]


def test_jq_reads_lines(folders):
    if not (jq := shutil.which("jq")):
        pytest.skip("jq is not installed: it is Debian's package jq")
    parts = sorted(folders["jsonl"].glob("part-*"))
    told = subprocess.run([jq, "-r", ".source_id", *parts], capture_output=True, text=True, check=True, timeout=60)
    assert len(told.stdout.splitlines()) == RECORDS
    assert told.stdout.startswith("0000\n")
