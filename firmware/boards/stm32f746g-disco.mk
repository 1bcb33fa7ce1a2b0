# SPDX-License-Identifier: Apache-2.0
# STM32F746NG: Cortex-M7 with single-precision FPU, 1 MB flash at 0x08000000 (AXIM),
# 320 KB SRAM at 0x20000000 = 64 KB DTCM + 240 KB SRAM1 + 16 KB SRAM2 (RM0385, memory map).
BOARD_CPU_stm32f746g-disco := -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16
# External interrupt lines in the vector table (RM0385, table "vector table": positions 0...97).
BOARD_DEFINES_stm32f746g-disco := -DKL_EXTERNAL_INTERRUPTS=98 -DKL_HAS_CACHES=1 -DKL_FLASH_STM32F7
# Tightly coupled memory for code: 16 KB (RM0385, memory map).
BOARD_DEFINES_stm32f746g-disco += -DKL_ITCM=0x00000000u
# Smallest unit of flash that can be kept for data: one of the sectors at its end.
BOARD_STORE_UNIT_stm32f746g-disco := 262144
