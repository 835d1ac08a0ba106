# Every target sets up what it needs in .venv, from the locks, and nothing anywhere else.

PYTHON ?= python3
VENV := .venv
# The benchmarks' own: jax and its kin are no business of the tests.
VENV_BENCH := .venv-bench
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --group build

.DEFAULT_GOAL := help
.PHONY: help demo test check accept bench docs lock clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/.package  ## run the main job on a real case: table, figure and data in demo/
	@$(BIN)/python -m brainmag.cli.demo --out demo

test: $(VENV)/.package $(VENV)/.tools  ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.package $(VENV)/.tools  ## lint, check the format, check the types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

accept: $(VENV)/.package $(VENV)/.tools  ## run the long programmes; a dated table in docs/acceptance/
	@$(BIN)/python tools/accept.py

bench: $(VENV_BENCH)/.ready  ## measure against other engines, 30 minutes; 5 with ARGS=--quick
	@$(VENV_BENCH)/bin/python benchmarks/run.py $(ARGS)

docs: $(VENV)/.package  ## write the page of equations anew from the model files
	@$(BIN)/python tools/write_equations.py

lock: $(VENV)/.tools  ## renew the locks after a change of pyproject.toml
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra cluster --group dev --group judges --constraints requirements.lock \
		--output-file requirements-dev.lock
	$(LOCK) --group bench --constraints requirements-dev.lock \
		--output-file requirements-bench.lock

clean:  ## remove what make made
	rm -rf $(VENV) $(VENV_BENCH) demo dist screenshots .hypothesis .pytest_cache .ruff_cache
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +

define CHECK_PYTHON
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "BrainMag needs Python 3.11 or newer, and '$(PYTHON)' is not:" \
			"`$(PYTHON) --version 2>&1`." >&2; \
		echo "Name another one, such as: make PYTHON=python3.12 ..." >&2; \
		exit 1; }
endef

# What the product runs on, and what builds it.
$(VENV)/.locked: requirements.lock
	$(CHECK_PYTHON)
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# The package itself, editable; the locks already hold what it and its build need.
$(VENV)/.package: pyproject.toml $(VENV)/.locked
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Tools and judges, for those who work on it.
$(VENV)/.tools: requirements-dev.lock $(VENV)/.locked
	@echo "Adding tools to $(VENV) (once, about a minute)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The product and what it is measured against, apart from the tools.
$(VENV_BENCH)/.ready: requirements-bench.lock pyproject.toml
	$(CHECK_PYTHON)
	@echo "Setting up $(VENV_BENCH) (once, about two minutes)"
	@$(PYTHON) -m venv --clear $(VENV_BENCH)
	@$(VENV_BENCH)/bin/python -m pip --disable-pip-version-check -qq \
		install --require-hashes -r requirements-bench.lock
	@$(VENV_BENCH)/bin/python -m pip --disable-pip-version-check -qq \
		install --no-deps --no-build-isolation --editable .
	@touch $@
