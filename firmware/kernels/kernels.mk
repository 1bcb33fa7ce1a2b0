# SPDX-License-Identifier: Apache-2.0
# Included by firmware/Makefile. KERNEL_SOURCES: every kernel. Any build of them needs
# -std=c11 -ffp-contract=off -Ikernels/include -Ikernels, and:

# Scratch memory changes its type from kernel to kernel.
KERNEL_FLAGS := -fno-strict-aliasing
# GCC's scheduling before register allocation spills the values of inner loops to the stack.
# Loops that fill or copy are better than the byte loops of newlib-nano's memset and memcpy.
KERNEL_FLAGS_CORTEXM := -fno-schedule-insns -fno-tree-loop-distribute-patterns

KERNEL_FAMILIES := convolution depthwise fully-connected pooling elementwise loss streaming tiling update
KERNEL_SOURCES := $(sort $(foreach family,$(KERNEL_FAMILIES),$(wildcard kernels/$(family)/*.c)))
KERNEL_HEADERS := $(wildcard kernels/include/kinglet/*.h kernels/*/*.h)
