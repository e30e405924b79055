"""The dataset card of an exported folder: what readers of datasets look for, in the form that loaders read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.export.schema import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.export.columns import Column
    from newscrawl.export.shape import Shape

_OBJECTS = {"image": ("url", "caption", "credit"), "conflict": ("date", "raw", "source", "place")}
_SCALARS = {"text": "string", "number": "int64", "flag": "bool"}


def card(manifest: Mapping[str, Any], shape: Shape) -> str:
    """README.md for the export that ``manifest`` describes."""
    return "\n".join(["---", *_header(manifest, shape), "---", "", *_body(manifest, shape), ""])


def _header(manifest: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    if languages := [name for name in manifest["languages"] if len(name) == 2]:
        yield "language:"
        yield from (f"- '{name}'" for name in languages)  # Quoted: a bare no is false in YAML.
    yield "configs:"
    yield "- config_name: default"
    yield "  data_files:"
    yield "  - split: train"
    yield f'    path: "part-*.{shape.format}"'
    yield "dataset_info:"
    yield "  features:"
    for column in shape.columns:
        yield from _feature(column, shape.format)


def _feature(column: Column, form: str) -> Iterator[str]:
    yield f"  - name: {column.name}"
    if form == "csv" and column.kind != "number":  # Only text can be missing there, and a list is JSON in its cell.
        yield "    dtype: string"
    elif column.kind in _SCALARS:
        yield f"    dtype: {_SCALARS[column.kind]}"
    elif column.kind == "moment":
        yield f"    dtype: {'timestamp[us, tz=UTC]' if form == 'parquet' else 'string'}"
    elif column.kind == "texts":
        yield "    list: string"
    else:
        yield "    struct:" if column.kind == "image" else "    list:"
        for name in _OBJECTS[column.kind.removesuffix("s")]:
            yield f"    - name: {name}"
            yield "      dtype: string"


def _body(manifest: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    days = [day for day in manifest["days"] if day[:1].isdigit()]
    yield "# A corpus of news"
    yield ""
    span = f", published from {days[0]} to {days[-1]}" if days else ""
    yield f"{manifest['records']:,} records of {len(manifest['outlets'])} outlets{span}; made by {manifest['tool']}."
    yield "`manifest.json` states the filters, the counts by day, the versions of program and rules, and the hash of"
    yield "every file. The texts belong to their publishers: check what you may do with them before you pass them on."
    for name in ("outlets", "languages"):
        yield ""
        yield f"| {name} | records |"
        yield "|---|---:|"
        yield from (f"| {key} | {number:,} |" for key, number in manifest[name].items())
    yield ""
    yield "| field | what it holds |"
    yield "|---|---|"
    yield from (f"| `{column.name}` | {DESCRIPTIONS.get(column.name, '')} |" for column in shape.columns)
