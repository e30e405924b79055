"""Revisions of an article: what changed between two of them, by paragraph and word, and whether it says so."""

from newscrawl.revisions.corrections import is_correction
from newscrawl.revisions.diff import Change, Edit, compare
from newscrawl.revisions.steps import Step, steps

__all__ = ["Change", "Edit", "Step", "compare", "is_correction", "steps"]
