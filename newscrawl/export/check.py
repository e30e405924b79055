"""Whether an export is what its manifest says, and its records what the schema says."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import zstandard
from pydantic import ValidationError

from newscrawl.errors import ExportError
from newscrawl.export.corpus import manifest_of
from newscrawl.export.manifest import describe_file
from newscrawl.export.schema import record_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STATED = ("files", "records", "format", "profile", "fields")
_FEW = 10  # Complaints that are listed.


def check_export(target: Path) -> int:
    """How many records the export at ``target`` holds, each of them checked.

    Sizes, hashes and numbers of records are compared with the manifest; records of the native profile in JSON lines
    meet the JSON Schema, as far as it tells of the exported fields.

    Raises:
        ExportError: there is no manifest, or something is not as it says; the first complaints are listed.
    """
    manifest = _read_manifest(manifest_of(target))
    folder = target if target.is_dir() else target.parent
    complaints = list(islice(_complaints(folder, manifest), _FEW))
    if complaints:
        raise ExportError("\n".join([f"{target}: is not what its manifest says. Export it again.", *complaints]))
    return int(manifest["records"])


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return {name: found[name] for name in _STATED}
    except FileNotFoundError:
        raise ExportError(f"{path}: there is no manifest. Name a file or folder that export wrote.") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ExportError(f"{path}: cannot be read as a manifest ({error}).") from error


def _complaints(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    if sum(stated["records"] for stated in manifest["files"]) != manifest["records"]:
        yield "manifest: its files do not add up to its records"
    for stated in manifest["files"]:
        path = folder / Path(stated["name"]).name
        if not path.is_file():
            yield f"{path.name}: is missing"
            continue
        found = describe_file(path, stated["records"])
        yield from (
            f"{path.name}: {key} is {found[key]}, not {stated[key]}" for key in found if found[key] != stated[key]
        )
        if found == stated:
            yield from _complaints_of(path, stated["records"], manifest)


def _complaints_of(path: Path, records: int, manifest: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the records of an untouched file."""
    count = 0
    for count, complaint in enumerate(_READERS[manifest["format"]](path, manifest), start=1):
        if complaint:
            yield f"{path.name}: record {count}: {complaint}"
    if count != records:
        yield f"{path.name}: has {count} records, not {records}"


def _read_jsonl(path: Path, manifest: Mapping[str, Any]) -> Iterator[str | None]:
    model = record_model(manifest["fields"]) if manifest["profile"] == "native" else None
    with _open_text(path) as file:
        for line in file:
            if model is None:
                yield None if list(json.loads(line)) == manifest["fields"] else "has other fields"
                continue
            try:
                model.model_validate_json(line)
                yield None
            except ValidationError as error:
                yield "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def _read_csv(path: Path, manifest: Mapping[str, Any]) -> Iterator[str | None]:
    csv.field_size_limit(2**31 - 1)
    with _open_text(path) as file:
        rows = csv.reader(file)
        if next(rows, None) != manifest["fields"]:
            yield "the header names other fields"
        for row in rows:
            yield None if len(row) == len(manifest["fields"]) else f"has {len(row)} cells"


def _read_parquet(path: Path, _: Mapping[str, Any]) -> Iterator[str | None]:
    from newscrawl.export.parquet import count_rows

    yield from (None for _ in range(count_rows(str(path))))


_READERS = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}


@contextmanager
def _open_text(path: Path) -> Iterator[IO[str]]:
    """The file's text, unzipped; lines end at ``\\n`` only, for a text may hold other separators."""
    with path.open("rb") as file:
        unzipped: Any = file
        if path.suffix == ".gz":
            unzipped = gzip.GzipFile(fileobj=file)
        elif path.suffix == ".zst":
            unzipped = zstandard.ZstdDecompressor().stream_reader(file)
        with io.TextIOWrapper(cast("IO[bytes]", unzipped), encoding="utf-8", newline="\n") as text:
            yield text
