"""A chart: what it shows as a drawing, in a sentence and as a table; and the axes that charts share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from newscrawl.report.drawing import draw
from newscrawl.report.palette import INK, OTHERS, SERIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from newscrawl.numbers import Numbers

FULL, HALF, NARROW = 900, 420, 350
"""Widths of drawings: across the page, in one of two columns, and across on a phone."""
MOST_OUTLETS = 40
"""Rows of a chart at the most; its table has all."""

_LONG = 300  # Days from which on an axis of time is marked by months.
_FEW = 3  # Days between marks up to which they need not be weeks.
_A_YEAR = 12
_MONTHS = (1, 2, 3, 4, 6, _A_YEAR, 24, 60, 120)
"""Months between marks."""
_WHOLE = "datum.value % 1 ? '' : datum.value ? datum.label : '0'"

Spec: TypeAlias = dict[str, Any]
Values: TypeAlias = list[dict[str, object]]
"""Rows of data."""
Style = TypeVar("Style")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart with its text; ``spec`` describes the drawing, told whether it is for a phone."""

    name: str
    title: str
    note: str
    told: str
    """What the drawing shows, for those who do not see it."""
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    spec: Callable[[bool], Spec]
    full: bool = False
    """Whether it is as wide as the page; else it stands in one of two columns."""

    @cached_property
    def drawings(self) -> dict[str, str]:
        """SVG elements by the screens they are for (``any``, or ``wide`` and ``narrow``); none without data."""
        if not self.rows:
            return {}
        if not self.full:
            return {"any": draw(self.spec(False), HALF)}
        return {"wide": draw(self.spec(False), FULL), "narrow": draw(self.spec(True), NARROW)}


@dataclass(frozen=True)
class Colours:
    """Which colour each outlet has throughout a report: the largest have their own, the others share one."""

    own: dict[str, str]
    others: str

    @classmethod
    def of(cls, numbers: Numbers) -> Colours:
        """The colours for the outlets of ``numbers``."""
        names = [outlet.outlet for outlet in numbers.outlets]
        rest = len(names) - len(SERIES)
        return cls(dict(zip(names, SERIES, strict=False)), f"{rest} other outlets" if rest > 1 else "1 other outlet")

    def group(self, outlet: str) -> str:
        """The name under which ``outlet`` is drawn."""
        return outlet if outlet in self.own else self.others

    def scale(self, used: Iterable[str]) -> dict[str, str]:
        """The names that are used, in order, with their colours."""
        wanted = set(used)
        known = self.own | {self.others: OTHERS}
        return {name: colour for name, colour in known.items() if name in wanted}


def colour(field: str, scale: dict[str, str], *, columns: int) -> Spec:
    """Colours by ``field``, with a legend of so many columns above the drawing."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(scale), "range": list(scale.values())},
        "legend": {"title": None, "columns": columns},
    }


def legend_columns(names: Sequence[str], narrow: bool, *, beside: int = 0) -> int:
    """How many names fit beside each other, and beside what takes so many pixels."""
    longest = min(max((len(name) for name in names), default=1), 27)
    return max(1, int(((NARROW if narrow else FULL) - beside) / (longest * 7 + 30)))


def styled(known: dict[str, Style], found: Iterable[str], other: Style) -> dict[str, Style]:
    """The styles of what was found, those known first and in their order; ``other`` for what is not known."""
    names = dict.fromkeys(found)
    return {name: known[name] for name in known if name in names} | {
        name: other for name in sorted(names) if name not in known
    }


def time_axis(field: str, title: str, days: Iterable[date], narrow: bool, *, spans: bool = False) -> Spec:
    """A horizontal axis of UTC time, all ``days`` on it; for bars that each fill a span, if so told."""
    listed = sorted(set(days))
    marked, form = marks(listed[0], listed[-1], 4 if narrow else 9)
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": title,
        "axis": {"values": [str(day) for day in marked], "format": form, "grid": False, "labelFlush": False},
        **({"bin": "binned"} if spans else {}),
    }


def marks(first: date, last: date, most: int) -> tuple[list[date], str]:
    """At ``most`` days to mark on an axis of time, at equal distances, and how to write them."""
    days = (last - first).days + 1
    if days <= _LONG:
        step = -(-days // most)
        step = step if step <= _FEW else -(-step // 7) * 7
        return [first + timedelta(days=day) for day in range(0, days, step)], "%-d %b"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in _MONTHS if months / step <= most), _MONTHS[-1])
    begun = first.year * 12 + first.month - 1
    later = [month for month in range(begun, begun + months) if month % step == 0]
    firsts = (date(month // 12, month % 12 + 1, 1) for month in later)
    return [day for day in firsts if first <= day <= last], "%b %Y" if step < _A_YEAR else "%Y"


def amount(field: str, title: str, **axis: Any) -> Spec:
    """An axis of numbers that begins at nothing; of whole ones, unless ``axis`` has a format of its own."""
    axis = axis or {"format": "~s", "labelExpr": _WHOLE}
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"domain": False, "ticks": False, "tickCount": 5, **axis},
    }


def names(field: str, title: str | None, order: Sequence[str], *, limit: int = 170) -> Spec:
    """A vertical axis of names; those wider than ``limit`` pixels are cut."""
    return {
        "field": field,
        "type": "nominal",
        "sort": list(order),
        "title": title,
        "axis": {"domain": False, "ticks": False, "labelLimit": limit, "maxExtent": limit + 10},
    }


def bars(values: Values, name: tuple[str, str], number: tuple[str, str], *, percent: bool = False) -> Spec:
    """Horizontal bars in the order of ``values``, each with what is ``told`` of it; fields come with their titles."""
    most = max((float(str(value[number[0]])) for value in values), default=1)
    axis = amount(*number, **({"format": ".0%"} if percent else {}))
    return {
        "height": {"step": 24},
        "data": {"values": values},
        "encoding": {
            "y": names(*name, [str(value[name[0]]) for value in values]),
            "x": axis | {"scale": {"domainMax": 1.18 * most, "nice": False}},  # room for what is told
        },
        "layer": [
            {"mark": {"type": "bar", "color": SERIES[0], "height": {"band": 0.72}}},
            {"mark": {"type": "text", "align": "left", "dx": 5, "color": INK}, "encoding": {"text": {"field": "told"}}},
        ],
    }


def stacked_bars(values: Values, order: Sequence[str], scale: dict[str, str], title: str, articles: str) -> Spec:
    """Horizontal bars of ``articles`` by ``name``, made of parts in their colours."""
    return {
        "height": {"step": 24},
        "data": {"values": values},
        "mark": {"type": "bar", "height": {"band": 0.72}},
        "encoding": {
            "y": names("name", title, order),
            "x": amount("articles", articles),
            "color": colour("part", scale, columns=4),
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def day_after(start: date, unit: str) -> date:
    """The first day after the day, week, month or year that begins with ``start``."""
    if unit in ("day", "week"):
        return start + timedelta(days=1 if unit == "day" else 7)
    month = start.month if unit == "month" else 12
    return date(start.year + month // 12, month % 12 + 1, 1)


def cut_note(listed: int) -> str:
    """A remark where not all outlets are drawn."""
    return f" The first {MOST_OUTLETS} of {listed} outlets are drawn." if listed > MOST_OUTLETS else ""
