"""Revisions of an article: what changed between two of them, by paragraph and word, and whether it says so."""

from newscrawl.revisions.corrections import is_correction
from newscrawl.revisions.diff import Change, Edit, compare

__all__ = ["Change", "Edit", "compare", "is_correction"]
