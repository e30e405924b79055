PYTHON ?= python3
BIN := .venv/bin
DEMO := build/demo

.PHONY: setup demo test lint bench soak
setup: .venv/done
.venv/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
demo: setup
	rm -rf $(DEMO)
	$(BIN)/newscrawl crawl --replay data/demo.warc.gz --data $(DEMO) sana menafn syriatimes
	$(BIN)/newscrawl export --data $(DEMO) -o $(DEMO)/corpus.jsonl
	@$(BIN)/python scripts/show_demo.py $(DEMO)
test: setup
	$(BIN)/python -m pytest
lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
bench: setup
	$(BIN)/python scripts/bench.py
	$(BIN)/python scripts/bench_corpus.py
	$(BIN)/python scripts/bench_crawl.py
soak: setup
	NEWSCRAWL_ROUNDS=30 $(BIN)/python -m pytest --dist load tests/test_faults.py
	$(BIN)/python scripts/soak_scale.py
	$(BIN)/python scripts/bench_corpus.py --articles 200000
	$(BIN)/python scripts/score_dupes.py
