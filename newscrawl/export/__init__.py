"""The cleaned corpus as files: one JSON record a line, and the schema of a record."""

from newscrawl.export.jsonl import ExportSummary, as_line, export
from newscrawl.export.schema import record_schema

__all__ = ["ExportSummary", "as_line", "export", "record_schema"]
