"""Text of pages as it may be shown: without what a terminal obeys, or what reorders the text around it."""

from __future__ import annotations

import re

# All that could move the cursor, recolour or reverse the terminal: C0 and C1 controls and bidi overrides.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """``text`` without characters that control how what stands around it is shown."""
    return CONTROLS.sub("", text)
