"""Pages as fetched, kept as WARC: written, read, replayed.  (The middlewares need Scrapy, so are imported by name.)"""

from newscrawl.archive.capture import Capture
from newscrawl.archive.index import ArchiveIndex
from newscrawl.archive.pages import ArchivedPage, page_of, read_page
from newscrawl.archive.reader import Damage, find_file, read_capture, read_captures
from newscrawl.archive.writer import ArchiveWriter, finish_abandoned

__all__ = [
    "ArchiveIndex",
    "ArchiveWriter",
    "ArchivedPage",
    "Capture",
    "Damage",
    "find_file",
    "finish_abandoned",
    "page_of",
    "read_capture",
    "read_captures",
    "read_page",
]
