# Every command a person needs; `make help` lists them.
PORT ?= 8080
ARGS ?=
VENV := .venv
INSTANCE := $(or $(MATCHMAKER_INSTANCE),instance)
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test asvs controls lint bench mutation catalogues wheel runtime-env test-env bench-env

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

runtime-env:
	@tools/install.sh runtime

test-env:
	@tools/install.sh test

bench-env:
	@tools/install.sh bench

# `exec`, so that the signal which ends make ends the server and nothing stays behind.
demo: runtime-env ## Run the site on PORT (8080) with demonstration data, until it is stopped
	@exec $(PY) -m matchmaker demo --port $(PORT)

# Only a folder with the demonstration's keys is emptied, so no other database goes with it.
demo-reset: ## Throw the demonstration data away; the next `make demo` lays it anew
	@if [ -f $(INSTANCE)/demonstration-keys.json ]; then \
	    find $(INSTANCE) -mindepth 1 ! -name .gitkeep -delete; \
	    echo "The demonstration data are gone. 'make demo' lays them anew."; \
	else \
	    echo "There are no demonstration data in $(INSTANCE)."; \
	fi

test: test-env ## Run the tests; ARGS='tests/needs -k draft' passes arguments to pytest
	@$(PY) tools/run_tests.py $(ARGS)

asvs: test-env ## Say which requirements of ASVS 5.0 the tests prove, and whether they pass
	@$(PY) tools/asvs_report.py $(ARGS)

controls: test-env ## Switch each security control off and see that a test notices
	@$(PY) tools/controls.py $(ARGS)

lint: test-env ## Style, types, import contracts, templates, catalogues, tree
	@tools/lint.sh

bench: bench-env ## Measure the assignment routes against their peers
	@$(PY) benchmarks/run.py $(ARGS)

mutation: test-env ## Change the pure code in small ways and see whether a test notices
	@$(PY) tools/mutation.py $(ARGS)

catalogues: test-env ## Extract the messages, update and compile the catalogues
	@tools/catalogues.sh

wheel: test-env ## Build dist/*.whl and check what is inside
	@rm -rf dist
	@$(PY) -m hatchling build --target wheel
	@$(PY) tools/check_wheel.py dist/*.whl
