"""What all tests may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import Chromium, launched

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium, one a module; the test is skipped where there is none."""
    with launched() as started:
        yield started
