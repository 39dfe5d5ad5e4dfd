# Everything sets itself up: a fresh machine needs Python >= 3.11, make and package registries.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/slipway
UV_VERSION := 0.13.9
UV := $(CACHE)/uv-$(UV_VERSION)/bin/uv
DISTRIBUTIONS := . scoring rehearsal pytest-pulumi
PYPROJECTS := $(DISTRIBUTIONS:%=%/pyproject.toml)
#: Checked by mypy, one `-p` each.
PACKAGES := slipway components plugin stacks policies scoring scoring_fuzz rehearsal pytest_pulumi tools examples.demo docs.generate
TOOLCHAIN_PATH = $$($(BIN)/python -m tools.toolchain path)
WITH_TOOLCHAIN = PATH="$(TOOLCHAIN_PATH):$$PATH"

# Where it is set, each of the thousands of processes of a test run compiles all that it imports (docs/decisions/0152).
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

##@ First steps

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup toolchain ## Train a model, deploy it with the real Pulumi engine to the rehearsal, score it
	@$(WITH_TOOLCHAIN) $(BIN)/python -m examples.demo up

.PHONY: demo-down
demo-down: setup toolchain ## Destroy what `make demo` made; stop the rehearsal if no other stack is in it
	@$(WITH_TOOLCHAIN) $(BIN)/python -m examples.demo down

.PHONY: setup
setup: $(VENV)/.ready ## Make the Python environment (.venv); every target does it by itself

# The Pulumi CLI: the one on the PATH, else fetched or built into the cache.
.PHONY: toolchain
toolchain: setup ## Find or build the Pulumi CLI and print its folder
	@$(BIN)/python -m tools.toolchain ensure

# Two minutes more where it has to be built.
.PHONY: toolchain-yaml
toolchain-yaml: setup ## The same with the language host for programs in Pulumi YAML
	@$(BIN)/python -m tools.toolchain yaml

# Five minutes where the vendor is out of reach and it has to be built.
.PHONY: toolchain-kubernetes
toolchain-kubernetes: setup ## The same with the vendor's Kubernetes provider, for services on a cluster
	@$(BIN)/python -m tools.toolchain kubernetes

# A few minutes where none is on the PATH.
.PHONY: toolchain-kubelogin
toolchain-kubelogin: setup ## The same with kubelogin, which signs in to clusters with Entra's users
	@$(BIN)/python -m tools.toolchain kubelogin

$(UV):
	@echo "uv $(UV_VERSION): installing into $(dir $@)"
	@$(PYTHON) -m venv $(CACHE)/uv-$(UV_VERSION)
	@$(CACHE)/uv-$(UV_VERSION)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.ready: $(UV) requirements/dev.txt $(PYPROJECTS)
	@echo "Python environment: .venv (about 110 packages; a minute the first time, seconds from the cache)"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(addprefix -e ,$(DISTRIBUTIONS))
	@touch $@

##@ Every day

.PHONY: check
check: lint types fast ## All that should hold before a commit: lint, types, fast

.PHONY: format
format: setup ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lint
lint: setup ## Formatting and ruff's rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: setup ## mypy --strict over everything but tests and benchmarks
	$(BIN)/mypy --cache-dir $(CACHE)/mypy $(addprefix -p ,$(PACKAGES))

.PHONY: fast
fast: setup ## Tests that need no Pulumi CLI, Docker or Kubernetes, and download nothing
	$(BIN)/pytest -n 2 -m "not engine and not docker and not downloads and not cluster" -q

# Docker tests run where a daemon answers, and say so where none does.
.PHONY: test
test: setup toolchain-yaml ## All tests, on the real engine
	$(WITH_TOOLCHAIN) $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 15

.PHONY: test-docker
test-docker: setup toolchain ## The Docker tests alone; without a daemon they fail
	$(WITH_TOOLCHAIN) SLIPWAY_RUNTIME=docker $(BIN)/pytest -m docker

##@ What is made from the code

.PHONY: docs
docs: setup schema ## Write the generated documents: CLI reference, index of decisions, layout, settings, schema
	$(BIN)/python -m docs.generate
	$(BIN)/python -m stacks.schema
	$(BIN)/python -m stacks.reference

.PHONY: schema
schema: setup ## Write the provider's schema from the classes that the plug-in serves
	$(BIN)/python -m plugin.schema

.PHONY: example-typescript
example-typescript: setup toolchain ## Type-check the TypeScript example against the SDK that the schema makes; needs npm
	$(BIN)/python -m tools.sdk plugin/schema.json examples/typescript/sdks/slipway
	cd examples/typescript && npm install --no-audit --no-fund --no-package-lock && npx tsc --noEmit

# The lock names no hosts: `uv pip compile`, never `uv lock`.
.PHONY: lock
lock: $(UV) ## Lock the development environment (requirements/dev.txt)
	$(UV) pip compile $(PYPROJECTS:./%=%) --all-extras --group dev \
	    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --unsafe-package slipway-scoring --unsafe-package slipway-rehearsal --unsafe-package pytest-pulumi -o requirements/dev.txt

.PHONY: lock-example
lock-example: setup ## Lock what is in the example's image
	$(BIN)/python -m slipway.imagebuild lock examples/diabetes/myenv.yml

# Any version of the compiler will do (docs/decisions/0065).
.PHONY: protos
protos: $(UV) ## Compile the Open Inference Protocol's messages
	$(UV) tool run --from grpcio-tools python -m grpc_tools.protoc -I scoring/src/scoring/oip \
	    --descriptor_set_out=scoring/src/scoring/oip/inference.binpb inference.proto

##@ Measurements and long runs

.PHONY: kills
kills: setup toolchain ## Kill `pulumi up` 32 times, let 30 creations answer an error; recover and up after each
	$(WITH_TOOLCHAIN) $(BIN)/python -m benchmarks.deploy.kills
	$(WITH_TOOLCHAIN) $(BIN)/python -m benchmarks.deploy.answered_errors

.PHONY: bench-deploy
bench-deploy: setup toolchain ## Time the demo, previews, a new model and a rollback; medians of five runs
	$(WITH_TOOLCHAIN) $(BIN)/python -m benchmarks.deploy

ROUNDS ?= 5
SECONDS ?= 3
.PHONY: bench-serving
bench-serving: setup ## Measure the scoring server beside its peers: 15 minutes; ROUNDS=1 SECONDS=1 for a first look
	@$(BIN)/python -m benchmarks.serving --rounds $(ROUNDS) --seconds $(SECONDS)

.PHONY: soak
soak: setup ## Send a million requests to one server, and runs that fail; at most twenty minutes
	@$(BIN)/python -m benchmarks.serving.soak

MINUTES ?= 1
.PHONY: fuzz
fuzz: setup ## Send malformed requests to the scoring runtime: MINUTES for each of its six targets
	@$(BIN)/python -m scoring_fuzz --minutes $(MINUTES)

BODIES ?= 10000
.PHONY: fuzz-arm
fuzz-arm: setup ## Send BODIES malformed bodies to the rehearsal's ARM; the figures are written down
	REHEARSAL_FUZZ=$(BODIES) REHEARSAL_FUZZ_RECORD=rehearsal/tests/doors/arm_http/raw/bodies.json \
	    $(BIN)/pytest -n 0 -q rehearsal/tests/doors/arm_http/test_bodies.py -k defect
