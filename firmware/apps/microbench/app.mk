# SPDX-License-Identifier: Apache-2.0
# Included by firmware/Makefile: the micro-benchmarks, with the table of each board's core.
APPS += microbench
SOURCES_microbench := apps/microbench/main.c
EXTRA_microbench := microbench/table.o

# $(call microbench_table,BOARD)
microbench_core = $(patsubst -mcpu=%,%,$(filter -mcpu=%,$(BOARD_CPU_$(1))))
define microbench_table
$(BUILD)/$(1)/microbench/table.S: apps/microbench/generate.py \
		apps/microbench/$(call microbench_core,$(1)).txt
	@mkdir -p $$(@D)
	$$(Q)python3 $$^ > $$@
$(BUILD)/$(1)/microbench/table.o: $(BUILD)/$(1)/microbench/table.S
	$$(Q)$(CROSS)gcc $(BOARD_CPU_$(1)) -c -o $$@ $$<
endef
$(foreach board,$(BOARDS),$(eval $(call microbench_table,$(board))))
