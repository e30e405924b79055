"""The cleaned corpus as files that can be cited: records as JSON lines, CSV or Parquet, a manifest beside them."""

from newscrawl.export.check import check_export
from newscrawl.export.corpus import ExportSummary, export
from newscrawl.export.formats import as_line
from newscrawl.export.schema import record_schema
from newscrawl.export.shape import Shape, format_of

__all__ = ["ExportSummary", "Shape", "as_line", "check_export", "export", "format_of", "record_schema"]
