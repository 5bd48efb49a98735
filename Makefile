# The commands that a contributor needs. `make` without a target lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.9.0
APIDIFF       := golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
TAG           ?= $(shell git describe --tags --abbrev=0 --match 'v*' 2>/dev/null)
FUZZTIME      ?= 20s
ROUNDS        ?= 100
PACKAGES      ?= ./...

# Modules whose dependencies take long to build. CI leaves them to targets of their own.
HEAVY := ./examples/temporal ./examples/temporal/servertest ./internal/bench
LIGHT := $(filter-out $(HEAVY),$(patsubst %/go.mod,%,$(shell find . -name go.mod -not -path '*/node_modules/*')))

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: ## run all tests, as a user would
	go test ./...

.PHONY: short
short: ## run all tests with fewer seeds, in half a minute
	go test -short ./...

.PHONY: shuffle
shuffle: ## run all tests ROUNDS times in random order; stop at the first failure
	@for round in $$(seq $(ROUNDS)); do \
		seed=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' '); \
		echo "== round $$round of $(ROUNDS), -shuffle=$$seed"; \
		go test -count=1 -failfast -shuffle=$$seed $(PACKAGES) || { \
			echo "round $$round failed; repeat it with: go test -count=1 -shuffle=$$seed $(PACKAGES)"; exit 1; }; \
	done

.PHONY: race
race: ## run all tests shuffled and under the race detector
	go test -race -shuffle=on -timeout 30m ./...

.PHONY: lint
lint: ## run the linters of .golangci.yml on the modules of users and examples
	@for module in . runcommand/otelruncommand examples/fleet examples/tracing; do (cd $$module && go run $(GOLANGCI_LINT) run ./...); done

.PHONY: tidy
tidy: ## check that go.mod and go.sum of the modules are tidy, without the heavy ones
	@for mod in $(LIGHT); do (cd $$mod && go mod tidy -diff) || { echo "$$mod/go.mod is not tidy"; exit 1; }; done

.PHONY: vuln
vuln: ## look for known vulnerabilities in the modules that users import (needs the vulnerability database)
	@for module in . runcommand/otelruncommand; do (cd $$module && go run $(GOVULNCHECK) ./...); done

.PHONY: cross cross-heavy
cross: MODULES := $(LIGHT)
cross: ## build and vet the modules for Windows and macOS, without the heavy ones
cross-heavy: MODULES := $(HEAVY)
cross-heavy: ## build and vet the modules of Temporal and of the official SDK for Windows and macOS (takes long)
cross cross-heavy:
	@for mod in $(MODULES); do \
		for os in windows darwin; do \
			echo "== $$mod for $$os"; \
			(cd $$mod && GOOS=$$os go build -o /dev/null ./... && GOOS=$$os go vet ./...); \
		done; \
	done

.PHONY: generate
generate: ## write the generated files anew
	go generate ./...

.PHONY: apidiff
apidiff: ## list the changes of public names since TAG, by default the last tag
	@tag=$(TAG); \
	if [ -z "$$tag" ]; then echo "there is no tag yet"; exit 0; fi; \
	dir=$$(mktemp -d); \
	trap 'git worktree remove --force "$$dir/old"; rm -r "$$dir"' EXIT; \
	git worktree add --quiet --detach "$$dir/old" "$$tag"; \
	(cd "$$dir/old" && go run $(APIDIFF) -m -w "$$dir/old.api" "$$(go list -m)"); \
	go run $(APIDIFF) -m "$$dir/old.api" "$$(go list -m)"

.PHONY: comments
comments: ## print the share of comment lines of each public package (the aim is 20 to 30 %)
	@for dir in $$(go list -f '{{.Dir}}' ./... | grep -v /internal/ | grep -v /examples/); do \
		files=$$(ls $$dir/*.go | grep -v _test.go); \
		cat $$files | awk -v name="$${dir#$$PWD/}" '/^[ \t]*\/\//{c++} END{printf "%3.0f %%  %s\n", 100*c/NR, name}'; \
	done

.PHONY: soak
soak: ## check in 100,000 runs with faults that no command runs twice
	RUNCOMMAND_SOAK=100000 go test -run 'TestARunIsExecutedAtMostOnce' -count=1 -v -timeout 60m ./runcommand

.PHONY: crash
crash: ## kill 200 processes that run a fleet, and check that nothing runs twice
	RUNCOMMAND_CRASHES=200 go test -run 'TestKilledProcessesRunNothingTwice' -count=1 -v -timeout 30m ./runcommand/fleet

.PHONY: histories
histories: ## check in 5000 random histories of fleets, with journals that lose entries, that nothing runs twice
	RUNCOMMAND_HISTORIES=5000 go test -run 'TestRandomHistoriesRunNothingTwice' -count=1 -v -timeout 120m ./runcommand/fleet

.PHONY: soak-service
soak-service: ## load the local service and its page for ten minutes each and watch their memory
	go test -run '^$$' -bench Soak -benchtime 10m -timeout 60m -p 1 ./runcommand/runcommandtest ./examples/emulator

.PHONY: soak-fleet
soak-fleet: ## run a fleet of 100,000 instances and measure its time, calls and memory
	RUNCOMMAND_FLEET=100000 go test -run 'TestManyInstancesTakeTheLeastPossibleTime/without' -count=1 -v -timeout 60m ./runcommand/fleet

.PHONY: temporal
temporal: ## lint and test the Temporal example, with the test suite of the Temporal SDK
	cd examples/temporal && go mod tidy -diff && go vet ./... && go run $(GOLANGCI_LINT) run ./... && go test -count=1 ./...

.PHONY: temporal-postgres
temporal-postgres: ## test the journal of the Temporal example with PostgreSQL (its address in TEMPORAL_POSTGRES)
	cd examples/temporal && go test -count=1 -tags postgres -run PostgreSQL -v ./sqljournal

.PHONY: temporal-server
temporal-server: ## kill a worker of the Temporal example on a real Temporal server (its first build takes long)
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	(cd examples/temporal && go build -o "$$dir/worker" ./worker); \
	cd examples/temporal/servertest && WORKER="$$dir/worker" go test -count=1 -v -timeout 15m ./...

.PHONY: node
node: ## test the local service with the official Node.js SDKs, new and old (needs npm)
	cd examples/emulator/nodetest && npm ci && npm test

.PHONY: go-sdk
go-sdk: ## test the local service with the old official Go SDK
	cd examples/emulator/gotest && go vet ./... && go test -count=1 ./...

.PHONY: otel
otel: ## vet and test the modules of OpenTelemetry spans and metrics
	@for module in runcommand/otelruncommand examples/tracing; do \
		(cd $$module && go vet ./... && go test -race -shuffle=on -count=1 ./...); \
	done

.PHONY: fleet
fleet: ## test the example of a rollout over thousands of instances
	cd examples/fleet && go vet ./... && go test ./...

.PHONY: aliyun-cli
aliyun-cli: ## test the local service with the aliyun CLI (its path in ALIYUN; not in CI)
	examples/emulator/clitest/run

.PHONY: real-account
real-account: ## ask a real account what the documents leave open (costs: internal/REALACCOUNT.md)
	@go run -tags realaccount ./internal/realaccount/cmd $(ARGS)

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME each
	@for pkg in $$(go list ./...); do \
		listed=$$(go test -list '^Fuzz' $$pkg); \
		for target in $$(grep '^Fuzz' <<<"$$listed" || true); do \
			echo "== $$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

.PHONY: bench
bench: ## run every benchmark of the module
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-peers
bench-peers: ## compare package frequency with other schedule libraries
	cd frequency/peerbench && go run .

.PHONY: bench-sdk
bench-sdk: ## compare the cost of calls with the official SDK
	cd internal/bench && go run .

.PHONY: bench-test
bench-test: ## test what bench-sdk runs, and the README's program with the official SDK
	cd internal/bench && go mod tidy -diff && go vet . && go test -count=1 .

.PHONY: quickstart
quickstart: ## run a script on two local instances
	go run ./examples/quickstart

.PHONY: ci
ci: ## run what continuous integration runs
	.ci/run
