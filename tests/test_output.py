"""Records leave whole or not at all."""

import gzip
import os
from pathlib import Path

import pytest
import zstandard

from newscrawl.errors import ExportError
from newscrawl.output import open_output


@pytest.mark.parametrize(
    ("name", "unpack"),
    [("a.jsonl", bytes), ("a.jsonl.gz", gzip.decompress), ("a.jsonl.zst", lambda data: zstandard.open(data).read())],
)
def test_a_file_is_packed_as_its_suffix_says(tmp_path, name, unpack):
    with open_output(str(tmp_path / name)) as file:
        file.write("أخبار\n")
    source = tmp_path / name if name.endswith(".zst") else (tmp_path / name).read_bytes()
    assert unpack(source) == "أخبار\n".encode()


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_equal_records_give_equal_bytes(tmp_path, name):
    written = []
    for _ in range(2):
        with open_output(str(tmp_path / name)) as file:
            file.write("one\n")
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_an_interrupted_output_leaves_the_former_file_and_nothing_else(tmp_path, name):
    target = tmp_path / name
    target.write_text("former")

    def write_half() -> None:
        with open_output(str(target)) as file:
            file.write("half" * 100_000)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert target.read_text() == "former"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("former", ["former", None])
def test_where_files_must_have_names_an_output_is_whole_as_well(tmp_path, monkeypatch, former):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    target = tmp_path / "a.jsonl"
    if former:
        target.write_text(former)
    with open_output(str(target)) as file:
        file.write("new")
        assert len(list(tmp_path.glob(".a.jsonl.*.part"))) == 1
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="the system has no files without a name")
def test_a_file_has_no_name_until_it_is_whole(tmp_path):
    with open_output(str(tmp_path / "a.jsonl")) as file:
        file.write("one\n")
        file.flush()
        assert list(tmp_path.iterdir()) == []
    assert (tmp_path / "a.jsonl").read_text() == "one\n"
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("target", ["missing/a.jsonl", "."])
def test_a_target_that_cannot_be_written_is_named(tmp_path, target):
    path = tmp_path / target
    with pytest.raises(ExportError, match="cannot be written"), open_output(str(path)) as file:
        file.write("x")


def test_a_device_is_written_and_not_replaced():
    with open_output(os.devnull) as file:
        file.write("x")
    assert Path(os.devnull).is_char_device()


def test_half_a_surrogate_pair_leaves_as_an_escape(tmp_path):
    with open_output(str(tmp_path / "a")) as file:
        file.write('"\ud83d"\n')
    assert (tmp_path / "a").read_bytes() == b'"\\ud83d"\n'
