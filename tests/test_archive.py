"""The archive keeps every byte, says what is damaged, and survives a killed writer."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator as OtherReader

from newscrawl.archive import (
    ArchiveIndex,
    ArchiveWriter,
    Capture,
    find_file,
    finish_abandoned,
    page_of,
    read_capture,
    read_captures,
    read_page,
)
from newscrawl.archive.capture import as_record
from newscrawl.errors import ArchiveError
from newscrawl.records import ArchivePlace, Link

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTML = "<p>مرحبا, a plain story</p>".encode()


def capture(url: str = "https://example.org/1", **facts: object) -> Capture:
    plain = Capture(url=url, date=NOON, status=200, headers=(("Content-Type", "text/html"),), body=HTML)
    return replace(plain, **facts)


def write(folder: Path, *captures: Capture) -> tuple[Path, list[ArchivePlace]]:
    with ArchiveWriter(folder, "example", software="test", now=NOON) as writer:
        places = [writer.write(one) for one in captures]
    return folder / writer.name, places


def test_what_is_written_is_read_back(tmp_path):
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a"), ("Set-Cookie", "b"))
    given = [
        capture("https://example.org/robots.txt", status=404, body=b"", headers=()),
        capture("https://example.org/old", status=301, headers=(("Location", "/new"),), body=b"moved"),
        capture("https://example.org/new", headers=headers, body=bytes(range(256)) * 40),
        capture("https://example.org/own", status=299),
    ]
    path, places = write(tmp_path, *given)
    read = list(read_captures(path))
    assert [replace(one, offset=0) for one in read] == given
    assert [read_capture(path, place.offset) for place in places] == read


def test_another_reader_finds_the_digests_right(tmp_path):
    path, _ = write(tmp_path, capture(), capture("https://example.org/2"))
    with path.open("rb") as file:
        records = OtherReader(file, check_digests="raise")
        assert [record.rec_type for record in records if record.content_stream().read()] == [
            "warcinfo",
            "response",
            "response",
        ]


def test_files_take_their_name_when_closed(tmp_path):
    writer = ArchiveWriter(tmp_path, "sana", software="test", now=NOON)
    place = writer.write(capture())
    assert [path.name for path in tmp_path.iterdir()] == [place.file + ".part"]
    assert read_capture(find_file(tmp_path, place), place.offset).body == HTML
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [place.file]
    assert place.file.startswith("sana-20260301T120000Z-")
    assert read_capture(find_file(tmp_path, place), place.offset).body == HTML


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(ArchiveError, match="taken"):
        ArchiveWriter(tmp_path / "taken", "sana", software="test", now=NOON)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstandard.compress)],
)
def test_a_page_is_decoded_as_a_crawl_would_have(tmp_path, encoding, pack):
    headers = (("Content-Type", 'text/html; charset="windows-1256"'), ("Content-Encoding", encoding))
    _, (place,) = write(tmp_path, capture(headers=headers, body=pack(HTML)))
    link = Link(url="http://example.org/1?src=RSS", title="As the feed has it")
    page = read_page(tmp_path, place, outlet="example", link=link)
    assert page.body == HTML
    assert (page.encoding, page.content_type) == ("windows-1256", headers[0][1])
    assert (page.url, page.requested_url) == ("https://example.org/1", link.url)
    assert (page.fetched_at, page.place, page.link, page.outlet) == (NOON, place, link, "example")


def test_a_page_of_anothers_archive_may_have_no_type_or_charset():
    page = page_of(capture(headers=()), file="theirs.warc.gz")
    assert (page.content_type, page.encoding, page.outlet) == (None, None, None)


def test_a_bomb_in_an_archive_is_damage_not_memory(tmp_path):
    bomb = gzip.compress(bytes(300 * 2**20), 1)
    headers = (("Content-Encoding", "gzip"),)
    path, places = write(tmp_path, capture(headers=headers, body=bomb), capture())
    found: list[object] = []
    assert [one.body for one in read_captures(path, decoded=True, report=found.append)] == [HTML]
    assert "larger than" in str(found[0])
    with pytest.raises(ArchiveError, match="larger than"):
        read_capture(path, places[0].offset, decoded=True)


def test_body_that_belies_its_encoding_is_damage(tmp_path):
    path, _ = write(tmp_path, capture(headers=(("Content-Encoding", "gzip"),)), capture())
    found: list[object] = []
    assert len(list(read_captures(path, decoded=True, report=found.append))) == 1
    assert len(found) == 1


def test_a_cut_tail_is_reported_wherever_it_is_cut(tmp_path):
    path, places = write(tmp_path, capture(), capture("https://example.org/2", body=os.urandom(600)))
    whole = path.read_bytes()
    for size in range(places[1].offset + 1, len(whole), 7):
        path.write_bytes(whole[:size])
        found: list[object] = []
        urls = [one.url for one in read_captures(path, report=found.append)]
        assert urls[0] == "https://example.org/1"
        assert found, f"cut at {size} of {len(whole)} was not noticed"
    path.write_bytes(whole)
    found = []
    assert len(list(read_captures(path, report=found.append))) == 2
    assert not found


def test_an_altered_record_is_left_out_and_reported(tmp_path):
    altered = as_record(capture("https://example.org/2"))
    altered = gzip.compress(gzip.decompress(altered).replace(b"plain story", b"other story"))
    path = tmp_path / "altered.warc.gz"
    path.write_bytes(as_record(capture()) + altered + as_record(capture("https://example.org/3")))
    found: list[object] = []
    assert [one.url[-1] for one in read_captures(path, report=found.append)] == ["1", "3"]
    assert "digest" in str(found[0])


@pytest.mark.parametrize(
    "content", [b"<html>no archive</html>", gzip.compress(b"<html>", mtime=0), b"\x1f\x8b\x08 broken"]
)
def test_what_is_no_archive_is_refused_by_name(tmp_path, content):
    path = tmp_path / "page.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"page\.warc\.gz"):
        list(read_captures(path))
    with pytest.raises(ArchiveError, match=r"missing\.warc"):
        list(read_captures(tmp_path / "missing.warc"))


def test_places_that_hold_nothing_are_refused(tmp_path):
    path, places = write(tmp_path, capture())
    for offset in (0, 5, places[0].offset + 3, path.stat().st_size, 10**9):
        with pytest.raises(ArchiveError, match=str(offset)):
            read_capture(path, offset)
    with pytest.raises(ArchiveError, match="missing"):
        find_file(tmp_path, ArchivePlace(file="gone.warc.gz", offset=0))


KILLED = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from newscrawl.archive import ArchiveWriter, Capture
writer = ArchiveWriter(Path(sys.argv[1]), "killed", software="test", now=datetime.now(UTC))
for number in range(10**6):
    body = os.urandom(3000)
    place = writer.write(Capture(url=f"https://example.org/{number}", date=datetime.now(UTC), status=200,
                                 headers=(), body=body))
    print(place.offset, flush=True)
"""


def start_writer(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True)


def test_every_record_of_a_killed_writer_is_kept_and_its_file_is_finished(tmp_path):
    process = start_writer(tmp_path)
    offsets = [int(process.stdout.readline()) for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    offsets += [int(line) for line in process.stdout]
    process.wait()
    part = next(tmp_path.iterdir())
    with part.open("ab") as file:
        file.write(as_record(capture())[:50])  # as if it had died in the middle of a record
    (finished,) = finish_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [finished.name] == [part.name.removesuffix(".part")]
    found: list[object] = []
    read = [one.offset for one in read_captures(finished, report=found.append)]
    assert read[: len(offsets)] == offsets
    assert not found
    assert finish_abandoned(tmp_path) == []


def test_a_file_that_is_being_written_is_left_alone(tmp_path):
    process = start_writer(tmp_path)
    try:
        process.stdout.readline()
        assert finish_abandoned(tmp_path) == []
        assert next(tmp_path.iterdir()).name.endswith(".part")
    finally:
        process.kill()
        process.communicate()


def test_replay_finds_the_latest_capture_or_the_latest_until_a_time(tmp_path):
    times = [NOON.replace(hour=hour) for hour in (18, 6, 12)]
    path, _ = write(tmp_path, *(capture(date=time, body=str(time.hour).encode()) for time in times))
    index = ArchiveIndex(path)
    asked = [None, NOON.replace(hour=17), NOON, NOON.replace(hour=7), NOON.replace(hour=5)]
    found = [index.find("https://example.org/1#top", at) for at in asked]
    assert [one and one.body for one in found] == [b"18", b"12", b"12", b"6", None]
    assert index.find("https://example.org/2") is None


def test_replay_takes_addresses_as_requests_send_them(tmp_path):
    path, _ = write(tmp_path, capture("https://example.org/category/أخبار?p=1"))
    assert ArchiveIndex(path).find("https://example.org/category/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1?p=1")


def test_an_archive_without_responses_cannot_be_replayed(tmp_path):
    path, _ = write(tmp_path)
    with pytest.raises(ArchiveError, match="no responses"):
        ArchiveIndex(path)
