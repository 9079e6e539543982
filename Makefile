# Two commands do everything: `make serve` and `make test`.
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
PORT ?= 8000
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: setup serve test check bench pages widget lock tools clean
.DEFAULT_GOAL := help

help:
	@echo "make serve   set up and start the service on 127.0.0.1:$(PORT)"
	@echo "make test    everything: tests, style, types, phrasebook"
	@echo "make check   style, types, contracts, phrasebook (quick)"
	@echo "make bench   the measurements of docs/benchmarks.md"
	@echo "make pages   generated pages and files, after a change of rules, schema or API"
	@echo "make widget  the chat widget's script, after a change of its sources"

setup: $(VENV)/.ready

# ensurepip is missing from Debian's bare python3; python3-venv brings it.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy python3-venv; } || { \
	  echo "python3-venv is missing: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

serve: setup
	$(VENV)/bin/huashu migrate
	$(VENV)/bin/huashu serve --port $(PORT)

$(VENV)/.dev: $(VENV)/.ready requirements-dev.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# What tests need beyond Python: a browser with Chinese fonts, PostgreSQL, node and TypeScript.
tools:
	@.ci/tools

test: $(VENV)/.dev tools check
	$(PY) -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/huashu lint
	@.ci/locks

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

bench: $(VENV)/.bench
	$(PY) -m bench

# The lists of rules in docs/, from the phrasebook and the lint; the schema, from its reader;
# the types of the TypeScript client, from the API.
pages: setup
	$(PY) -m app.rule_pages
	$(PY) -m app.client_types
	$(VENV)/bin/huashu schema --write phrasebook/schema.json

# The chat widget's script, after a change in app/web/widget_source. Needs node with npx.
widget: setup
	$(PY) -m app.widget_build

# Needs uv; writes lock files without any address in them.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url -q pyproject.toml .ci/build.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url -q --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url -q --group bench -c requirements.lock -o requirements-bench.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
