# Thin names for what the course can do; each line below works without make too.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
INSTALLED := $(VENV)/.installed
FRAMEWORKS := _build/frameworks/.installed

.PHONY: book test test-slow coverage new-page new-loss serve notebooks messages lock clean bench test-frameworks test-machines system help

book: $(INSTALLED)      # build every edition into _build/html
	@$(PY) -m tools.build

serve: $(INSTALLED)     # build, then serve on 127.0.0.1 and open the browser
	@$(PY) -m tools.build --serve

test: $(INSTALLED)      # style, doctests, tests, notebooks
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest

# pytest ends with 5 where it finds nothing to run.
test-slow: $(INSTALLED) # the experiments behind claims of the pages that take too long for `make test`
	@$(PY) -m pytest -m slow tests/claims || [ $$? -eq 5 ]

# Without the notebooks: they run in processes of their own, and so does what is tested in a browser. The branches that
# only a page takes are few, and a test of the package should take them too.
coverage: $(INSTALLED)  # measure which lines and branches of the package its own tests run
	@$(PY) -m coverage run -m pytest -n 0 -q lossedu tests/choosing tests/data tests/descent tests/exercises \
	  tests/grading tests/losses tests/plot tests/terminal
	@$(PY) -m coverage report

notebooks: $(INSTALLED) # fill derived cells, run every notebook, store its outputs
	@$(PY) -m tools.notebooks
	@$(PY) -m tools.back_matter
	@$(PY) -m tools.architecture

new-page: $(INSTALLED)  # start a page at the end of its part: make new-page NAME=regression/new-page
	@$(PY) -m tools.new $(NAME)

new-loss: $(INSTALLED)  # start a loss in the file of its family: make new-loss NAME=half_square FAMILY=regression
	@$(PY) -m tools.new_loss $(NAME) $(FAMILY)

messages: $(INSTALLED)  # take new messages and exercises into the translation catalogues, and compile them
	@$(PY) -m tools.messages

bench: $(FRAMEWORKS)    # speed beside NumPy, scikit-learn, PyTorch and JAX, in one run: writes benchmarks/RESULTS.md
	@_build/frameworks/$(notdir $(BIN))/python -m benchmarks.report

test-machines: $(INSTALLED) # run notebooks and numeric tests as other processors compute, and on every Python from 3.11 to 3.13
	@$(PY) -m tests.machines

test-frameworks: $(FRAMEWORKS) # compare with PyTorch, TensorFlow, JAX and boosters, in an environment of their own
	@_build/frameworks/$(notdir $(BIN))/python -m pytest -n 0 tests/frameworks --ignore tests/frameworks/test_keras.py
	@_build/frameworks/$(notdir $(BIN))/python -m pytest -n 0 tests/frameworks/test_keras.py
	@_build/frameworks/$(notdir $(BIN))/python -m pytest -n 0 book/en/practice/pytorch.ipynb book/en/practice/tensorflow.ipynb

lock: $(INSTALLED)      # resolve requirements.txt anew
	@$(PY) -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra book --extra test --extra bench --universal \
	  --python-version 3.11 --fork-strategy fewest -o requirements.txt

system:                 # install what is not Python: a browser, a sandbox, a font, pandoc
	@.ci/system

help:                   # say what each target does
	@sed -n 's/^\([a-z-]*\):[^#]*# */\1	/p' Makefile | awk -F'\t' '{printf "make %-16s %s\n", $$1, $$2}'

clean:                  # remove what was built
	@rm -rf _build .pytest_cache .hypothesis .ruff_cache .mypy_cache .benchmarks .coverage dist

# The stamp comes last: an installation that broke off does not count.
$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "lossedu needs Python 3.11, 3.12 or 3.13, and this is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is incomplete. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV), about a minute ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt || { \
	  echo "could not install the packages of requirements.txt: is there a network?"; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -e . || { \
	  echo "could not install lossedu itself: is there a network?"; exit 1; }
	@touch $@

$(FRAMEWORKS): requirements.txt pyproject.toml
	@echo "Installing PyTorch, TensorFlow and JAX into _build/frameworks, some minutes ..."
	@$(PYTHON) -m venv _build/frameworks
	@_build/frameworks/$(notdir $(BIN))/python -m pip install --quiet -r requirements.txt -e '.[frameworks]'
	@touch $@
