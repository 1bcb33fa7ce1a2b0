# SPDX-License-Identifier: Apache-2.0
# STM32H743ZI: Cortex-M7 with double-precision FPU, 2 MB flash at 0x08000000, 512 KB AXI SRAM at
# 0x24000000 (RM0433, memory map). 128 KB of DTCM at 0x20000000 and SRAM1 to SRAM4 are left to the app.
BOARD_CPU_nucleo-h743zi := -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16
# External interrupt lines in the vector table (RM0433, table "NVIC": positions 0...149).
BOARD_DEFINES_nucleo-h743zi := -DKL_EXTERNAL_INTERRUPTS=150 -DKL_HAS_CACHES=1
# Tightly coupled memory for code: 64 KB (RM0433, memory map).
BOARD_DEFINES_nucleo-h743zi += -DKL_ITCM=0x00000000u
# Smallest unit of flash that can be kept for data: a sector.
BOARD_STORE_UNIT_nucleo-h743zi := 131072
