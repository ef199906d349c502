# make demo: set everything up and make a real call.  make test: run every test.
# All targets are idempotent; a broken run goes on where it stopped.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
IVR    := $(BIN)/ivr
SUDO   := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
# What the system must have: tool:package. Only what is missing is installed.
TOOLS      := mmdebstrap:mmdebstrap openssl:openssl espeak-ng:espeak-ng unshare:util-linux
TEST_TOOLS := sipp:sip-tester redis-server:redis-server

.PHONY: demo test check up down setup system test-system models pbx clean help

help:
	@echo "make demo   set everything up and hold a real Spanish conversation"
	@echo "make test   run every test, those on the real Asterisk included"
	@echo "make up     start PBX and agent, and tell how to register a phone; make down ends it"
	@echo "make check  static checks: ruff, mypy, import-linter, architecture"

demo: setup models pbx
	$(IVR) demo

test: setup test-system models pbx
	$(IVR) models pull --all
	$(IVR) models pull qwen2.5-coder-0.5b-instruct
	$(BIN)/pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

up: setup models pbx
	$(IVR) up

down:
	@if [ -x $(IVR) ]; then $(IVR) down; else echo "nothing is installed, so nothing runs"; fi

setup: system $(VENV)/.installed

$(VENV)/.installed: setup.cfg constraints.txt pyproject.toml
	@echo "==> Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "==> apt-get install python3-venv"; \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends python3-venv; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt "setuptools>=77" wheel 2>&1 | grep -v "^WARNING: Location" || true
	$(BIN)/pip install --disable-pip-version-check --progress-bar on --no-build-isolation -q -c constraints.txt -e ".[dev]"
	@touch $@

system:
	@deploy/system-packages.sh "$(SUDO)" $(TOOLS)

test-system:
	@deploy/system-packages.sh "$(SUDO)" $(TEST_TOOLS)

models: setup
	$(IVR) models ready

pbx: setup
	$(IVR) pbx install

clean: down
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
