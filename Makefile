# colivraison: the commands of the house.  `make` alone lists them.
#
# Everything is installed into .venv, at the versions and hashes of .ci/*.lock; nothing is ever
# installed on the system.  What the system must offer is checked first and named all at once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/demo
# The first interpreter that is recent enough; `make PYTHON=/some/python demo` takes another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Silent unless something fails: pip warns for each package that a local mirror lacks.
INSTALL := $(PIP) install -qq --require-hashes
CHECK := bash .ci/needs $(or $(PYTHON),none)

NATIVE := $(shell find src/colivraison/_native -name '*.cpp' -o -name '*.hpp' -o -name CMakeLists.txt)
BUILT_FROM := pyproject.toml $(NATIVE) $(wildcard src/colivraison/web/package*.json data/osm/demo.osm.pbf)

.PHONY: help
help: ## la liste des commandes
	@echo "colivraison : tournées de livraison partagées"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

.PHONY: demo
demo: $(VENV)/installed ## la semaine de démonstration : tournées, carte, feuilles de route
	@$(BIN)/colivraison demo --out "$(OUT)"

.PHONY: build
build: $(VENV)/installed ## installe le paquet et ses dépendances dans .venv
	@echo "Prêt : $(BIN)/colivraison"

.PHONY: test
test: lint test-native ## tous les contrôles et tous les tests
	@echo "Tests…"
	@$(BIN)/python -m pytest -m "not slow" -n auto --dist loadgroup

.PHONY: test-slow
test-slow: $(VENV)/installed-dev ## les preuves qui durent plusieurs minutes
	@$(BIN)/python -m pytest -m slow

.PHONY: lint
lint: $(VENV)/installed-dev ## mise en forme, règles, types, étages de la maison
	@echo "Mise en forme, règles, types, étages…"
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: test-native
# The whole core under the address and undefined-behaviour sanitizers; the search, which alone has
# threads, under the thread sanitizer too; and a real instance under valgrind.
test-native: $(VENV)/installed-dev ## le code C++ seul, sous contrôle des accès mémoire
	@echo "Tests du code C++…"
	@PATH="$(CURDIR)/$(BIN):$$PATH"; \
	for tool in sanitizers threads valgrind; do \
		cmake -S tests/native -B "build/native-tests/$$tool" -G Ninja -DCHECKED_BY="$$tool" >/dev/null; \
		cmake --build "build/native-tests/$$tool" >/dev/null; \
	done; \
	for tool in sanitizers threads valgrind; do \
		ctest --test-dir "build/native-tests/$$tool" --output-on-failure --no-tests=error; \
	done

.PHONY: wheel
wheel: $(VENV)/dependencies ## le paquet à installer ailleurs, dans dist/
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

# uv writes locks that serve every system and Python version; plain pip reads them.
LOCK := .venv-lock/bin/uv pip compile pyproject.toml --quiet --no-config --universal \
	--fork-strategy fewest --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links
.PHONY: lock
lock: ## recalcule les versions figées (.ci/*.lock et package-lock.json)
	@$(CHECK) build
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock; .venv-lock/bin/pip install --quiet uv; }
	@$(LOCK) --group build --upgrade --output-file .ci/requirements.lock >/dev/null
	@$(LOCK) --group dev --upgrade --constraint .ci/requirements.lock \
		--output-file .ci/requirements-dev.lock >/dev/null
	@npm install --prefix src/colivraison/web --package-lock-only --ignore-scripts \
		--omit-lockfile-registry-resolved --no-audit --no-fund

.PHONY: clean
clean: ## efface tout ce qui se reconstruit
	rm -rf $(VENV) .venv-lock build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/colivraison/_native/_core.* src/colivraison/maps/assets/leaflet
	rm -rf src/colivraison/api/assets/swagger-ui src/colivraison/demo/data
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is redone only when what it was made from has changed.
$(VENV)/dependencies: .ci/requirements.lock
	@$(CHECK) build
	@echo "Dépendances… (une à deux minutes la première fois)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r .ci/requirements.lock
	@touch $@

$(VENV)/dependencies-dev: .ci/requirements-dev.lock $(VENV)/dependencies
	@$(CHECK) test
	@echo "Outils de contrôle…"
	@$(INSTALL) -r .ci/requirements-dev.lock
	@touch $@

$(VENV)/installed: $(VENV)/dependencies $(BUILT_FROM)
	@echo "Construction du paquet…"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/dependencies-dev $(VENV)/installed
	@touch $@
