# Pakt needs Python 3.11 or newer, make and a package registry. Everything else is fetched, by hash, into .venv.

PYTHON ?= python3
DATA ?= data
PORT ?= 8000
WORKERS ?= 2
TESTS ?= tests
PARTS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PACKAGES := domain projections infra services
CHECKED := $(PACKAGES) tests .ci

.DEFAULT_GOAL := help
.PHONY: help run test check bench fmt qualify cover lock

help: ## Show what can be asked for
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name says; \
		do printf '  make %-10s %s\n' "$$name" "$$says"; done
	@echo '  variables: DATA=$(DATA) PORT=$(PORT) PYTHON=$(PYTHON) WORKERS=$(WORKERS) TESTS=$(TESTS)'

run: $(READY) ## Bring the whole system up in DATA on PORT, with its own database and demo tenants
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@$(BIN)/pakt up --data $(DATA) --port $(PORT)

test: $(READY) ## Run the tests: two at a time, those that kill processes when all others are done
	$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not crash" --durations 15 || [ $$? -eq 5 ]
	$(BIN)/python -m pytest $(TESTS) -n 2 --dist loadfile --no-loadscope-reorder -m crash --durations 15 || [ $$? -eq 5 ] # 5: there is none of that kind

check: $(READY) ## Lint, format, types, imports and the lock file
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/check_lock.py

bench: $(READY) ## Print one JSON object per figure, with its baseline and ratio
	$(BIN)/pakt bench

fmt: $(READY) ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

qualify: $(READY) ## Run the long tests with a release's numbers; PARTS chooses some; writes tests/QUALIFICATION.md
	$(BIN)/python .ci/qualify.py $(PARTS)

cover: $(READY) ## Run the tests and say which lines none of them ran
	$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) --dist loadfile -m "not crash" -q --cov --cov-report=term-missing

lock: $(READY) ## Choose the newest fitting versions of everything and write their hashes
	$(BIN)/python -m pip install --quiet "uv>=0.9"
	$(BIN)/python .ci/make_lock.py

# --no-deps: the lock file is whole, and pip would else choose a newer "coverage[toml]" than the one pinned.
$(READY): requirements.lock pyproject.toml
	@echo "fetching packages into $(VENV): about a minute, once"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
