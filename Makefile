# The course and its tests, each with one command, on a machine that has make and Python 3.11 with pip.
# Everything is installed into .venv; `make clean` removes it.

PYTHON ?= python3
UV_VERSION := 0.13.9
LAB_FLAGS ?=
PYTEST_FLAGS ?=
SITE_FLAGS ?=
LOCK_FLAGS ?=
SYSTEMS ?= 300
LESSONS ?=

VENV := .venv
RUN := $(VENV)/bin/python -m
UV = $(VENV)/bin/uv

# A stamp's name holds the checksum of what was installed (and where: a virtual environment cannot be moved),
# so a second start installs nothing, and a changed lock is installed at once.
checksum = $(shell (pwd; cat $(1) 2>/dev/null) | cksum | tr ' ' '-')
BASE := $(VENV)/base-$(UV_VERSION)-$(call checksum,/dev/null)
LEARNER := $(VENV)/learner-$(call checksum,pyproject.toml requirements.lock)
DEVELOPER := $(VENV)/developer-$(call checksum,pyproject.toml requirements-dev.lock)
SITE := $(VENV)/site-$(call checksum,requirements-site.lock)
CDK := $(VENV)/cdk-$(call checksum,requirements-cdk.lock data/deploy/package-lock.json sim/show/stage/source/package-lock.json)

# uv does not read pip's settings: where pip is told to use a company's mirror, uv is told the same.
mirror = index=$$($(RUN) pip config list | sed -n "s/.*[.]index-url='\(.*\)'$$/\1/p" | head -n 1); \
	if [ -n "$$index" ] && [ -z "$$UV_DEFAULT_INDEX$$UV_INDEX_URL" ]; then export UV_DEFAULT_INDEX="$$index"; fi

# Exactly the lock's files, then the project itself, editable, with the lock's own build backend.
# All of it compiled now, once, so that no lesson and no test waits for it later.
install = echo "Installing $(1) into $(VENV): once, some seconds."; $(mirror); \
	$(UV) pip install --quiet --compile-bytecode --python $(VENV) --require-hashes -r $(1) && \
	$(UV) pip install --quiet --python $(VENV) --no-deps --no-build-isolation --editable . && \
	$(RUN) compileall -q sim

.DEFAULT_GOAL := help
.PHONY: help lab dashboard test slow lint bench mutate proof panels games fresh docs lock cdk stage site clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s%s\n", $$1, $$2 }' Makefile

lab: $(LEARNER) ## open the course in JupyterLab (LAB_FLAGS="--no-browser --port=8899")
	$(RUN) jupyterlab --config=jupyter/jupyter_lab_config.py $(LAB_FLAGS)

dashboard: $(LEARNER) ## open the compare panel and the catalogue as an app without code (LAB_FLAGS as for lab)
	$(RUN) voila --Voila.config_file_paths=jupyter dashboard/compare-and-catalogue.ipynb $(LAB_FLAGS)

test: $(DEVELOPER) ## the fast tests (PYTEST_FLAGS="-n 2 tests/project/test_setup.py")
	$(RUN) pytest -m "not slow" --numprocesses auto --dist loadfile $(PYTEST_FLAGS)

slow: $(DEVELOPER) $(CDK) $(SITE) ## the statistical and long tests
	$(RUN) pytest -m slow --numprocesses auto --dist loadfile $(PYTEST_FLAGS)

cdk: $(CDK) ## what the slow tests deploy with, without AWS: CDK for Python and TypeScript, template linters

stage: $(CDK) ## check the stage's JavaScript and join it anew into sim/show/stage/stage.js and stage_page.js
	@PATH="$(CURDIR)/$(VENV)/cdk/bin:$$PATH" npm --prefix sim/show/stage/source run --silent all

site: $(LEARNER) $(SITE) ## write the course as pages that need nothing installed into build/site/ (SITE_FLAGS=--sample)
	$(RUN) sim.show.site build/site $(SITE_FLAGS)
	$(RUN) docs.site build/site $(SITE_FLAGS)

lint: $(DEVELOPER) ## style, types and spelling
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy --strict sim
	$(RUN) codespell_lib

bench: $(DEVELOPER) ## speed and memory, beside SimPy's own and SimFaaS; in a browser the stage, a slider's move, opening
	$(RUN) tests.benchmarks
	$(RUN) tests.benchmarks.stage
	$(RUN) tests.benchmarks.slider
	$(RUN) tests.benchmarks.opening
	$(RUN) tests.benchmarks.playground

mutate: $(DEVELOPER) ## break some two hundred rules, one at a time: each must turn a test red
	$(RUN) tests.mutate

proof: $(DEVELOPER) ## random systems of all kinds: no exception, none slow, the same twice, as the spans say (SYSTEMS=10000)
	$(RUN) tests.proof $(SYSTEMS)

panels: $(DEVELOPER) ## all that a hand can do with each panel of each lesson, in a browser (LESSONS="03-queues")
	$(RUN) tests.panel_proof $(LESSONS)

games: $(DEVELOPER) ## every incident of the game day: no console knows what comes, a repair helps, and one does not
	$(RUN) tests.game_proof

fresh: $(DEVELOPER) ## what AWS has changed since data/ was written: the newest botocore, cfn-lint, Powertools (network)
	@$(mirror); $(UV) venv --quiet --clear --python $(VENV)/bin/python $(VENV)/fresh && \
	$(UV) pip install --quiet --python $(VENV)/fresh --no-deps --refresh botocore cfn-lint aws-lambda-powertools
	$(RUN) tests.fresh $(VENV)/fresh

docs: $(LEARNER) ## write the glossary, the cheat sheet and the lessons' moving pictures anew into docs/
	$(VENV)/bin/python -c "from sim.course import markdown_pages; markdown_pages.write()"
	$(VENV)/bin/python -c "from sim.show.lesson import opening; opening.write()"

# Versions stay as they are while they fit; LOCK_FLAGS=--upgrade takes the newest.
lock: $(BASE) ## write the lock files anew from pyproject.toml (LOCK_FLAGS=--upgrade)
	$(call compile,pyproject.toml --group build,requirements.lock)
	$(call compile,pyproject.toml --group build --group test --constraint requirements.lock,requirements-dev.lock)
	$(call compile,--group cdk,requirements-cdk.lock)
	$(call compile,--group site --constraint requirements-dev.lock,requirements-site.lock)

compile = $(UV) pip compile --quiet --python $(VENV) --universal --generate-hashes \
	--custom-compile-command "make lock" $(LOCK_FLAGS) $(1) --output-file $(2)

clean: ## remove .venv and what the tools left behind
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BASE):
	@$(PYTHON) -c 'import sys; sys.exit("This course needs Python 3.11 or newer; $(PYTHON) is %d.%d: try `make PYTHON=python3.11 ...`." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(LEARNER): | $(BASE)
	@$(call install,requirements.lock)
	@rm -f $(VENV)/learner-*
	@touch $@

# The developers' lock holds the learners' too, in the same versions.
$(DEVELOPER): | $(BASE)
	@$(call install,requirements-dev.lock)
	@rm -f $(VENV)/learner-* $(VENV)/developer-*
	@touch $@ $(LEARNER)

# Sphinx beside the project's packages: a .pth file names their folder, for the reference imports the project.
$(SITE): | $(BASE)
	@echo "Installing requirements-site.lock into $(VENV)/site: once, some seconds."; $(mirror); \
	$(UV) venv --quiet --clear --python $(VENV)/bin/python $(VENV)/site && \
	$(UV) pip install --quiet --compile-bytecode --python $(VENV)/site --require-hashes -r requirements-site.lock
	@$(VENV)/bin/python -c "import sysconfig, pathlib; where = sysconfig.get_path('purelib', vars={'base': '$(VENV)/site'}); \
	pathlib.Path(where, 'project.pth').write_text(sysconfig.get_path('purelib'))"
	@rm -f $(VENV)/site-*
	@touch $@

# Node.js comes with the Python packages: CDK needs it in both languages, and the stage's JavaScript to be joined.
$(CDK): | $(BASE)
	@echo "Installing requirements-cdk.lock and the locks of data/deploy/ and sim/show/stage/source/: once, a minute or two."; $(mirror); \
	$(UV) venv --quiet --clear --python $(VENV)/bin/python $(VENV)/cdk && \
	$(UV) pip install --quiet --python $(VENV)/cdk --require-hashes -r requirements-cdk.lock
	@for folder in data/deploy sim/show/stage/source; do \
		PATH="$(CURDIR)/$(VENV)/cdk/bin:$$PATH" npm --prefix $$folder ci --no-audit --no-fund --loglevel error || exit 1; \
	done
	@rm -f $(VENV)/cdk-*
	@touch $@
