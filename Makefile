# The college's commands (docs/reference/commands.md). `make run` needs Python ≥ 3.11 and make, nothing else.
PYTHON ?= python3
VENV := .venv/bin
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: help setup setup-test run test check style soak bench lock messages pictures

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install what `make run` needs, into .venv and node_modules
	@$(PYTHON) tools/bootstrap.py run

run: setup ## the college with its demo: http://127.0.0.1:8000
	@$(VENV)/python tools/run.py

setup-test:
	@$(PYTHON) tools/bootstrap.py test

style: setup-test
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo
	$(VENV)/djlint app --lint --quiet
	$(VENV)/python tools/messages.py --check

check: style ## style, types, contracts, rules: the part of the proof that takes a few minutes
	$(VENV)/python -m pytest -q tests/house tests/kernel -m "not browser" -n 2

test: style ## everything that proves the product; ends with pytest's own summary
	$(PYTHON) tools/jstests.py
	$(VENV)/python -m pytest -n 2 --dist loadscope

soak: setup-test ## the long proofs, for MINUTES (default 30)
	$(VENV)/python tools/soak.py

bench: ## measure against docs/performance.md; SCALE=full for the whole city
	@$(PYTHON) tools/bootstrap.py bench
	$(VENV)/python -m bench $(if $(SCALE),--scale $(SCALE))

messages: ## extract new message ids, list what has no Chinese
	$(VENV)/python tools/messages.py

pictures: setup-test ## every page in both widths and themes, into docs/images
	$(VENV)/python -m tools.pictures

lock: ## lock the packages anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate requirements/runtime.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate requirements/dev.in -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate requirements/build.in -o requirements-build.txt
