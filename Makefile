PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test lint bench
setup: .venv/done
.venv/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
test: setup
	$(BIN)/python -m pytest
lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
