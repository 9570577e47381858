# What `make` does, one target a line:  make help

PREFIX ?= /usr/local
OUT ?= .build/notebooks
SWIFT ?= swift
# Public generics are slow without cross-module optimisation; the C of the project is always optimised.
FLAGS = -Xswiftc -cross-module-optimization -Xcc -O3
RELEASE = $(SWIFT) build -c release $(FLAGS)
# Tests look into the modules, which takes a build of their own; every graph that a pass makes is checked.
TESTS = LATENT_VERIFY=1 $(SWIFT) test -c release --scratch-path .build-test -Xswiftc -enable-testing -Xcc -O3
LATENT = .build/release/latent
PACKAGES = pkg-config libedit-dev libzmq3-dev libsodium-dev libpango1.0-dev libopenblas-dev libdnnl-dev zlib1g-dev fonts-dejavu-core fonts-wqy-microhei
PYTHON = .build/python

.PHONY: help deps build notebook notebooks examples test lint format bench speed-guard speed-guard-update speed-guard-build install conformance fuzz clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s '	'

deps: ## install the system libraries that are missing
	@sh .ci/install $(PACKAGES)

build: deps ## the program, optimised
	$(RELEASE) --product latent

notebook: build ## execute the tour and print what it shows
	@mkdir -p $(OUT)
	$(LATENT) run notebooks/tour.ipynb --output $(OUT)/tour.ipynb
	@echo "The executed notebook is $(OUT)/tour.ipynb"

notebooks: build ## execute every notebook and check the files that come out
	@mkdir -p $(OUT)
	@for file in notebooks/*.ipynb; do \
		echo "$$file"; $(LATENT) run --quiet $$file --output $(OUT)/$$(basename $$file) || exit 1; done
	@$(MAKE) --no-print-directory $(PYTHON)
	$(PYTHON)/bin/python -c "import nbformat, sys; [nbformat.validate(nbformat.read(f, 4)) for f in sys.argv[1:]]" $(OUT)/*.ipynb

examples: build ## run every example
	@for file in examples/*.latent; do echo "$$file"; $(LATENT) run --quiet $$file || exit 1; done

test: deps ## all tests, and the kernel under nbclient
	$(TESTS)
	@$(MAKE) --no-print-directory kernel-test

kernel-test: build $(PYTHON) ## the kernel under nbclient
	$(PYTHON)/bin/python Tests/JupyterKernelTests/conformance/run_notebook.py $(LATENT)

lint: ## the formatter's opinion
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## let the formatter have its way
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

bench: build ## make bench PEERS=folder: speed beside the peers, as ratios
	$(RELEASE) --product latent-bench
	.build/release/latent-bench startup $(if $(PEERS),--peers $(PEERS))
	.build/release/latent-bench interpreter $(if $(PEERS),--peers $(PEERS))
	.build/release/latent-bench gemm $(if $(PEERS),--peers $(PEERS))
	.build/release/latent-bench bulk $(if $(PEERS),--peers $(PEERS))
	.build/release/latent-bench sample $(if $(PEERS),--peers $(PEERS))
	.build/release/latent-bench train $(if $(PEERS),--peers $(PEERS))

install: deps ## make install PREFIX=/usr/local: the program with Swift's libraries inside
	$(RELEASE) --static-swift-stdlib --scratch-path .build-static --product latent
	install -D -m 755 .build-static/release/latent $(DESTDIR)$(PREFIX)/bin/latent
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/latent; 'latent kernel install' makes it a Jupyter kernel"

speed-guard: speed-guard-build ## instruction counts of fixed runs beside those kept; fails where they grew
	@.ci/speed-guard

speed-guard-update: speed-guard-build ## count again and keep the counts
	@.ci/speed-guard update

speed-guard-build: build
	@sh .ci/install valgrind binutils
	$(RELEASE) --product latent-bench

conformance: build $(PYTHON) ## the Jupyter protocol's own test suite, and files that other programs read
	Tests/JupyterKernelTests/conformance/run $(LATENT)
	$(PYTHON)/bin/pip install --quiet safetensors==0.8.* numpy==2.4.*
	$(PYTHON)/bin/python Tests/LayersTests/Fixtures/check.py $(LATENT)

fuzz: build ## make fuzz SECONDS=600 SEED=1: random programs, looking for crashes and hangs
	python3 Tests/SessionsTests/fuzz/run.py $(LATENT) $(or $(SECONDS),60) $(or $(SEED),1)

$(PYTHON):
	@sh .ci/install python3-venv
	@mkdir -p .build
	python3 -m venv $(PYTHON)
	$(PYTHON)/bin/pip install --quiet nbformat==5.11.* nbclient==0.11.* jupyter_client==8.10.* || { rm -rf $(PYTHON); exit 1; }

clean: ## remove what was built
	rm -rf .build .build-test .build-static
