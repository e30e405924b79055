"""The report's colours, each with the one that takes its place on a dark screen; distinct to eyes of any kind."""

from __future__ import annotations

INK, MUTED, GRID, AXIS = "#1f2933", "#5b6673", "#e3e7ec", "#aab3bd"
OTHERS = "#98a2ae"
SERIES = ("#2f6fb3", "#d9730d", "#1a8f7a", "#b8478f", "#b08d00", "#5aa7ca", "#8c4a3c")
"""For outlets, the largest first, and for whatever else stands side by side."""
STEPS = ("#eaf1f8", "#c3d8ec", "#8db5da", "#3572ae", "#1f5590")
"""From little to all."""
ON_LIGHT, ON_DARK = "#1f2934", "#fffffe"
"""Text on the first three steps, and on the others."""
VERDICTS = {
    "ok": "#9ccfbb",
    "quiet": "#6a9fd0",
    "drift": "#e2b714",
    "broken": "#c8372d",
    "blocked": "#6b4a9e",
    "stale": "#b5703a",
    "never": "#87919c",
}
DARK = {
    INK: "#e6e9ed",
    MUTED: "#a7b1bc",
    GRID: "#2d3540",
    AXIS: "#56616d",
    OTHERS: "#6f7a86",
    **dict(zip(SERIES, ("#6ea8e6", "#f09a4a", "#4fc4ae", "#e389bf", "#dcbd3c", "#a3d8f0", "#c98a7c"), strict=True)),
    **dict(zip(STEPS, ("#1d2834", "#213e5a", "#2b5c8a", "#5b9bd6", "#a5cff5"), strict=True)),
    ON_LIGHT: "#e6e9ee",
    ON_DARK: "#0f1821",
    **dict(
        zip(
            VERDICTS.values(),
            ("#2f6f5b", "#5b8fc4", "#d3aa1e", "#e2574c", "#9a7bd0", "#c58a5b", "#78828d"),
            strict=True,
        )
    ),
}


def dark_rules() -> str:
    """CSS that gives drawings their dark colours; a rule of a style sheet wins over an attribute."""
    return "\n".join(
        f'svg [{property_}="{light}"] {{ {property_}: {dark} }}'
        for light, dark in DARK.items()
        for property_ in ("fill", "stroke")
    )
