# Two commands on a fresh machine: `make run` and `make test`. Both make .venv and install the pinned set first.
PYTHON ?= python3
BIN = .venv/bin
SCENARIO ?= scenarios/east-midlands-2008-11.yaml

.PHONY: run test lint bench bench-large lock golden clean

run: .venv/installed
	$(BIN)/riep run $(SCENARIO)

test: .venv/installed
	$(BIN)/pytest -n auto --dist loadfile

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python -m tests.bench

# A million draws: time and memory; minutes (OPTIONS=all: every option, half an hour).
bench-large: .venv/installed
	OPTIONS=$(or $(OPTIONS),published) $(BIN)/python -m tests.bench_large

# Write the stored answers again after a change that is meant to move them; then read the difference.
golden: .venv/installed
	RIEP_WRITE_GOLDEN=1 $(BIN)/pytest -q tests/golden tests/planner/test_backtest.py

# The hash of every package of every platform is pinned; nothing names an index.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install -q pip-tools
	.venv-lock/bin/pip-compile -q --extra cluster --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --strip-extras --allow-unsafe -o requirements.lock pyproject.toml
	rm -rf .venv-lock

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "riep-planner needs Python 3.11 or later; try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv || { echo "Debian and Ubuntu: apt-get install python3-venv, then try again" >&2; exit 1; }
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
