"""Datasette on a corpus: read-only, live, and answering this machine only."""

from __future__ import annotations

import signal
import socket
import tomllib
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from newscrawl.browse import plugin
from newscrawl.browse.pages import DATABASE
from newscrawl.errors import UsageError
from newscrawl.store import Store, reading_connection

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOM = Path(__file__).parent
_SETTINGS = {
    "allow_download": False,  # A copy of a file that is being written to may be torn.
    "default_cache_ttl": 0,  # The corpus is live.
    "default_page_size": 50,
    "facet_time_limit_ms": 2_000,
    "sql_time_limit_ms": 10_000,
    "suggest_facets": False,
    "truncate_cells_html": 300,
}
_PATIENCE = 2  # Seconds that pages being sent have left when the server is told to stop.


class CorpusDatabase(Database):  # type: ignore[misc]  # Datasette is untyped
    """A corpus whose connections can only read, and know the functions of the store."""

    def connect(self, write: bool = False) -> Any:
        """A connection for one of Datasette's threads.

        Raises:
            StoreError: it cannot be read; or it is asked for ``write``.
        """
        if write:
            raise UsageError(f"{self.path}: is opened to be read only.")
        connection = reading_connection(Path(self.path))
        self._all_file_connections.append(connection)
        return connection


def application(corpus: Path) -> Datasette:
    """Datasette with our pages on the corpus database at that path.

    Raises:
        StoreError: there is none, or it cannot be read.
    """
    Store.read(corpus).close()
    if not pm.has_plugin(plugin.NAME):
        pm.unregister(name="datasette.handle_exception")  # It prints what it met, with all variables, on stdout.
        pm.register(plugin, plugin.NAME)
    datasette = Datasette(
        metadata=_metadata(),
        settings=_SETTINGS,
        template_dir=str(_ROOM / "templates"),
        static_mounts=[("assets", str(_ROOM / "static"))],
        memory=False,
    )
    datasette.remove_database("_memory")
    datasette.add_database(CorpusDatabase(datasette, str(corpus)), name=DATABASE)
    return datasette


def serve(corpus: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the corpus at ``host`` until interrupted or terminated; ``ready`` is given the address where it answers.

    Raises:
        UsageError: the port is taken.
    """
    datasette = application(corpus)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn hands on what ended it, when all is sent.
    with closing(_bound(host, port)) as listening:
        address = f"[{host}]" if ":" in host else host
        ready(f"http://{address}:{listening.getsockname()[1]}/")
        config = uvicorn.Config(
            datasette.app(), log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=_PATIENCE
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    datasette.get_database(DATABASE).close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"{host}:{port} cannot be used ({error.strerror}). Choose another --port (0: any).") from error


def _metadata() -> dict[str, Any]:
    """What Datasette is told of the tables, and the saved queries."""
    return tomllib.loads((_ROOM / "corpus.toml").read_text("utf-8"))
