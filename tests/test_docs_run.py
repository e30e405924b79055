"""What a reader of the docs types works, and prints what the page shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import run_docs  # noqa: E402


@pytest.mark.parametrize("page", run_docs.PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run_and_print_what_it_shows(page, tmp_path):
    blocks = run_docs.blocks(page.read_text("utf-8"))
    for block, printed in zip(blocks, run_docs.run(blocks, tmp_path), strict=True):
        if block.shown is not None and not block.reason:
            assert run_docs.agree(block.shown, printed), (
                f"run: python scripts/run_docs.py\n{block.code}\nprinted:\n{run_docs.as_shown(printed)}"
            )


@pytest.mark.parametrize("page", run_docs.PAGES, ids=lambda page: page.name)
def test_every_fenced_block_is_run_or_shown_below_one_or_says_why_not(page):
    text = page.read_text("utf-8")
    rest = run_docs.BLOCK.sub("", text)
    assert "```sh" not in rest
    assert "```python" not in rest
