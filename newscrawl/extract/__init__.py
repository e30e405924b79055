"""Page to article: what a page says, told apart from what stands around it."""

import sys
from types import ModuleType
from typing import Any

from newscrawl.extract.article import extract, settle_dates, settle_language
from newscrawl.extract.html import extract_html
from newscrawl.extract.paging import next_page
from newscrawl.extract.strip import strip
from newscrawl.records import Article

__all__ = ["extract", "extract_html", "next_page", "settle_dates", "settle_language", "strip"]


class _Door(ModuleType):
    """A room that can be called: ``newscrawl.extract(html, url=...)`` is what readers of one page want to write."""

    def __call__(self, html: str | bytes, **options: Any) -> Article:
        return extract_html(html, **options)


sys.modules[__name__].__class__ = _Door
