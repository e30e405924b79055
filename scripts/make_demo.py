"""Writes data/demo.warc.gz: made-up stories on pages built like those of the bundled outlets, quirks and all."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from demo import menafn, sana, syriatimes
from demo.capture import pack

SITES = {"sana": sana, "menafn": menafn, "syriatimes": syriatimes}
TARGET = Path(__file__).parent.parent / "data" / "demo.warc.gz"


def make_demo() -> bytes:
    """The demo archive."""
    return pack(capture for site in SITES.values() for capture in site.captures())


if __name__ == "__main__":
    TARGET.write_bytes(make_demo())
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
