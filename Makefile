# make run: start the service.  make test: run the tests.  make help: the rest.
PYTHON ?= python3
BIN := .venv/bin
PINNED := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# The tests start the program again and again: it is compiled once, whatever the machine prefers.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test install check lint types rooms proof fuzz bench audit screenshots lock help

run: install ## Start the service; today's city is posted at once.
	$(BIN)/city-a-day run --now

test: install ## Run the tests.
	$(BIN)/python -m pytest -n 3 --dist worksteal

install: .venv/installed ## Make the .venv that run and test use.

# The environment is made anew when what is pinned changes.
.venv/installed: requirements.txt requirements-built.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Give another: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation --no-deps -r requirements-built.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

check: test lint types rooms ## Everything that CI checks.

lint: install ## Style and traps.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## Types, strictly.
	$(BIN)/mypy

rooms: install ## Imports between the three rooms go one way.
	$(BIN)/python -m pytest -q tests/test_rooms.py

proof: install ## Prove it: SIGKILL at every step, crossed with every failure of every platform; every day of every zone.
	$(BIN)/python -W ignore -m tests.proof
	$(BIN)/python -W ignore -m tests.proof.replicas
	$(BIN)/python -m tests.proof.days

fuzz: install ## Look for input that breaks something, ten minutes; KIND=import, caption, date, city, settings, picture.
	$(BIN)/python -W ignore -m tests.bad_input.fuzz $(KIND) --seconds 600

bench: install ## Measure what it costs, each against a floor.
	$(BIN)/python -m tests.bench

audit: install ## Known vulnerabilities of what is pinned; asks a service on the network.
	$(PYTHON) -m venv --clear .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.txt --requirement requirements-built.txt

screenshots: install ## Make the pictures of the README and the docs anew, with Chromium.
	$(BIN)/python -W ignore -m tests.screenshots

lock: ## Pin the newest versions, with their hashes.
	uv pip compile $(PINNED) --no-emit-package pyvips --group dev --all-extras pyproject.toml -o requirements.txt
	echo pyvips | uv pip compile $(PINNED) --no-deps - -o requirements-built.txt

help: ## This list.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12
