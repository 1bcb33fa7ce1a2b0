# SPDX-License-Identifier: GPL-2.0-or-later
# `make run` is the main job, `make test` the tests; both install what they need first.

DATASET ?= /usr/share/datasets/fashion-mnist
BOARD ?= nrf52840
STEPS ?= 200
OUT := out
DATA := firmware/build/data
# The quick start's schemes, and a learning rate that suits each.
SCHEMES := fashion-classifier fashion-sparse
RATE_fashion-classifier := 0.01
RATE_fashion-sparse := 0.003
SWIFT_BUILD := swift build -c release
KINGLET = $(shell $(SWIFT_BUILD) --show-bin-path)/kinglet

.PHONY: help setup setup-tests build firmware data compiled run scenarios baselines compare test lint test-firmware \
	test-scripts test-swift test-pages test-ci test-sample bench format clean

help:
	@echo "make run     train a small network in an emulated 256 KB / 1 MB Cortex-M and report every step"
	@echo "make test    style, firmware, kernel, simulator and end-to-end tests"
	@echo "make scenarios  our own memory and cycle budgets; make baselines  after a change that is meant"
	@echo "make compare  what schemes of the quick start cost and learn, side by side"
	@echo "make bench   speed beside bare Unicorn and QEMU, and what cycle accounting costs, measured in turn"
	@echo "make build   .build/release/kinglet      make firmware   firmware/build/BOARD/*.elf"
	@echo "make format  rewrites Swift and C to the repo's style"

setup:
	@scripts/bootstrap.sh

# What only tests need besides: a browser.
setup-tests:
	@scripts/bootstrap.sh tests

build: setup
	$(SWIFT_BUILD) --product kinglet

firmware: setup
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware

data: setup
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware data DATASET=$(DATASET)

# Firmware for the boards, and the host twin, from the quick start's model and each of its schemes.
COMPILE_BOARDS ?= nrf52840 stm32f746g-disco
define compile
	@echo; echo "== $(1): C sources and firmware in $(OUT)/$(1)"
	@$(KINGLET) compile firmware/models/fashion.tflite --scheme firmware/models/$(1).yaml \
	    $(COMPILE_BOARDS:%=--board %) -o $(OUT)/$(1)

endef
COMPILE = $(foreach scheme,$(SCHEMES),$(call compile,$(scheme)))

# $(call train,SCHEME)
define train
	@echo; echo "== $(1) on $(BOARD), $(STEPS) training steps"
	@$(KINGLET) run $(OUT)/$(1)/build/$(BOARD)/$(1).elf --board $(BOARD) --files $(DATA) \
	    --args "steps=$(STEPS) lr=$(RATE_$(1))" --profile --json $(OUT)/$(1).json

endef

compiled: build
	$(COMPILE)

run: compiled data
	$(foreach scheme,$(SCHEMES),$(call train,$(scheme)))
	@echo; $(KINGLET) report $(SCHEMES:%=$(OUT)/%.json) --html $(OUT)/report.html
	@echo; echo "records: $(SCHEMES:%=$(OUT)/%.json), page: $(OUT)/report.html"

# Our own budgets, with the reports that CI shows.
SCENARIOS = $(KINGLET) test scenarios --output-dir $(OUT)/test --junit $(OUT)/test/junit.xml \
    --markdown $(OUT)/test/summary.md --html $(OUT)/test/report.html \
    --benchmarks $(OUT)/test/benchmarks.json

scenarios: compiled data
	$(SCENARIOS)

baselines: compiled data
	$(SCENARIOS) --update-baseline

compare: build data
	$(KINGLET) compare comparisons/quick-start.yaml --output-dir $(OUT)/compare \
	    --json $(OUT)/compare/quick-start.json --csv $(OUT)/compare/quick-start.csv \
	    --html $(OUT)/compare/quick-start.html

test: lint test-firmware test-scripts test-swift test-pages test-ci test-sample

lint: setup
	swift format lint -s -r -p Package.swift Sources Tests Samples
	git ls-files 'firmware/*.c' 'firmware/*.h' 'Samples/*.c' | xargs -r clang-format --dry-run -Werror

test-firmware: firmware
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware host
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware test

test-scripts: setup-tests
	python3 -m unittest discover -s scripts/tests

# The tests' build has the program in it that compiles what they run.
test-swift: firmware data
	$(SWIFT_BUILD) --build-tests
	$(COMPILE)
	$(SCENARIOS)
	rm -rf $(OUT)/pages
	KINGLET_PAGES=$(CURDIR)/$(OUT)/pages swift test -c release --skip-build

# The pages that those tests made, hostile names included, and that of our own budgets, in a browser.
test-pages: test-swift setup-tests
	scripts/check-pages.py $(OUT)/pages/*.html $(OUT)/test/report.html

# The workflows of docs/ci, on the sample package.
test-ci: build
	@scripts/try-ci-examples.py --kinglet $(KINGLET)

# A package of somebody else's, which takes Kinglet by version; after the last commit.
test-sample: setup
	@scripts/test-sample.sh

# ROUNDS=9 for figures that are to be quoted.
ROUNDS ?= 3
bench: compiled data firmware
	@scripts/bootstrap.sh bench
	$(SWIFT_BUILD) --product kinglet-bench
	@echo "worst cases:"; $(KINGLET)-bench
	@echo; echo "training firmware:"; $(KINGLET)-bench --files $(DATA) --args "steps=10 eval=20" \
	    $(foreach scheme,$(SCHEMES),$(OUT)/$(scheme)/build/$(BOARD)/$(scheme).elf)
	@echo; scripts/bench.py --rounds $(ROUNDS)

format:
	swift format -i -r -p Package.swift Sources Tests Samples
	git ls-files 'firmware/*.c' 'firmware/*.h' 'Samples/*.c' | xargs -r clang-format -i

clean:
	rm -rf .build firmware/build $(OUT)
