"""The tables, as migrations: each runs once, in order; one that was released is never edited."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("newscrawl")


@migrations(name="0001_articles")
def articles(db: Database) -> None:
    """Articles with the columns of a record in its order, then the store's own; former contents; refusals."""
    for statement in (
        """
        CREATE TABLE articles (
            id TEXT PRIMARY KEY, source_id TEXT, url TEXT, requested_url TEXT, canonical_url TEXT,
            outlet TEXT NOT NULL, source TEXT, title TEXT NOT NULL, lead TEXT, text TEXT NOT NULL,
            authors TEXT NOT NULL, agency TEXT, dateline TEXT,
            date_published TEXT, date_modified TEXT, date_published_raw TEXT, date_source TEXT,
            date_precision TEXT, date_zone TEXT, language TEXT, language_declared TEXT,
            section TEXT, tags TEXT NOT NULL, image TEXT, images TEXT NOT NULL,
            is_accessible_for_free INTEGER, kind TEXT NOT NULL, date_conflict TEXT, gone_at TEXT,
            cluster_id TEXT, is_original INTEGER, also_at TEXT NOT NULL,
            content_hash TEXT NOT NULL, revision INTEGER NOT NULL, date_crawled TEXT,
            extractor TEXT NOT NULL, rules_hash TEXT NOT NULL,
            removed_blocks INTEGER NOT NULL, removed_chars INTEGER NOT NULL,
            published_from TEXT, published_to TEXT,
            archive_file TEXT, archive_offset INTEGER, run INTEGER NOT NULL
        )""",
        "CREATE INDEX articles_content ON articles (outlet, content_hash)",
        """
        CREATE TABLE addresses (
            address TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id)
        ) WITHOUT ROWID""",
        """
        CREATE TABLE revisions (
            article_id TEXT NOT NULL REFERENCES articles (id), revision INTEGER NOT NULL,
            title TEXT NOT NULL, lead TEXT, text TEXT NOT NULL, authors TEXT NOT NULL,
            date_published TEXT, content_hash TEXT NOT NULL, date_crawled TEXT,
            PRIMARY KEY (article_id, revision)
        )""",
        """
        CREATE TABLE refusals (
            outlet TEXT NOT NULL, address TEXT NOT NULL, id TEXT NOT NULL, url TEXT, source TEXT,
            title TEXT NOT NULL, reason TEXT NOT NULL, date_crawled TEXT,
            extractor TEXT NOT NULL, rules_hash TEXT NOT NULL,
            archive_file TEXT, archive_offset INTEGER,
            PRIMARY KEY (outlet, address)
        )""",
        "CREATE INDEX refusals_address ON refusals (address)",
        "CREATE INDEX refusals_id ON refusals (id)",
    ):
        db.execute(statement)


@migrations(name="0002_ledger")
def ledger(db: Database) -> None:
    """Blocks, interned: most of a page's are the same on all pages of its outlet, in the same order.

    A page is a sequence of spans of verdicts: ``first`` to ``last`` by id.  A kept block's text is the article's
    paragraph; only texts that are not have a row of their own.
    """
    for statement in (
        "CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL, digest BLOB NOT NULL UNIQUE)",
        """
        CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY, text_id INTEGER REFERENCES texts (id), kept INTEGER NOT NULL,
            rule TEXT NOT NULL, evidence TEXT NOT NULL, place TEXT NOT NULL, captured TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE
        )""",
        """
        CREATE TABLE ledger (
            article_id TEXT NOT NULL REFERENCES articles (id), position INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (article_id, position)
        ) WITHOUT ROWID""",
    ):
        db.execute(statement)


@migrations(name="0003_runs_and_frontier")
def runs_and_frontier(db: Database) -> None:
    """Runs with the state of each address in them; each address ever discovered; the sources."""
    for statement in (
        """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, outlets TEXT NOT NULL,
            started TEXT NOT NULL, ended TEXT, status TEXT NOT NULL, reason TEXT,
            requests INTEGER NOT NULL, bytes INTEGER NOT NULL,
            folded INTEGER NOT NULL DEFAULT 0
        )""",
        """
        CREATE TABLE run_urls (
            run INTEGER NOT NULL REFERENCES runs (number), outlet TEXT NOT NULL, url TEXT NOT NULL,
            key TEXT, state TEXT NOT NULL, reason TEXT,
            PRIMARY KEY (run, outlet, url)
        ) WITHOUT ROWID""",
        "CREATE INDEX run_urls_key ON run_urls (run, outlet, key)",
        """
        CREATE TABLE run_counts (
            run INTEGER NOT NULL REFERENCES runs (number), outlet TEXT NOT NULL, state TEXT NOT NULL,
            urls INTEGER NOT NULL, PRIMARY KEY (run, outlet, state)
        ) WITHOUT ROWID""",
        """
        CREATE TABLE frontier (
            outlet TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
            state TEXT NOT NULL, reason TEXT, article_id TEXT,
            title TEXT, published_raw TEXT, modified_raw TEXT, source_url TEXT, source_kind TEXT,
            first_seen TEXT NOT NULL, last_fetched TEXT, fetches INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0, next_due TEXT,
            etag TEXT, last_modified TEXT, archive_file TEXT, archive_offset INTEGER,
            PRIMARY KEY (outlet, key)
        )""",
        "CREATE INDEX frontier_state ON frontier (outlet, state)",
        "CREATE INDEX frontier_due ON frontier (outlet, next_due) WHERE next_due IS NOT NULL",
        """
        CREATE TABLE sources (
            outlet TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL,
            etag TEXT, last_modified TEXT, body_hash TEXT,
            last_asked TEXT NOT NULL, last_changed TEXT, failures INTEGER NOT NULL, last_status TEXT NOT NULL,
            PRIMARY KEY (outlet, url)
        )""",
    ):
        db.execute(statement)


@migrations(name="0004_search")
def search(db: Database) -> None:
    """The folded shadow of each article in which words are searched, its index, and what keeps both in step.

    ``folded`` is a function of ours, which every connection that we open has.  The shadow has numbers of its own,
    for VACUUM may change those that SQLite gives the rows of articles.
    """
    indexed = "title, lead, text"
    old = f"INSERT INTO search (search, rowid, {indexed}) VALUES ('delete', old.number, old.title, old.lead, old.text);"
    new = f"INSERT INTO search (rowid, {indexed}) VALUES (new.number, new.title, new.lead, new.text);"
    fold = "folded(new.title), folded(new.lead), folded(new.text)"
    for statement in (
        """
        CREATE TABLE search_texts (
            number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE REFERENCES articles (id),
            title TEXT NOT NULL, lead TEXT NOT NULL, text TEXT NOT NULL
        )""",
        # The shadow holds words and spaces only, of which the tokenizer for ASCII makes the right tokens, fastest.
        f"""
        CREATE VIRTUAL TABLE search USING fts5 (
            {indexed}, content = 'search_texts', content_rowid = 'number', tokenize = 'ascii'
        )""",
        f"CREATE TRIGGER search_texts_new AFTER INSERT ON search_texts BEGIN {new} END",
        f"CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN {old} {new} END",
        f"CREATE TRIGGER search_texts_gone AFTER DELETE ON search_texts BEGIN {old} END",
        f"""
        CREATE TRIGGER articles_searched AFTER INSERT ON articles BEGIN
            INSERT INTO search_texts (article_id, {indexed}) VALUES (new.id, {fold});
        END""",
        f"""
        CREATE TRIGGER articles_searched_again AFTER UPDATE OF title, lead, text ON articles
        WHEN (new.title, new.lead, new.text) IS NOT (old.title, old.lead, old.text) BEGIN
            UPDATE search_texts SET ({indexed}) = ({fold}) WHERE article_id = new.id;
        END""",
        """
        CREATE TRIGGER articles_searched_no_more AFTER DELETE ON articles BEGIN
            DELETE FROM search_texts WHERE article_id = old.id;
        END""",
        f"""
        INSERT INTO search_texts (article_id, {indexed})
        SELECT id, folded(title), folded(lead), folded(text) FROM articles ORDER BY id""",
    ):
        db.execute(statement)


@migrations(name="0004_former_records")
def former_records(db: Database) -> None:
    """Former revisions whole: what of a record has no column of its own as JSON, and where the page lies."""
    for column in ("record TEXT", "archive_file TEXT", "archive_offset INTEGER"):
        db.execute(f"ALTER TABLE revisions ADD COLUMN {column}")


@migrations(name="0005_noise")
def noise(db: Database) -> None:
    """Fingerprints of the blocks of each page that was captured, and the blocks that proved to repeat.

    A page is an address: whichever capture of an article comes first, the same is counted in the end.
    """
    for statement in (
        """
        CREATE TABLE noise_pages (
            id INTEGER PRIMARY KEY, outlet TEXT NOT NULL, address TEXT NOT NULL,
            article_id TEXT NOT NULL, title INTEGER NOT NULL,
            UNIQUE (outlet, address)
        )""",
        """
        CREATE TABLE noise_prints (
            page INTEGER NOT NULL REFERENCES noise_pages (id), print INTEGER NOT NULL,
            standing INTEGER NOT NULL, kept INTEGER NOT NULL,
            PRIMARY KEY (page, print)
        ) WITHOUT ROWID""",
        """
        CREATE TABLE noise_blocks (
            outlet TEXT NOT NULL, number INTEGER NOT NULL, fingerprint INTEGER NOT NULL, state TEXT NOT NULL,
            text TEXT NOT NULL, pages INTEGER NOT NULL, of INTEGER NOT NULL, kept_on INTEGER NOT NULL,
            examples TEXT NOT NULL,
            PRIMARY KEY (outlet, number), UNIQUE (outlet, fingerprint)
        ) WITHOUT ROWID""",
    ):
        db.execute(statement)


@migrations(name="0006_refused_addresses")
def refused_addresses(db: Database) -> None:
    """Refused pages with the address that led to them, so that they can be read again as they were at first."""
    db.execute("ALTER TABLE refusals ADD COLUMN requested_url TEXT")


@migrations(name="0006_changes")
def changes(db: Database) -> None:
    """The latest change of each article, numbered in the order of the changes; what each reader was last given."""
    number = "DELETE FROM changes WHERE article_id = new.id; INSERT INTO changes (article_id) VALUES (new.id);"
    content = ("content_hash", "lead", "authors", "gone_at")
    new, old = (", ".join(f"{state}.{column}" for column in content) for state in ("new", "old"))
    for statement in (
        # AUTOINCREMENT: a number once given is never given again, not even where its article is gone.
        "CREATE TABLE changes (number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE)",
        "CREATE TABLE cursors (name TEXT PRIMARY KEY, number INTEGER NOT NULL, filters TEXT NOT NULL)",
        f"CREATE TRIGGER articles_new AFTER INSERT ON articles BEGIN {number} END",
        f"""
        CREATE TRIGGER articles_changed AFTER UPDATE OF {", ".join(content)} ON articles
        WHEN ({new}) IS NOT ({old}) BEGIN {number} END""",
        "INSERT INTO changes (article_id) SELECT id FROM articles ORDER BY id",
    ):
        db.execute(statement)


@migrations(name="0007_ingests")
def ingests(db: Database) -> None:
    """How far each WARC file was ingested, by its digest and the outlets chosen."""
    db.execute(
        """
        CREATE TABLE ingests (
            digest TEXT NOT NULL, chosen TEXT NOT NULL, file TEXT NOT NULL,
            captures INTEGER NOT NULL, finished INTEGER NOT NULL,
            PRIMARY KEY (digest, chosen)
        )"""
    )


@migrations(name="0007_stories")
def stories(db: Database) -> None:
    """Keys by which near-duplicates find each other, each key with the numbers of its stories; and the clusters."""
    for statement in (
        """
        CREATE TABLE story_keys (
            number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE, keys BLOB NOT NULL
        )""",
        """
        CREATE TABLE story_bands (
            key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)
        ) WITHOUT ROWID""",
        "CREATE TABLE clusters (number INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE INDEX articles_cluster ON articles (cluster_id) WHERE cluster_id IS NOT NULL",
    ):
        db.execute(statement)


@migrations(name="0008_read_since")
def read_since(db: Database) -> None:
    """From which day on the addresses that a source named were taken; none: all of them."""
    db.execute("ALTER TABLE sources ADD COLUMN read_since TEXT")


@migrations(name="0009_usage")
def usage(db: Database) -> None:
    """What outlets said of how their pages may be used, with the first and last day."""
    db.execute(
        """
        CREATE TABLE usage (
            outlet TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
            first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
            PRIMARY KEY (outlet, kind, value)
        ) WITHOUT ROWID"""
    )


@migrations(name="0010_measures")
def measures(db: Database) -> None:
    """What each run measured of each outlet; the verdicts on them; and which of these hooks were not told yet.

    Parts of runs have the times of the crawl's clock, which in a replay is the archive's.
    """
    for statement in (
        """
        CREATE TABLE outlet_runs (
            run INTEGER NOT NULL REFERENCES runs (number), outlet TEXT NOT NULL,
            started TEXT NOT NULL, ended TEXT NOT NULL,
            new INTEGER NOT NULL, changed INTEGER NOT NULL, measures TEXT NOT NULL,
            PRIMARY KEY (run, outlet)
        )""",
        "CREATE INDEX outlet_runs_started ON outlet_runs (outlet, started)",
        # AUTOINCREMENT: what a hook was told under a number never means another verdict.
        """
        CREATE TABLE health_verdicts (
            number INTEGER PRIMARY KEY AUTOINCREMENT, outlet TEXT NOT NULL, at TEXT NOT NULL,
            run INTEGER, verdict TEXT NOT NULL, causes TEXT NOT NULL
        )""",
        "CREATE INDEX health_verdicts_outlet ON health_verdicts (outlet, at)",
        """
        CREATE TABLE untold (
            number INTEGER NOT NULL REFERENCES health_verdicts (number), hook TEXT NOT NULL,
            PRIMARY KEY (number, hook)
        ) WITHOUT ROWID""",
    ):
        db.execute(statement)


@migrations(name="0011_newest_first")
def newest_first(db: Database) -> None:
    """Articles by date, the latest first, with what they are divided by, so that a reader's pages read no texts."""
    db.execute(
        """
        CREATE INDEX articles_newest ON articles (
            published_to DESC, date_crawled DESC, id, outlet, language, agency, kind, published_from
        )"""
    )


@migrations(name="0012_parts")
def parts(db: Database) -> None:
    """Further pages of articles: where they lie, by the place of the first; where an article's text would go on."""
    for statement in (
        """
        CREATE TABLE parts (
            archive_file TEXT NOT NULL, archive_offset INTEGER NOT NULL, url TEXT NOT NULL, address TEXT NOT NULL,
            part_file TEXT NOT NULL, part_offset INTEGER NOT NULL,
            PRIMARY KEY (archive_file, archive_offset, url)
        )""",
        "CREATE INDEX parts_address ON parts (address)",
        "CREATE INDEX parts_place ON parts (part_file, part_offset)",
        "ALTER TABLE articles ADD COLUMN further_urls TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE articles ADD COLUMN continues_at TEXT",
    ):
        db.execute(statement)


@migrations(name="0011_jobs")
def jobs(db: Database) -> None:
    """What became of each crawl that the daemon started."""
    db.execute(
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY, outlet TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL,
            exit_code INTEGER NOT NULL, missed INTEGER NOT NULL, reason TEXT
        )"""
    )
    db.execute("CREATE INDEX jobs_outlet ON jobs (outlet, started)")


@migrations(name="0013_pruned_runs")
def pruned_runs(db: Database) -> None:
    """Which runs have lost their account: articles cite them, so that their own rows remain."""
    db.execute("ALTER TABLE runs ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0")


def migration_names() -> set[str]:
    """Names of all migrations that this program knows."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}
