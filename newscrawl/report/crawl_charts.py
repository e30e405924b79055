"""Charts of crawls: how outlets fared, what they answered, and how long runs took."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
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
    from collections.abc import Sequence
    from datetime import date

    from newscrawl.numbers import Answers, HealthDay, Numbers, RunTime

_SHORT = 120  # Seconds up to which runs are not told in minutes.
_DAY = timedelta(days=1)
_WELL = ("ok", "quiet")
_KINDS = {
    "2xx": ("answered (2xx)", SERIES[2]),
    "3xx": ("unchanged or moved (3xx)", SERIES[5]),
    "4xx": ("refused or gone (4xx)", SERIES[4]),
    "5xx": ("server error (5xx)", SERIES[6]),
    "failed": ("no answer", SERIES[3]),
}
_ERRORS = ("4xx", "5xx", "failed")
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
    held = Counter(verdict.verdict for verdict in numbers.verdicts).most_common()
    now = ", ".join(f"{count} {verdict}" for verdict, count in held) or "none"
    return Chart(
        name="health",
        title="Health, day by day",
        note="The verdict at the end of each day, against the outlet's own history; most days of trouble first."
        + cut_note(len(outlets)),
        told=f"A band for each of {len(drawn)} outlets, coloured by verdict. At present: {now}.",
        columns=("outlet", "from", "to", "verdict", "cause"),
        rows=_stretches(numbers.health),
        spec=partial(_health_spec, numbers.health, drawn),
        full=True,
    )


def _health_spec(health: Sequence[HealthDay], outlets: Sequence[str], narrow: bool) -> Spec:
    values = [
        {"outlet": one.outlet, "day": str(one.day), "next": str(one.day + _DAY), "verdict": one.verdict}
        for one in health
        if one.outlet in outlets
    ]
    scale = styled(VERDICTS, (one.verdict for one in health), OTHERS)
    widest = 110 if narrow else 250
    return {
        "height": {"step": 26},
        "data": {"values": values},
        "mark": {"type": "rect", "height": {"band": 0.8}},
        "encoding": {
            "x": time_axis("day", "day (UTC)", (one.day for one in health), narrow),
            "x2": {"field": "next"},
            "y": names("outlet", None if narrow else "outlet", outlets, limit=widest),
            "color": colour("verdict", scale, columns=legend_columns(list(scale), narrow, beside=widest)),
        },
    }


def _stretches(health: Sequence[HealthDay]) -> tuple[tuple[object, ...], ...]:
    """Days on which the same verdict held, as one row."""
    rows: list[tuple[str, date, date, str, str]] = []
    for one in health:
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
    kinds = [kind for kind in _KINDS if any(kind == one.kind for one in numbers.answers)]
    failed = sum(one.requests for one in numbers.answers if one.kind in _ERRORS)
    whole = sum(one.requests for one in numbers.answers)
    return Chart(
        name="answers",
        title="What sites answered",
        note="All requests of all outlets, with sources, robots.txt and retries.",
        told=f"Stacked bars of requests per day by kind of answer. {failed:,} of {whole:,} got an error or none.",
        columns=("day", *(_KINDS[kind][0] for kind in kinds)),
        rows=tuple((day, *(counted.get((day, kind), 0) for kind in kinds)) for day in days),
        spec=partial(_answers_spec, numbers.answers, kinds),
        full=True,
    )


def _answers_spec(answers: Sequence[Answers], kinds: Sequence[str], narrow: bool) -> Spec:
    values = [
        {"day": str(one.day), "next": str(one.day + _DAY), "kind": _KINDS[one.kind][0], "requests": one.requests,
         "order": kinds.index(one.kind)}
        for one in answers
    ]  # fmt: skip
    scale = dict(_KINDS[kind] for kind in kinds)
    return {
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": time_axis("day", "day (UTC)", (one.day for one in answers), narrow, spans=True),
            "x2": {"field": "next"},
            "y": amount("requests", "requests per day"),
            "color": colour("kind", scale, columns=legend_columns(list(scale), narrow)),
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def runs_chart(numbers: Numbers) -> Chart:
    """How long runs took, and how they ended."""
    longest = max((run.seconds for run in numbers.runs), default=0) / 60
    rows = (
        (run.run, run.command, f"{run.started:%Y-%m-%d %H:%M}", f"{run.seconds / 60:.1f}", run.status)
        for run in numbers.runs
    )
    return Chart(
        name="runs",
        title="How long runs took",
        note="The newest run." if len(numbers.runs) == 1 else f"The newest {len(numbers.runs)} runs.",
        told=f"A point for each of {len(numbers.runs)} runs; the longest took {longest:.1f} minutes.",
        columns=("run", "command", "began", "minutes", "status"),
        rows=tuple(rows),
        spec=partial(_runs_spec, numbers.runs),
        full=True,
    )


def _runs_spec(runs: Sequence[RunTime], narrow: bool) -> Spec:
    unit, seconds = ("minutes", 60) if max(run.seconds for run in runs) > _SHORT else ("seconds", 1)
    values = [{"started": run.started.isoformat(), "took": run.seconds / seconds, "status": run.status} for run in runs]
    styles = styled(_STATUSES, (run.status for run in runs), (OTHERS, "circle"))
    shades = {name: shade for name, (shade, _) in styles.items()}
    shapes = {"domain": list(styles), "range": [shape for _, shape in styles.values()]}
    legend = {"title": None, "columns": legend_columns(list(styles), narrow), "symbolType": None}
    return {
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 44, "opacity": 0.9},
        "encoding": {
            "x": time_axis("started", "begin of the run (UTC)", (run.started.date() for run in runs), narrow),
            "y": amount("took", unit, format="~g"),
            "color": colour("status", shades, columns=1) | {"legend": legend},
            "shape": {"field": "status", "type": "nominal", "scale": shapes, "legend": legend},
        },
    }
