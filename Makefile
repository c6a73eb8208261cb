# Two commands are enough: `make demo` shows the tool, `make test` is the whole test suite. `make sure` adds the linters.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# Faults on purpose, the tables compared with an undisturbed run (docs/faults.md). TIMES: how much more than `make test`, or all.
# SECONDS_A_TEST: after so long a test begins nothing more, so that the whole ends within an hour.
TIMES ?= 20
SECONDS_A_TEST ?= 20

.PHONY: demo test faults sure lint coverage audit bench sbom lock messages screenshots clean

demo: $(INSTALLED)
	$(BIN)/python -m tests.demo_vle.demo

test: $(INSTALLED)
	$(BIN)/python -m pytest -n 3 --dist loadfile

faults: $(INSTALLED)
	LEA_TEST_FAULTS=$(TIMES) LEA_TEST_FAULTS_SECONDS=$(SECONDS_A_TEST) $(BIN)/python -m pytest tests/faults

sure: lint coverage audit

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term

audit: $(INSTALLED)
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt

# The speeds to hold, in half an hour (docs/performance.md): make bench BENCH="history --history 10000000"
bench: $(INSTALLED)
	$(BIN)/python -m benchmarks $(BENCH)

# What production installs, with hashes, as CycloneDX: for vulnerability scanners and procurement.
sbom: $(INSTALLED)
	mkdir -p build
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --of JSON --validate -o build/sbom.cdx.json

screenshots: $(INSTALLED)
	$(BIN)/python -m tests.browser.screenshots docs/screenshots

# Page text for the translators: what the code says goes into each language's messages.po, that into messages.mo.
MESSAGES := analytics bridge lti
SAID_BY := -k mark -k mark_plural:1,2 -k html_text -k html_ngettext:1,2
messages: $(INSTALLED)
	mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml $(SAID_BY) --add-location file --sort-by-file --no-wrap --omit-header -o build/messages.pot $(MESSAGES)
	$(BIN)/pybabel -q update -i build/messages.pot -d lti/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(BIN)/python -m lti.catalogues

# The pinned, hashed dependencies: requirements.txt is what production installs, requirements-dev.txt adds the tests' own.
lock: $(INSTALLED)
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt pyproject.toml
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev -o requirements-dev.txt pyproject.toml

$(INSTALLED): requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
