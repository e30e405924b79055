"""Trains the judge on gold pages and writes it as plain numbers.

    python scripts/train_judge.py --gold GOLD                    # cross-validation, then newscrawl/noise/judge.json
    python scripts/train_judge.py --gold GOLD --only-validate

Needs lightgbm (``pip install lightgbm``) besides the package.  A folder of gold holds, per set, ``pages/*.html.gz``,
``manifest.jsonl`` (file, url, encoding) and ``gold.jsonl`` (id and ``texts``, or ``with`` and ``without`` snippets);
``metrics.py`` beside it defines the figures.
Folds are made by host, so that no outlet is in training and validation at once.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy

from newscrawl.extract.body import align, squeeze
from newscrawl.extract.declared import read_declared
from newscrawl.extract.document import read_document
from newscrawl.extract.metadata import read_metadata
from newscrawl.extract.strip import read_scene
from newscrawl.noise.features import NAMES
from newscrawl.noise.judge import MODEL
from newscrawl.noise.rules import RULES
from newscrawl.outlet import GENERIC, host_of
from newscrawl.records import Page

FOLDS = 5
ROUNDS = 120
THRESHOLD = 0.42
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.12,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 1,
    "deterministic": True,
    "num_threads": 2,
    "verbose": -1,
}


@dataclass(frozen=True)
class Example:
    """A gold page: its blocks' texts, the rule that decided each before the judge, measurements and labels."""

    set_name: str
    host: str
    gold: dict[str, Any]
    texts: list[str]
    decided: list[str | None]
    rows: list[list[float] | None]
    labels: list[bool | None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--only-validate", action="store_true")
    args = parser.parse_args()
    examples = read_examples(args.gold)
    print(f"{len(examples)} pages of {len({e.host for e in examples})} hosts")
    validate(examples, read_metrics(args.gold))
    if not args.only_validate:
        MODEL.write_text(as_json(train(examples)), "utf-8")
        print(f"wrote {MODEL}")
    return 0


def read_examples(gold: Path) -> list[Example]:
    """One example a page of every set under ``gold``."""
    tasks = []
    for folder in sorted(p.parent for p in gold.glob("*/gold.jsonl")):
        pages = {row["file"].split(".html")[0]: row for row in read_jsonl(folder / "manifest.jsonl")}
        tasks += [
            (folder / "pages", pages[row["id"]], row)
            for row in read_jsonl(folder / "gold.jsonl")
            if row.get("texts") or row.get("with")
        ]
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(read_example, tasks, chunksize=8))


def read_metrics(gold: Path) -> Any:
    """The definitions of the figures, ``metrics.py`` beside the folder of gold."""
    sys.path.insert(0, str(gold.parent))
    return importlib.import_module("metrics")


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def read_example(task: tuple[Path, dict[str, Any], dict[str, Any]]) -> Example:
    folder, page_row, gold = task
    body = gzip.decompress((folder / page_row["file"]).read_bytes())
    page = Page(body=body, url=page_row["url"], encoding=page_row["encoding"], content_type="text/html")
    document = read_document(page)
    declared = read_declared(document)
    scene = read_scene(document, declared, read_metadata(document, declared, GENERIC), GENERIC)
    before = RULES[: next(i for i, rule in enumerate(RULES) if rule.name == "judge")]
    decided: list[str | None] = []
    rows: list[list[float] | None] = []
    for piece in scene.layout.pieces:
        rule = next((rule for rule in before if rule.test(scene, piece) is not None), None)
        decided.append(rule.name if rule else None)
        rows.append(None if rule else scene.row(piece))
    texts = [piece.text for piece in scene.layout.pieces]
    host = host_of(page.url or "x://unknown")
    return Example(folder.parent.name, host, gold, texts, decided, rows, label(gold, texts))


def label(gold: dict[str, Any], texts: list[str]) -> list[bool | None]:
    """Whether each block is in the gold: by alignment with its text, or by snippets, where it has only these."""
    if gold.get("texts"):
        squeezed = [squeeze(text) for text in texts]
        shares = [align([line for line in text.split("\n") if line.strip()], squeezed) for text in gold["texts"]]
        best = max(shares, key=lambda s: sum(len(t) * x for t, x in zip(texts, s, strict=True)))
        return [share >= 0.5 for share in best]
    wanted, unwanted = ([" ".join(s.split()) for s in gold[key]] for key in ("with", "without"))
    labels: list[bool | None] = []
    for text in texts:
        good, bad = any(s in text for s in wanted), any(s in text for s in unwanted)
        labels.append(good if good != bad else None)
    return labels


def train(examples: list[Example]) -> lightgbm.Booster:
    chosen = [
        (r, y) for e in examples for r, y in zip(e.rows, e.labels, strict=True) if r is not None and y is not None
    ]
    rows = numpy.array([row for row, _ in chosen], dtype=float)
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(rows, label=numpy.array([float(y) for _, y in chosen])), ROUNDS)


def validate(examples: list[Example], metrics: Any) -> dict[str, dict[str, float]]:
    """Prints and returns figures a set, each page judged by trees that saw no page of its host."""
    hosts = sorted({example.host for example in examples})
    random.Random(0).shuffle(hosts)
    fold = {host: i % FOLDS for i, host in enumerate(hosts)}
    scores: dict[str, list[dict[str, Any]]] = {}
    for k in range(FOLDS):
        model = train([e for e in examples if fold[e.host] != k])
        for example in (e for e in examples if fold[e.host] == k):
            scores.setdefault(example.set_name, []).append(score(example, model, metrics))
    figures = {}
    for name, rows in sorted(scores.items()):
        summed = metrics.shingle_summary(rows) if "exact" in rows[0] else metrics.snippet_summary(rows)
        figures[name] = {key: summed[key] for key in ("f1", "precision", "recall", "exact") if key in summed}
        print(f"held-out hosts, {name}: " + "  ".join(f"{key} {value:.3f}" for key, value in figures[name].items()))
    return figures


def score(example: Example, model: lightgbm.Booster, metrics: Any) -> dict[str, Any]:
    """How the text that rules and ``model`` leave of a page compares with its gold."""
    asked = [i for i, row in enumerate(example.rows) if row is not None]
    likely = model.predict(numpy.array([example.rows[i] for i in asked])) if asked else []
    judged = {i for i, probability in zip(asked, likely, strict=True) if probability >= THRESHOLD}
    keeping = {rule.name for rule in RULES if rule.keeps}
    kept = [t for i, t in enumerate(example.texts) if i in judged or example.decided[i] in keeping]
    text = "\n\n".join(kept)
    if "with" in example.gold:
        return dict(metrics.snippet_counts(example.gold["with"], example.gold["without"], text))
    lead = "\n\n".join(t for t, rule in zip(example.texts, example.decided, strict=True) if rule == "lead")
    if example.gold["lead_joined"] and metrics.norm(lead) not in metrics.norm(text):
        text = f"{lead}\n\n{text}"
    return dict(metrics.best_shingle(example.gold["texts"], text, multi=example.gold["spaceless"])[0])


def as_json(model: lightgbm.Booster) -> str:
    """The trees as nested lists ``[feature, threshold, left, right]`` with numbers as leaves."""
    trees = [tree["tree_structure"] for tree in model.dump_model()["tree_info"]]
    used = sorted({NAMES[i] for tree in trees for i in _features(tree)})
    place = {NAMES.index(name): i for i, name in enumerate(used)}
    body = ",\n".join(json.dumps(_nested(tree, place), separators=(",", ":")) for tree in trees)
    return f'{{"features": {json.dumps(used)},\n"threshold": {THRESHOLD},\n"trees": [\n{body}\n]}}\n'


def _features(tree: dict[str, Any]) -> set[int]:
    if "leaf_value" in tree:
        return set()
    return {tree["split_feature"]} | _features(tree["left_child"]) | _features(tree["right_child"])


def _nested(tree: dict[str, Any], place: dict[int, int]) -> Any:
    if "leaf_value" in tree:
        return round(tree["leaf_value"], 5)
    branches = [_nested(tree[side], place) for side in ("left_child", "right_child")]
    return [place[tree["split_feature"]], round(tree["threshold"], 6), *branches]


if __name__ == "__main__":
    sys.exit(main())
