# consentric: `make demo` shows it, `make test` proves it. A fresh machine needs Python 3.11 or newer and make.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test faults fuzz check bench format lock clean

PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3; do \
	command -v $$each >/dev/null 2>&1 && $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo $$each; break; }; done)
BIN := .venv/bin
WORKERS ?= 2
# Child processes start twice as fast with compiled modules.
export PYTHONDONTWRITEBYTECODE =

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/.runtime ## Install into .venv and show the main job on an invented shop, on this machine only
	$(BIN)/consentric demo

test: .venv/.dev ## Run every test
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup

faults: .venv/.dev ## Kill it a thousand times, tear its files, storm its platforms (an hour)
	CONSENTRIC_LONG=1 $(BIN)/python -m pytest -q -rP --timeout 21600 -n $(WORKERS) --dist loadgroup tests/faults tests/scenarios/test_kills.py

fuzz: .venv/.dev ## Compare the compiled rules with the readable ones on a million cells of each field (an hour)
	CONSENTRIC_LONG=1 $(BIN)/python -m pytest -q -rP --timeout 21600 -n $(WORKERS) --dist loadgroup tests/unit/identifiers

check: .venv/.dev ## Formatting, lint, types, import contracts
	$(BIN)/ruff format --check src tests examples benchmarks
	$(BIN)/ruff check src tests examples benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/.dev ## Measure: time, memory and bytes at 100,000, 1 and 10 million (5 GB of memory, 20 GB of disk)
	$(BIN)/python benchmarks/hashing.py
	$(BIN)/python benchmarks/payloads.py
	$(BIN)/python benchmarks/difference.py
	$(BIN)/python benchmarks/erasure.py

format: .venv/.dev ## Format and mend what can be mended
	$(BIN)/ruff check --fix -q src tests examples benchmarks
	$(BIN)/ruff format -q src tests examples benchmarks

lock: ## Pin all dependencies anew, with hashes and without naming a host (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove what was installed and made here
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "consentric needs Python 3.11 or newer: install python3.11 and run make again"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "this Python lacks venv: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	@echo "installing into .venv (once) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@test -f .venv/.dev || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/.dev: .venv/bin/python requirements-dev.lock pyproject.toml
	@echo "installing into .venv what the tests need (once) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@
