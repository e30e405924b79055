"""The benchmark measures what it says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_stages_make_up_the_whole():
    command = [sys.executable, ROOT / "scripts" / "bench.py", "--pages", "2"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = {name: float(ms) for name, ms in re.findall(r"^ *(\w+) +(-?[\d.]+) +-?[\d.]+", shown, re.M)}
    ours, theirs = spent.pop("newscrawl"), spent.pop("trafilatura")
    assert {"parse", "blocks", "vote", "rules", "metadata", "dates", "language"} <= set(spent)
    assert abs(sum(spent.values()) - ours) < 0.1
    told = float(re.search(r"reads ([\d.]+) times", shown)[1])
    assert abs(theirs / ours - told) < 0.02 * told + 0.01


def test_the_crawls_and_the_ingest_are_timed():
    command = [sys.executable, ROOT / "scripts" / "bench_crawl.py", "--pages", "4", "--ingest", "24"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rates = re.findall(r"^(fetched and archived only|read on the event loop|as shipped) +([\d.]+)", shown, re.M)
    assert len([rate for _, rate in rates if float(rate) > 0]) == 3
    assert len(re.findall(r"^ingest with \d workers?: +[\d.]+ pages/s", shown, re.M)) == 2
