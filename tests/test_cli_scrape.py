"""``newscrawl scrape`` by command, against a site on loopback."""

import json
import subprocess
import sys

import pytest
from test_bad_input import PARAGRAPHS, STORY

PROGRAM = [sys.executable, "-m", "newscrawl"]


@pytest.fixture
def site(httpserver):
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /private/\n")
    page = STORY.format(declared="{}", paragraphs=PARAGRAPHS)
    httpserver.expect_request("/story").respond_with_data(page, content_type="text/html; charset=utf-8")
    httpserver.expect_request("/empty").respond_with_data("", content_type="text/html")
    return httpserver


@pytest.fixture(autouse=True)
def _impatient(tmp_path, monkeypatch):
    """An outlet for loopback that is asked without delay."""
    (tmp_path / "outlets" / "local").mkdir(parents=True)
    (tmp_path / "outlets" / "local" / "outlet.toml").write_text(
        'name = "local"\ntitle = "Local"\nhomepage = "http://127.0.0.1/"\nhosts = ["localhost"]\n'
        'languages = ["en"]\ntimezone = "UTC"\ndelay = 0\n'
    )
    monkeypatch.setenv("NEWSCRAWL_OUTLETS", str(tmp_path / "outlets"))


def scrape(folder, *args):
    command = [*PROGRAM, "scrape", *args, "--data", "data"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=60)


def test_each_address_gives_its_record_or_is_told_with_its_state(site, tmp_path):
    addresses = [site.url_for(path) for path in ("/story", "/gone", "/empty", "/private/x")]
    done = scrape(tmp_path, *addresses)
    [record] = map(json.loads, done.stdout.splitlines())
    assert record["title"] == "Harbour bridge reopens"
    assert record["url"] == addresses[0]
    for address, state in zip(addresses[1:], ("http-", "empty", "robots"), strict=True):
        assert f"{address} ({state}" in done.stderr
    assert "stored" not in done.stderr
    assert done.returncode == 0
    assert not (tmp_path / "data" / "corpus.db").exists()


def test_a_saved_record_is_in_the_corpus(site, tmp_path):
    done = scrape(tmp_path, site.url_for("/story"), "--save")
    command = [*PROGRAM, "export", "-o", "-", "--data", "data"]
    exported = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert json.loads(exported.stdout) == json.loads(done.stdout)
    assert "/story (stored)" in done.stderr


def test_a_host_that_cannot_be_reached_ends_with_5(tmp_path):
    done = scrape(tmp_path, "http://127.0.0.1:9/story")
    assert done.returncode == 5
    assert "http://127.0.0.1:9/story (error" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_address_ends_with_2(tmp_path):
    done = scrape(tmp_path, "story.html")
    assert done.returncode == 2
    assert "'story.html' is no address" in done.stderr
