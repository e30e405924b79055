"""WARC files from elsewhere: their articles enter the corpus once, whatever happens meanwhile."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import zstandard
from click.testing import CliRunner
from kept_pages import NOW, capture, html, outlets, url

from newscrawl.archive.capture import as_record
from newscrawl.cli import cli
from newscrawl.outlet import load_outlet
from newscrawl.records import Link
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.archive import Capture

ELSEWHERE = "https://herald.example/2026/03/a-lamp"


def write(path: Path, captures: Iterable[Capture]) -> Path:
    path.write_bytes(b"".join(map(as_record, captures)))
    return path


def run(folder: Path, *arguments: object):
    environment = {"NEWSCRAWL_OUTLETS": str(folder / "outlets"), "NEWSCRAWL_DATA": str(folder / "data")}
    return CliRunner(env=environment).invoke(cli, ["ingest", *map(str, arguments)])


def states(result) -> dict[str, int]:
    return json.loads(result.stdout)["states"]


def records(folder: Path, name: str = "data"):
    with Store.read(folder / name / "corpus.db") as store:
        return list(store.articles(Filters(revisions="all")))


@pytest.fixture
def folder(tmp_path):
    outlets(tmp_path / "outlets")
    return tmp_path


@pytest.fixture
def captures():
    """Two stories of a declared outlet and one of another site, among what is no page."""
    return [
        capture(1),
        replace(capture(2), url="https://gazette.example/robots.txt"),
        replace(capture(3), url="https://gazette.example/"),
        replace(capture(4), status=404),
        replace(capture(5), url="https://gazette.example/feed", headers=(("Content-Type", "text/xml"),)),
        capture(6),
        replace(capture(7), url=ELSEWHERE),
    ]


def test_articles_are_chosen_by_address_as_in_a_crawl_or_read_by_general_rules(folder, captures):
    result = run(folder, write(folder / "a.warc.gz", captures), "--json")
    assert json.loads(result.stdout)["outlets"] == {
        "gazette": {"not-an-article": 1, "stored": 2},
        "generic": {"stored": 1},
    }
    assert [(record["outlet"], record["url"]) for record in records(folder)] == [
        ("gazette", url(1)),
        ("gazette", url(6)),
        ("herald.example", ELSEWHERE),
    ]


def test_an_outlet_may_be_chosen(folder, captures):
    result = run(folder, write(folder / "a.warc.gz", captures), "--outlet", "gazette", "--json")
    assert states(result) == {"not-an-article": 1, "stored": 2}
    again = run(folder, folder / "a.warc.gz", "--json")
    assert states(again)["stored"] == 1


@pytest.mark.parametrize(
    "pack",
    [
        lambda members: b"".join(members),
        lambda members: gzip.compress(b"".join(members)),
        lambda members: b"".join(map(zstandard.ZstdCompressor().compress, members)),
        lambda members: zstandard.ZstdCompressor().compress(b"".join(members)),
    ],
    ids=["plain", "zipped as a whole", "zstd", "zstd as a whole"],
)
def test_any_kind_of_file_gives_the_same_corpus_and_can_be_read_again(folder, captures, pack):
    path = folder / "a.warc"
    path.write_bytes(pack([gzip.decompress(as_record(one)) for one in captures]))
    assert states(run(folder, path, "--json")) == {"not-an-article": 1, "stored": 3}
    environment = {"NEWSCRAWL_OUTLETS": str(folder / "outlets"), "NEWSCRAWL_DATA": str(folder / "data")}
    again = CliRunner(env=environment).invoke(cli, ["reextract", "--json"])
    assert {name: json.loads(again.stdout)[name] for name in ("pages", "unchanged")} == {"pages": 3, "unchanged": 3}


def test_a_file_that_is_done_is_passed_over_under_whatever_name(folder, captures, caplog):
    path = write(folder / "a.warc.gz", captures)
    run(folder, path)
    before = records(folder)
    result = run(folder, path.rename(folder / "b.warc.gz"))
    assert result.exit_code == 0
    assert "ingested before" in caplog.text
    assert records(folder) == before


def test_what_was_ingested_no_crawl_fetches_again(folder, captures):
    run(folder, write(folder / "a.warc.gz", captures))
    outlet = load_outlet("gazette", folder / "outlets")
    with Store.open(folder / "data" / "corpus.db") as store:
        links = [Link(url=url(number)) for number in (1, 6, 8)]
        found = store.discover(store.start_run(["gazette"], "crawl", "0", NOW), outlet, links, NOW + timedelta(hours=1))
        assert [target.link.url for target in found] == [url(8)]
        assert store.fetched("gazette") == []


def test_an_older_capture_never_replaces_a_newer_one(folder):
    newer = replace(capture(1, "It was corrected later."), date=NOW + timedelta(days=1))
    run(folder, write(folder / "new.warc.gz", [newer]))
    before = records(folder)
    assert states(run(folder, write(folder / "old.warc.gz", [capture(1)]), "--json")) == {"older": 1}
    assert records(folder) == before


def test_captures_of_one_address_in_order_are_its_revisions(folder):
    later = replace(capture(1, "Correction: the lamp is green."), date=NOW + timedelta(days=1))
    run(folder, write(folder / "a.warc.gz", [capture(1), later]))
    assert [record["revision"] for record in records(folder)] == [1, 2]


def test_what_is_no_warc_file_is_refused_before_anything_is_stored(folder, captures):
    (folder / "no.warc").write_text("This is no archive at all.\n" * 50)
    result = run(folder, write(folder / "a.warc.gz", captures), folder / "no.warc")
    assert result.exit_code == 2
    assert "is not a WARC file" in result.stderr
    with Store.read(folder / "data" / "corpus.db") as store:
        assert store.runs() == []


def test_a_file_that_was_cut_off_gives_what_is_whole(folder, captures, caplog):
    path = write(folder / "a.warc.gz", captures)
    path.write_bytes(path.read_bytes()[:-40])
    result = run(folder, path, "--json")
    assert states(result)["stored"] == 2
    assert "cut off" in caplog.text


def test_a_killed_ingest_goes_on_to_the_same_corpus(folder):
    path = write(folder / "a.warc.gz", [capture(number) for number in range(1, 121)])
    run(folder, path)
    expected = records(folder)
    (folder / "data").rename(folder / "undisturbed")
    environment = os.environ | {"NEWSCRAWL_OUTLETS": str(folder / "outlets"), "NEWSCRAWL_DATA": str(folder / "data")}
    for seconds in (1.0, 1.6):
        command = [sys.executable, "-m", "newscrawl", "ingest", str(path)]
        process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert run(folder, path).exit_code == 0
    assert records(folder) == expected
    with Store.read(folder / "data" / "corpus.db") as store:
        assert {one.status for one in store.runs()} <= {"died", "finished"}


def part(number: int, page: int, *extra: str, site: str = "", seconds: int = 0) -> Capture:
    """A page of a story that has two; ``extra`` paragraphs are on the second."""
    first = site or url(number)
    link = f'<a rel="next" href="{first}?page=2">Next page</a>' if page == 1 else ""
    said = [f"What the second page says of lamp {number} is not on the first, and nobody read it twice.", *extra]
    body = html(number, link) if page == 1 else html(number + 500, *said)
    address = first + ("?page=2" if page == 2 else "")
    return replace(capture(number, body=body), url=address, date=NOW + timedelta(seconds=seconds + page))


@pytest.mark.parametrize("site", ["", "https://herald.example/lamps"])
def test_pages_of_an_article_are_joined_each_capture_with_the_page_fetched_after_it(folder, site):
    later = "Correction: the lamp is green, and it was green all the time that it hung there."
    first = [part(7, 1, site=site), part(7, 2, site=site)]
    second = [part(7, 1, site=site, seconds=3600), part(7, 2, later, site=site, seconds=3600)]
    result = run(folder, write(folder / "a.warc.gz", [*first, capture(3), *second]), "--json")
    assert states(result) == {"part": 1, "stored": 2}
    told = [record for record in records(folder) if record["further_urls"]]
    assert [record["revision"] for record in told] == [1, 2]
    assert [later in record["text"] for record in told] == [False, True]
    assert all("lamp 7 is not on the first" in record["text"] for record in told)
    assert all(record["continues_at"] is None for record in told)


def test_a_page_that_is_damaged_leaves_the_article_with_a_gap(folder):
    whole, broken = (as_record(part(7, page)) for page in (1, 2))
    spoilt = gzip.compress(gzip.decompress(broken).replace(b"nobody read it twice", b"somebody read it too"))
    (folder / "a.warc.gz").write_bytes(whole + as_record(capture(3)) + spoilt)
    result = run(folder, folder / "a.warc.gz", "--json")
    assert states(result) == {"error": 1, "stored": 2}
    record = next(record for record in records(folder) if record["source_id"] == "7")
    assert record["continues_at"] == f"{url(7)}?page=2"
    with Store.open(folder / "data" / "corpus.db") as store:
        outlet = load_outlet("gazette", folder / "outlets")
        later = store.start_run(["gazette"], "crawl", "0", NOW)
        assert store.resume_fetched(later, "gazette", NOW + timedelta(days=1)) == []
        assert store.discover(later, outlet, [Link(url=url(7))], NOW + timedelta(hours=1)) == []


def test_a_page_behind_an_interruption_still_belongs_to_the_article_before(folder, monkeypatch):
    others = [capture(number) for number in range(100, 140)]
    path = write(folder / "a.warc.gz", [part(7, 1), *others, part(7, 2)])
    noted = []

    def note_once(store, ingest):
        if noted:
            raise KeyboardInterrupt
        noted.append(ingest)
        note(store, ingest)

    note = Store.note_ingested
    monkeypatch.setattr(Store, "note_ingested", note_once)
    assert run(folder, path).exit_code != 0
    monkeypatch.undo()
    assert run(folder, path).exit_code == 0
    assert len(records(folder)) == 41
    assert [record["further_urls"] for record in records(folder) if record["further_urls"]] == [[f"{url(7)}?page=2"]]
