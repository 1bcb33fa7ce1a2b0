# SPDX-License-Identifier: Apache-2.0
# Included by firmware/Makefile. Host tests of the kernels, each in four builds: portable C and the
# DSP path with C models of its instructions, with gradients of 16 and of 8 bits.

KERNEL_TESTS := forward gradients pooling update accumulation loss streaming tiling network
KERNEL_BUILDS := portable16 dsp16 portable8 dsp8
DEFINES_portable16 := -DKINGLET_PORTABLE -DKINGLET_GRADIENT_BITS=16
DEFINES_portable8 := -DKINGLET_PORTABLE -DKINGLET_GRADIENT_BITS=8
DEFINES_dsp16 := -DKINGLET_DSP_EMULATION -DKINGLET_GRADIENT_BITS=16
DEFINES_dsp8 := -DKINGLET_DSP_EMULATION -DKINGLET_GRADIENT_BITS=8

# $(call kernel_objects,FOLDER,COMPILER,FLAGS): kernels and test support in one of the builds.
define kernel_objects
$(BUILD)/$(1)/%.o: %.c $(KERNEL_HEADERS) $(wildcard tests/*.h apps/kernel-selftest/*.h)
	@mkdir -p $$(@D)
	$$(Q)$(2) $(3) -c -o $$@ $$<
endef
$(foreach build,$(KERNEL_BUILDS),$(eval $(call kernel_objects,host/$(build),$(HOSTCC),\
	$$(CFLAGS_HOST) -Itests $(DEFINES_$(build)))))

# $(call kernel_test,TEST,BUILD): its objects override those of the host library.
define kernel_test
HOST_TESTS += kernels-$(1)-$(2)
SOURCES_kernels-$(1)-$(2) := tests/test_$(1).c
DEFINES_kernels-$(1)-$(2) := -Itests $(DEFINES_$(2))
EXTRA_kernels-$(1)-$(2) := $(patsubst %.c,$(2)/%.o,\
	tests/support.c tests/reference.c $(KERNEL_SOURCES))
LIBS_kernels-$(1)-$(2) := -lm
endef
$(foreach test,$(KERNEL_TESTS),$(foreach build,$(KERNEL_BUILDS),\
	$(eval $(call kernel_test,$(test),$(build)))))

# The same random layers through the kernels of a machine and through the portable variant, which
# gets a suffix on all its names: on the boards, and on the host with the modelled DSP path.
APPS += kernel-selftest kernel-bench forward-bench backward-bench stream-bench speed
$(foreach bench,kernel forward backward stream,$(eval SOURCES_$(bench)-bench := \
	$(wildcard apps/$(bench)-bench/*.c) apps/bench/bench.c)$(eval DEFINES_$(bench)-bench := -I.))
SOURCES_speed := apps/speed/main.c apps/kernel-bench/float_pointwise.c
DEFINES_speed := -I.
SOURCES_kernel-selftest := apps/kernel-selftest/main.c apps/kernel-selftest/cases.c
SUFFIX := -DKINGLET_SYMBOL_SUFFIX=_portable
SUFFIXED := $(patsubst %.c,%.o,$(KERNEL_SOURCES) apps/kernel-selftest/cases.c)
EXTRA_kernel-selftest := $(SUFFIXED:%=suffixed16/%)
$(foreach board,$(BOARDS),$(eval $(call kernel_objects,$(board)/suffixed16,$(CROSS)gcc,\
	$$(BOARD_CPU_$(board)) $$(CFLAGS_CORTEXM) $$(BOARD_DEFINES_$(board))\
	$(DEFINES_portable16) $(SUFFIX))))

# $(call selftest,BITS)
define selftest
HOST_TESTS += kernel-selftest-dsp$(1)
SOURCES_kernel-selftest-dsp$(1) := $(SOURCES_kernel-selftest)
DEFINES_kernel-selftest-dsp$(1) := $(DEFINES_dsp$(1))
EXTRA_kernel-selftest-dsp$(1) := $(KERNEL_SOURCES:%.c=dsp$(1)/%.o) $(SUFFIXED:%=suffixed$(1)/%)
endef
$(foreach bits,16 8,$(eval $(call selftest,$(bits)))\
	$(eval $(call kernel_objects,host/suffixed$(bits),$(HOSTCC),\
	$$(CFLAGS_HOST) $(DEFINES_portable$(bits)) $(SUFFIX))))

# The training program on a toy model, which is given samples whole or row by row.
TRAIN_TESTS := train-whole train-rows
HOST_TESTS += $(TRAIN_TESTS)
$(foreach test,$(TRAIN_TESTS),$(eval SOURCES_$(test) := tests/test_train.c tests/train_model.c\
	$(wildcard apps/train/*.c)))
DEFINES_train-whole := -I. -Dmain=app_main -Wno-missing-prototypes -DREADS_ROWS=0 -DACCUMULATES=1
DEFINES_train-rows := -I. -Dmain=app_main -Wno-missing-prototypes -DREADS_ROWS=1 -DACCUMULATES=1
