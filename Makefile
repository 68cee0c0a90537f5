# The commands of this project; `make help` lists them. Python 3.11 or newer, venv and make are all they need.
PYTHON ?= python3
VENV ?= .venv
# PY=/path/to/python uses an environment that is already complete, and installs nothing.
ifdef PY
READY :=
READY_DEV :=
else
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
endif
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check -qq
PYTEST := $(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

REQUESTS ?= 5000
SEED ?= 5
STEPS ?= 2000

.PHONY: help run test test-services nightly fuzz walk lint lock audit bench bench-sweep simulate-year clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt | $(VENV)/bin/pip
	@echo "Installing what requirements.txt names into $(VENV) …"
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements.txt requirements-dev.txt | $(VENV)/bin/pip
	@echo "Installing what requirements-dev.txt names into $(VENV) …"
	@$(PIP) install -r requirements-dev.txt
	@touch $(VENV)/.ready $@

run: $(READY) ## web, worker, beat and broker on this machine; PORT, DATA_DIR, DEMO_PASSWORD are honoured
	@exec $(PY) -m congress_liaison.run

test: $(READY_DEV) ## the whole suite on SQLite; says at the end what could not run here
	@$(PYTEST)

test-services: $(READY_DEV) ## the same suite on throwaway PostgreSQL and Redis, and in Chromium
	@$(PY) -m tests.services $(PYTEST)

nightly: $(READY_DEV) ## the whole suite on both engines with all repetitions, a simulated year, a long walk
	@failed=0; export NIGHTLY=1; $(PYTEST) || failed=1; $(PY) -m tests.services $(PYTEST) || failed=1; \
		for target in simulate-year walk; do make --no-print-directory $$target $(if $(READY),,PY=$(PY)) || failed=1; done; \
		exit $$failed

fuzz: $(READY_DEV) ## every form of every page, filled in wrongly by everybody; REQUESTS=5000 SEED=5
	@FUZZ_REQUESTS=$(REQUESTS) FUZZ_SEED=$(SEED) $(PY) -m tests.services $(PY) -m pytest -q -n0 -s tests/hostile/test_fuzz.py

WALK = SECRET_KEY=only-for-a-throwaway-database-only-for-a-throwaway-database CELERY_BROKER_URL=memory:// \
	$(PY) -m sandbox.walker --seed $(SEED) --steps $(STEPS) $(MORE)
walk: $(READY_DEV) ## the outside walker tries an office through its pages, on both engines; SEED=5 STEPS=2000 MORE=--keep-going
	@env DATABASE_URL=sqlite:///walk.sqlite3 $(WALK); on_sqlite=$$?; \
	$(PY) -m tests.services env $(WALK) && exit $$on_sqlite

bench: $(READY_DEV) ## pages, actions and searches beside their floors and a peer; SIZES="10000 100000 1000000", KEEP=folder
	@$(PY) -m benchmarks.bench --sizes $(or $(SIZES),10000 100000) $(if $(KEEP),--keep $(KEEP)) $(MORE)

bench-sweep: $(READY_DEV) ## 50,000 due at once and an idle sweep over 1,000,000 closed, on throwaway PostgreSQL
	@$(PY) -m tests.services $(PY) -m benchmarks.due_sweep

simulate-year: $(READY_DEV) ## a county's year, swept by two processes of which one is killed each week
	@SECRET_KEY=only-for-a-throwaway-database-only-for-a-throwaway-database $(PY) -m tests.services sh -c \
		'$(PY) manage.py migrate -v0 && $(PY) manage.py simulate_year --workers 2 --kill-weekly'

lint: $(READY_DEV) ## everything a machine can check without running the product
	@PY=$(PY) bash .ci/lint

lock: ## requirements.lock anew from requirements.txt: every package with the hashes of its files
	@$(PYTHON) -m venv $(VENV)-tools && $(VENV)-tools/bin/python -m pip -qq install uv==0.13.9
	@head -2 requirements.lock >$(VENV)-tools/lock && $(VENV)-tools/bin/uv pip compile --quiet --universal --generate-hashes \
		--python-version 3.11 --no-header --custom-compile-command "make lock" requirements.txt >>$(VENV)-tools/lock
	@mv $(VENV)-tools/lock requirements.lock

audit: ## known holes in what production depends on; asks the advisories of the package index, so it is no part of lint
	@$(PYTHON) -m venv $(VENV)-tools && $(VENV)-tools/bin/python -m pip -qq install pip-audit==2.10.1
	@$(VENV)-tools/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

clean: ## remove what can be made again; the data in var/ stays
	rm -rf .pytest_cache .ruff_cache .hypothesis .coverage htmlcov test-results staticfiles
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
