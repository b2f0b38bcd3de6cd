# The commands of the house. `make run` and `make test` are the two that a newcomer needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

DATA ?= .data
LISTEN ?= 127.0.0.1:8420
N ?= 100
DESK := web/desk

.PHONY: run test check build bench bench-trust kill faults drill fuzz deny schemathesis client desk bench-desk screenshots walk fmt tidy

## run: build everything, make a sample firm in $(DATA), serve it and open the browser
run: build
	[ -e $(DATA)/tend.db ] || target/release/tend demo --data $(DATA) --no-serve --seed 1
	target/release/tend serve --data $(DATA) --listen $(LISTEN) --open

## build: target/release/tend with the desk inside
build: desk
	if command -v cargo-auditable >/dev/null; then cargo auditable build --release --package tend; else cargo build --release --package tend; fi
	cargo xtask sbom --to target/release/tend.cdx.json

## test: install what the tests need and run all of them
test:
	.ci/install
	$(MAKE) --no-print-directory desk
	npm --prefix $(DESK) test
	npm --prefix $(DESK) run budget
	cargo xtask tidy
	cargo xtask openapi --check
	cargo xtask test
	cargo xtask sbom
	cargo xtask drill
	$(MAKE) --no-print-directory --jobs=2 $(TRIALS)
	$(MAKE) --no-print-directory walk

# What the program must outlive, each on a firm of its own, two at once: they wait for processes more than they work. The
# longest begins first; each tells its name before its lines.
TRIALS := trial-kill trial-faults trial-schemathesis trial-kill-postgres
.PHONY: $(TRIALS)
trial-kill: TRIAL = kill --n $(N)
trial-faults: TRIAL = faults
trial-schemathesis: TRIAL = schemathesis --seconds 75 --seed 1
trial-kill-postgres: TRIAL = kill --postgres --n 5
$(TRIALS):
	TEND_PROGRAM=$(CURDIR)/target/debug/tend target/debug/xtask $(TRIAL) 2>&1 | sed -u 's/^/$(@:trial-%=%): /'

## check: what must hold before a change is taken
check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo xtask tidy
	cargo xtask sbom
	cargo xtask openapi --check
	$(MAKE) --no-print-directory client-is-fresh
	cargo xtask test

## bench: figures to docs/benchmarks.md
bench: build
	.ci/install wrk
	cargo build --release --package tend --example bare
	cargo xtask bench

## bench-trust: overload, slow readers, restore, rotation, look-up and ledger by the release build; a quarter of an hour, in target/bench/trust
bench-trust: build
	TEND_PROGRAM=$(CURDIR)/target/release/tend bench/trust/all.sh target/bench/trust

## kill: a thousand kills on SQLite and fifty on PostgreSQL, in the midst of everything; nothing lost, half or doubled
kill: build
	TEND_PROGRAM=target/release/tend cargo xtask kill --n 1000 --ready-within 2000
	TEND_PROGRAM=target/release/tend cargo xtask kill --postgres --n 50 --ready-within 2000

## faults: every operation of the disk fails once, or the power, in an import, a night and outcome entry
faults:
	cargo xtask faults --points 0

## drill: continuous backup, kill, restore, compare
drill:
	cargo xtask drill

## schemathesis: the whole API tried with made-up calls, for as long as it takes
schemathesis:
	cargo xtask schemathesis

## fuzz: each parser of outside bytes for SECONDS with made-up bytes
SECONDS_EACH ?= 600
fuzz:
	cargo xtask fuzz --seconds $(SECONDS_EACH)

## deny: licences, bans, sources and, where its database is at hand, advisories (cargo install cargo-deny)
deny:
	cargo deny check bans licenses sources

## client: docs/openapi.json and the desk's TypeScript client from the program
client: $(DESK)/node_modules/.installed
	cargo xtask openapi
	npm --prefix $(DESK) run api

.PHONY: client-is-fresh
client-is-fresh: client
	git diff --exit-code -- docs/openapi.json $(DESK)/src/generated

## walk: the browser tests: the main job through all hands, the journeys, axe on every screen
walk: $(DESK)/node_modules/.installed
	cargo build --workspace --bins
	npm --prefix $(DESK) run walk

## bench-desk: the desk in a real browser over 100,000 customers; figures for docs/benchmarks-desk.md, trace in target/bench
bench-desk: build
	TEND_PROGRAM=$(CURDIR)/target/release/tend node $(DESK)/e2e/bench.mjs

## screenshots: docs/screens from the sample firm
screenshots: $(DESK)/node_modules/.installed
	cargo build --workspace --bins
	npm --prefix $(DESK) run screenshots

## desk: the built files of the desk, to be embedded
desk: $(DESK)/node_modules/.installed
	npm --prefix $(DESK) run build

$(DESK)/node_modules/.installed: $(DESK)/package-lock.json
	npm --prefix $(DESK) ci --no-audit --no-fund
	touch $@

## fmt, tidy: the small ones
fmt:
	cargo fmt --all
tidy:
	cargo xtask tidy
