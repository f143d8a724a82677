# CAIRE Labs. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
SOURCES := hub graders labs/labkit images helm tests docs

.PHONY: help env up test test-cluster cluster labs mutation-labs lint format type chaos bench bench-grading chart docs lock wheel images system clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## Create or update .venv from the lock
	@$(PYTHON) hub/bootstrap.py

up: env ## Start everything on http://127.0.0.1:8000 (Ctrl-C stops it)
	@$(BIN)/caire up

test: env system ## Run all tests: real hub, databases, browser
	@$(BIN)/caire models build --output build/models
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

test-cluster: env system ## Run the tests on a Kubernetes cluster; builds one where there is none (30 min, root)
	$(BIN)/python -m pytest -n 0 -m cluster --durations=0 --durations-min=5 $(or $(PYTEST_ARGS),tests/cluster)

cluster: env ## Install everything on a Kubernetes of its own, for people (45 min the first time, root)
	$(BIN)/python -m tests.cluster install

labs: env ## Prove every lab: solution, blank, wrong answers, budgets, languages
	$(BIN)/caire labs check --all

mutation-labs: env ## Change every lab's solution a little, many times, and name what no check notices
	$(BIN)/caire labs mutate --all

lint: env ## Check style and form (ruff)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

format: env ## Put the code into the house's form
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

type: env ## Check types (mypy, strict)
	$(BIN)/mypy

chaos: env system ## Kill everything at random while a thousand submissions are graded, on SQLite and PostgreSQL
	CAIRE_CHAOS=1000 $(BIN)/python -m pytest -n 0 -s tests/labgrader/chaos $(PYTEST_ARGS)

bench: env system ## Measure again what docs/performance.md reports, and write it there
	$(BIN)/python -m pytest -c tests/bench/pytest.ini $(or $(PYTEST_ARGS),tests/bench)

bench-grading: env ## Measure what grading costs beside nbgrader, otter, papermill
	@$(BIN)/caire models build --output build/models
	$(BIN)/python -m pytest -c tests/bench/pytest.ini tests/bench/bench_grading.py

chart: env ## Generate the chart's schema and reference, and check the chart without a cluster
	$(BIN)/python helm/make_schema.py
	$(BIN)/python -m pytest -n 2 tests/helm

docs: env ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

COMPILE = .bootstrap/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header
SAME = --constraint images/locks/dev.txt

lock: env ## Resolve the dependencies anew into images/locks
	$(COMPILE) --extra hub --extra grader --extra lab --extra kubernetes --extra dev \
	  --override images/locks/no-torch.txt pyproject.toml images/locks/torch-needs.in -o images/locks/dev.txt
	$(COMPILE) $(SAME) --extra hub --extra grader --extra kubernetes --override images/locks/not-in-hub.txt \
	  pyproject.toml -o images/locks/hub.txt
	$(COMPILE) $(SAME) --extra lab --override images/locks/no-torch.txt \
	  pyproject.toml images/locks/torch-needs.in -o images/locks/lab.txt
	$(COMPILE) $(SAME) --extra grader --extra lab --override images/locks/no-torch.txt \
	  pyproject.toml images/locks/torch-needs.in -o images/locks/grader.txt
	for name in proxy builder uv; do $(COMPILE) $(SAME) images/locks/$$name.in -o images/locks/$$name.txt || exit 1; done
	$(COMPILE) $(SAME) images/locks/torch.in -o images/locks/torch-cuda.txt

wheel: env ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

images: ## Build the container images; IMAGES=… only some, BASE_IMAGE=… on another Debian
	@$(PYTHON) images/build.py $(and $(BASE_IMAGE),--base $(BASE_IMAGE)) $(IMAGE_ARGS) $(IMAGES)

# Another installation (unattended upgrades, say) may be under way: wait for its end.
LOCK = -o DPkg::Lock::Timeout=600

system: ## Install Chromium and PostgreSQL for the tests, where they are missing (Debian, as root)
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "caire: installing$$missing …"; \
	  apt-get $(LOCK) update -qq && DEBIAN_FRONTEND=noninteractive apt-get $(LOCK) install -y -qq $$missing >/dev/null; \
	else \
	  echo "caire: the tests need$$missing. Install them (sudo apt-get install$$missing) and run make test again."; exit 1; \
	fi

clean: ## Remove environments, builds and caches; caire-state stays as it is
	rm -rf .venv .bootstrap .bootstrap.lock build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/_output
	find . -path ./caire-state -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
