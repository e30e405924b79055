"""Charts drawn as SVG: text stays text, nothing is loaded, and what data says is never markup."""

from __future__ import annotations

import json
import re
from typing import Any

import vl_convert

from newscrawl.printable import printable
from newscrawl.report.palette import AXIS, GRID, INK, MUTED

FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', sans-serif"
_SIZE = re.compile(r'<svg [^>]*?width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"[^>]*>')
_CONFIG: dict[str, Any] = {
    "aria": False,  # The figure around it has a text for those who do not see it.
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titlePadding": 8,
        "labelLimit": 170,
        "labelPadding": 5,
        "gridColor": GRID,
        "domainColor": AXIS,
        "tickColor": AXIS,
    },
    "legend": {"orient": "top", "labelColor": INK, "labelFontSize": 12, "symbolType": "square", "labelLimit": 190},
    "text": {"fontSize": 12},
}


def draw(spec: dict[str, Any], width: int) -> str:
    """The chart that a Vega-Lite ``spec`` describes, ``width`` pixels wide with all its labels, as an SVG element."""
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "right": 10, "top": 4, "bottom": 2},
        "width": width,
        "config": _CONFIG,
        **spec,
    }
    svg = vl_convert.vegalite_to_svg(json.dumps(_printable(whole)), allowed_base_urls=[])
    return _SIZE.sub(_scalable, svg, count=1)


def _printable(value: Any) -> Any:
    """``value`` with what its texts may hold of characters that reorder those around them taken out."""
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return printable(value) if isinstance(value, str) else value


def _scalable(found: re.Match[str]) -> str:
    """The start of an SVG element that may be shown smaller than it was drawn."""
    width, height = found["width"], found["height"]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" style="max-width:{width}px">'
