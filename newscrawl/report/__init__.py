"""The report: corpus and crawls on one page that loads nothing, for readers and printers.

It needs what the extra ``report`` installs; without it, importing fails.
"""

from newscrawl.report.page import write_report

__all__ = ["write_report"]
