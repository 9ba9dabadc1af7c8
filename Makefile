# Everything runs from here; `make serve` and `make test` need nothing done first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DATA ?= ../shared/data

.PHONY: serve test check lint format types eval rules-proof bench bench-gate bench-pages load scale baselines encoder index openapi-examples screenshots lock clean help

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/'

$(VENV)/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e '.[dev]'
	touch $@

serve: $(VENV)/installed   ## install, build the index when needed, serve http://127.0.0.1:8000
	$(BIN)/tiaowen serve

index: $(VENV)/installed   ## build the index again
	$(BIN)/tiaowen index --force

test: $(VENV)/installed-dev   ## the whole test suite
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev   ## ruff: lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/installed-dev   ## ruff: mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/installed-dev   ## mypy --strict over assistant/ and eval/
	$(BIN)/mypy --strict assistant eval

check: lint types test   ## what CI runs

eval: $(VENV)/installed-dev   ## retrieval alone, end to end and robustness, on eval/questions
	$(BIN)/python -m eval all

rules-proof: $(VENV)/installed-dev   ## rule engine against the oracle, and every number of the rules changed
	$(BIN)/python -m eval oracle
	$(BIN)/python -m eval mutants

bench: $(VENV)/installed-dev   ## latency, cold start, index build, memory
	$(BIN)/python -m eval bench

bench-gate: $(VENV)/installed-dev   ## the verification gate against texts with one change each
	$(BIN)/python -m eval gate

bench-pages: $(VENV)/installed-dev   ## the chat page and the desk in Chromium: first byte, weight, first step, answer, offers
	$(BIN)/python -m eval pages

load: $(VENV)/installed-dev   ## 100 chats at once for five minutes: errors, times, memory
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e '.[load]'
	$(BIN)/python -m eval load

scale: $(VENV)/installed-dev   ## time, memory, updates from 250 to 500,000 clauses, with a plot: make scale DATA=folder
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e '.[docs]'
	$(BIN)/python -m eval scale $(DATA)

baselines: $(VENV)/installed-dev   ## LangChain's and Haystack's retrieval beside ours: make baselines DATA=folder
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e '.[baselines]'
	$(BIN)/python -m eval baselines $(DATA)/stard --split dev

encoder: $(VENV)/installed-dev   ## train the shipped encoder again: make encoder DATA=folder
	$(BIN)/python -m eval.train_encoder $(DATA) --out indexes/encoder

openapi-examples: $(VENV)/installed-dev   ## write the examples of the OpenAPI document anew, from a real server's answers
	$(BIN)/python -m tests.interfaces.http.openapi_examples

screenshots: $(VENV)/installed-dev   ## pictures of every page into docs/images, with /usr/bin/chromium
	$(PIP) install --quiet --progress-bar off -c constraints.txt -e '.[docs]'
	$(BIN)/python -m eval screenshots

lock: ## write constraints.txt anew from a fresh environment
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet -e '.[dev,docs,baselines,load]'
	build/lock/bin/python -m pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt

clean:   ## remove what was built; the records in var/ stay
	rm -rf build $(VENV) indexes/current .mypy_cache .ruff_cache .pytest_cache
