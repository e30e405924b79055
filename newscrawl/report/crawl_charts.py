"""Charts of crawls: how outlets fared, what they answered, and how long runs took."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawl.report.chart import (
    MOST_OUTLETS,
    Chart,
    Spec,
    amount,
    colour,
    cut_note,
    legend_columns,
    names,
    styled,
    time_axis,
)
from newscrawl.report.palette import OTHERS, SERIES, VERDICTS

if TYPE_CHECKING:
    from datetime import date

    from newscrawl.numbers import Numbers

_KINDS = {
    "2xx": ("answered (2xx)", SERIES[2]),
    "3xx": ("unchanged or moved (3xx)", SERIES[5]),
    "4xx": ("refused or gone (4xx)", SERIES[4]),
    "5xx": ("server error (5xx)", SERIES[6]),
    "failed": ("no answer", SERIES[3]),
}
_WELL = ("ok", "quiet")
_STATUSES = {
    "finished": (SERIES[0], "circle"),
    "timed-out": (SERIES[4], "diamond"),
    "interrupted": (SERIES[5], "square"),
    "failed": (SERIES[1], "triangle-up"),
    "died": (SERIES[3], "cross"),
}


def health_chart(numbers: Numbers) -> Chart:
    """The verdict on each outlet, day by day."""
    trouble = Counter(one.outlet for one in numbers.health if one.verdict not in _WELL)
    outlets = sorted({one.outlet for one in numbers.health}, key=lambda outlet: (-trouble[outlet], outlet))
    drawn = outlets[:MOST_OUTLETS]
    values = [
        {"outlet": one.outlet, "day": str(one.day), "next": str(one.day + timedelta(days=1)),
         "verdict": one.verdict}
        for one in numbers.health
        if one.outlet in drawn
    ]  # fmt: skip
    scale = styled(VERDICTS, (one.verdict for one in numbers.health), OTHERS)

    def spec(narrow: bool) -> Spec:
        return {
            "height": {"step": 26},
            "data": {"values": values},
            "mark": {"type": "rect", "height": {"band": 0.8}},
            "encoding": {
                "x": time_axis("day", "day (UTC)", {one.day for one in numbers.health}, narrow=narrow),
                "x2": {"field": "next"},
                "y": names("outlet", None if narrow else "outlet", drawn, limit=110 if narrow else 250),
                "color": colour("verdict", scale, columns=legend_columns(list(scale), narrow=narrow)),
            },
        }

    held = Counter(verdict.verdict for verdict in numbers.verdicts)
    now = ", ".join(f"{count} {verdict}" for verdict, count in held.most_common())
    return Chart(
        "health",
        "Health, day by day",
        "The verdict at the end of each day, against the outlet's own history; most days of trouble first."
        + cut_note(len(outlets)),
        f"A band for each of {len(drawn)} outlets, coloured by verdict. At present: {now or 'none'}.",
        ("outlet", "from", "to", "verdict", "cause"),
        _stretches(numbers),
        spec,
        full=True,
    )


def _stretches(numbers: Numbers) -> tuple[tuple[object, ...], ...]:
    """Days on which the same verdict held, as one row."""
    rows: list[tuple[str, date, date, str, str]] = []
    for one in numbers.health:
        row = (one.outlet, one.day, one.day, one.verdict, "; ".join(one.causes))
        if rows and (rows[-1][0], *rows[-1][3:]) == (row[0], *row[3:]):
            rows[-1] = (row[0], rows[-1][1], *row[2:])
        else:
            rows.append(row)
    return tuple(rows)


def answers_chart(numbers: Numbers) -> Chart:
    """What requests were answered, day by day."""
    days = sorted({one.day for one in numbers.answers})
    counted = {(one.day, one.kind): one.requests for one in numbers.answers}
    kinds = {kind: told for kind, told in _KINDS.items() if any(kind == key[1] for key in counted)}
    places = list(kinds)
    values = [
        {"day": str(day), "next": str(day + timedelta(days=1)), "kind": kinds[kind][0], "requests": requests,
         "order": places.index(kind)}
        for (day, kind), requests in sorted(counted.items())
        if kind in kinds
    ]  # fmt: skip
    scale = dict(kinds.values())

    def spec(narrow: bool) -> Spec:
        return {
            "height": 180,
            "data": {"values": values},
            "mark": {"type": "bar", "binSpacing": 1},
            "encoding": {
                "x": time_axis("day", "day (UTC)", days, narrow=narrow, spans=True),
                "x2": {"field": "next"},
                "y": amount("requests", "requests per day"),
                "color": colour("kind", scale, columns=legend_columns(list(scale), narrow=narrow)),
                "order": {"field": "order", "type": "quantitative"},
            },
        }

    failed = sum(one.requests for one in numbers.answers if one.kind in ("4xx", "5xx", "failed"))
    whole = sum(one.requests for one in numbers.answers)
    return Chart(
        "answers",
        "What sites answered",
        "All requests of all outlets, with sources, robots.txt and retries.",
        f"Stacked bars of requests per day by kind of answer. {failed:,} of {whole:,} got an error or none.",
        ("day", *(told for told, _ in kinds.values())),
        tuple((day, *(counted.get((day, kind), 0) for kind in kinds)) for day in days),
        spec,
        full=True,
    )


def runs_chart(numbers: Numbers) -> Chart:
    """How long runs took, and how they ended."""
    values = [
        {"started": run.started.isoformat(), "minutes": run.seconds / 60, "status": run.status} for run in numbers.runs
    ]
    known = styled(_STATUSES, (run.status for run in numbers.runs), (OTHERS, "circle"))
    shades = {name: shade for name, (shade, _) in known.items()}
    shapes = {"domain": list(known), "range": [shape for _, shape in known.values()]}

    def spec(narrow: bool) -> Spec:
        legend = colour("status", shades, columns=legend_columns(list(shades), narrow=narrow))
        return {
            "height": 180,
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 44, "opacity": 0.85},
            "encoding": {
                "x": time_axis(
                    "started", "begin of the run (UTC)", {run.started.date() for run in numbers.runs}, narrow=narrow
                ),
                "y": amount("minutes", "minutes", format="~g"),
                "color": {**legend, "legend": {**legend["legend"], "symbolType": None}},
                "shape": {"field": "status", "type": "nominal", "scale": shapes, "legend": legend["legend"]},
            },
        }

    longest = max((run.seconds for run in numbers.runs), default=0) / 60
    return Chart(
        "runs",
        "How long runs took",
        f"The newest {len(numbers.runs)} runs." if numbers.runs else "",
        f"A point for each of {len(numbers.runs)} runs; the longest took {longest:.1f} minutes.",
        ("run", "command", "began", "minutes", "status"),
        tuple(
            (run.run, run.command, run.started.strftime("%Y-%m-%d %H:%M"), f"{run.seconds / 60:.1f}", run.status)
            for run in numbers.runs
        ),
        spec,
        full=True,
    )
