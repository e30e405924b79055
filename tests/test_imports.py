"""Who may import whom: one direction between the rooms, one door to each library that decides something."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

DOORS = {
    "trafilatura": {"newscrawl/extract/body.py"},
    "readability": {"newscrawl/extract/body.py"},
    "justext": {"newscrawl/extract/body.py"},
    "htmldate": {"newscrawl/extract/date_candidates.py"},
    "dateparser": {"newscrawl/extract/moments.py"},
    "langdetect": {"newscrawl/extract/language.py"},
    "sqlite3": {"newscrawl/store/"},
    "sqlite_utils": {"newscrawl/store/"},
    "warcio": {"newscrawl/archive/"},
    "fastwarc": {"newscrawl/archive/"},
    "feedparser": {"newscrawl/discover/"},
    "rensa": {"newscrawl/similarity.py"},
    "rapidfuzz": {"newscrawl/similarity.py"},
    "pyarrow": {"newscrawl/export/parquet.py"},
    "datasette": {"newscrawl/browse/"},
    "uvicorn": {"newscrawl/browse/"},
    "cronsim": {"newscrawl/schedule/cron.py"},
    "apscheduler": {"newscrawl/schedule/clock.py"},
    "sqlalchemy": {"newscrawl/schedule/clock.py"},
    "click": {"newscrawl/cli/"},
    "urllib.request": {"newscrawl/health/hooks.py"},
    "prometheus_client": {"newscrawl/metrics.py"},
    "vl_convert": {"newscrawl/report/"},
}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Full names of the modules that the file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def importers(module: str) -> list[str]:
    """Files of the project that import ``module`` or something in it."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in sources("newscrawl", "pipelines")
        if any(name == module or name.startswith(f"{module}.") for name in imported(path))
    ]


def test_the_library_never_imports_the_pipelines():
    assert importers("pipelines") == []


def test_the_command_line_is_imported_by_nobody_below_it():
    assert [path for path in importers("newscrawl.cli") if "/cli/" not in path] == ["newscrawl/__main__.py"]


@pytest.mark.parametrize("room", ["extract", "noise", "discover"])
def test_rooms_that_read_pages_know_no_database_archive_or_crawl(room):
    forbidden = ("newscrawl.store", "newscrawl.archive", "newscrawl.export", "newscrawl.crawl", "scrapy")
    for path in sources(f"newscrawl/{room}"):
        reached = {name for name in imported(path) if name.startswith(forbidden)}
        assert not reached, f"{path.relative_to(ROOT)} imports {reached}"


@pytest.mark.parametrize("name", ["answers", "baseline", "changes", "judge", "measures", "silence", "sources", "words"])
def test_what_judges_outlets_knows_its_own_room_only(name):
    reached = {name for name in imported(ROOT / f"newscrawl/health/{name}.py") if name.startswith("newscrawl.")}
    assert not {name for name in reached if not name.startswith("newscrawl.health")}


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_comes_in_by_one_door(library):
    for path in importers(library):
        assert any(path == door or path.startswith(door) for door in DOORS[library]), f"{path} imports {library}"
