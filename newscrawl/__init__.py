"""newscrawl: news pages to clean, dated records in which every removed block is explained.

``newscrawl.extract(html, url=...)`` reads one page; ``newscrawl.open_corpus(folder)`` reads what was stored.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.corpus import Corpus as Corpus
    from newscrawl.corpus import open_corpus as open_corpus
    from newscrawl.errors import NewscrawlError as NewscrawlError
    from newscrawl.errors import RefusedError as RefusedError
    from newscrawl.extract.html import extract_html as extract
    from newscrawl.records import Article as Article
    from newscrawl.records import Block as Block

__all__ = ["Article", "Block", "Corpus", "NewscrawlError", "RefusedError", "extract", "open_corpus"]

_HOMES = {
    "Article": "records",
    "Block": "records",
    "Corpus": "corpus",
    "NewscrawlError": "errors",
    "RefusedError": "errors",
    "open_corpus": "corpus",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: trafilatura alone takes longer than most of what scripts do."""
    if name == "extract":
        return import_module("newscrawl.extract")
    if name not in _HOMES:
        raise AttributeError(f"module 'newscrawl' has no attribute {name!r}")
    return getattr(import_module(f"newscrawl.{_HOMES[name]}"), name)
