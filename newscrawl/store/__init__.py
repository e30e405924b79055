"""The corpus in SQLite: articles, the ledger of removals, the frontier and the runs; the only SQL.

One process may write while many read.  Begin with ``Store.open`` (to write) or ``Store.read`` (only to read).
"""

from newscrawl.store.clusters import Cluster, Member
from newscrawl.store.database import reading_connection
from newscrawl.store.filters import Filters, moment
from newscrawl.store.frontier import Outcome, Target
from newscrawl.store.ingests import Ingest
from newscrawl.store.jobs import Job
from newscrawl.store.kept import ANY_REASON, UNCHANGED, Choice, KeptPage, Reading, Renewal
from newscrawl.store.learned import RepeatedBlock
from newscrawl.store.ledger import Repeated
from newscrawl.store.overview import Division, OutletShare
from newscrawl.store.refusals import Refusal
from newscrawl.store.repetition import MIN_PAGES, MIN_SHARE
from newscrawl.store.runs import Pruned, Run, RunAccount
from newscrawl.store.search import Found
from newscrawl.store.sources import SourceState
from newscrawl.store.statistics import Count, OutletTotals, Statistics, Story
from newscrawl.store.store import Store, learned_noise

__all__ = [
    "ANY_REASON",
    "MIN_PAGES",
    "MIN_SHARE",
    "UNCHANGED",
    "Choice",
    "Cluster",
    "Count",
    "Division",
    "Filters",
    "Found",
    "Ingest",
    "Job",
    "KeptPage",
    "Member",
    "Outcome",
    "OutletShare",
    "OutletTotals",
    "Pruned",
    "Reading",
    "Refusal",
    "Renewal",
    "Repeated",
    "RepeatedBlock",
    "Run",
    "RunAccount",
    "SourceState",
    "Statistics",
    "Store",
    "Story",
    "Target",
    "learned_noise",
    "moment",
    "reading_connection",
]
