# The two commands of the README, and what they stand on. Needs Python 3.11 or 3.12 and make; nothing else.
#   make demo   install, generate the sample city, run the pipeline, say where the scorecards are
#   make test   install what tests need, run them
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO := dagster_home/demo
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: demo test install install-dev browser lint format lock bench clean

demo: install
	$(BIN)/dedup sample $(DEMO)/city
	$(BIN)/dedup run --landing $(DEMO)/city/landing --registry $(DEMO)/city/registry --home $(DEMO)

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
	  { echo "Python 3.11 or 3.12 is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# The pages are tested in a real browser. Where Chromium is absent and cannot be installed, those tests say so and skip.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null 2>&1 && $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } || \
	  echo "Chromium could not be installed: the browser tests will be skipped"

test: install-dev browser
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Hashes, but no download addresses: what is committed names no package index.
lock: install-dev
	$(BIN)/uv pip compile -q --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

bench: install-dev
	for each in tests/benchmarks/bench_*.py; do $(BIN)/python $$each || exit 1; done

clean:
	rm -rf $(VENV) $(DEMO)
