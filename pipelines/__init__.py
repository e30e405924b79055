"""The stages of a crawl, in the order that ``newscrawl.settings`` states: each hands a page on in its next state."""
