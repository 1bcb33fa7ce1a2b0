# SPDX-License-Identifier: Apache-2.0
# STM32F767ZI: Cortex-M7 with double-precision FPU, 2 MB flash at 0x08000000 (AXIM), 512 KB SRAM at
# 0x20000000 = 128 KB DTCM + 368 KB SRAM1 + 16 KB SRAM2 (RM0410, memory map).
BOARD_CPU_nucleo-f767zi := -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16
# External interrupt lines in the vector table (RM0410, table "vector table": positions 0...109).
BOARD_DEFINES_nucleo-f767zi := -DKL_EXTERNAL_INTERRUPTS=110 -DKL_HAS_CACHES=1
# Tightly coupled memory for code: 16 KB (RM0410, memory map).
BOARD_DEFINES_nucleo-f767zi += -DKL_ITCM=0x00000000u
# Smallest unit of flash that can be kept for data: one of the sectors at its end.
BOARD_STORE_UNIT_nucleo-f767zi := 262144
