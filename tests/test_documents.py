"""Saved files and archives become pages with the facts that a manifest states."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from newscrawl.documents import LIMIT, DocumentError, find_documents, find_files, read_page

PAGE = b"<html><body><p>The bridge is open again.</p></body></html>"


def write_manifest(folder, *rows):
    (folder / "manifest.jsonl").write_text("\n".join(json.dumps(row) for row in rows))


def test_a_folder_gives_its_documents_in_order_of_name(tmp_path):
    for name in ("b.html", "a.htm.gz", "c.txt", "README.md", "gold.jsonl"):
        (tmp_path / name).write_bytes(gzip.compress(PAGE) if name.endswith(".gz") else PAGE)
    assert [saved.path.name for saved in find_files(tmp_path)] == ["a.htm.gz", "b.html", "c.txt"]


def test_a_zipped_document_is_read_unzipped_and_names_its_file(tmp_path):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE))
    [saved] = find_files(tmp_path / "a.html.gz")
    page = read_page(saved)
    assert (page.body, page.content_type) == (PAGE, "text/html")
    assert page.source.endswith("a.html.gz")


@pytest.mark.parametrize("by_file", [False, True])
def test_the_manifest_states_facts_of_a_file(tmp_path, by_file):
    (tmp_path / "a.html").write_bytes(PAGE)
    row = {"file": "a.html", "url": "https://gazette.example/1", "encoding": "windows-1256", "outlet": "sana"}
    write_manifest(tmp_path, row | {"fetched_at": "2026-03-01T10:00:00+03:00", "note": "not ours"})
    [saved] = find_files(tmp_path / "a.html" if by_file else tmp_path)
    page = read_page(saved)
    assert (page.url, page.encoding, page.outlet) == (row["url"], row["encoding"], row["outlet"])
    assert page.fetched_at == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_a_file_that_the_manifest_names_counts_whatever_its_suffix(tmp_path):
    (tmp_path / "story").write_bytes(PAGE)
    write_manifest(tmp_path, {"file": "story", "url": None, "encoding": None})
    assert [saved.path.name for saved in find_files(tmp_path)] == ["story"]


@pytest.mark.parametrize("line", ['{"file": "gone.html"}', "[]", "{", '{"url": "x"}', '{"file": 3}'])
def test_a_bad_manifest_is_named_with_its_line(tmp_path, line):
    (tmp_path / "manifest.jsonl").write_text(line)
    with pytest.raises(DocumentError, match=r"manifest\.jsonl, line 1"):
        list(find_files(tmp_path))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [(gzip.compress(PAGE, mtime=0)[:-12], "broken gzip"), (gzip.compress(b"x" * (LIMIT + 1)), "larger than 10 MB")],
)
def test_what_cannot_be_read_is_said_of_the_file(tmp_path, body, complaint):
    (tmp_path / "a.html.gz").write_bytes(body)
    [saved] = find_files(tmp_path / "a.html.gz")
    with pytest.raises(DocumentError, match=complaint):
        read_page(saved)


def test_a_warc_file_gives_its_pages_and_passes_over_the_rest(tmp_path):
    from newscrawl.archive.capture import Capture, as_record

    answers = [
        ("https://gazette.example/robots.txt", 200, "text/plain"),
        ("https://gazette.example/feed", 200, "application/rss+xml"),
        ("https://gazette.example/1", 200, "text/html; charset=windows-1256"),
        ("https://gazette.example/2", 404, "text/html"),
    ]
    when = datetime(2026, 3, 1, tzinfo=UTC)
    captures = [
        Capture(url=url, date=when, status=status, headers=(("Content-Type", kind),), body=PAGE)
        for url, status, kind in answers
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(as_record, captures)))
    [page] = find_documents(tmp_path)
    assert (page.url, page.encoding, page.fetched_at) == ("https://gazette.example/1", "windows-1256", when)
    assert page.source.endswith("a.warc.gz")
