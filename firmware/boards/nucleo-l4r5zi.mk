# SPDX-License-Identifier: Apache-2.0
# STM32L4R5ZI: Cortex-M4F, 2 MB flash at 0x08000000, 192 + 64 + 384 KB SRAM one behind the other at
# 0x20000000 (RM0432, memory map).
BOARD_CPU_nucleo-l4r5zi := -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
# External interrupt lines in the vector table (RM0432, table "vector table": positions 0...94).
BOARD_DEFINES_nucleo-l4r5zi := -DKL_EXTERNAL_INTERRUPTS=95 -DKL_HAS_CACHES=0
# Our startup leaves the 4 MHz internal oscillator on: no wait states.
BOARD_DEFINES_nucleo-l4r5zi += -DKL_FLASH_WITHOUT_WAITS
# Smallest unit of flash that can be kept for data: a page (RM0432, single bank).
BOARD_STORE_UNIT_nucleo-l4r5zi := 8192
