# Sceau: set-up, main job, tests. Everything works from a fresh clone, as root or as a plain user, and twice in a row.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
TEST_READY := $(VENV)/.ready-test
# One worker more than there are processors: tests that start servers wait a good part of their time.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))

# What is started again and again (the program, workers of the tests) loads compiled modules, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test test-long check audit docs bench clean browser poppler

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Sceau needs Python 3.11 or later, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "== making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(RUN_READY): pyproject.toml | $(VENV)/bin/python
	@echo "== installing Sceau and what it needs (a minute or two the first time)"
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --disable-pip-version-check --quiet --editable .
	@touch $@

$(TEST_READY): pyproject.toml | $(VENV)/bin/python
	@echo "== installing Sceau and its test tools (a few minutes the first time)"
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[test]'
	@touch $@ $(RUN_READY)

# A browser for the tests of verify.html: docs/decisions/browser-tests.md
browser: $(TEST_READY)
	@$(BIN)/python -m tests.verifiers.browser

# A second opinion on seals; without it the tests that ask for it are skipped: docs/sealing.md
poppler: $(TEST_READY)
	@$(BIN)/python -m tests.documents.poppler

run: $(RUN_READY)  ## play a craftsman's sale in SQLite, verify it, then serve on 127.0.0.1:8000
	@echo "== playing a sale in ./var/sceau.db, then serving (Ctrl-C stops); mails are laid into ./var/mail"
	SCEAU_SMTP="$${SCEAU_SMTP:-$${SCEAU_SMTP_URL:-folder:./var/mail}}" $(BIN)/sceau demo --serve

check: $(TEST_READY)  ## ruff and mypy
	@echo "== ruff"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@echo "== mypy (strict)"
	$(BIN)/mypy

test: check browser poppler  ## every gate and every test but the long ones
	@echo "== tests (SQLite, PostgreSQL, memory)"
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m 'not long'

test-long: $(TEST_READY)  ## slow fault and fuzz suites
	@echo "== long tests"
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m long

audit: $(TEST_READY)  ## known vulnerabilities in what we run on (asks PyPI)
	@echo "== audit of dependencies"
	$(BIN)/python -m tests.audit

docs: $(TEST_READY)  ## make the generated pages under docs/ again
	$(BIN)/python -m tests.docs.events_page
	$(BIN)/python -m tests.docs.commands_page
	$(BIN)/python -m tests.docs.perimeter_page
	$(BIN)/python -m tests.docs.reports_page
	$(BIN)/python -m tests.attacks.page
	$(BIN)/python -m tests.documents.corpus
	$(BIN)/python -m tests.documents.pictures
	$(BIN)/python -m tests.projections.reports.chart_pictures
	$(BIN)/python -m tests.journeys.pictures

bench: $(RUN_READY)  ## measure; see docs/performance.md
	$(BIN)/sceau bench all

clean:  ## remove the virtual environment and caches (never var/)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
