"""Charts of the corpus: what was published, what it states, and what was taken away."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from newscrawl.report.chart import (
    MOST_OUTLETS,
    Chart,
    Colours,
    Spec,
    Values,
    amount,
    bars,
    colour,
    cut_note,
    day_after,
    legend_columns,
    names,
    stacked_bars,
    styled,
    time_axis,
)
from newscrawl.report.palette import ON_DARK, ON_LIGHT, OTHERS, SERIES, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newscrawl.numbers import Numbers

_MOST_BARS = 12
_UNKNOWN = "unknown"
_FIELDS = {"date": "dated", "time": "timed", "author": "authored", "section": "sectioned", "lead": "led"}
_SHADES = dict(zip(("0", "20", "50", "80", "95"), STEPS, strict=True))
"""By how many percent at least."""
_PRECISIONS = {"second": SERIES[0], "minute": SERIES[5], "day": SERIES[4], "none": OTHERS}
_TOLD = {"told first": SERIES[2], "told before": SERIES[3]}


def articles_chart(numbers: Numbers, colours: Colours) -> Chart:
    """How many articles were published when, and by whom."""
    counted: Counter[tuple[date, str]] = Counter()
    for period in numbers.periods:
        counted[period.start, colours.group(period.outlet)] += period.articles
    starts = sorted({start for start, _ in counted})
    scale = colours.scale(name for _, name in counted)
    unit = numbers.unit
    undated = f" {numbers.undated:,} more have no date." if numbers.undated else ""
    return Chart(
        name="articles",
        title=f"Articles per {unit} and outlet",
        note=f"By the date of publication.{undated}",
        told=f"Stacked bars of articles per {unit}, by outlet.{_most(counted, unit)}",
        columns=(f"{unit} from", *scale),
        rows=tuple((start, *(counted[start, name] for name in scale)) for start in starts),
        spec=partial(_articles_spec, counted, scale, unit),
        full=True,
    )


def _most(counted: Counter[tuple[date, str]], unit: str) -> str:
    """When most articles were published, in words."""
    totals: Counter[date] = Counter()
    for (start, _), articles in counted.items():
        totals[start] += articles
    if not totals:
        return ""
    most = max(sorted(totals), key=lambda start: totals[start])
    return f" From {min(totals)} to {max(totals)}; at the most {totals[most]:,}, in the {unit} of {most}."


def _articles_spec(counted: Counter[tuple[date, str]], scale: dict[str, str], unit: str, narrow: bool) -> Spec:
    order = list(scale)
    values = [
        {"start": str(start), "end": str(day_after(start, unit)), "outlet": name, "articles": articles,
         "order": order.index(name)}
        for (start, name), articles in sorted(counted.items())
    ]  # fmt: skip
    return {
        "height": 220 if narrow else 280,
        "data": {"values": values},
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": time_axis("start", f"{unit} of publication (UTC)", (day for day, _ in counted), narrow, spans=True),
            "x2": {"field": "end"},
            "y": amount("articles", f"articles per {unit}"),
            "color": colour("outlet", scale, columns=legend_columns(order, narrow)),
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def coverage_chart(numbers: Numbers) -> Chart:
    """What articles state of themselves, outlet by outlet."""
    shares = {one.outlet: [getattr(one, field) / one.articles for field in _FIELDS.values()] for one in numbers.outlets}
    drawn = dict(list(shares.items())[:MOST_OUTLETS])
    return Chart(
        name="coverage",
        title="What articles state",
        note="Share of articles with a date, a time of day, an author, a section, a lead; the largest outlets first."
        + cut_note(len(shares)),
        told=f"A grid of shares: a row for each of {len(drawn)} outlets, a column for each field.",
        columns=("outlet", *_FIELDS),
        rows=tuple((outlet, *(f"{share:.1%}" for share in row)) for outlet, row in shares.items()),
        spec=partial(_coverage_spec, drawn),
        full=True,
    )


def _coverage_spec(shares: dict[str, list[float]], narrow: bool) -> Spec:
    values = [
        {"outlet": outlet, "field": field, "share": share, "told": f"{share:.0%}", "step": _step(share)}
        for outlet, row in shares.items()
        for field, share in zip(_FIELDS, row, strict=True)
    ]
    axis = {"orient": "top", "labelAngle": 0, "domain": False, "ticks": False}
    shade = colour("step", _SHADES, columns=1) | {"legend": None}  # Each cell has its number.
    ink = {"condition": {"test": "datum.share >= 0.8", "value": ON_DARK}, "value": ON_LIGHT}
    title = None if narrow else "outlet"
    return {
        "height": {"step": 30},
        "data": {"values": values},
        "encoding": {
            "x": {
                "field": "field",
                "type": "nominal",
                "sort": list(_FIELDS),
                "title": "stated by the page",
                "axis": axis,
            },
            "y": names("outlet", title, list(shares), limit=110 if narrow else 250),
        },
        "layer": [
            {"mark": "rect", "encoding": {"color": shade}},
            {"mark": "text", "encoding": {"text": {"field": "told"}, "color": ink}},
        ],
    }


def _step(share: float) -> str:
    return [least for least in _SHADES if share * 100 >= int(least)][-1]


def rules_chart(numbers: Numbers) -> Chart:
    """How much each rule takes away."""
    values = [{"rule": rule.rule, "share": rule.share, "told": f"{rule.share:.1%}"} for rule in numbers.rules]
    largest = f" Most by {values[0]['rule']}: {values[0]['told']}." if values else ""
    return Chart(
        name="rules",
        title="Removed, by rule",
        note="Share of all characters that the articles' pages showed.",
        told=f"Bars of the share of text that each rule removed.{largest}",
        columns=("rule", "blocks", "characters", "share of all"),
        rows=tuple((rule.rule, rule.blocks, rule.characters, f"{rule.share:.2%}") for rule in numbers.rules),
        spec=lambda _: bars(values[:_MOST_BARS], ("rule", "rule"), ("share", "share of characters"), percent=True),
    )


def languages_chart(numbers: Numbers) -> Chart:
    """In which languages articles are."""
    counted: Counter[str] = Counter()
    for count in numbers.languages:
        counted[str(count.values[1] or _UNKNOWN)] += count.articles
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    values = [{"language": language, "articles": n, "told": f"{n:,}"} for language, n in ordered]
    told = ", ".join(f"{language} {articles:,}" for language, articles in ordered[:3])
    return Chart(
        name="languages",
        title="Languages",
        note="As detected in the text.",
        told=f"Bars of articles by language, most first: {told}.",
        columns=("outlet", "language", "articles"),
        rows=tuple((c.values[0], c.values[1] or _UNKNOWN, c.articles) for c in numbers.languages),
        spec=lambda _: bars(values[:_MOST_BARS], ("language", "language"), ("articles", "articles")),
    )


def lengths_chart(numbers: Numbers) -> Chart:
    """How long texts are."""
    beyond = any(one.below is None for one in numbers.lengths)
    commonest = max(numbers.lengths, key=lambda one: one.articles, default=None)
    told = f" Most have {_span(commonest.least, commonest.below)} characters." if commonest else ""
    return Chart(
        name="lengths",
        title="Length of texts",
        note="Characters that were kept." + (" The last bar holds all longer ones." if beyond else ""),
        told=f"A histogram of the length of articles.{told}",
        columns=("characters", "articles"),
        rows=tuple((_span(one.least, one.below), one.articles) for one in numbers.lengths),
        spec=partial(_lengths_spec, numbers),
    )


def _lengths_spec(numbers: Numbers, _: bool) -> Spec:
    step = numbers.lengths[0].below or 0
    values = [{"least": one.least, "below": one.least + step, "articles": one.articles} for one in numbers.lengths]
    characters = amount("least", "characters of the text", format=",d", grid=False, domain=True)
    return {
        "height": 240,
        "data": {"values": values},
        "mark": {"type": "bar", "color": SERIES[0], "binSpacing": 1},
        "encoding": {
            "x": characters | {"bin": "binned"},
            "x2": {"field": "below"},
            "y": amount("articles", "articles"),
        },
    }


def _span(least: int, below: int | None) -> str:
    return f"{least:,} and more" if below is None else f"{least:,} to {below - 1:,}"


def dates_chart(numbers: Numbers) -> Chart:
    """Where dates come from, and how exact they are."""
    counted: Counter[tuple[str, str]] = Counter()
    for count in numbers.dates:
        counted[str(count.values[0] or "no date"), str(count.values[1] or "none")] += count.articles
    scale = styled(_PRECISIONS, (precision for _, precision in counted), OTHERS)
    values = [
        {"name": source, "part": precision, "articles": articles, "order": list(scale).index(precision)}
        for (source, precision), articles in sorted(counted.items())
    ]
    return Chart(
        name="dates",
        title="Where dates come from",
        note=_date_note(numbers),
        told="Stacked bars of articles by where the page states its date, and how exactly.",
        columns=("where", "precision", "zone", "articles"),
        rows=tuple(
            (c.values[0] or "no date", c.values[1] or "none", c.values[2] or "", c.articles) for c in numbers.dates
        ),
        spec=lambda _: stacked_bars(values, _largest_first(values), scale, "where the date stood", "articles"),
    )


def _date_note(numbers: Numbers) -> str:
    assumed = sum(count.articles for count in numbers.dates if count.values[2] == "assumed")
    conflicts = sum(outlet.conflicting for outlet in numbers.outlets)
    whole = max(numbers.articles, 1)
    return (
        f"By precision. The zone had to be assumed for {assumed / whole:.1%}; "
        f"pages of {conflicts / whole:.1%} state other dates too."
    )


def syndication_chart(numbers: Numbers) -> Chart:
    """Who tells stories first, and who after others."""
    linked = [outlet for outlet in numbers.outlets if outlet.linked]
    rows = tuple((one.outlet, one.originals, one.linked - one.originals, one.articles) for one in linked)
    values = [
        {"name": outlet, "part": part, "articles": articles, "order": order}
        for outlet, first, before, _ in rows[:_MOST_BARS]
        for order, (part, articles) in enumerate(zip(_TOLD, (first, before), strict=True))
    ]
    order = [row[0] for row in rows]
    return Chart(
        name="syndication",
        title="Stories told more than once",
        note="Articles that tell nearly word by word what another tells, by whether they are the first.",
        told=f"Stacked bars of articles that share a story, for the first of {len(rows)} outlets.",
        columns=("outlet", *_TOLD, "articles"),
        rows=rows,
        spec=lambda _: stacked_bars(values, order, _TOLD, "outlet", "articles that share a story"),
    )


def _largest_first(values: Values) -> Sequence[str]:
    """The names in ``values``, those with most articles first."""
    total: Counter[str] = Counter()
    for value in values:
        total[str(value["name"])] += int(str(value["articles"]))
    return sorted(total, key=lambda name: (-total[name], name))
