# SPDX-License-Identifier: Apache-2.0
# STM32F407VG: Cortex-M4F, 1 MB flash at 0x08000000, 112 + 16 KB SRAM at 0x20000000 (RM0090, memory
# map). Its 64 KB of CCM at 0x10000000 are left to the app: no code runs there and no DMA reaches it.
BOARD_CPU_stm32f407g-disc1 := -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
# External interrupt lines in the vector table (RM0090, table "vector table": positions 0...81).
BOARD_DEFINES_stm32f407g-disc1 := -DKL_EXTERNAL_INTERRUPTS=82 -DKL_HAS_CACHES=0
# Our startup leaves the 16 MHz internal oscillator on: no wait states.
BOARD_DEFINES_stm32f407g-disc1 += -DKL_FLASH_WITHOUT_WAITS
# Smallest unit of flash that can be kept for data: one of the sectors at its end.
BOARD_STORE_UNIT_stm32f407g-disc1 := 131072
