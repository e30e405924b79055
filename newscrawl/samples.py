"""Samples of an outlet: pages beside its file, and what each must become."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawl.errors import OutletError
from newscrawl.extract import settle_dates, settle_language, strip
from newscrawl.records import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from newscrawl.outlet import Outlet
    from newscrawl.records import Stripped


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page with the fields of its record that are expected (``refused`` instead, where it is no article)."""

    path: Path
    document: Path
    page: Page
    fields: Mapping[str, Any]
    removed: tuple[str, ...]
    """Texts that must be among the removed blocks."""


def read_samples(folder: Path) -> Iterator[Sample]:
    """The samples in ``folder``, by name; none where there is no such folder.

    Raises:
        OutletError: a sample's JSON file is malformed, or the page of its name is missing.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            yield _read_sample(path)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutletError(f"{path}: is no sample ({error}).") from error
        except StopIteration:
            raise OutletError(f"{path}: has no page beside it, such as {path.stem}.html.") from None


def find_differences(sample: Sample, outlet: Outlet) -> Iterator[str]:
    """What the page of ``sample`` becomes otherwise than expected, a line each."""
    stripped = strip(sample.page, outlet)
    found = {"refused": stripped.refused} if stripped.refused else _record(stripped, outlet)
    for field, expected in sample.fields.items():
        if found.get(field) != expected:
            yield f"{sample.path}: {field} is {found.get(field)!r}, expected {expected!r}"
    removed = [block.text for block in stripped.blocks if not block.kept]
    for text in sample.removed:
        if not any(text in block for block in removed):
            yield f"{sample.path}: not among the removed blocks: {text!r}"


def _record(stripped: Stripped, outlet: Outlet) -> dict[str, Any]:
    return settle_language(settle_dates(stripped, outlet)).as_record()


def _read_sample(path: Path) -> Sample:
    fields = json.loads(path.read_text("utf-8"))
    given = fields.pop("page")
    document = next(other for other in sorted(path.parent.glob(f"{path.stem}.*")) if other.suffix != ".json")
    page = Page(
        body=document.read_bytes(),
        url=given.get("url"),
        requested_url=given.get("url"),
        outlet=path.parent.parent.name,
        fetched_at=datetime.fromisoformat(given["fetched_at"]) if given.get("fetched_at") else None,
        encoding=given.get("encoding"),
    )
    removed = tuple(fields.pop("removed_must_include", ()))
    return Sample(path=path, document=document, page=page, removed=removed, fields=fields)
