"""The page of a report: charts, tables and their words, put together by a template that escapes what it is given."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from newscrawl.numbers import Numbers, gather_numbers
from newscrawl.printable import printable
from newscrawl.report.chart import Chart, Colours
from newscrawl.report.corpus_charts import (
    articles_chart,
    coverage_chart,
    dates_chart,
    languages_chart,
    lengths_chart,
    rules_chart,
    syndication_chart,
)
from newscrawl.report.crawl_charts import answers_chart, health_chart, runs_chart
from newscrawl.report.palette import AXIS, DARK, GRID, INK, MUTED, OTHERS, SERIES, VERDICTS, dark_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.store import Filters, Store

_FOLDER = Path(__file__).parent
_MOST_ROWS = 400
"""Rows of a table beside a chart; all are in what ``--json`` prints."""
_LONGEST = 160
"""Characters shown of a text that was removed."""


def write_report(store: Store, now: datetime, filters: Filters | None = None) -> str:
    """The report as one page of HTML that loads nothing; the same for the same corpus and ``now``."""
    return render(gather_numbers(store, now, filters))


def render(numbers: Numbers) -> str:
    """The page that shows ``numbers``."""
    colours = Colours.of(numbers)
    charts = (
        articles_chart(numbers, colours),
        coverage_chart(numbers),
        languages_chart(numbers),
        lengths_chart(numbers),
        dates_chart(numbers),
        syndication_chart(numbers),
        rules_chart(numbers),
        health_chart(numbers),
        answers_chart(numbers),
        runs_chart(numbers),
    )
    return _template().render(
        numbers=numbers,
        charts={chart.name: chart for chart in charts},
        verdicts={verdict.outlet: verdict for verdict in numbers.verdicts},
        swatches={outlet: f"series-{number}" for number, outlet in enumerate(colours.own)},
        style=Markup(_style()),
        most=_MOST_ROWS,
    )


@lru_cache
def _template() -> Template:
    loader = FileSystemLoader(_FOLDER)
    page = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= _FILTERS
    return page.get_template("report.html")


def _style() -> str:
    """The style sheet, with the colours of light and dark."""
    names = {"ink": INK, "muted": MUTED, "grid": GRID, "axis": AXIS, "accent": SERIES[0], "others": OTHERS}
    names |= {f"verdict-{name}": shade for name, shade in VERDICTS.items()}
    names |= {f"series-{number}": shade for number, shade in enumerate(SERIES)}
    light = "".join(f"--{name}:{shade};" for name, shade in names.items())
    dark = "".join(f"--{name}:{DARK[shade]};" for name, shade in names.items())
    rules = (_FOLDER / "report.css").read_text("utf-8")
    return rules.replace("/*light*/", light).replace("/*dark*/", dark).replace("/*drawings*/", dark_rules())


def _drawings(chart: Chart) -> dict[str, Markup]:
    return {screen: Markup(svg) for screen, svg in chart.drawings.items()}  # drawn from data, escaped


def _shown(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return printable(str(value))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:,.1f} {unit}"


def _day(text: str | None) -> str:
    return text[:10] if text else "–"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _excerpt(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


_FILTERS: dict[str, Callable[[Any], object]] = {
    "drawings": _drawings,
    "shown": _shown,
    "percent": _percent,
    "bytes": _bytes,
    "day": _day,
    "moment": _moment,
    "excerpt": _excerpt,
}
