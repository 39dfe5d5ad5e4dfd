# Everything sets itself up: a fresh machine needs Python >= 3.11, make and package registries.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/slipway
UV_VERSION := 0.13.9
UV := $(CACHE)/uv-$(UV_VERSION)/bin/uv

.PHONY: setup lock lock-example toolchain toolchain-yaml
setup: $(VENV)/.ready

$(UV):
	@echo "uv $(UV_VERSION): installing into $(dir $@)"
	@$(PYTHON) -m venv $(CACHE)/uv-$(UV_VERSION)
	@$(CACHE)/uv-$(UV_VERSION)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.ready: $(UV) requirements/dev.txt pyproject.toml scoring/pyproject.toml rehearsal/pyproject.toml pytest-pulumi/pyproject.toml
	@echo "Python environment: .venv (about 110 packages; a minute the first time, seconds from the cache)"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . -e scoring -e rehearsal -e pytest-pulumi
	@touch $@

# The lock names no hosts: `uv pip compile`, never `uv lock`.
lock: $(UV)
	$(UV) pip compile pyproject.toml scoring/pyproject.toml rehearsal/pyproject.toml pytest-pulumi/pyproject.toml --all-extras --group dev \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --unsafe-package slipway-scoring --unsafe-package slipway-rehearsal --unsafe-package pytest-pulumi -o requirements/dev.txt

# The example's own lock: what stands in its image.
lock-example: setup
	$(BIN)/python -m slipway.imagebuild lock examples/diabetes/myenv.yml

# The provider's schema, from the classes that the plug-in serves.
.PHONY: schema
schema: setup
	$(BIN)/python -m plugin.schema

# The TypeScript program, type-checked against the SDK that the schema makes; needs npm.
.PHONY: example-typescript
example-typescript: setup toolchain
	$(BIN)/python -m tools.sdk plugin/schema.json examples/typescript/sdks/slipway
	cd examples/typescript && npm install --no-audit --no-fund --no-package-lock && npx tsc --noEmit

# --- everyday ---------------------------------------------------------------------------------
PACKAGES := slipway components plugin stacks rehearsal tools
TOOLCHAIN_PATH = $$($(BIN)/python -m tools.toolchain path)

.PHONY: demo demo-down check format lint types fast test test-docker kills bench-deploy bench-serving
demo: setup toolchain
	@PATH="$(TOOLCHAIN_PATH):$$PATH" $(BIN)/python -m tools.demo up

demo-down: setup toolchain
	@PATH="$(TOOLCHAIN_PATH):$$PATH" $(BIN)/python -m tools.demo down

check: lint types fast

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy --cache-dir $(CACHE)/mypy $(addprefix -p ,$(PACKAGES)) -p scoring -p pytest_pulumi

fast: setup
	$(BIN)/pytest -n 2 -m "not engine and not docker" -q

# Everything, on the real engine. Docker tests run where a daemon answers, and say so where none does.
test: setup toolchain-yaml
	PATH="$(TOOLCHAIN_PATH):$$PATH" $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 15

# The Docker tests alone, where Docker is promised: without a daemon they fail.
test-docker: setup toolchain
	PATH="$(TOOLCHAIN_PATH):$$PATH" SLIPWAY_RUNTIME=docker $(BIN)/pytest -m docker

# At least 30 SIGKILLs of `pulumi up` at random points, each followed by recover and up.
kills: setup toolchain
	PATH="$(TOOLCHAIN_PATH):$$PATH" $(BIN)/python -m benchmarks.deploy.kills

# Medians of five runs: the demo, previews, a new model, going back.
bench-deploy: setup toolchain
	PATH="$(TOOLCHAIN_PATH):$$PATH" $(BIN)/python -m benchmarks.deploy

# The scoring server beside its peers; about 15 minutes with the defaults, ROUNDS=1 SECONDS=1 for a first look.
ROUNDS ?= 5
SECONDS ?= 3
bench-serving: setup
	@$(BIN)/python -m benchmarks.serving --rounds $(ROUNDS) --seconds $(SECONDS)

# The Pulumi CLI: the one on the PATH, else fetched or built into the cache; prints its folder.
toolchain: setup
	@$(BIN)/python -m tools.toolchain ensure

# The same with the language host for programs in Pulumi YAML (2 minutes more where it is built).
toolchain-yaml: setup
	@$(BIN)/python -m tools.toolchain yaml

# The Open Inference Protocol's messages; any version of the compiler will do (docs/decisions/0065).
.PHONY: protos
protos: $(UV)
	$(UV) tool run --from grpcio-tools python -m grpc_tools.protoc -I scoring/src/scoring/oip \
	    --descriptor_set_out=scoring/src/scoring/oip/inference.binpb inference.proto

# A million requests to one server; at most ten minutes.
.PHONY: soak
soak: setup
	@$(BIN)/python -m benchmarks.serving.soak

# Malformed requests for the scoring runtime's parsers and its HTTP door: MINUTES for each of the five targets.
MINUTES ?= 1
.PHONY: fuzz
fuzz: setup
	@$(BIN)/python -m tools.fuzz --minutes $(MINUTES)
