# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# The few commands of a newcomer. CMake does the work: see CMakePresets.json for its builds.

PREFIX ?= /usr/local
DEPS ?= yes
SECONDS ?= 60
DURATION ?= 600
builds = release asan tsan
miniasync = build/release/tools/miniasync/miniasync
bench_miniasync = build/bench/bench/bench_miniasync
bench_peers = build/bench/bench/peers/bench_peers

.PHONY: all run test test-all prove fuzz soak coverage lint bench bench-peers bench-results html install package deps deps-peers help

all:
	cmake --preset release -DMINIASYNC_TESTS=OFF
	cmake --build --preset release

help:
	@echo 'make           build the library, the command and the examples: build/release'
	@echo 'make run       build, then show this machine, copy a large file of it, and measure the movers'
	@echo 'make test      run every test, in a release build and under sanitizers'
	@echo 'make test-all  the long ones too: other machines and builds, packages, prove, fuzz, soak'
	@echo 'make prove     check the models of the protocols in every state (some minutes)'
	@echo 'make fuzz      look for inputs that break a property, for SECONDS=$(SECONDS) each'
	@echo 'make soak      use everything at once, with faults, for DURATION=$(DURATION) seconds'
	@echo 'make coverage  tell which lines and branches of src/ the tests reach'
	@echo 'make lint      check the form of all files'
	@echo 'make bench     measure miniasync beside what the machine allows (some minutes)'
	@echo 'make bench-peers   measure what one would use instead, too'
	@echo 'make html      the manual pages as a site: build/html'
	@echo 'make package   a source tarball and Debian packages of the commit checked out: build/package'
	@echo 'make install   install under PREFIX ($(PREFIX)), below DESTDIR if that is set'
	@echo 'make deps      install what building needs (Debian, Ubuntu)'
	@echo
	@echo 'Most of these first install the packages that they need; with DEPS=no they do not'

deps:
	scripts/deps build

deps-peers:
	scripts/deps peers

run:
	@[ $(DEPS) = no ] || scripts/deps build
	cmake --preset release
	cmake --build --preset release --target miniasync_command
	scripts/run $(miniasync)

test:
	@[ $(DEPS) = no ] || scripts/deps test
	scripts/test $(builds)

test-all:
	@[ $(DEPS) = no ] || scripts/deps test-all
	scripts/test --all $(SECONDS) $(builds)

prove:
	@[ $(DEPS) = no ] || scripts/deps test
	proofs/prove

fuzz:
	@[ $(DEPS) = no ] || scripts/deps fuzz
	scripts/fuzz run $(SECONDS)

soak:
	@[ $(DEPS) = no ] || scripts/deps test
	cmake --preset release -DMINIASYNC_TESTS=ON
	cmake --build --preset release --target soak
	build/release/tests/soak/soak --duration $(DURATION)

coverage:
	@[ $(DEPS) = no ] || scripts/deps coverage
	scripts/coverage

lint:
	@[ $(DEPS) = no ] || scripts/deps test
	scripts/lint

bench:
	@[ $(DEPS) = no ] || scripts/deps bench
	cmake --preset bench
	cmake --build --preset bench --target bench_miniasync
	bench/run $(bench_miniasync)

bench-peers: $(if $(filter no,$(DEPS)),,deps-peers)
	cmake --preset bench -DMINIASYNC_BENCHMARK_PEERS=ON
	cmake --build --preset bench --target bench_peers
	bench/run $(bench_peers)

# Both, as bench/RESULTS.md and its chart.
bench-results: $(if $(filter no,$(DEPS)),,deps-peers)
	cmake --preset bench -DMINIASYNC_BENCHMARK_PEERS=ON
	cmake --build --preset bench --target bench_miniasync bench_peers
	bench/results $(bench_miniasync) $(bench_peers)

html:
	@[ $(DEPS) = no ] || scripts/deps html
	scripts/html build/html

install: all
	cmake --install build/release --prefix $(PREFIX)
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

package:
	@[ $(DEPS) = no ] || scripts/deps package
	scripts/package debian build/package
