"""The documentation says what the program does, no more and no less."""

import json
import re
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from newscrawl.cli import cli
from newscrawl.config import Config
from newscrawl.errors import ExitCode
from newscrawl.fetch import outcome
from newscrawl.health import judge
from newscrawl.outlet import Outlet
from newscrawl.records import NOT_IN_RECORD, Article

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GENERATED = DOCS / "commands.md"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
sys.path.insert(0, str(ROOT / "scripts"))

import declared  # noqa: E402
import tables  # noqa: E402
import write_docs  # noqa: E402


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def leaves() -> dict[str, click.Command]:
    """Every command by its full name, groups left out."""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, context: click.Context, name: str) -> None:
        if isinstance(command, click.Group):
            for child in command.list_commands(context):
                walk(command.get_command(context, child), context, f"{name} {child}".strip())
        else:
            found[name] = command

    walk(cli, click.Context(cli), "")
    return found


LEAVES = leaves()


@pytest.mark.parametrize("name", write_docs.PAGES)
def test_pages_say_what_the_code_says(name):
    assert read(f"docs/{name}") == write_docs.PAGES[name](), "run: python scripts/write_docs.py"


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_option_has_help(name):
    command = LEAVES[name]
    assert command.help
    assert [param.name for param in command.params if isinstance(param, click.Option) and not param.help] == []


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_is_shown_on_a_page_that_people_wrote(name):
    verb, *rest = name.split()
    shown = re.compile(rf"newscrawl {verb}\b.*{' '.join(rest)}")
    assert any(shown.search(page.read_text("utf-8")) for page in PAGES if page != GENERATED)


def typed(text: str) -> list[str]:
    """The lines of a page that call newscrawl, in shell blocks and indented ones; continued lines as one."""
    fenced = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    indented = re.findall(r"^ {4}\S.*\n", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    shell = "".join([*fenced, *indented]).replace("\\\n", " ")
    return re.findall(r"^ *(?:\.venv/bin/)?newscrawl ([a-z].*)$", shell, re.M)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_the_docs_exist_and_take_the_options_shown(page):
    if page == GENERATED:
        return
    for line in typed(page.read_text("utf-8")):
        words = re.split(r" [#|>]| 2>", line)[0].split()
        name = next((" ".join(words[:size]) for size in (2, 1) if " ".join(words[:size]) in LEAVES), None)
        assert name, f"no such command: newscrawl {line}"
        options = {option for param in LEAVES[name].params for option in param.opts} | {"--help"}
        shown = {re.match(r"-{1,2}[a-z-]+", word)[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert shown <= options, f"newscrawl {line}"


def test_every_make_target_in_the_docs_exists():
    targets = set(re.findall(r"^(\w+):", read("Makefile"), re.M))
    named = set(re.findall(r"\bmake (\w+)\b(?=`|$|\s+#)", read("README.md"), re.M))
    assert {"demo", "test"} <= named <= targets


DOCUMENTED = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", read("docs/record.md"), re.M)


def test_every_field_of_a_record_is_explained_in_order():
    assert [name for name, _ in DOCUMENTED] == [f.name for f in fields(Article) if f.name not in NOT_IN_RECORD]


@pytest.mark.parametrize(("name", "kind"), DOCUMENTED)
def test_a_field_has_the_type_that_the_schema_states(name, kind):
    allowed = json.loads(read("newscrawl/record_schema.json"))["properties"][name]
    assert in_words(allowed) == kind


def in_words(allowed: dict) -> str:
    """A type of the JSON Schema as docs/record.md writes it."""
    if "anyOf" in allowed:
        return f"{in_words(allowed['anyOf'][0])}?"
    if allowed.get("type") == "array":
        return f"list of {in_words(allowed['items'])}s"
    return {"integer": "number"}.get(allowed.get("type"), allowed.get("type", "object"))


def models(model: type) -> list[type]:
    """``model`` and those that its keys are made of."""
    inner = [found for field in model.model_fields.values() for found in declared.models_in(field.annotation)]
    return [model, *(one for found in inner for one in models(found))]


@pytest.mark.parametrize(("model", "page"), [(Outlet, "docs/outlets.md"), (Config, "docs/settings.md")])
def test_every_key_is_listed_with_its_meaning(model, page):
    for one in models(model):
        assert f"<!-- keys of {one.__name__} -->" in read(page)
        assert declared.undocumented(one) == []


def test_every_table_and_column_has_a_meaning():
    assert tables.unexplained(read("docs/tables.md")) == []


def test_every_exit_code_has_a_meaning():
    assert all(declared.member_meanings(ExitCode))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_docs_speak_of_exit_codes_that_there_are(page):
    named = re.findall(r"exit\s+codes?\s+(?:is\s+)?(\d+)(?:\s+and\s+(\d+))?", page.read_text("utf-8"))
    assert {int(code) for codes in named for code in codes if code} <= set(ExitCode)


def test_commands_end_with_exit_codes_by_name():
    for path in (ROOT / "newscrawl").rglob("*.py"):
        assert not re.search(r"exit_code = \d|\.exit\([1-9]", path.read_text("utf-8")), path


def test_every_state_of_an_address_is_explained():
    explained = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", read("docs/fetching.md"), re.M))))
    refused = {"empty", "too-short", "disclaimer-only", *tomllib.loads(read("newscrawl/noise/walls/en.toml"))}
    assert refused | {outcome.ROBOTS, outcome.OFFSITE, outcome.TOO_LARGE} <= explained


def test_every_verdict_is_explained_with_its_exit_code():
    rows = re.findall(r"^\| `(\w+)` \| (\d) \|", read("docs/health.md"), re.M)
    assert {verdict for verdict, _ in rows} == {judge.OK, judge.QUIET, judge.NEVER, *judge.TROUBLE}
    assert {verdict for verdict, code in rows if int(code) == ExitCode.TROUBLE} == judge.TROUBLE


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]*))?\)", page.read_text("utf-8")):
        linked = page.parent / target if target else page
        assert linked.exists(), f"{name_of(page)} links to {target}"
        assert not anchor or anchor in anchors(linked), f"{name_of(page)} links to {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_room_is_in_the_picture():
    text = read("docs/architecture.md")
    rooms = [path for path in (ROOT / "newscrawl").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    missing = [path.name for path in rooms if not path.name.startswith("__") and not named(path, text)]
    assert missing == []


def named(room: Path, text: str) -> bool:
    """Whether a text names a module (``corpus.py``) or a package (``newscrawl/store/``)."""
    return f"{room.name}`" in text if room.suffix else f"newscrawl/{room.name}/" in text


def test_every_page_is_on_the_map():
    text = read("docs/index.md")
    missing = [name_of(page) for page in PAGES[1:] if page.name != "index.md" and not _linked(page, text)]
    assert missing == []


def _linked(page: Path, text: str) -> bool:
    return f"]({page.relative_to(DOCS)}" in text
