# The few commands of the project. CI calls the same ones.
#
#   make run           the demo district on http://127.0.0.1:3000
#   make test          format, lints, unit, property, both databases, browser
#   make simulate      phones, networks and a server in SEEDS=100000 stories; tells the first that breaks a law
#   make reliability   kills server, database, browser and lines under load; counts acknowledged and lost (SHORT=1: a few minutes)
#   make fuzz          altered inputs for everything that reads from outside, FUZZ_SECONDS=600 for each of the five
#   make deny          licences, sources and advisories of what we depend on (needs cargo-deny)
#   make bench         figures beside their budgets

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run build site test check-format lint guard unit simulate fuzz deny reliability e2e bench fmt clean-demo

CARGO_LEPTOS_VERSION := 0.3.10
WASM_BINDGEN_VERSION := 0.2.130

# One set of flags for every build, so that they share what they compiled: cargo-leptos passes the same to its own.
export RUSTFLAGS := --cfg erase_components
# Where `npm ci` puts wasm-opt, which cargo-leptos looks for on PATH.
export PATH := $(CURDIR)/end2end/node_modules/.bin:$(PATH)

# What Cargo itself reads.
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# cargo-leptos puts the site beside the workspace, whatever the target folder is.
SITE := $(CURDIR)/target/site
BANHOC := $(TARGET)/release/banhoc

help:
	@sed -n 's/^#   //p' Makefile

# Installs what is missing, with the ordinary package managers. Looks first, so that a second call costs a second.
setup:
	@scripts/setup.sh $(CARGO_LEPTOS_VERSION) $(WASM_BINDGEN_VERSION)

build: setup
	cargo leptos build --release --precompress

# The page alone, as phones get it.
site: setup
	@mkdir -p $(TARGET)/release
	cargo leptos build --release --frontend-only --precompress

run: build
	@scripts/run-demo.sh $(BANHOC) $(SITE)

test: setup check-format lint guard unit e2e

check-format:
	cargo fmt --all -- --check

lint:
	cargo clippy --workspace --all-targets --features app/ssr -- -D warnings
	cargo clippy -p app --target wasm32-unknown-unknown --features csr -- -D warnings

# The direction of imports (ARCHITECTURE.md): what a crate must never come to depend on.
guard:
	@scripts/guard-imports.sh

unit:
	scripts/with-postgres.sh cargo test --workspace --features app/ssr

# Time, stories, and how often what happened; then the planted faults, each with the law that caught it. A story that
# breaks a law is told with its seed.
SEEDS ?= 100000
simulate:
	SIMULATION_SEEDS=$(SEEDS) cargo test --profile simulation --package shared --test it simulation:: -- --nocapture --test-threads=1

# One target after the other, so that one machine does something else beside.
FUZZ_SECONDS ?= 600
fuzz:
	FUZZ_SECONDS=$(FUZZ_SECONDS) nice cargo test --workspace --features app/ssr --test it fuzzing:: -- --nocapture --test-threads=1

deny:
	@scripts/deny.sh

# All parts, or those named in PARTS. A short run writes no figures.
reliability: build
	cd end2end && BANHOC=$(BANHOC) BANHOC_SITE=$(SITE) node reliability/run.js \
	  $(if $(SHORT),--short,--write ../docs/reliability.figures.md) $(PARTS)

# The page that is handed out, served by the program that the other tests compiled: every overflow is a panic in it, and the
# release build of the server, a third of an hour on two cores, is not waited for.
e2e: site
	cargo test --workspace --features app/ssr --no-run
	cp $(TARGET)/release/hash.txt $(TARGET)/debug/hash.txt
	cd end2end && BANHOC=$(TARGET)/debug/banhoc ../scripts/with-postgres.sh npx playwright test

bench: build
	cargo bench --no-run --package server --bench throughput
	cargo bench --no-run --package papers --bench papers
	@scripts/bench.sh $(BANHOC) $(SITE)

fmt:
	cargo fmt --all
