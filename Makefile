# `make demo` tries Signoff, `make test` tests it. Everything that make installs stays in this folder.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/installed
DEV := $(VENV)/installed-dev
PORT ?=
SITE_URL ?=
DEMO_ARGS = $(if $(PORT),--port $(PORT)) $(ARGS)

# The tests start hundreds of processes, and each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo dev test long postgresql packaging adapters lint style types imports soak sweep mutants fuzz sbom bench docs gallery mcp agents training wheel lock browser clean

help:
	@echo "make demo      try it: a Slack-like workspace in the browser (PORT=9000 for another port)"
	@echo "make dev       install what the tests need, into .venv"
	@echo "make test      style, types, import rules and the tests, without those of make long and make packaging"
	@echo "make long      the tests that take seconds each: days in a browser, thousands of runs"
	@echo "make postgresql tests of the engine and of its doors again, with their databases on PostgreSQL (minutes)"
	@echo "make packaging test what others install: the wheel, its types, the pytest plugin, the site"
	@echo "make lint      style, types and import rules"
	@echo "make bench     measure, each figure with its baseline"
	@echo "make soak      a million random transitions, and Slack in trouble (half an hour)"
	@echo "make sweep     kill -9 at every step of every journey (half an hour)"
	@echo "make mutants   plant bugs in a copy and see each found (half an hour)"
	@echo "make fuzz      search for inputs that break a parser (a minute; SECONDS=3600 for longer)"
	@echo "make sbom      write the bill of materials as CycloneDX JSON (sbom.json)"
	@echo "make adapters  install LangGraph and the OpenAI Agents SDK, and test what adapts them"
	@echo "make docs      build the site of the docs into site/ (SITE_URL=https://… where it will be)"
	@echo "make gallery   take the pictures of docs/gallery.md again (minutes)"
	@echo "make agents    install the clients of models that agents need"
	@echo "make training  install scikit-learn, which the workflow model-training needs"
	@echo "make mcp       install the SDK that signoff mcp needs, for AI agents"
	@echo "make browser   install a browser for the tests into .browser/"
	@echo "make wheel     build dist/signoff-….whl, to install into any environment"
	@echo "make lock      resolve the dependencies again within pyproject.toml"
	@echo "make clean     remove everything that make made, and the data of the demo"

demo: $(RUNTIME)
	@$(BIN)/signoff demo $(DEMO_ARGS)

dev: $(DEV)

test: $(DEV)
	@$(BIN)/python scripts/find_browser.py >/dev/null
	@$(MAKE) --no-print-directory -j2 lint
	@$(BIN)/pytest -n auto --dist worksteal $(or $(ARGS),-m "not long and not sweep and not packaging")

long: $(DEV)
	@$(BIN)/python scripts/find_browser.py >/dev/null
	@$(BIN)/pytest -n auto --dist worksteal -m long $(ARGS)

postgresql: $(DEV)
	@$(BIN)/pytest -p tests.on_postgres -n auto --dist worksteal -m "not long and not sweep and not packaging" \
		$(or $(ARGS),tests/engine/runtime tests/bot/listeners tests/bot/http)

packaging: $(DEV)
	@$(BIN)/pytest -n auto --dist worksteal -m packaging $(ARGS)

adapters: $(DEV)
	@scripts/bootstrap requirements-adapters.lock
	@$(BIN)/pytest tests/bot/adapters $(ARGS)

lint: style types imports

style: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Format with: $(BIN)/ruff format ."; exit 1; }

types: $(DEV)
	@$(BIN)/mypy

imports: $(DEV)
	@$(BIN)/lint-imports --no-cache --config pyproject.toml >$(VENV)/lint-imports.log 2>&1 || { cat $(VENV)/lint-imports.log; exit 1; }

soak: $(DEV)
	@$(BIN)/python scripts/soak.py $(ARGS)
	@$(BIN)/python -m scripts.slack_trouble burst
	@$(BIN)/python -m scripts.slack_trouble faults
	@$(BIN)/pytest -m hypothesis --hypothesis-profile=new --timeout 0

sweep: $(DEV)
	@$(BIN)/pytest -m sweep -s $(or $(ARGS),tests/crash)

bench: $(DEV)
	@$(BIN)/python -m bench $(ARGS)

fuzz: $(DEV)
	@$(BIN)/python -m scripts.fuzzing.run $(or $(SECONDS),60) $(ARGS)

sbom: $(DEV)
	@$(BIN)/python -m scripts.sbom >sbom.json
	@ls sbom.json

mutants: $(DEV)
	@$(BIN)/python -m scripts.mutants

docs: $(DEV)
	@SITE_URL="$(SITE_URL)" $(BIN)/zensical build --clean --strict

gallery: $(DEV)
	@$(BIN)/python -m scripts.gallery $(ARGS)

mcp: $(RUNTIME)
	@scripts/bootstrap requirements-mcp.lock

agents: $(RUNTIME)
	@scripts/bootstrap requirements-agents.lock

training: $(RUNTIME)
	@scripts/bootstrap requirements-training.lock

browser: $(DEV)
	PLAYWRIGHT_BROWSERS_PATH=.browser $(BIN)/playwright install chromium

wheel: $(RUNTIME)
	@rm -rf build
	@$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist/*.whl

lock: $(DEV)
	@scripts/lock

clean:
	rm -rf $(VENV) .venv-peer .venv-queues bench.jsonl .browser .signoff-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build dist site .cache test-artifacts
	find bot engine localslack signoff workflows tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.lock pyproject.toml scripts/bootstrap
	@scripts/bootstrap requirements.lock
	@touch $(RUNTIME)

# The packages for tests include those for the demo.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml scripts/bootstrap
	@scripts/bootstrap requirements-dev.lock
	@touch $(RUNTIME) $(DEV)
