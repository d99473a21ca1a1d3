# Portcullis. `make` alone says what there is to make.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The browser of the tests, where it is not Debian's chromium.
ifdef CHROMIUM
export CHROMIUM
endif
ifdef CHROMEDRIVER
export CHROMEDRIVER
endif

# `make demo UPSTREAM=http://127.0.0.1:3000 PORT=8443` puts the gateway in front of a console of your own.
DEMO_ARGUMENTS := $(if $(UPSTREAM),--upstream '$(UPSTREAM)') $(if $(PORT),--port '$(PORT)')

# Rounds of each long loop in `make torture`.
ROUNDS ?= 400

.PHONY: help
help: ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
	    while IFS=$$'\t' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

# The dev profile, whose dependencies are optimised: the release profile, with its link-time optimisation,
# takes minutes longer on a small machine, and a demo has one visitor.
.PHONY: demo
demo: install-build ## an old console with the gateway in front, to try (UPSTREAM=URL: your own console)
	cargo build --locked --bin portcullis
	@exec target/debug/portcullis demo $(DEMO_ARGUMENTS)

.PHONY: build
build: install-build ## the program, for working on it
	cargo build --locked

.PHONY: release
release: install-build ## the program, for running it: target/release/portcullis
	cargo build --locked --release --bin portcullis

.PHONY: test
test: install-test ## everything: unit tests, attack catalogue, browser, Python, Node
	cargo test --locked --no-fail-fast

.PHONY: lint
lint: install-build ## formatting, clippy and documentation, each without a warning
	cargo fmt --check
	cargo clippy --all-targets --locked -- -D warnings
	cargo clippy --test consoles --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --locked

.PHONY: fmt
fmt: ## format the sources
	cargo fmt

.PHONY: torture
torture: install-test ## kill and damage the store, fuzz, move 10 GiB each way: for a long time (ROUNDS=400)
	PORTCULLIS_TORTURE_ROUNDS=$(ROUNDS) cargo test --locked --test store
	PORTCULLIS_TORTURE_ROUNDS=$(ROUNDS) cargo test --locked --test gateway a042
	PORTCULLIS_TORTURE_ROUNDS=$(ROUNDS) cargo test --locked --test gateway a084
	PORTCULLIS_TRANSFER_GIB=10 cargo test --locked --test gateway transfers

.PHONY: consoles
consoles: install-consoles ## real consoles with the gateway before them, in a browser
	cargo test --locked --test consoles

# Reloads, upgrades and kills of `make reliability`.
RELIABILITY ?= 100,20,20

.PHONY: reliability
reliability: install-build ## reload, upgrade and kill the gateway under load (RELIABILITY=100,20,20)
	PORTCULLIS_RELIABILITY=$(RELIABILITY) cargo test --locked --test gateway -- --nocapture reliability::

.PHONY: bench
bench: install-bench ## the gateway against bare pingora and nginx, in one go
	benches/run.sh

.PHONY: clean
clean: ## remove what was built and what the tests installed here
	cargo clean
	rm -rf .venv .venv-consoles tests/node/node_modules tests/consoles/node/node_modules test-output

.PHONY: install-build install-test install-consoles install-bench
install-build:
	@tools/install.sh build
install-test:
	@tools/install.sh test
install-consoles:
	@tools/install.sh consoles
install-bench:
	@tools/install.sh bench
