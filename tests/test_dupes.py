"""Near-duplicates: copies of a story are linked, stories of one form are not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpora import NOW, article
from made_stories import make_stories

from newscrawl.cli import cli
from newscrawl.similarity import is_same_story, overlap, read_story
from newscrawl.store import Filters, Store

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from score_dupes import link, score

STORY = (
    "The harbour of Latakia will be deepened by four metres, the port authority said on Sunday, so that larger ships "
    "can call there all year round.",
    "Work begins in spring and takes two years. The dredged sand is to be used for a breakwater north of the town, "
    "which fishermen have been asking for since the storms of 2019.",
    "The contract went to a company from Tartus, which had offered to do it for a third less than its rivals. Its "
    "director, Rima Haddad, said that most of the crew would be hired in the region.",
    "Part of the money comes from a loan that is to be paid back by fees over twelve years, according to the ministry.",
)
WEATHER = (
    "The weather in {0} will be {1} on Monday, with {2} degrees at noon and {3} at night, the weather service said.",
    "Winds blow from the west at {4} kilometres an hour, and the sea off {0} is calm. People are advised to drink "
    "enough water and to stay out of the sun between noon and four. No rain is expected before the end of the week.",
    "In the mountains near {0} the nights stay cool, with mist in the valleys that clears up in the morning.",
)


def save(store: Store, *articles) -> None:
    run = store.start_run([], "crawl", "0", NOW)
    store.save(run, articles)
    store.finish_run(run, "finished", NOW)


def copy(number: int, *paragraphs: str, **changes):
    """The story at another outlet."""
    changes = {"id": f"outlet{number}:{number}", "outlet": f"outlet{number}", "title": f"Title {number}"} | changes
    return article(number, *(paragraphs or STORY), **changes)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


def clusters(store: Store) -> list[set[int]]:
    return [{int(member.id.split(":")[1]) for member in cluster.members} for cluster in store.clusters()]


def edited(text: str) -> str:
    return text.replace("will be", "is to be").replace("begins", "starts").replace("went to", "was won by")


COPIES = {
    "verbatim": STORY,
    "trimmed": STORY[:2],
    "dateline": ("LATAKIA, Nov. 3 (Wire) -- " + STORY[0], *STORY[1:]),
    "dateline of its own": ("Latakia", *STORY),
    "edited": tuple(map(edited, STORY)),
    "respelled": tuple(text.replace("Latakia", "Lattakia").replace("Haddad", "Hadad") for text in STORY),
    "dateline of an agency": ("Latakia, SANA- " + STORY[0], *STORY[1:]),
    "accents and case": tuple(text.upper() for text in STORY),
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_linked(store, way):
    save(store, copy(1), copy(2, *COPIES[way], title="Another headline altogether"))
    assert clusters(store) == [{1, 2}]


def test_forms_filled_with_other_places_and_numbers_are_not_linked(store):
    filled = [("Aleppo", "sunny", 31, 18, 12), ("Homs", "hazy", 29, 17, 25), ("Raqqa", "sunny", 35, 21, 9)]
    texts = [[text.format(*values) for text in WEATHER] for values in filled]
    one, two = (read_story("Weather", "\n\n".join(text), "en") for text in texts[:2])
    assert overlap(one, two) > 0.7
    save(store, *(copy(n, *text, title="Weather") for n, text in enumerate(texts)))
    assert clusters(store) == []


def test_forms_in_a_script_without_capitals_are_told_apart_by_titles_and_what_changes_throughout():
    form = (
        "يكون الطقس في {0} صحواً يوم الاثنين والرياح غربية خفيفة."
        " وقالت مصلحة الأرصاد إن ليالي {0} تبقى باردة حتى الأسبوع القادم."
    )
    one, two = (read_story(f"طقس {place}", form.format(place), "ar") for place in ("حلب", "حمص"))
    assert not is_same_story(one, two)


def test_forms_that_are_reworded_too_are_told_apart_by_their_facts():
    form = (
        "Work on the new reading room in {} has ended, and children can borrow books there from next week on. The room "
        "holds {} shelves and a corner with cushions, where volunteers read aloud in the afternoon. Parents had asked "
        "for it for years, and some of them helped to paint the walls. Books may be kept for a fortnight."
    )
    one, two = form.format("Aleppo", 24), form.format("Homs", 31)
    for word, other in (("ended", "finished"), ("holds", "has"), ("aloud", "stories"), ("paint", "whiten")):
        two = two.replace(word, other)
    stories = [read_story("Reading room opens", text, "en") for text in (one, two)]
    assert overlap(*stories) > 0.5
    assert not is_same_story(*stories)


def test_different_stories_are_not_linked(store):
    save(store, copy(1), copy(2, *(text.format("Aleppo", "sunny", 1, 2, 3) for text in WEATHER)))
    assert clusters(store) == []


def test_the_original_is_the_earliest_by_a_date_that_can_be_trusted(store):
    guessed = copy(1, date_published="2020-01-01", date_source="htmldate")
    late, early = copy(2, date_published="2026-03-01T10:00:00Z"), copy(3, date_published="2026-03-01T09:00:00Z")
    save(store, guessed, late, copy(4, date_published=None), early)
    (cluster,) = store.clusters()
    assert [member.outlet for member in cluster.members] == ["outlet3", "outlet2", "outlet1", "outlet4"]
    assert [member.is_original for member in cluster.members] == [True, False, False, False]
    assert {record["id"]: record["is_original"] for record in store.articles()}["outlet3:3"] is True


def test_records_name_their_cluster_and_the_other_addresses(store):
    save(store, copy(1), copy(2), copy(3, "Something else altogether is told here, in a dozen words or so."))
    one, two, three = store.articles()
    assert one["cluster_id"] == two["cluster_id"] is not None
    assert (one["also_at"], two["also_at"]) == ([two["url"]], [one["url"]])
    assert store.article("outlet1:1")["also_at"] == [two["url"]]
    assert (three["cluster_id"], three["is_original"], three["also_at"]) == (None, None, [])


def test_one_of_each_cluster_can_be_asked_for(store):
    save(store, copy(1), copy(2), copy(3, "Something else altogether is told here, in a dozen words or so."))
    ids = [record["id"] for record in store.articles(Filters(one_per_cluster=True))]
    assert ids == ["outlet1:1", "outlet3:3"]
    others = store.articles(Filters(one_per_cluster=True, outlets=("outlet2", "outlet3")))
    assert [record["id"] for record in others] == ["outlet2:2", "outlet3:3"]


def test_a_story_rewritten_leaves_its_cluster_which_ends_with_one(store):
    save(store, copy(1), copy(2))
    save(store, copy(2, "Something else altogether is told here, in a dozen words or so."))
    assert clusters(store) == []
    assert [record["is_original"] for record in store.articles()] == [None, None]


def test_a_story_that_joins_two_clusters_makes_one(store):
    half, other = STORY[:2], STORY[2:]
    save(store, copy(1, *half), copy(2, *half), copy(3, *other), copy(4, *other))
    assert clusters(store) == [{1, 2}, {3, 4}]
    save(store, copy(5))
    assert clusters(store) == [{1, 2, 3, 4, 5}]


def test_saving_a_story_again_changes_nothing(store):
    save(store, copy(1), copy(2))
    before = list(store.clusters())
    save(store, copy(1), copy(2))
    assert list(store.clusters()) == before


def test_articles_that_were_never_compared_are_on_demand_and_all_anew(store):
    save(store, copy(1), copy(2))
    assert store.link_stories() == 0
    assert store.link_stories(again=True) == 2
    assert clusters(store) == [{1, 2}]


def test_made_stories_are_told_apart():
    made = make_stories(400, seed=1)
    found, _ = link(made)
    precision, recall = score([story.cluster for story in made], found)
    assert precision >= 0.98
    assert recall >= 0.98


def test_the_command_lists_clusters(store, tmp_path):
    save(store, copy(1), copy(2, *STORY[:2], title="Deeper"), copy(3, "Too short."))
    data = ["--data", str(tmp_path)]
    done = CliRunner().invoke(cli, ["dupes", *data])
    assert done.stdout.splitlines()[0] == "Title 1"
    assert "100%" in done.stdout
    assert done.stderr == "1 story at several addresses\n"
    (told,) = map(json.loads, CliRunner().invoke(cli, ["dupes", "--json", *data]).stdout.splitlines())
    assert [member["id"] for member in told["members"]] == ["outlet1:1", "outlet2:2"]
    nothing = CliRunner().invoke(cli, ["dupes", "--since", "2027-01-01", "--rebuild", *data])
    assert (nothing.stdout, nothing.exit_code) == ("", 0)
