# The everyday commands. Each installs what it needs on a blank Debian 12 with Rust, and says what and why.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench package pictures soak planted

CARGO ?= cargo
# For instance --locked, as the clean run in .ci does.
CARGO_ARGS ?=
# The switches of CONTRIBUTING.md's "Planted bugs". A release build refuses them.
PLANTED := --features bianmin-kiosk/planted-bugs,bianmin-hall/planted-bugs

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: ## a hall, a printer and the terminal on this machine; pictures and slips in target/demo/
	@scripts/demo.sh

# Building programs and tests in one call keeps one set of dependencies for both: the suite runs the real
# programs, and `cargo test` alone does not build those of other packages.
test: ## everything that is tested
	@scripts/install.sh test
	$(CARGO) build $(CARGO_ARGS) $(PLANTED) --workspace --bins --tests --examples
	$(CARGO) test $(CARGO_ARGS) $(PLANTED) --workspace --no-fail-fast

soak: ## the promises again with the full counts; BIANMIN_SEED=… repeats a run
	@scripts/install.sh test
	$(CARGO) build $(CARGO_ARGS) $(PLANTED) --workspace --bins --tests --examples
	BIANMIN_SOAK=1 $(CARGO) test $(CARGO_ARGS) $(PLANTED) --workspace --test suite -- promises:: --skip planted --test-threads 2

planted: ## each known bug planted, and the test that has to turn red
	@scripts/install.sh test
	$(CARGO) build $(CARGO_ARGS) $(PLANTED) --workspace --bins --tests --examples
	$(CARGO) test $(CARGO_ARGS) $(PLANTED) --workspace --test suite -- promises::planted

lint: ## format, lints, what packages come in, shell scripts
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(CARGO_ARGS) --workspace --all-targets -- -D warnings
	@scripts/lint-packages.sh
	@scripts/lint-shell.sh

# For instance PARTS="accept drain".
PARTS ?=

bench: ## what the main path costs, each figure beside a floor or a peer
	@scripts/install.sh bench
	@CARGO="$(CARGO)" CARGO_ARGS="$(CARGO_ARGS)" scripts/bench.sh $(PARTS)

# The phone page is drawn by the tests that look at it; the screens and slips are golden pictures already.
pictures: ## the small pictures of the READMEs, from the golden ones
	@scripts/install.sh pictures
	mkdir -p target/pictures
	BIANMIN_PICTURES=$(CURDIR)/target/pictures $(CARGO) test $(CARGO_ARGS) $(PLANTED) --workspace --lib -- tests::phone
	scripts/pictures.sh target/pictures

package: ## the release programs and what belongs on a terminal, in target/package/
	$(CARGO) build $(CARGO_ARGS) --release --workspace --bins
	scripts/package.sh target/release target/package
