"""``newscrawl noise``, ``rules`` and ``--without``: noise is learned, decided and removed by command."""

import json
import re
import shutil
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from local_site import local_site
from made_outlet import COLUMN_OPENING, NOISE, QUOTATION, made_pages

from newscrawl.cli import cli
from newscrawl.errors import OutletError
from newscrawl.noise.catalogue import CATALOGUE
from newscrawl.noise.rules import RULES
from newscrawl.outlet import BUNDLED, load_outlet, read_outlet
from newscrawl.store import Store

MADE = "gazette.example"
SAMPLE = BUNDLED / "menafn" / "samples" / "provider_en.html"


def run(*args):
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """A folder of 90 pages of the made outlet, and the corpus of them."""
    folder = tmp_path_factory.mktemp("made")
    pages = folder / "pages"
    pages.mkdir()
    manifest = []
    for number, page in enumerate(made_pages()[:90]):
        (pages / f"{number:03}.html").write_text(page.html, "utf-8")
        manifest.append({"file": f"{number:03}.html", "url": page.url, "fetched_at": "2026-03-02T00:00:00Z"})
    (pages / "manifest.jsonl").write_text("\n".join(map(json.dumps, manifest)))
    assert run("extract", pages, "--save", "--data", folder / "data", "-o", folder / "first.jsonl").exit_code == 0
    return folder


@pytest.fixture
def made(extracted, tmp_path):
    """The same, for one test to change."""
    shutil.copytree(extracted / "data", tmp_path / "data")
    return SimpleNamespace(pages=extracted / "pages", data=tmp_path / "data", folder=tmp_path)


def test_noise_goes_from_proposal_to_removal(made):
    proposed = rows(run("noise", "learn", MADE, "--data", made.data, "--json"))
    assert {block["text"] for block in proposed} == set(NOISE.values())
    assert all(block["state"] == "proposed" and len(block["examples"]) == 3 for block in proposed)
    rejected = next(block["number"] for block in proposed if block["text"] == NOISE["biography"])
    others = [block["number"] for block in proposed if block["number"] != rejected]
    assert run("noise", "approve", MADE, *others, "--data", made.data).exit_code == 0
    assert run("noise", "reject", MADE, rejected, "--data", made.data).exit_code == 0
    assert rows(run("noise", "learn", MADE, "--data", made.data, "--json")) == []
    texts = [record["text"] for record in rows(run("extract", made.pages, "--data", made.data))]
    assert {name for name, noise in NOISE.items() if any(noise in text for text in texts)} == {"biography"}
    assert any(QUOTATION in text for text in texts)
    assert any(COLUMN_OPENING in text for text in texts)
    listed = rows(run("noise", "list", MADE, "--data", made.data, "--json"))
    assert [block["state"] == "rejected" for block in listed] == [block["number"] == rejected for block in listed]


def test_auto_approves_what_it_proposes(made):
    result = run("noise", "learn", MADE, "--data", made.data, "--auto")
    assert result.exit_code == 0
    assert "All approved" in result.stderr
    blocks = rows(run("noise", "list", "--data", made.data, "--json"))
    assert {(block["outlet"], block["state"]) for block in blocks} == {(MADE, "approved")}
    assert len(blocks) == len(NOISE)


def test_a_proposal_tells_what_it_would_remove_and_where_to_see_it(made):
    shown = run("noise", "learn", MADE, "--data", made.data).stdout
    first = re.search(
        r"1  on (\d+) of 87 pages \(\d+%\); would go from (\d+) texts, ([\d,]+) characters\n +(.*)", shown
    )
    assert int(first[2]) * len(first[4]) == int(first[3].replace(",", ""))
    assert shown.count(" · https://gazette.example/") == 3 * len(NOISE)


def test_rejecting_takes_an_approval_back(made):
    rows(run("noise", "learn", MADE, "--data", made.data, "--auto", "--json"))
    assert run("noise", "reject", MADE, 1, "--data", made.data).exit_code == 0
    with Store.read(made.data / "corpus.db") as store:
        assert len(store.learned_noise()[MADE]) == len(NOISE) - 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("learn", "gazete"), "holds no page of 'gazete' to learn from. Outlets it holds: gazette.example"),
        (("approve", MADE, 77), "no repeated block has the number 77"),
        (("learn", MADE, "--min-share", "0"), "--min-share"),
        (("learn", MADE, "--min-pages", "1"), "--min-pages"),
    ],
)
def test_what_cannot_be_done_is_told(made, command, said):
    result = run("noise", *command, "--data", made.data)
    assert result.exit_code == 2
    assert said in result.stderr


def test_learning_needs_a_corpus_and_makes_none(tmp_path):
    result = run("noise", "learn", MADE, "--data", tmp_path / "data")
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "no corpus here" in result.stderr


def test_without_a_named_data_folder_nothing_learned_is_used(made, monkeypatch):
    rows(run("noise", "learn", MADE, "--data", made.data, "--auto", "--json"))
    monkeypatch.chdir(made.folder)
    noisy = next(number for number, page in enumerate(made_pages()) if NOISE["disclaimer"] in page.html)
    page = made.pages / f"{noisy:03}.html"
    [usual] = rows(run("extract", page))
    assert NOISE["disclaimer"] in usual["text"]
    monkeypatch.setenv("NEWSCRAWL_DATA", str(made.data))
    [informed] = rows(run("extract", page))
    assert NOISE["disclaimer"] not in informed["text"]


def test_explaining_a_file_shows_what_was_learned(made):
    rows(run("noise", "learn", MADE, "--data", made.data, "--auto", "--json"))
    blocks = rows(run("explain", made.pages / "003.html", "--data", made.data, "--json"))
    assert {block["text"] for block in blocks if block["rule"] == "learned"} <= set(NOISE.values())
    assert any(re.fullmatch(r"on \d+ of 87 pages of the outlet", block["evidence"]) for block in blocks)


def test_rules_are_listed_in_their_order_with_what_each_removed(made):
    listed = rows(run("rules", "--data", made.data, "--json"))
    assert [rule["rule"] for rule in listed][: len(RULES)] == [rule.name for rule in RULES]
    assert all(rule["what"] and rule["family"] for rule in listed)
    with Store.read(made.data / "corpus.db") as store:
        records = list(store.articles())
    counted = {rule["rule"]: (rule["blocks"], rule["characters"]) for rule in listed if rule["verdict"] == "removes"}
    assert sum(blocks for blocks, _ in counted.values()) == sum(record["removed_blocks"] for record in records)
    assert sum(size for _, size in counted.values()) == sum(record["removed_chars"] for record in records)
    assert rows(run("rules", "--data", made.data, "--json", "--outlet", MADE)) == listed
    assert not any(rule["blocks"] for rule in rows(run("rules", "--data", made.data, "--json", "--outlet", "sana")))


def test_rules_are_listed_without_a_corpus_and_tell_which_an_outlet_switches_off(tmp_path, monkeypatch):
    outlet = tmp_path / "outlets" / "menafn" / "outlet.toml"
    outlet.parent.mkdir(parents=True)
    outlet.write_text(declared(off=["judge", "prefix"]), "utf-8")
    monkeypatch.setenv("NEWSCRAWL_OUTLETS", str(tmp_path / "outlets"))
    listed = rows(run("rules", "--outlet", "menafn", "--data", tmp_path / "none", "--json"))
    assert {rule["rule"] for rule in listed if rule["off"]} == {"judge", "prefix"}
    assert {rule["blocks"] for rule in listed} == {None}
    assert "characters" not in run("rules", "--data", tmp_path / "none").stdout.partition("\n")[0]


def declared(off):
    text = (BUNDLED / "menafn" / "outlet.toml").read_text("utf-8")
    return re.sub(r"^\[noise\]$", f"[noise]\noff = {json.dumps(off)}", text, flags=re.M)


def test_a_rule_name_that_does_not_exist_is_refused_in_an_outlet_file(tmp_path):
    path = tmp_path / "menafn" / "outlet.toml"
    path.parent.mkdir()
    path.write_text(declared(off=["jugde"]), "utf-8")
    with pytest.raises(OutletError, match=r"noise.off.0: is no rule; known: outlet-prune.* \(given: 'jugde'\)"):
        read_outlet(path)


def explained(*options):
    return rows(run("explain", SAMPLE, "--outlet", "menafn", "--json", *options))


@pytest.mark.parametrize("rule", ["outlet-phrase", "prefix", "code", "outlet-pattern", "date-line"])
def test_a_rule_that_is_switched_off_removes_nothing(rule):
    assert rule in {block["rule"] for block in explained()}
    assert rule not in {block["rule"] for block in explained("--without", rule)}


def test_rules_are_switched_off_for_extraction_too(tmp_path):
    shutil.copy(SAMPLE, tmp_path / "page.html")
    options = ("extract", tmp_path / "page.html", "--outlet", "menafn")
    [usual], [other] = rows(run(*options)), rows(run(*options, "--without", "prefix", "--without", "code"))
    assert (usual["agency"], other["agency"]) == ("Harbour Wire", None)
    assert usual["rules_hash"] != other["rules_hash"]


@pytest.mark.parametrize("command", [("explain", SAMPLE), ("extract", SAMPLE)])
def test_an_unknown_rule_is_refused_with_those_that_exist(command):
    result = run(*command, "--without", "jugde")
    assert result.exit_code == 2
    assert "'jugde' is no rule" in result.stderr
    assert all(rule.name in result.stderr for rule in CATALOGUE)


def test_what_is_stored_cannot_be_explained_without_a_rule(made):
    result = run("explain", "gazette.example/1003/story-3", "--without", "judge", "--data", made.data)
    assert result.exit_code == 2
    assert "is no file" in result.stderr


def test_switching_a_rule_off_leaves_the_declared_outlet_as_it_is():
    outlet = load_outlet("menafn")
    assert "judge" in outlet.without(["judge"]).noise.off
    assert "judge" not in outlet.noise.off


def test_a_crawl_that_finishes_approves_by_itself_where_the_outlet_says_so(tmp_path, monkeypatch):
    notice = "<p>Whoever reads this far may write to the town, which answers on Mondays.</p>"
    with local_site(tmp_path) as site:
        site.declare()
        outlet = tmp_path / "outlets" / "local" / "outlet.toml"
        outlet.write_text(outlet.read_text() + '\n[noise]\nlearn = "auto"\n')
        for number in range(14):
            site.article(number, extra=notice if number < 12 else "")
        site.feed(*range(14))
        site.crawl()
        site.article(20, extra=notice)
        site.feed(20)
        site.crawl()
    with Store.read(tmp_path / "data" / "corpus.db") as store:
        assert [(block.state, block.pages, block.of) for block in store.repeated_blocks("local")] == [
            ("approved", 12, 14)
        ]
        texts = {record["id"]: record["text"] for record in store.articles()}
    assert "answers on Mondays" in texts["local:1"]
    assert "answers on Mondays" not in texts["local:20"]
    assert reread(tmp_path, monkeypatch) == {"pages": 14, "text_changed": 12}
    assert reread(tmp_path, monkeypatch) == {"pages": 0, "text_changed": 0}


def reread(folder, monkeypatch):
    """What reading the stale pages of the site again comes to."""
    monkeypatch.setenv("NEWSCRAWL_OUTLETS", str(folder / "outlets"))
    [report] = rows(run("reextract", "--stale", "--data", folder / "data", "--json"))
    return {key: report[key] for key in ("pages", "text_changed")}
