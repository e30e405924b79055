"""Page to article: what a page says, told apart from what stands around it."""

from newscrawl.extract.article import extract, settle_dates, settle_language
from newscrawl.extract.strip import strip

__all__ = ["extract", "settle_dates", "settle_language", "strip"]
