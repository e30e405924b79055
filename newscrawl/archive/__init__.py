"""Pages as fetched, kept as WARC: written, read, replayed.  (The middlewares need Scrapy, so are imported by name.)"""

from newscrawl.archive.capture import Capture
from newscrawl.archive.index import ArchiveIndex
from newscrawl.archive.pages import ArchivedPage, page_of, read_page
from newscrawl.archive.reader import (
    Damage,
    Heading,
    find_file,
    has_places,
    list_captures,
    read_capture,
    read_captures,
)
from newscrawl.archive.repack import repack
from newscrawl.archive.writer import ArchiveWriter, finish_abandoned

__all__ = [
    "ArchiveIndex",
    "ArchiveWriter",
    "ArchivedPage",
    "Capture",
    "Damage",
    "Heading",
    "find_file",
    "finish_abandoned",
    "has_places",
    "list_captures",
    "page_of",
    "read_capture",
    "read_captures",
    "read_page",
    "repack",
]
