# Everything a school or a developer does with SENDCo on one machine. `make help` lists it.
# No target calls sudo; one that needs root and has not got it prints the command and stops.

SHELL := /bin/sh
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv/bin
BOOT = $(PYTHON) sendco/bootstrap.py
# Compiled once for all four steps, whatever the surroundings say: else each process compiles for five seconds.
PYTEST := PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help run setup system native-libs test test-sqlite test-postgres test-services test-e2e lint fmt lock demo bench clean python

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-24s %s\n", $$1, $$2}'

# Python is the one thing that has to be there before the rest can be worked out; one that is too old could not even read the rest.
python:
	@if [ -z "$(PYTHON)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "sendco: installing python3 with apt"; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
			python3 python3-venv >/dev/null; \
	elif [ -z "$(PYTHON)" ]; then \
		echo "sendco: Python 3.11 to 3.13 is needed. As root: apt-get install -y --no-install-recommends python3 python3-venv" >&2; \
		exit 1; fi
	@$(or $(PYTHON),python3) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "sendco: Python 3.11 to 3.13 is needed, and $(or $(PYTHON),python3) is not one. Name another: make run PYTHON=/path/to/python3.11" >&2; \
		exit 1; }

run: python ## set up what is missing and serve on http://127.0.0.1:8000 (PORT=…, HOST=…)
	@exec $(or $(PYTHON),python3) sendco/bootstrap.py run

setup: python ## set up without serving
	@$(or $(PYTHON),python3) sendco/bootstrap.py setup

system: python ## install the Debian packages (root; SERVICES=1 also those for the tests)
	@$(or $(PYTHON),python3) sendco/bootstrap.py system $(if $(SERVICES),--services)

native-libs: python ## unpack the PDF libraries into var/native (no root)
	@$(or $(PYTHON),python3) sendco/bootstrap.py native

.PHONY: dev
dev: python
	@$(or $(PYTHON),python3) sendco/bootstrap.py setup --dev

test: python ## set up the tests and run all of them: SQLite, PostgreSQL, real services, real browser
	@$(or $(PYTHON),python3) sendco/bootstrap.py setup --dev --services
	@status=0; \
	for step in test-sqlite test-postgres test-services test-e2e; do \
		echo; echo "=== $$step"; $(MAKE) --no-print-directory $$step || status=1; \
	done; exit $$status

test-sqlite:
	@$(PYTEST) -q -n 2

test-postgres:
	@$(PYTEST) -q -n 2 --database=postgres

test-services: # Redis, a worker, mail, backup and restore
	@$(PYTEST) -q -n 2 --database=postgres -m "services or slow"

test-e2e: # Chromium
	@$(PYTEST) -q -n 2 --database=postgres -m e2e

lint: dev ## ruff and import layers
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/lint-imports

fmt: dev ## format Python
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

lock: ## resolve the locks again (needs uv; keeps index addresses out)
	uv pip compile pyproject.toml --universal --generate-hashes --quiet -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --quiet --extra dev -o requirements-dev.lock
	@if grep -n '://' requirements.lock requirements-dev.lock; then echo "A lock holds an address." >&2; exit 1; fi

demo: setup ## make the demo federation (in an empty database)
	$(VENV)/python manage.py migrate --verbosity 0
	$(VENV)/python manage.py create_demo_federation

bench: dev ## measure speed and weight
	$(VENV)/python -m tests.bench

clean: ## remove caches and the virtual environment; your data in var/ stays
	rm -rf .venv .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
