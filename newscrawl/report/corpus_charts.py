"""Charts of the corpus: what was published, what it states, and what was taken away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.report.chart import (
    MOST_OUTLETS,
    Chart,
    Colours,
    Spec,
    amount,
    colour,
    cut_note,
    day_after,
    legend_columns,
    names,
    styled,
    time_axis,
)
from newscrawl.report.palette import INK, ON_DARK, ON_LIGHT, OTHERS, SERIES, STEPS

if TYPE_CHECKING:
    from datetime import date

    from newscrawl.numbers import Numbers

_MOST_BARS = 12
_UNKNOWN = "unknown"
_SHARES = dict(zip(("under 20 %", "from 20 %", "from 50 %", "from 80 %", "from 95 %"), STEPS, strict=True))
_LIMITS = (0.2, 0.5, 0.8, 0.95)
_FIELDS = {"date": "dated", "time": "timed", "author": "authored", "section": "sectioned", "lead": "led"}
_PRECISIONS = {"second": SERIES[0], "minute": SERIES[5], "day": SERIES[4], "none": OTHERS}


def articles_chart(numbers: Numbers, colours: Colours) -> Chart:
    """How many articles were published when, and by whom."""
    counted: Counter[tuple[date, str]] = Counter()
    for period in numbers.periods:
        counted[period.start, colours.group(period.outlet)] += period.articles
    starts = sorted({start for start, _ in counted})
    scale = colours.scale(name for _, name in counted)
    unit = numbers.unit
    values = [
        {"start": str(start), "end": str(day_after(start, unit)), "outlet": name, "articles": counted[start, name],
         "order": order}
        for start in starts
        for order, name in enumerate(scale)
        if counted[start, name]
    ]  # fmt: skip

    def spec(narrow: bool) -> Spec:
        return {
            "height": 220 if narrow else 280,
            "data": {"values": values},
            "mark": {"type": "bar", "binSpacing": 1},
            "encoding": {
                "x": time_axis("start", f"{unit} of publication (UTC)", starts, narrow=narrow, spans=True),
                "x2": {"field": "end"},
                "y": amount("articles", f"articles per {unit}"),
                "color": colour("outlet", scale, columns=legend_columns(list(scale), narrow=narrow)),
                "order": {"field": "order", "type": "quantitative"},
            },
        }

    undated = f" {numbers.undated:,} more have no date." if numbers.undated else ""
    rows = tuple((start, *(counted[start, name] for name in scale)) for start in starts)
    most = max(((sum(counted[start, name] for name in scale), start) for start in starts), default=None)
    told = f"Stacked bars of articles per {unit}, by outlet."
    if most:
        told += f" From {starts[0]} to {starts[-1]}; at the most {most[0]:,}, in the {unit} of {most[1]}."
    return Chart(
        "articles",
        f"Articles per {unit} and outlet",
        f"By the date of publication.{undated}",
        told,
        (f"{unit} from", *scale),
        rows,
        spec,
        full=True,
    )


def coverage_chart(numbers: Numbers) -> Chart:
    """What articles state of themselves, outlet by outlet."""
    shares = [
        (one.outlet, [getattr(one, field) / one.articles for field in _FIELDS.values()]) for one in numbers.outlets
    ]
    drawn = shares[:MOST_OUTLETS]
    order = [outlet for outlet, _ in drawn]
    values = [
        {"outlet": outlet, "field": field, "share": share, "told": f"{share:.0%}",
         "step": list(_SHARES)[sum(share >= limit for limit in _LIMITS)]}
        for outlet, row in drawn
        for field, share in zip(_FIELDS, row, strict=True)
    ]  # fmt: skip

    def spec(narrow: bool) -> Spec:
        ink = {"condition": {"test": "datum.share >= 0.8", "value": ON_DARK}, "value": ON_LIGHT}
        shade = colour("step", _SHARES, columns=1) | {"legend": None}  # Each cell has its number.
        return {
            "height": {"step": 30},
            "data": {"values": values},
            "encoding": {
                "x": {"field": "field", "type": "nominal", "sort": list(_FIELDS), "title": "stated by the page",
                      "axis": {"orient": "top", "labelAngle": 0, "domain": False, "ticks": False}},
                "y": names("outlet", None if narrow else "outlet", order, limit=110 if narrow else 250),
            },
            "layer": [
                {"mark": "rect", "encoding": {"color": shade}},
                {"mark": "text", "encoding": {"text": {"field": "told"}, "color": ink}},
            ],
        }  # fmt: skip

    return Chart(
        "coverage",
        "What articles state",
        "Share of articles with a date, a time of day, an author, a section, a lead; the largest outlets first."
        + cut_note(len(shares)),
        f"A grid of shares: a row for each of {len(drawn)} outlets, a column for each field.",
        ("outlet", *_FIELDS),
        tuple((outlet, *(f"{share:.1%}" for share in row)) for outlet, row in shares),
        spec,
        full=True,
    )


def rules_chart(numbers: Numbers) -> Chart:
    """How much each rule takes away."""
    values = [{"rule": rule.rule, "share": rule.share, "told": f"{rule.share:.1%}"} for rule in numbers.rules]
    largest = f" Most by {values[0]['rule']}: {values[0]['told']}." if values else ""
    return Chart(
        "rules",
        "Removed, by rule",
        "Share of all characters that the articles' pages showed.",
        f"Bars of the share of text that each rule removed.{largest}",
        ("rule", "blocks", "characters", "share of all"),
        tuple((rule.rule, rule.blocks, rule.characters, f"{rule.share:.2%}") for rule in numbers.rules),
        lambda _: _bars(values[:_MOST_BARS], "rule", "share", "rule", "share of characters", percent=True),
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
        "languages",
        "Languages",
        "As detected in the text.",
        f"Bars of articles by language: {told}." if ordered else "Bars of articles by language.",
        ("outlet", "language", "articles"),
        tuple((str(c.values[0]), c.values[1] or _UNKNOWN, c.articles) for c in numbers.languages),
        lambda _: _bars(values[:_MOST_BARS], "language", "articles", "language", "articles"),
    )


def lengths_chart(numbers: Numbers) -> Chart:
    """How long texts are."""
    rows = tuple((_length(one.least, one.below), one.articles) for one in numbers.lengths)
    step = (numbers.lengths[0].below or 0) if numbers.lengths else 0
    values = [
        {"least": one.least, "below": one.below or one.least + step, "articles": one.articles}
        for one in numbers.lengths
    ]
    beyond = bool(numbers.lengths) and numbers.lengths[-1].below is None
    most = max(numbers.lengths, key=lambda one: one.articles, default=None)
    commonest = f" Most have {_length(most.least, most.below)} characters." if most else ""
    spec = {
        "height": 240,
        "data": {"values": values},
        "mark": {"type": "bar", "color": SERIES[0], "binSpacing": 1},
        "encoding": {
            "x": {**amount("least", "characters of the text", format=",d"), "bin": "binned"},
            "x2": {"field": "below"},
            "y": amount("articles", "articles"),
        },
    }
    spec["encoding"]["x"]["axis"] |= {"grid": False, "domain": True}  # type: ignore[index]
    return Chart(
        "lengths",
        "Length of texts",
        "Characters that were kept." + (" The last bar holds all longer ones." if beyond else ""),
        f"A histogram of the length of articles.{commonest}",
        ("characters", "articles"),
        rows,
        lambda _: spec,
    )


def dates_chart(numbers: Numbers) -> Chart:
    """Where dates come from, and how exact they are."""
    counted: Counter[tuple[str, str]] = Counter()
    for count in numbers.dates:
        source, precision, _ = count.values
        counted[str(source or "no date"), str(precision or "none")] += count.articles
    total: Counter[str] = Counter()
    for (source, _), articles in counted.items():
        total[source] += articles
    scale = styled(_PRECISIONS, (precision for _, precision in counted), OTHERS)
    order = sorted(total, key=lambda source: (-total[source], source))
    values = [
        {"source": source, "precision": precision, "articles": articles, "order": list(scale).index(precision)}
        for (source, precision), articles in sorted(counted.items())
    ]
    spec = {
        "height": {"step": 24},
        "data": {"values": values},
        "mark": {"type": "bar", "height": {"band": 0.72}},
        "encoding": {
            "y": names("source", "where the date stood", order),
            "x": amount("articles", "articles"),
            "color": colour("precision", scale, columns=4),
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return Chart(
        "dates",
        "Where dates come from",
        _date_note(numbers),
        "Stacked bars of articles by where the page states its date, and how exactly.",
        ("where", "precision", "zone", "articles"),
        tuple((c.values[0] or "no date", c.values[1] or "none", c.values[2] or "", c.articles) for c in numbers.dates),
        lambda _: spec,
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
    scale = {"told first": SERIES[2], "told before": SERIES[3]}
    values = [
        {"outlet": row[0], "kind": kind, "articles": number, "order": order}
        for row in rows[:_MOST_BARS]
        for order, (kind, number) in enumerate(zip(scale, row[1:3], strict=True))
    ]
    spec = {
        "height": {"step": 24},
        "data": {"values": values},
        "mark": {"type": "bar", "height": {"band": 0.72}},
        "encoding": {
            "y": names("outlet", "outlet", [str(row[0]) for row in rows]),
            "x": amount("articles", "articles that share a story"),
            "color": colour("kind", scale, columns=2),
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return Chart(
        "syndication",
        "Stories told more than once",
        "Articles that tell nearly word by word what another tells, by whether they are the first.",
        f"Stacked bars of articles that share a story, for {len(rows)} outlets.",
        ("outlet", "told first", "told before", "articles"),
        rows,
        lambda _: spec,
    )


def _length(least: int, below: int | None) -> str:
    return f"{least:,} and more" if below is None else f"{least:,} to {below - 1:,}"


def _bars(
    values: list[dict[str, object]], name: str, number: str, title: str, amount_title: str, *, percent: bool = False
) -> Spec:
    """Horizontal bars, longest first, each with its number."""
    axis = amount(number, amount_title, **({"format": ".0%"} if percent else {}))
    y = names(name, title, [str(value[name]) for value in values])
    text = {"type": "text", "align": "left", "dx": 5, "color": INK}
    room = {
        "scale": {"domainMax": 1.18 * max((float(str(value[number])) for value in values), default=1), "nice": False}
    }
    return {
        "height": {"step": 24},
        "data": {"values": values},
        "encoding": {"y": y, "x": {**axis, **room}},
        "layer": [
            {"mark": {"type": "bar", "color": SERIES[0], "height": {"band": 0.72}}},
            {"mark": text, "encoding": {"text": {"field": "told"}}},
        ],
    }
