# Two commands set everything up: `make demo` and `make test`.  PYTHON picks another interpreter (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DRAFT := examples/q05-draft.md

.PHONY: demo test test-calibrate test-peer lint fix record proof attacks trust lock wheel bench bench-batch bench-drafts clean

# Install what grading needs and grade a real draft with the built-in rules.
demo: $(VENV)/.coach
	@echo
	@$(BIN)/coach grade $(DRAFT) -q 5 --model rules
	@echo
	@echo 'Now yours:  $(BIN)/coach grade -q 5     (paste, then Ctrl-D)'

# Run the tests: offline, no key needed.
test: $(VENV)/.dev
	$(BIN)/python -m pytest

# The coach over llama.cpp's own server, with a small model made on the spot: installs that server (a 40 MB download).
test-peer: $(VENV)/.peer
	$(BIN)/python -m pytest -m peer tests/peer

# The tests of `coach calibrate` and of pictures, which `make test` skips: they need scikit-learn, scipy and matplotlib.
test-calibrate: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[calibrate]'
	$(BIN)/python -m pytest tests/test_agreement.py tests/test_calibrate.py tests/test_calibrate_cli.py tests/test_progress_cli.py

# Style, then strict types.
lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Mend what can be mended by itself.
fix: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Record the cassettes anew: make record BASE_URL=http://localhost:8000/v1 MODEL=name [ONLY=q05-weak]
record: $(VENV)/.dev
	$(BIN)/python -m tests.record --base-url "$(BASE_URL)" --model "$(MODEL)" --only "$(ONLY)"

# Play back what language-model readers made of the exemplars; writes the report into rubrics/README.md.
proof: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[proof]'
	$(BIN)/python -m benchmarks.proof

# Put every attack before the rules and a gullible model; writes docs/attacks.md.
attacks: $(VENV)/.dev
	$(BIN)/python -m tests.attacks

# What is known about how far the grades can be trusted: writes docs/trust.md.
trust: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[calibrate]'
	$(BIN)/python -m benchmarks.trust

# Pin every dependency by hash, for any machine; no address goes into the files.
lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet 'uv>=0.9'
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements-dev.txt

# Build the wheel, install it in an empty environment, grade from another folder.
wheel:
	PYTHON="$(PYTHON)" sh tests/wheel.sh

# Whole-process times, and the client's CPU time of a grading, as ratios.
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/startup.py; started=$$?; $(BIN)/python -m benchmarks.client_cpu && exit $$started

# A batch against a bare loop, at an endpoint that limits, over many answers by rules, and killed ten times.
bench-batch: $(VENV)/.dev
	$(BIN)/python -m benchmarks.batch && $(BIN)/python -m benchmarks.crash

# kill -9 while drafts are added and graded, fifty times each way, and two processes on one story; about three minutes.
bench-drafts: $(VENV)/.dev
	$(BIN)/python -m benchmarks.drafts

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.coach: $(VENV)/.venv requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.coach requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.peer: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary=xllamacpp -e '.[peer]'
	@touch $@
