# SPDX-License-Identifier: Apache-2.0
# Included by firmware/Makefile. Host tests of the kernels, each in four builds: portable C and the
# DSP path with C models of its instructions, with gradients of 16 and of 8 bits.

KERNEL_TESTS := forward gradients update loss network
KERNEL_BUILDS := portable16 dsp16 portable8 dsp8
DEFINES_portable16 := -DKINGLET_PORTABLE -DKINGLET_GRADIENT_BITS=16
DEFINES_portable8 := -DKINGLET_PORTABLE -DKINGLET_GRADIENT_BITS=8
DEFINES_dsp16 := -DKINGLET_DSP_EMULATION -DKINGLET_GRADIENT_BITS=16
DEFINES_dsp8 := -DKINGLET_DSP_EMULATION -DKINGLET_GRADIENT_BITS=8

# $(call kernel_test,TEST,BUILD): its objects override those of the host library.
define kernel_test
HOST_TESTS += kernels-$(1)-$(2)
SOURCES_kernels-$(1)-$(2) := tests/test_$(1).c tests/support.c tests/reference.c $(KERNEL_SOURCES)
DEFINES_kernels-$(1)-$(2) := -Itests $(DEFINES_$(2))
LIBS_kernels-$(1)-$(2) := -lm
endef
$(foreach test,$(KERNEL_TESTS),$(foreach build,$(KERNEL_BUILDS),\
	$(eval $(call kernel_test,$(test),$(build)))))

# The same random layers through the kernels of a machine and through the portable variant, which
# gets a suffix on all its names: on the boards, and on the host with the modelled DSP path.
APPS += kernel-selftest
SOURCES_kernel-selftest := apps/kernel-selftest/main.c apps/kernel-selftest/cases.c
PORTABLE := $(patsubst %.c,%.o,$(KERNEL_SOURCES) apps/kernel-selftest/cases.c)
EXTRA_kernel-selftest := $(PORTABLE:%=portable16/%)
$(foreach bits,16 8,\
	$(eval HOST_TESTS += kernel-selftest-dsp$(bits))\
	$(eval SOURCES_kernel-selftest-dsp$(bits) := $(SOURCES_kernel-selftest) $(KERNEL_SOURCES))\
	$(eval DEFINES_kernel-selftest-dsp$(bits) := $(DEFINES_dsp$(bits)))\
	$(eval EXTRA_kernel-selftest-dsp$(bits) := $(PORTABLE:%=portable$(bits)/%)))

# $(call portable_rules,FOLDER,COMPILER,FLAGS,BITS)
define portable_rules
$(BUILD)/$(1)/portable$(4)/%.o: %.c $(KERNEL_HEADERS) $(wildcard apps/kernel-selftest/*.h)
	@mkdir -p $$(@D)
	$(2) $(3) $(DEFINES_portable$(4)) -DKINGLET_SYMBOL_SUFFIX=_portable -c -o $$@ $$<
endef
$(foreach board,$(BOARDS),$(eval $(call portable_rules,$(board),$(CROSS)gcc,\
	$$(BOARD_CPU_$(board)) $$(CFLAGS_CORTEXM) $$(BOARD_DEFINES_$(board)),16)))
$(foreach bits,16 8,$(eval $(call portable_rules,host,$(HOSTCC),$$(CFLAGS_HOST),$(bits))))
