# The two commands of the README, and what they stand on. Needs Python 3.11 or 3.12 and make; nothing else.
#   make demo   install, generate the sample city, run the pipeline, say where the scorecards are
#   make test   install what tests need, run them
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO := dagster_home/demo
USWDS := dedup_assets/publishing/uswds
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: demo test install install-dev browser pango lint format lock messages bench clean

demo: install pango
	$(BIN)/dedup sample $(DEMO)/city
	$(BIN)/dedup run --landing $(DEMO)/city/landing --registry $(DEMO)/city/registry --home $(DEMO)

install: $(VENV)/.installed $(USWDS)/node_modules/.package-lock.json

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
	  { echo "Python 3.11 or 3.12 is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The U.S. Web Design System, which the pages are built with, by its lock. Where npm is absent and cannot be installed, or
# reaches no registry, the pages are published with this project's own style sheet alone; `dedup publish` says so.
$(USWDS)/node_modules/.package-lock.json: $(USWDS)/package-lock.json
	@command -v npm >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null 2>&1 && $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null; } || true
	@cd $(USWDS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || \
	  echo "The U.S. Web Design System could not be installed: pages will have the project's own style alone"

install-dev: $(VENV)/.installed-dev $(USWDS)/node_modules/.package-lock.json

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# The pages are tested in a real browser. Where Chromium is absent and cannot be installed, those tests say so and skip.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null 2>&1 && $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } || \
	  echo "Chromium could not be installed: the browser tests will be skipped"

# The committee's report is printed through Pango, with DejaVu's letters. Where they are absent and cannot be installed,
# everything else is made all the same, and the run says what is missing.
pango: $(VENV)/.installed
	@$(BIN)/python -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("pangoft2-1.0"))' || { \
	  command -v apt-get >/dev/null 2>&1 && $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core >/dev/null; } || \
	  echo "Pango could not be installed: the committee's report will not be printed"

test: install-dev browser pango
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

# After a text has changed: what is new stands in locale/es.po without a translation, until somebody writes one.
messages: install-dev
	$(BIN)/python -m dedup_assets.publishing.catalogue

bench: install-dev
	for each in tests/benchmarks/bench_*.py; do $(BIN)/python $$each || exit 1; done

clean:
	rm -rf $(VENV) $(DEMO)
