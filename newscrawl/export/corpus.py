"""The corpus to a stream, to a file with a manifest beside it, or to a folder of files with a manifest and a card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ExportError, UsageError
from newscrawl.export.card import card
from newscrawl.export.formats import FORMATS
from newscrawl.export.manifest import Tally, describe, describe_file, described
from newscrawl.export.shape import Shape
from newscrawl.output import STDOUT, open_output, part_of, removed_if_killed
from newscrawl.store import Filters

if TYPE_CHECKING:
    from newscrawl.store import Store

Records = Iterator[dict[str, Any]]
Manifest = dict[str, Any]

MANIFEST = "manifest.json"
CARD = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """How many records an export wrote, and how many it left out since they have no date to compare."""

    written: int
    undated: int


def export(
    store: Store, target: Path | str, filters: Filters | None = None, shape: Shape | None = None
) -> ExportSummary:
    """Write the records that match to ``target`` (``-``: stdout), ordered by id.

    A file is zipped by ``.gz`` or ``.zst`` and has its manifest beside it.  An existing folder, or any target where
    ``shape`` parts the records, becomes a folder of parts with ``manifest.json`` and a dataset card.  Equal corpora
    give equal bytes.  What is written is there whole or not at all; records stream through.

    Raises:
        ExportError: the target cannot be written, or is a folder that holds something else.
        UsageError: the shape cannot be had; or the reader that it is for had other filters before.
    """
    wanted, looks = filters or Filters(), shape or Shape()
    if looks.new_for:
        return _export_new(store, str(target), wanted, looks, looks.new_for)
    return _write(store, str(target), wanted, looks)


def _export_new(store: Store, target: str, filters: Filters, shape: Shape, name: str) -> ExportSummary:
    """What changed since the last export for ``name``; which is remembered only once it is written."""
    told = json.dumps(described(filters), sort_keys=True)
    before, last = store.changes_for(name), store.last_change()
    if before and before[1] != told:
        raise UsageError(f"{name}: its last export had other filters ({before[1]}). Use them, or another name.")
    summary = _write(store, target, replace(filters, changes=(before[0] if before else 0, last)), shape)
    store.note_changes_for(name, last, told)
    return summary


def _write(store: Store, target: str, filters: Filters, shape: Shape) -> ExportSummary:
    tally = Tally()
    records = tally.counted(store.articles(filters))
    write = _target(target, shape)

    def manifest(files: list[dict[str, Any]]) -> Manifest:
        return describe(tally, files, store.undated(filters), filters, shape)

    write(target, records, shape, manifest)
    return ExportSummary(written=tally.records, undated=store.undated(filters))


def _target(target: str, shape: Shape) -> Callable[..., None]:
    path = Path(target)
    if target == STDOUT or (path.exists() and not path.is_file() and not path.is_dir()):
        if shape.shard_size:
            raise UsageError("A stream has one part. Name a folder with -o.")
        return _write_stream
    return _write_folder if shape.shard_size or path.is_dir() or target.endswith("/") else _write_file


def _write_stream(target: str, records: Records, shape: Shape, _: Callable[..., Manifest]) -> None:
    _write_rows(target, records, shape)


def _write_file(target: str, records: Records, shape: Shape, manifest: Callable[..., Manifest]) -> None:
    written = _write_rows(target, records, shape)
    _write_text(manifest_of(Path(target)), _as_json(manifest([describe_file(Path(target), written)])))


def _write_folder(target: str, records: Records, shape: Shape, manifest: Callable[..., Manifest]) -> None:
    with _whole_folder(Path(target).absolute()) as folder:
        files = list(_write_parts(folder, records, shape))
        told = manifest(files)
        _write_text(folder / MANIFEST, _as_json(told))
        _write_text(folder / CARD, card(told, shape))


def _write_parts(folder: Path, records: Records, shape: Shape) -> Iterator[dict[str, Any]]:
    for number in count():
        first = list(islice(records, 1))
        if number and not first:
            return
        part = folder / f"part-{number:05}.{shape.format}"
        rest = islice(records, shape.shard_size - 1) if shape.shard_size else records
        yield describe_file(part, _write_rows(str(part), chain(first, rest), shape))


def _write_rows(target: str, records: Records, shape: Shape) -> int:
    written = 0
    with FORMATS[shape.format](target, shape.columns) as write:
        for written, record in enumerate(records, start=1):  # noqa: B007
            write(record)
    return written


def manifest_of(path: Path) -> Path:
    """Where the manifest of the export at ``path`` lies."""
    return path / MANIFEST if path.is_dir() else path.with_name(f"{path.name}.{MANIFEST}")


def _write_text(path: Path, text: str) -> None:
    with open_output(str(path)) as file:
        file.write(text)


def _as_json(value: Manifest) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _is_export(path: Path) -> bool:
    """Whether a folder holds nothing but what an export wrote."""
    held = {entry.name for entry in path.iterdir()}
    if MANIFEST not in held:
        return not held
    try:
        stated = {file["name"] for file in json.loads((path / MANIFEST).read_text("utf-8"))["files"]}
    except (ValueError, TypeError, KeyError):
        return False
    return held <= stated | {MANIFEST, CARD}


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """A folder beside ``path`` that takes its place at the end; only an export, or nothing, makes way for it."""
    part = part_of(path)
    try:
        if path.exists() and not _is_export(path):
            raise ExportError(f"{path}: holds something else than an export. Choose another folder.")
        part.mkdir()
        with removed_if_killed(part):
            yield part
            if path.exists():
                shutil.rmtree(path)  # A folder cannot be replaced in one step: a kill here leaves none, never a part.
            part.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
