# Timbre. `make help` lists what there is; `make run` and `make test` are all
# that most people need. Prerequisites: git, make and Go 1.26 or newer.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  = -s -w -X main.version=$(VERSION)
BUILD    = $(GO) build -trimpath -ldflags '$(LDFLAGS)'
# Packages without C, which must also pass on the boards' processors.
PURE     = $$($(GO) list ./... | grep -E '/timbre/(audio|media|pbx|board)(/|$$)')
FUZZTIME ?= 20s

.DEFAULT_GOAL := help
.PHONY: help go-ok run test build build-pure build-arm64 build-armv7 test-unit test-arm64 test-armv7 test-race lint arch fuzz bench golden check clean qemu

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

go-ok:
	@command -v $(GO) >/dev/null 2>&1 || { echo "Go is missing: Timbre needs git, make and Go 1.26 or newer." >&2; exit 1; }
	@$(GO) version | awk '{split(substr($$3, 3), v, "."); if (v[1] < 1 || (v[1] == 1 && v[2]+0 < 26)) {print "Go is too old (" $$3 "): Timbre needs Go 1.26 or newer." > "/dev/stderr"; exit 1}}'

run: build ## build, and check the example office (the box itself does not run yet)
	./bin/timbre version
	./bin/timbre check --etc examples/office

test: go-ok lint test-unit build build-pure cross-check test-arm64 test-armv7 ## everything that CI runs

test-unit: go-ok ## unit tests on this machine
	$(GO) test ./...

test-race: go-ok ## unit tests under the race detector
	$(GO) test -race ./...

build: go-ok ## bin/timbre for this machine
	$(BUILD) -o bin/timbre ./cmd/timbre

build-pure: go-ok ## bin/timbre-pure without C
	CGO_ENABLED=0 $(BUILD) -o bin/timbre-pure ./cmd/timbre

build-arm64: go-ok ## bin/timbre-arm64
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(BUILD) -o bin/timbre-arm64 ./cmd/timbre

build-armv7: go-ok ## bin/timbre-armv7
	CGO_ENABLED=0 GOOS=linux GOARCH=arm GOARM=7 $(BUILD) -o bin/timbre-armv7 ./cmd/timbre

.PHONY: cross-check
cross-check: build-arm64 build-armv7
	$(GO) test -count=1 -run TestCrossBuilds ./cmd/timbre -cross ../../bin

qemu:
	@command -v qemu-aarch64-static >/dev/null && command -v qemu-arm-static >/dev/null || { \
	  echo "installing qemu-user-static"; apt-get install -y -qq --no-install-recommends qemu-user-static >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends qemu-user-static >/dev/null; }; }

test-arm64: go-ok qemu ## the Go packages under an emulated 64-bit ARM
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) test -short -exec qemu-aarch64-static $(PURE)

test-armv7: go-ok qemu ## the same under 32-bit ARM
	CGO_ENABLED=0 GOOS=linux GOARCH=arm GOARM=7 $(GO) test -short -exec qemu-arm-static $(PURE)

lint: go-ok ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "run gofmt -w on the files above" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

arch: go-ok ## the import law, with its reasons
	$(GO) test -count=1 -run TestArch -v .

fuzz: go-ok ## every fuzz target for FUZZTIME (20s)
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz' || :); do \
	    echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
	  done; done

bench: go-ok ## benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

golden: go-ok ## rewrite the golden files after a wanted change
	TIMBRE_GOLDEN=write $(GO) test -count=1 ./...

check: build ## load examples/office and print the findings
	./bin/timbre check --etc examples/office

clean: ## remove what was built
	rm -rf bin
