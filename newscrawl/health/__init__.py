"""How outlets fare: what a run measured of each, and what that says against the outlet's own history."""

from newscrawl.health.measures import Measures, OutletRun, RuleMeasure, SourceMeasure, Verdict

__all__ = ["Measures", "OutletRun", "RuleMeasure", "SourceMeasure", "Verdict"]
