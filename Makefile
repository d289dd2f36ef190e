# Simpul: the commands of the project. Needs Python 3.11 or newer, Node 18 or newer and make. `make run` starts everything.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NPM ?= npm
COMPONENTS := primary_care/design/static/components/simpul.js
SHELL := /bin/bash

.PHONY: help run setup test check bench mutation docs
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## start a node with demo people on http://127.0.0.1:8000
	@$(BIN)/simpul run

setup: $(STAMP) $(COMPONENTS) ## make .venv from requirements.lock and build the web components; done again only when what they are made of changed

$(STAMP): requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Simpul needs Python 3.11 or newer; '$(PYTHON)' is not. Say which: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

components/node_modules/.installed: components/package.json components/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null || \
		{ echo "Simpul needs Node 18 or newer to build its forms; found: $$(node --version 2>/dev/null || echo none)."; exit 2; }
	cd components && $(NPM) ci --silent --no-fund --no-audit --ignore-scripts
	@touch $@

$(COMPONENTS): components/node_modules/.installed components/build.mjs $(wildcard components/src/*.ts)
	cd components && $(NPM) run --silent build

test: setup ## all tests, of the components too; starts its own database, or uses DATABASE_URL
	@cd components && $(NPM) test --silent
	@$(BIN)/pytest $(PYTEST_ARGS)

check: setup ## every check of the tree; tells all failures, not only the first
	@BIN=$(BIN) ./.ci/check

bench: setup ## what it costs: every benchmark, with its figures
	@$(BIN)/python -m benchmarks

mutation: setup ## are the engine's tests strong enough? changes it in small ways; prints survivors and score (MINUTES=30 SEED=1 MODULES="bedside hits")
	@$(BIN)/python tools/mutation.py $(MODULES)

docs: setup ## write docs/generated anew from the knowledge
	@$(BIN)/simpul docs
