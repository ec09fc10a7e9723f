# Everything here needs Go and nothing else; test installs what it talks to.

export CGO_ENABLED = 0

FUZZTIME ?= 10s
BENCHES  ?= air seal revoke radio preempt access store lan start

help: ## print this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## four nodes, a radio channel and a LAN on this machine: the main job
	go run ./cmd/blackstart demo

test: ## everything; under 22 minutes on two cores
	go run ./internal/ci test

quick: ## what belongs into the daily loop; under 90 seconds
	go run ./internal/ci quick

soak: ## for hours: the race detector, long tests again and again, long fuzzing
	go run ./internal/ci soak

mutants: ## seeded defects, each of which must turn a test red
	go run ./cmd/mutants

fuzz: ## every parser of bytes from outside (FUZZTIME=10s)
	go run ./internal/ci -fuzztime=$(FUZZTIME) fuzz

build: ## the two programs, in bin/
	go build -trimpath -ldflags="-s -w" -o bin/ ./cmd/blackstart ./cmd/blackstart-authority

cross: ## both programs for every platform, without cgo
	go run ./internal/ci cross

lint: ## gofmt, the house rules, go vet
	go run ./cmd/tidy
	go vet ./...

bench: build ## the figures of docs/BENCHMARKS.md (BENCHES="air seal revoke radio preempt access store lan start")
	@for name in $(BENCHES); do bin/blackstart bench $$name || exit 1; done

.PHONY: help demo test quick soak mutants fuzz build cross lint bench
