# Two commands for a fresh machine: make demo, make test. Both need Go, Python 3 with pip, make, and root on Debian.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
CACHE   := .cache
BIN     := bin/aws-baseline
LDFLAGS := -s -w
JOBS    ?= 2
DEBS    := $(CACHE)/debian

export CGO_ENABLED := 0

.PHONY: build demo test unit integration cross dashboards bench lint fmt generate clean help

build: ## build bin/aws-baseline
	$(GO) build -p $(JOBS) -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/aws-baseline

demo: build ## start an AWS emulator and show the main job end to end
	$(GO) run -p $(JOBS) ./cmd/demo -binary $(BIN)

test: lint cross dashboards integration ## everything: lint, builds for three systems, dashboards' checks, all tests

unit: ## the tests that need neither Python nor network
	$(GO) test -p $(JOBS) ./...

integration: $(DEBS)/usr/bin/promtool $(DEBS)/usr/bin/kubectl
	PATH="$(abspath $(DEBS))/usr/bin:$$PATH" AWS_BASELINE_INTEGRATION=1 $(GO) test -count=1 -p $(JOBS) -timeout 30m ./...

cross:
	for os in linux darwin windows; do echo "building for $$os"; GOOS=$$os $(GO) build -p $(JOBS) -o /dev/null ./cmd/aws-baseline; done

dashboards: $(DEBS)/usr/bin/promtool ## check the rules and run their tests
	$< check rules dashboards/recording_rules.yaml dashboards/alert_rules.yaml
	$< test rules dashboards/alert_rules_test.yaml

BENCH ?= Capture|BusyEstate|Snapshot/region=one|Compare|DiffFiles

bench: ## captures: calls, throttles, time and memory; diffs of 100,000 resources: time, memory, allocations (BENCH=. for all)
	AWS_BASELINE_INTEGRATION=1 $(GO) test -p 1 -timeout 30m -run '^$$' -bench '$(BENCH)' -benchtime 1x ./collect ./diff ./cmd/aws-baseline

lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l cmd collect diff cost restore exporter dashboards); \
	if [ -n "$$unformatted" ]; then echo "not formatted (run make fmt):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

fmt: ## format the code
	gofmt -w cmd collect diff cost restore exporter dashboards

generate: ## renew the README's table, what the kinds call, and the golden files
	$(GO) test -p $(JOBS) -run '^TestOperations$$' ./collect/permissions -update
	$(GO) test -p $(JOBS) ./collect/snapshot ./cost ./exporter ./cmd/aws-baseline ./cmd/aws-baseline/printer -update

clean: ## remove what was built and the emulators
	rm -rf bin $(CACHE)

help: ## show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

# Debian's packages are unpacked, not installed: installing prometheus would start a server.
$(DEBS)/usr/bin/promtool: PACKAGE := prometheus
$(DEBS)/usr/bin/kubectl: PACKAGE := kubernetes-client
$(DEBS)/usr/bin/promtool $(DEBS)/usr/bin/kubectl:
	mkdir -p $(DEBS)/$(PACKAGE)
	cd $(DEBS)/$(PACKAGE) && (apt-get -q download $(PACKAGE) || (apt-get -q update && apt-get -q download $(PACKAGE)))
	dpkg-deb -x $(DEBS)/$(PACKAGE)/*.deb $(DEBS)
	rm -r $(DEBS)/$(PACKAGE)
	touch $@
