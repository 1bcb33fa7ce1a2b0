# SPDX-License-Identifier: Apache-2.0
# Included by firmware/Makefile, from the folder that holds kernels/.
# KERNEL_SOURCES: every kernel. KERNEL_CFLAGS: what any build of them needs: results are
# bit-identical between host and target only without contraction of float operations.

KERNELS_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
KERNEL_FAMILIES := convolution depthwise fully-connected pooling elementwise loss update
KERNEL_SOURCES := $(sort $(foreach f,$(KERNEL_FAMILIES),$(wildcard $(KERNELS_DIR)/$(f)/*.c)))
KERNEL_HEADERS := $(wildcard $(KERNELS_DIR)/include/kinglet/*.h $(KERNELS_DIR)/internal/*.h)
KERNEL_CFLAGS := -std=c11 -I$(KERNELS_DIR)/include -I$(KERNELS_DIR) -ffp-contract=off -fno-strict-aliasing -O2
# GCC's scheduling before register allocation spills the inner loops' values to the stack.
KERNEL_TARGET_CFLAGS := $(KERNEL_CFLAGS) -fno-schedule-insns
