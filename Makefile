# A fresh machine needs only make and Python 3.11 or newer (PYTHON=... chooses which); every target sets up what it uses.

PYTHON ?= python3
TEST_PROCESSES ?= 2
VENV := .venv
SAM_VENV := .venv-sam
SAM := $(SAM_VENV)/bin/sam
SCAN_VENV := .venv-scan
AUDIT_VENV := .venv-audit
LOCK_FILES := layers/common/requirements.txt $(wildcard requirements/*.txt)

export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup demo start test unit simulate fuzz faults lint types format check validate scan audit cost bench scale build rehearse sam-local lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## Make the virtual environment .venv

demo: setup  ## Start the local cloud, send every event of events/, show what each vendor received
	@$(VENV)/bin/python -m tools.local demo

start: setup  ## Run the local cloud until interrupted
	@$(VENV)/bin/python -m tools.local start

test: setup  ## Run all tests
	@$(VENV)/bin/pytest --numprocesses $(TEST_PROCESSES)

unit: setup  ## Run the tests that need no local cloud
	@$(VENV)/bin/pytest -m "not integration"

simulate: setup  ## Run the simulation in full
	@$(VENV)/bin/python -m tools.simulation

fuzz: setup  ## Send 95,000 hostile bodies to every route in process, and 5,000 requests over HTTP
	@$(VENV)/bin/python -m tests.fuzz
	@$(VENV)/bin/python -m tests.fuzz.http

faults: setup  ## Let vendors, tables and processes fail in every way: on the local cloud, then in the simulation
	@$(VENV)/bin/python -m tests.faults
	@$(VENV)/bin/python -m tools.simulation.faults

lint: setup  ## Check style
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check

types: setup  ## Check types
	@$(VENV)/bin/mypy

format: setup  ## Put code into the common style
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

check: lint types test  ## All of lint, types and test

validate: setup $(SAM_VENV)/.ready  ## Check template.yaml with SAM and cfn-lint, and what it translates to
	@for environment in eu us as local; do $(SAM) validate --lint --config-env $$environment || exit 1; done
	@$(VENV)/bin/pytest -q tests/template

scan: $(SCAN_VENV)/.ready  ## Scan template and code for what is insecure, and every file for keys (docs/security.md)
	@$(SCAN_VENV)/bin/checkov --config-file .checkov.yaml
	@$(SCAN_VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive layers functions tools
	@git ls-files -z | xargs -0 $(SCAN_VENV)/bin/detect-secrets-hook --baseline .secrets.baseline

audit: $(AUDIT_VENV)/.ready  ## Look up every library of the lock files in PyPI's list of known weaknesses
	@$(AUDIT_VENV)/bin/pip-audit --strict --disable-pip --require-hashes $(LOCK_FILES:%=--requirement %)

cost: setup  ## Show what a month costs, in calls to Voucherify and at AWS (docs/cost.md)
	@$(VENV)/bin/python -m tools.cost

scale: setup  ## Show which quota is met first, by how many events and projects (docs/scale.md)
	@$(VENV)/bin/python -m tools.scale

bench: setup  ## Measure the hub beside its floors, and write docs/performance.md (ten minutes; SEGMENT=folder adds a peer)
	@$(VENV)/bin/python -m tools.bench

# Lambda cannot write bytecode, and SAM leaves it out: each new instance would compile all that it imports.
build: $(SAM_VENV)/.ready  ## Build what SAM deploys
	@python3.13 -c '' 2>/dev/null || { \
		echo "sam build needs Python 3.13, as Lambda runs it: put a python3.13 on PATH, then run make build again." >&2; exit 1; }
	@$(SAM) build $(if $(SAM_ENVIRONMENT),--config-env $(SAM_ENVIRONMENT))
	@python3.13 -m compileall -q --invalidation-mode unchecked-hash .aws-sam/build

rehearse: setup $(SAM_VENV)/.ready  ## Send what each cluster would be deployed from to a stand-in of AWS (needs Python 3.13)
	@$(MAKE) build
	@REHEARSE=true $(VENV)/bin/pytest tests/rehearsal -rs

sam-local: setup $(SAM_VENV)/.ready  ## Run every event of events/ in containers, by sam local (needs Docker and Python 3.13)
	@$(MAKE) build SAM_ENVIRONMENT=$(if $(filter x86_64,$(shell uname -m)),local,eu)
	@SAM_LOCAL=true $(VENV)/bin/pytest tests/sam_local -v -rs

lock:  ## Resolve requirements/*.in anew into the lock files (needs uv)
	@uv pip compile $(UV_FLAGS) requirements/runtime.in --output-file layers/common/requirements.txt
	@uv pip compile $(UV_FLAGS) requirements/dev.in --output-file requirements/dev.txt
	@uv pip compile $(UV_FLAGS) requirements/sam.in --output-file requirements/sam.txt
	@uv pip compile $(UV_FLAGS) requirements/scan.in --output-file requirements/scan.txt
	@uv pip compile $(UV_FLAGS) requirements/audit.in --output-file requirements/audit.txt

clean:  ## Remove everything made here
	@rm -rf $(VENV) $(SAM_VENV) $(SCAN_VENV) $(AUDIT_VENV) .aws-sam .local .hypothesis .mypy_cache .pytest_cache .ruff_cache

# The lock files hold for every Python from 3.11 on and for every platform, and are complete: pip has nothing to resolve.
UV_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

$(VENV)/.ready: requirements/dev.txt
$(SAM_VENV)/.ready: requirements/sam.txt
$(SCAN_VENV)/.ready: requirements/scan.txt
$(AUDIT_VENV)/.ready: requirements/audit.txt

%/.ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is not that: run make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@echo "Setting up $* from $< (a minute at most)"
	@$(PYTHON) -m venv $*
	@$*/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --requirement $<
	@touch $@
