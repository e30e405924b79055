"""The stages of a crawl, one file each; their order stands in newscrawl/settings.py."""
