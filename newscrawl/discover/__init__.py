"""Bytes of a feed, sitemap or listing -> the links they name; no requests and no clock here."""

from newscrawl.discover.discovery import Discovery, stated_at
from newscrawl.discover.feed import read_feed
from newscrawl.discover.listing import read_listing
from newscrawl.discover.sitemap import read_sitemap

__all__ = ["Discovery", "read_feed", "read_listing", "read_sitemap", "stated_at"]
