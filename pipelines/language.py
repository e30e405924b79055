"""Fourth stage: the language of the text, beside the one that the page declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.extract import settle_language

if TYPE_CHECKING:
    from newscrawl.records import Article


class LanguagePipeline:
    """Article in, article with its language out."""

    def process_item(self, article: Article) -> Article:
        """Settle the language."""
        return settle_language(article)
