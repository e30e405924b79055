"""Noise learned from an outlet's own pages: what repeats is proposed, what only looks so is not, in any order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from corpora import NOW, OUTLET, article, link, refused, story
from made_outlet import CAPTURES, NOISE, PAGES, made_pages

from newscrawl.errors import UsageError
from newscrawl.extract import extract, strip
from newscrawl.extract.strip import rules_hash
from newscrawl.noise.repeated import Standing, fingerprint, read_prints
from newscrawl.outlet import GENERIC, LearnedBlock
from newscrawl.records import Block, Page
from newscrawl.store import Store, learned_noise

MADE = "gazette.example"
NOTE = "Subscribers read the Gazette a day earlier than everybody else does."


def page_of(made):
    return Page(body=made.html.encode(), url=made.url, requested_url=made.url, fetched_at=NOW)


@pytest.fixture(scope="module")
def made():
    """The articles of the made outlet."""
    return [extract(page_of(page), GENERIC) for page in made_pages()]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as opened:
        yield opened


@pytest.fixture
def run(store):
    return store.start_run([], "extract", "0", NOW)


def save(store, run, articles, batch=50):
    for start in range(0, len(articles), batch):
        store.save(run, articles[start : start + batch])


def report(number, *paragraphs, **changes):
    """An article with paragraphs of its own, and ``paragraphs`` after them."""
    own = [f"Report {number} has much to say of matter {part}, and no other has." for part in range(4)]
    return article(number, *own, *paragraphs, **changes)


def texts(blocks):
    return {block.text for block in blocks}


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_of_300_pages_the_five_kinds_of_noise_are_proposed_and_nothing_else_in_any_order(store, run, made, seed):
    pages = list(made)
    if seed is not None:
        random.Random(seed).shuffle(pages)
    save(store, run, pages)
    found = store.learn(MADE)
    assert texts(found) == set(NOISE.values())
    stories = PAGES - CAPTURES + 1
    assert [(block.text, block.pages, block.of) for block in found] == expected_counts(made, stories)
    assert all(len(block.examples) == 3 for block in found)


def expected_counts(made, stories):
    """Text, pages and all pages of each kind of noise, what takes most out of the texts first."""
    counted = []
    for text in NOISE.values():
        having = [n for n, page in enumerate(made) if any(block.text == text for block in page.blocks)]
        kept = sum(any(block.text == text and block.kept for block in page.blocks) for page in made)
        pages = len({0 if n < CAPTURES else n for n in having})
        counted.append((-kept * len(text), -pages, text, pages))
    return [(text, pages, stories) for _, _, text, pages in sorted(counted)]


def test_an_address_captured_again_replaces_what_it_counted(store, run):
    save(store, run, [report(n, NOTE) for n in range(12)])
    save(store, run, [report(n, NOTE) for n in range(12)])
    assert [(block.pages, block.of) for block in store.learn("gazette")] == [(12, 12)]
    save(store, run, [report(n) for n in range(4)])
    assert store.learn("gazette", min_pages=5)[0].pages == 8
    assert store.counted_pages() == {"gazette": 12}


def test_a_page_that_is_refused_when_it_is_captured_again_counts_no_more(store, run):
    save(store, run, [report(n, NOTE) for n in range(12)])
    store.refuse(run, [refused(3)], NOW)
    assert [(block.pages, block.of) for block in store.learn("gazette")] == [(11, 11)]


@pytest.mark.parametrize("seed", range(4))
def test_a_story_that_grows_under_new_addresses_is_one_story(store, run, seed):
    """Each capture shares most with the one before, the last but little with the first."""
    parts = [f"Part {n} of the long story of the harbour tells what came then." for n in range(20)]
    captures = [article(100 + n, *parts[n : n + 8], title=f"Harbour, day {n}") for n in range(12)]
    pages = [*captures, *(report(n, NOTE) for n in range(12))]
    random.Random(seed).shuffle(pages)
    save(store, run, pages)
    assert [(block.text, block.pages, block.of) for block in store.learn("gazette")] == [(NOTE, 12, 13)]


def test_one_article_under_many_addresses_is_one_page(store, run):
    for n in range(15):
        url = f"https://gazette.example/7/slug-{n}"
        store.save(run, [report(7, NOTE, url=url, requested_url=url, title=f"Slug {n}")])
    assert store.learn("gazette", min_pages=2) == []


def test_stories_that_share_nothing_but_noise_stay_apart(store, run):
    """Short stories under the same furniture would else be taken for one another."""
    furniture = [f"Piece {n} of the furniture, which stands under every story of the house." for n in range(6)]
    save(store, run, [article(n, f"Story {n} is told in one sentence only, and that is it.", *furniture, title="News")
                      for n in range(15)])  # fmt: skip
    assert {(block.pages, block.of) for block in store.learn("gazette")} == {(15, 15)}


def test_what_opens_stories_is_protected_where_it_stands_later_too(store, run):
    opening = "This is the daily letter from the port, written before sunrise."
    save(
        store,
        run,
        [article(n, opening, f"Letter {n} goes on with the day's ships and their cargo.") for n in range(15)],
    )
    save(store, run, [report(100 + n, opening) for n in range(12)])
    assert store.learn("gazette") == []


def test_what_stands_before_the_first_paragraph_must_be_on_most_pages(store, run):
    def label(n, *labels):
        return article(n, *labels, f"Story {n} has one long first sentence, which nobody else has.", f"And part {n}.")

    save(store, run, [label(n, "Letter from the port") for n in range(12)])
    save(store, run, [label(100 + n) for n in range(14)])
    assert store.learn("gazette") == []
    save(store, run, [label(200 + n, "Letter from the port") for n in range(4)])
    assert texts(store.learn("gazette")) == {"Letter from the port"}


def test_share_and_pages_are_bounds(store, run):
    save(store, run, [report(n, NOTE) if n < 12 else report(n) for n in range(40)])
    assert store.learn("gazette", min_share=0.3)
    assert store.learn("gazette", min_share=0.31) == []
    assert store.learn("gazette", min_pages=13) == []


@pytest.mark.parametrize(
    ("block", "standing"),
    [
        (Block(text="“We shall see,” she said.", place="p", kept=True, rule="story", evidence=""), Standing.PROTECTED),
        (
            Block(
                text="We shall see.", place="p", kept=True, rule="story", evidence="", tags=frozenset({"blockquote"})
            ),
            Standing.PROTECTED,
        ),
        (Block(text="Long. " * 110, place="p", kept=True, rule="story", evidence=""), Standing.PROTECTED),
        (Block(text="12 / 07", place="p", kept=True, rule="story", evidence=""), Standing.PROTECTED),
        (Block(text="Printed on paper.", place="p", kept=True, rule="story", evidence=""), Standing.BODY),
        (Block(text="All rights reserved", place="p", kept=False, rule="legal", evidence=""), Standing.BODY),
        (Block(text="Printed on paper.", place="p", kept=False, rule="judge", evidence=""), Standing.BODY),
    ],
)
def test_quotations_long_texts_and_numbers_are_protected(block, standing):
    [_, found] = read_prints([*story("The first paragraph, which is as long as a sentence is."), block])
    assert (found.standing, found.fingerprint) == (standing, fingerprint(block.text))


def test_menus_and_margins_are_not_counted():
    nav = Block(text="Home", place="nav", kept=False, rule="navigation", evidence="")
    footer = Block(text="Imprint", place="footer", kept=False, rule="judge", evidence="", tags=frozenset({"footer"}))
    assert list(read_prints([nav, footer])) == []


def test_a_fingerprint_is_that_of_all_spellings():
    assert fingerprint("Read  the “Gazette”") == fingerprint('READ the "Gazette"') != fingerprint("Read the Gazettes")


def learned(text, pages=311, of=402):
    return frozenset({LearnedBlock(fingerprint(text), pages, of)})


def ledger(html, outlet):
    return {
        block.text: block for block in strip(Page(body=html.encode(), url="https://gazette.example/1"), outlet).blocks
    }


def test_an_approved_block_is_removed_with_its_counts_as_evidence():
    html = made_pages()[3].html
    block = ledger(html, GENERIC.with_learned(learned(NOISE["biography"])))[NOISE["biography"]]
    assert (block.kept, block.rule, block.evidence) == (False, "learned", "on 311 of 402 pages of the outlet")
    assert ledger(html, GENERIC)[NOISE["biography"]].kept


def test_a_quotation_is_never_removed_as_learned():
    html = made_pages()[3].html.replace(f"<p>{NOISE['biography']}", f"<blockquote><p>{NOISE['biography']}")
    block = ledger(html, GENERIC.with_learned(learned(NOISE["biography"])))[NOISE["biography"]]
    assert block.rule != "learned"


def test_what_was_learned_is_part_of_the_rules_hash_but_its_counts_are_not():
    assert rules_hash(GENERIC.with_learned(learned("a b"))) != rules_hash(GENERIC)
    assert rules_hash(GENERIC.with_learned(learned("a b"))) == rules_hash(GENERIC.with_learned(learned("a b", 5, 6)))


def test_what_was_decided_stays(store, run):
    other = "Another notice that stands under the stories, of the same length."
    save(store, run, [report(n, NOTE, other) for n in range(12)])
    first, second = store.learn("gazette")
    store.approve_noise("gazette", [first.number])
    store.reject_noise("gazette", [second.number])
    save(store, run, [report(100 + n, NOTE, other) for n in range(12)])
    assert store.learn("gazette") == []
    assert [(b.number, b.state, b.pages) for b in store.repeated_blocks("gazette")] == [
        (1, "approved", 12),
        (2, "rejected", 12),
    ]
    assert store.learned_noise() == {"gazette": frozenset({LearnedBlock(fingerprint(first.text), 12, 12)})}


def test_a_proposal_keeps_its_number_and_goes_when_it_repeats_no_more(store, run):
    save(store, run, [report(n, NOTE) for n in range(12)])
    assert [block.number for block in store.learn("gazette")] == [1]
    longer = f"{NOTE} So they say, at least."
    save(store, run, [report(n, NOTE, longer) for n in range(12)])
    assert {block.text: block.number for block in store.learn("gazette")} == {NOTE: 1, longer: 2}
    save(store, run, [report(n, longer) for n in range(12)])
    assert {block.text: block.number for block in store.learn("gazette")} == {longer: 2}


def test_learned_blocks_go_on_being_counted(store, run):
    removed = Block(text=NOTE, place="p", kept=False, rule="learned", evidence="on 3 of 4 pages of the outlet")
    pages = [report(n) for n in range(12)]
    save(store, run, [replace(page, blocks=(*page.blocks, removed)) for page in pages])
    assert [(block.pages, block.kept_on, block.characters) for block in store.learn("gazette")] == [(12, 0, 0)]


@pytest.mark.parametrize("decide", [Store.approve_noise, Store.reject_noise])
def test_an_unknown_number_is_refused_and_nothing_of_the_rest_decided(store, run, decide):
    save(store, run, [report(n, NOTE) for n in range(12)])
    store.learn("gazette")
    with pytest.raises(UsageError, match="gazette: no repeated block has the number 9"):
        decide(store, "gazette", [1, 9])
    assert [block.state for block in store.repeated_blocks()] == ["proposed"]


@pytest.mark.parametrize(
    ("outlet", "url", "name"),
    [
        (GENERIC, "https://www.gazette.example/1", "gazette.example"),
        (GENERIC, None, "generic"),
        (GENERIC, "saved/page.html", "generic"),
        (OUTLET, "https://mirror.example/1", "gazette"),
    ],
)
def test_pages_are_learned_under_the_name_that_they_are_kept_under(outlet, url, name):
    assert outlet.kept_as(url) == name


def test_where_there_is_no_corpus_nothing_was_learned(tmp_path):
    assert learned_noise(tmp_path / "corpus.db") == {}
    assert list(tmp_path.iterdir()) == []


def test_two_articles_of_the_same_content_count_once_whichever_comes_first(tmp_path):
    """The second is no article of the corpus, but its page may have shown what the first had not."""
    shown = Block(text=NOTE, place="p", kept=False, rule="judge", evidence="")
    pages = []
    for n in range(12):
        first = report(n, title=f"Twin {n}")
        url = link(500 + n).url
        second = replace(first, id=f"gazette:{500 + n}", url=url, requested_url=url, blocks=(*first.blocks, shown))
        pages.append((first, second))
    for name, order in (("a", 1), ("b", -1)):
        with Store.open(tmp_path / f"{name}.db", create=True) as store:
            run = store.start_run([], "extract", "0", NOW)
            save(store, run, [report(300, NOTE), *(page for pair in pages for page in pair[::order])])
            assert [(block.pages, block.of) for block in store.learn("gazette")] == [(13, 13)]
