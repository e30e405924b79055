"""The command line as such: help, exit codes, messages, and what reaches the terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from newscrawl.cli import cli
from newscrawl.cli.group import COMMANDS
from newscrawl.cli.printing import json_line
from newscrawl.errors import LockedError, NewscrawlError, UsageError
from newscrawl.printable import printable

PROGRAM = [sys.executable, "-m", "newscrawl"]


def run(*args, **options):
    return CliRunner().invoke(cli, [str(arg) for arg in args], **options)


@pytest.fixture
def failing(monkeypatch):
    """Make ``outlets list`` raise a given exception."""
    from newscrawl.cli import outlets

    def fail_with(error):
        def raises(_folder):
            raise error

        monkeypatch.setattr(outlets, "outlet_files", raises)
        return run("outlets", "list")

    return fail_with


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_help_that_the_list_of_commands_shows(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.short_help == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_data_folder(name):
    command = cli.get_command(click.Context(cli), name)
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        assert "--data" in {option for param in leaf.params for option in param.opts}


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom newscrawl.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n"
        "    print({'scrapy', 'trafilatura', 'lxml', 'pydantic', 'sqlite_utils'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()"


def test_the_version_is_told():
    assert run("--version").output.startswith("newscrawl ")


@pytest.mark.parametrize("args", [["bogus"], ["extract"], ["extract", "no-such-file.html"], ["runs", "show", "x"]])
def test_wrong_usage_ends_with_2(args):
    assert run(*args).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (NewscrawlError("Broken."), 1, "Broken."),
        (UsageError("Unusable."), 2, "Unusable."),
        (LockedError("Held."), 75, "Held."),
        (KeyboardInterrupt(), 130, "interrupted."),
    ],
)
def test_an_error_ends_with_its_own_code(failing, error, code, told):
    result = failing(error)
    assert (result.exit_code, result.stderr) == (code, f"newscrawl: {told}\n")


def test_an_unexpected_error_is_one_line_that_says_where_the_traceback_is(failing, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = failing(ZeroDivisionError("odd"))
    [log] = tmp_path.iterdir()
    assert result.exit_code == 1
    assert result.stderr == f"newscrawl: unexpected ZeroDivisionError: odd. The traceback is in {log}.\n"
    assert "Traceback" in log.read_text()


def test_a_reader_that_stops_reading_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [*PROGRAM, "outlets", "list", "--json"], stdout=closed, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_data_folder_comes_from_the_option_then_the_environment(tmp_path):
    missing = run("runs", "list", env={"NEWSCRAWL_DATA": str(tmp_path / "e")})
    assert str(tmp_path / "e") in missing.stderr
    missing = run("runs", "list", "--data", tmp_path / "o", env={"NEWSCRAWL_DATA": str(tmp_path / "e")})
    assert str(tmp_path / "o") in missing.stderr


def test_a_misspelt_setting_is_named(tmp_path):
    (tmp_path / "newscrawl.toml").write_text("dta = 'x'")
    done = subprocess.run([*PROGRAM, "outlets", "list"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "dta" in done.stderr


def test_nothing_that_a_terminal_obeys_is_printed():
    hostile = "red \x1b[31mtext\x07\x9b2J\u202e!"
    assert printable(hostile) == "red [31mtext2J!"
    line = json_line({"text": hostile})
    assert not set("\x1b\x07\x9b\u202e") & set(line)
    assert json.loads(line) == {"text": hostile}


def test_json_stays_on_one_line():
    assert "\n" not in json_line({"text": "one\n\ntwo"})


def test_outlets_of_your_own_are_listed_and_win(tmp_path):
    folder = tmp_path / "mine" / "gazette"
    folder.mkdir(parents=True)
    (folder / "outlet.toml").write_text(
        'name = "gazette"\ntitle = "The Gazette"\nhomepage = "https://gazette.example/"\n'
        'languages = ["en"]\ntimezone = "UTC"\n'
    )
    result = run("outlets", "list", "--json", env={"NEWSCRAWL_OUTLETS": str(tmp_path / "mine")})
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert "The Gazette" in [row["title"] for row in rows]
    shown = run("outlets", "show", "gazette", env={"NEWSCRAWL_OUTLETS": str(tmp_path / "mine")})
    assert "https://gazette.example/" in shown.stdout


def test_an_outlet_file_is_checked_where_it_lies(tmp_path):
    path = tmp_path / "gazette" / "outlet.toml"
    path.parent.mkdir()
    path.write_text('name = "gazette"\ntitel = "The Gazette"\n')
    result = run("outlets", "check", path)
    assert result.exit_code == 2
    assert f"{path}: unknown key 'titel'" in result.stderr


def test_commands_work_in_any_folder(tmp_path):
    done = subprocess.run([*PROGRAM, "outlets", "list"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert not list(Path(tmp_path).iterdir())


def test_an_outlet_is_checked_by_its_samples(tmp_path):
    folder = tmp_path / "gazette"
    (folder / "samples").mkdir(parents=True)
    (folder / "outlet.toml").write_text(
        'name = "gazette"\ntitle = "The Gazette"\nhomepage = "https://gazette.example/"\n'
        'languages = ["en"]\ntimezone = "UTC"\nnoise.phrases = ["Sign up for our letter"]\n'
    )
    story = "The harbour bridge was opened again on Monday after six weeks of work on its northern arch.\n"
    (folder / "samples" / "bridge.txt").write_text(f"Bridge reopens\n{story}Sign up for our letter\n")
    expected = {"page": {"url": None}, "title": "Bridge reopens", "removed_must_include": ["Sign up for our letter"]}
    (folder / "samples" / "bridge.json").write_text(json.dumps(expected))
    assert run("outlets", "check", folder / "outlet.toml").stdout.startswith("gazette: sound, 1 samples")

    (folder / "samples" / "bridge.json").write_text(json.dumps(expected | {"title": "Bridge opens", "agency": None}))
    result = run("outlets", "check", folder / "outlet.toml")
    assert result.exit_code == 2
    assert "bridge.json: title is 'Bridge reopens', expected 'Bridge opens'" in result.stderr
    assert "agency" not in result.stderr
