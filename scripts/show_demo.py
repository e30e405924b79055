"""Show one record of the demo's export, and the explanation of its page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from newscrawl.cli import main


def shown(folder: Path) -> dict[str, object]:
    """A record with much to explain."""
    records = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").split("\n") if line]
    return max(records, key=lambda record: (record["outlet"] == "menafn", record["removed_blocks"], record["id"]))


if __name__ == "__main__":
    data = Path(sys.argv[1])
    record = shown(data)
    print(f"\nOne record of {data / 'corpus.jsonl'}:\n")
    print(json.dumps(record, ensure_ascii=False, indent=2))
    print(f"\nnewscrawl explain {record['id']} --data {data}\n", flush=True)
    main(["explain", str(record["id"]), "--data", str(data)])
