# SPDX-License-Identifier: GPL-2.0-or-later
# `make run` is the main job, `make test` the tests; both install what they need first.

DATASET ?= /usr/share/datasets/fashion-mnist
BOARD ?= nrf52840
STEPS ?= 200
OUT := out
DATA := firmware/build/data
SCHEMES := classifier sparse
SWIFT_BUILD := swift build -c release
KINGLET = $(shell $(SWIFT_BUILD) --show-bin-path)/kinglet

.PHONY: help setup build firmware data run test lint test-firmware test-scripts test-swift bench \
	format clean

help:
	@echo "make run     train a small network in an emulated 256 KB / 1 MB Cortex-M and report every step"
	@echo "make test    style, firmware, kernel, simulator and end-to-end tests"
	@echo "make bench   cost of cycle accounting, as ratios measured in turn"
	@echo "make build   .build/release/kinglet      make firmware   firmware/build/BOARD/*.elf"
	@echo "make format  rewrites Swift and C to the repo's style"

setup:
	@scripts/bootstrap.sh

build: setup
	$(SWIFT_BUILD) --product kinglet

firmware: setup
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware

data: setup
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware data DATASET=$(DATASET)

run: build firmware data
	@for scheme in $(SCHEMES); do \
	    echo; echo "== fashion-$$scheme on $(BOARD), $(STEPS) training steps"; \
	    $(KINGLET) run firmware/build/$(BOARD)/fashion-$$scheme.elf --board $(BOARD) \
	        --files $(DATA) --args "steps=$(STEPS)" --json $(OUT)/fashion-$$scheme.json || exit $$?; \
	done
	@echo; $(KINGLET) report $(SCHEMES:%=$(OUT)/fashion-%.json) --html $(OUT)/report.html
	@echo; echo "records: $(SCHEMES:%=$(OUT)/fashion-%.json), page: $(OUT)/report.html"

test: lint test-firmware test-scripts test-swift

lint: setup
	swift format lint -s -r -p Package.swift Sources Tests
	git ls-files 'firmware/*.c' 'firmware/*.h' | grep -v /weights | xargs -r clang-format --dry-run -Werror

test-firmware: firmware
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware host
	@$(MAKE) --no-print-directory -j$(shell nproc) -C firmware test

test-scripts: setup
	python3 -m unittest discover -s scripts/tests

test-swift: firmware data
	swift test -c release

bench: firmware data
	$(SWIFT_BUILD) --product kinglet-bench
	@echo "worst cases:"; $(KINGLET)-bench
	@echo; echo "training firmware:"; $(KINGLET)-bench --files $(DATA) --args "steps=10 eval=20" \
	    $(SCHEMES:%=firmware/build/$(BOARD)/fashion-%.elf)

format:
	swift format -i -r -p Package.swift Sources Tests
	git ls-files 'firmware/*.c' 'firmware/*.h' | grep -v /weights | xargs -r clang-format -i

clean:
	rm -rf .build firmware/build $(OUT)
