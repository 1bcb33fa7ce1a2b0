// SPDX-License-Identifier: GPL-2.0-or-later
import TrainingCompiler

/// The project's `Makefile`: an ELF for each board, the host twin and the check of the plan.
struct ProjectMakefile {
    let name: String
    let boards: [String]
    let options: PassOptions
    /// Of all parameters that training changes.
    let parameterBytes: Int

    /// What `runtime/store.h` writes in front of them.
    private static let storeHeaderBytes = 16

    var text: String {
        """
        # SPDX-License-Identifier: Apache-2.0
        # Written by `kinglet compile`.
        #
        # make            build/BOARD/\(name).elf and .map for each board, and the host twin build/host/\(name)
        # make check      the host twin, and whether the plan and the kernels agree about memory
        # make clean

        NAME := \(name)
        BOARDS := \(boards.joined(separator: " "))
        # The memory plan in model.c is for gradients of this width.
        GRADIENT_BITS := \(options.gradientBytes * 8)
        # Flash that save=on needs for the trained parameters, kept in whole sectors; 0 keeps none.
        STORE_BYTES := \(parameterBytes + Self.storeHeaderBytes)

        \(Self.rules)
        """
    }

    private static let rules = #"""
        MAKEFLAGS += --no-builtin-rules --no-print-directory

        # `make V=1` shows whole commands.
        V ?= 0
        Q := $(if $(filter 0,$(V)),@)
        .SUFFIXES:
        .DEFAULT_GOAL := all
        .DELETE_ON_ERROR:

        CROSS ?= arm-none-eabi-
        HOSTCC ?= cc
        BUILD := build

        include $(BOARDS:%=kinglet/boards/%.mk)
        include kinglet/kernels/kernels.mk
        KERNELS := $(sort $(foreach family,$(KERNEL_FAMILIES),$(wildcard kinglet/kernels/$(family)/*.c)))
        COMMON := $(wildcard kinglet/runtime/common/*.c)
        CORTEXM := $(wildcard kinglet/runtime/cortexm/*.c kinglet/startup/*.c)
        HOST := $(wildcard kinglet/runtime/host/*.c)
        APP := $(wildcard kinglet/apps/train/*.c)
        MODEL := layers.c model.c parameters.c weights.c

        # The host twin gives the same bits as the board: no fused multiply-add, no value kept in a wider
        # type, no reordering of floating-point sums.
        EXACT := -std=c11 -ffp-contract=off -fexcess-precision=standard -fno-fast-math -fwrapv $(KERNEL_FLAGS)
        WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        	-Wdouble-promotion -Wundef
        # Kernels take nearly all of a step's cycles; what else there is had better be small.
        OPTIMISE ?= -O3
        OPTIMISE_REST ?= -Os
        LEVELS := $(OPTIMISE) $(OPTIMISE_REST)
        CFLAGS_ALL := $(EXACT) $(WARNINGS) -g -ffunction-sections -fdata-sections \
        	'-ffile-prefix-map=$(CURDIR)=.' -I. -Ikinglet/runtime/include -Ikinglet/kernels/include \
        	-Ikinglet/kernels -Ikinglet/apps/train -DKINGLET_GRADIENT_BITS=$(GRADIENT_BITS)
        CFLAGS_CORTEXM := $(CFLAGS_ALL) -fno-unwind-tables -fno-asynchronous-unwind-tables \
        	$(KERNEL_FLAGS_CORTEXM)
        CFLAGS_HOST := $(CFLAGS_ALL) -DKL_HAS_CACHES=0
        LDFLAGS_CORTEXM := -nostartfiles --specs=nano.specs -Wl,--gc-sections -Wl,--fatal-warnings \
        	-Wl,-Lkinglet/linker

        .PHONY: all check clean
        all: $(BOARDS:%=$(BUILD)/%/$(NAME).elf) $(BUILD)/host/$(NAME)

        # $(call objects,FOLDER,SOURCES)
        objects = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(2))

        # $(call remember,FILE,COMMAND): the command in a file that is as old as its last change, so that another
        # scheme in this folder does not compile the kernels again.
        remember = $(shell mkdir -p $(BUILD))$(file > $(1).new,$(2))$(shell \
        	if cmp -s $(1).new $(1); then rm $(1).new; else mv $(1).new $(1); fi)

        # $(call compile,FOLDER,COMPILER,FLAGS)
        define compile
        $(call remember,$(BUILD)/$(1).flags,$(2) $(3) $(LEVELS))
        $(BUILD)/$(1)/%.o: %.c $(BUILD)/$(1).flags
        	@mkdir -p $$(@D)
        	@echo "  CC $$@"
        	$$(Q)$(2) $(3) $$(if $$(findstring /kernels/,$$@),$(OPTIMISE),$(OPTIMISE_REST)) -MMD -MP -c -o $$@ $$<
        endef

        BOARD_SOURCES := $(MODEL) $(APP) $(COMMON) $(CORTEXM) $(KERNELS)
        HOST_SOURCES := $(MODEL) $(APP) $(COMMON) $(HOST) $(KERNELS)

        # $(call store_size,SECTOR)
        store_size = $(shell echo $$(( ($(STORE_BYTES) + $(1) - 1) / $(1) * $(1) )))

        # $(call board_rules,BOARD)
        define board_rules
        $(call compile,$(1),$(CROSS)gcc,$(BOARD_CPU_$(1)) $(CFLAGS_CORTEXM) $(BOARD_DEFINES_$(1)))
        $(BUILD)/$(1)/$(NAME).elf: $(call objects,$(1),$(BOARD_SOURCES)) kinglet/linker/$(1).ld \
        		kinglet/linker/sections.ld \#(PlanNote.fileName) $(MAKEFILE_LIST)
        	@echo "  LD $$@"
        	$$(Q)$(CROSS)gcc $(BOARD_CPU_$(1)) $(LDFLAGS_CORTEXM) -T kinglet/linker/$(1).ld \
        		-Wl,--defsym=__store_size=$(call store_size,$(BOARD_STORE_UNIT_$(1))) \
        		-Wl,-Map=$$(@:.elf=.map) -o $$@.linked $(call objects,$(1),$(BOARD_SOURCES))
        	$$(Q)$(CROSS)objcopy --add-section \#(PlanNote.sectionName)=\#(PlanNote.fileName) $$@.linked $$@
        	@rm $$@.linked
        endef

        $(foreach board,$(BOARDS),$(eval $(call board_rules,$(board))))
        $(eval $(call compile,host,$(HOSTCC),$(CFLAGS_HOST)))
        $(BUILD)/host/$(NAME): $(call objects,host,$(HOST_SOURCES))
        	@echo "  LD $@"
        	$(Q)$(HOSTCC) -o $@ $^
        $(BUILD)/host/check: $(call objects,host,check.c $(filter-out model.c,$(MODEL)) $(KERNELS))
        	@echo "  LD $@"
        	$(Q)$(HOSTCC) -o $@ $^

        check: $(BUILD)/host/$(NAME) $(BUILD)/host/check
        	$(Q)$(BUILD)/host/check

        clean:
        	rm -rf $(BUILD)

        OBJECTS := $(foreach board,$(BOARDS),$(call objects,$(board),$(BOARD_SOURCES))) \
        	$(call objects,host,$(HOST_SOURCES) check.c)
        -include $(OBJECTS:.o=.d)
        """#
}
