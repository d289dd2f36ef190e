# Simpul: the commands of the project. Needs Python 3.11 or newer and make. `make run` starts everything.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SHELL := /bin/bash

.PHONY: help run setup test check bench mutation docs
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## start a node with demo people on http://127.0.0.1:8000
	@$(BIN)/simpul run

setup: $(STAMP) ## make .venv from requirements.lock; done again only when it or pyproject.toml changed

$(STAMP): requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Simpul needs Python 3.11 or newer; '$(PYTHON)' is not. Say which: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

test: setup ## all tests; starts its own database, or uses DATABASE_URL
	@$(BIN)/pytest $(PYTEST_ARGS)

check: setup ## every check of the tree; tells all failures, not only the first
	@BIN=$(BIN) ./.ci/check

bench: setup ## what it costs: every benchmark, with its figures
	@$(BIN)/python -m benchmarks

mutation: setup ## are the engine's tests strong enough? changes it in small ways; prints survivors and score (MINUTES=30 SEED=1 MODULES="bedside hits")
	@$(BIN)/python tools/mutation.py $(MODULES)

docs: setup ## write docs/generated anew from the knowledge
	@$(BIN)/simpul docs
