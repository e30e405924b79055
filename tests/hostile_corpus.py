"""A small corpus for tests of what a reader sees: Arabic and English, revised, syndicated, and hostile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpora import NOW, article, content_hash, navigation, refused, story

from newscrawl.records import Block, Image
from newscrawl.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.records import Article

ARABIC = ("افتتحت المَدْرَسةُ الجديدة في حلب يوم الأحد.", "وقال المدير إن BBC زارتها.", "ويتعلم فيها ٣٠٠ تلميذ.")
ENGLISH = (
    "The minister opened the new bridge over the river on Monday, and said that two more would follow by the summer.",
    "Two lanes lead over it, and a path for those on foot.",
    "It cost 4 million, twice what had been planned.",
)
CORRECTED = (*ENGLISH[:2], "It cost 4 million, thrice what had been planned.", "Correction: it was thrice as much.")
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\"><svg onload='window.pwned=1'>{{7*7}}"
"""What would run, load or count, were it not shown as the text that it is."""
CONTROLS = "red \x1b[31mtext\x07\x9b2J\u202eesrever\u2066"
"""What would recolour, clear or reverse a terminal, or the line of a page that it stands in."""
HARM = f"{HOSTILE}{CONTROLS}"
BAD_LINK = "javascript:window.pwned=1"


def make_corpus(path: Path) -> None:
    """Write the corpus: ids gazette:1 (Arabic), :2 (revised), :3 (the same story elsewhere), :9 (hostile)."""
    with Store.open(path, create=True) as store:
        for texts in (ENGLISH, CORRECTED):
            run = store.start_run(["gazette"], "crawl", "0", NOW)
            store.save(run, [_arabic(), _english(texts), _copied()])
            store.finish_run(run, "finished", NOW)
        for changes in ({}, {"title": f"{HARM} again"}):
            run = store.start_run([HARM], "crawl", "0", NOW)
            store.save(run, [hostile(**changes)])
            store.refuse(run, [replace(refused(10, HARM), title=HARM, url=BAD_LINK, outlet=HARM)], NOW)
            store.finish_run(run, "finished", NOW, reason=HARM)


def hostile(**changes: Any) -> Article:
    """An article of which every text and address means harm; ``changes`` as for ``article``."""
    blocks = (
        *story(f"A story that says {HARM}", f"{HARM} and ends."),
        Block(text=HARM, place=HARM, kept=False, rule=HARM, evidence=HARM, captured=((HARM, HARM),)),
        Block(text="Share", place="div", kept=False, rule=HARM, evidence="another", captured=()),
    )
    said = dict.fromkeys(("title", "lead", "agency", "dateline", "section", "date_published_raw", "date_source"), HARM)
    told = dict.fromkeys(("language", "language_declared", "kind", "date_modified"), HARM)
    made = article(
        9,
        id=f"{HARM}/?#%",
        outlet=HARM,
        url=BAD_LINK,
        requested_url=BAD_LINK,
        canonical_url=f"https://x.example/{HARM}",
        authors=(HARM,),
        tags=(HARM,),
        images=(Image(url=BAD_LINK, caption=HARM, credit=HARM), Image(url="https://x.example/a.png")),
        also_at=(BAD_LINK, f"https://x.example/{HARM}"),
        date_conflict=({"raw": HARM, "place": HARM},),
        blocks=blocks,
        text="\n\n".join(block.text for block in blocks if block.kept),
        **(said | told | changes),
    )
    return replace(made, content_hash=content_hash(made))


def _arabic() -> Article:
    advert = Block(text="اشترك في النشرة", place="div", kept=False, rule="prompt", evidence="اشترك")
    blocks = (*navigation(5), *story(*ARABIC[:2]), advert, *story(ARABIC[2]))
    return _told(1, blocks, title="مدرسة جديدة في حلب", language="ar", agency="SANA", kind="article")


def _english(texts: tuple[str, ...]) -> Article:
    share = Block(text="Share this", place="div/h2", kept=False, rule="prompt", evidence="Share")
    return _told(2, (*navigation(30), *story(*texts), share), title="Bridge opens", language="en", kind="video")


def _copied() -> Article:
    changes = {"title": "A bridge, at last", "outlet": "ledger", "id": "ledger:3", "url": "https://ledger.example/3"}
    return _told(3, story(*ENGLISH), language="en", date_published="2026-03-01", **changes)


def _told(number: int, blocks: tuple[Block, ...], **changes: Any) -> Article:
    text = "\n\n".join(block.text for block in blocks if block.kept)
    made = article(number, blocks=blocks, text=text, **changes)
    return replace(made, content_hash=content_hash(made))
