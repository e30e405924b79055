"""The documentation says what the program does, no more and no less."""

import re
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from newscrawl.cli import cli
from newscrawl.config import TABLES, Config
from newscrawl.records import NOT_IN_RECORD, Article

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import write_docs  # noqa: E402


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


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


def test_the_page_of_commands_is_their_present_help():
    assert read("docs/commands.md") == write_docs.commands_page(), "run: python scripts/write_docs.py"


def test_the_page_of_noise_lists_the_present_rules():
    assert read("docs/noise.md") == write_docs.noise_page(), "run: python scripts/write_docs.py"


def test_the_readme_shows_what_the_program_prints():
    assert read("README.md") == write_docs.readme(), "run: python scripts/write_docs.py"


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_option_has_help(name):
    command = LEAVES[name]
    assert command.help
    assert [param.name for param in command.params if isinstance(param, click.Option) and not param.help] == []


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_is_in_the_readme(name):
    verb, *rest = name.split()
    assert re.search(rf"newscrawl {verb}\b.*{' '.join(rest)}", read("README.md"))


def test_commands_in_the_docs_exist_and_take_the_options_shown():
    text = "\n".join(read(path) for path in ("README.md", "docs/architecture.md", "docs/noise.md", "docs/outlets.md"))
    for line in re.findall(r"^ {4}(?:\.venv/bin/)?newscrawl ([a-z].*)$", text, re.M):
        words = line.partition(" #")[0].split()
        name = next((" ".join(words[:size]) for size in (2, 1) if " ".join(words[:size]) in LEAVES), None)
        assert name, f"no such command: newscrawl {line}"
        options = {option for param in LEAVES[name].params for option in param.opts} | {"--help"}
        shown = {re.match(r"-{1,2}[a-z-]+", word)[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert shown <= options, f"newscrawl {line}"


def test_every_make_target_in_the_docs_exists():
    targets = set(re.findall(r"^(\w+):", read("Makefile"), re.M))
    named = set(re.findall(r"\bmake (\w+)\b(?=`|$|\s+#)", read("README.md"), re.M))
    assert {"demo", "test"} <= named <= targets


def test_every_field_of_a_record_is_explained_in_order():
    documented = re.findall(r"^\| `(\w+)` \|", read("docs/record.md"), re.M)
    assert documented == [f.name for f in fields(Article) if f.name not in NOT_IN_RECORD]


@pytest.mark.parametrize("key", Config.model_fields)
def test_every_setting_is_explained(key):
    assert key in TABLES or f"NEWSCRAWL_{key.upper()}" in read("docs/commands.md")
    assert f"`{key}`" in read("docs/commands.md")


def test_every_exit_code_is_explained():
    named = r"(?:exit_code|INTERRUPTED|NOTHING_FETCHED|NOT_ALL_WELL) = (\d+)"
    declared = {"0", *re.findall(named, read("newscrawl/errors.py") + read("newscrawl/crawl.py"))}
    stated = re.search(r"Exit codes: (.*?)\n\n", read("docs/commands.md"), re.S)[1]
    assert declared == set(re.findall(r"(?:^|· |\n)(\d+) ", stated))


def test_links_between_the_docs_lead_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
