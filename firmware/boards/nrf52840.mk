# SPDX-License-Identifier: Apache-2.0
# nRF52840: Cortex-M4F, 1 MB flash at 0, 256 KB SRAM (product specification, "Memory").
BOARD_CPU_nrf52840 := -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
# External interrupt lines in the vector table ("Instantiation": IDs 0...47).
BOARD_DEFINES_nrf52840 := -DKL_EXTERNAL_INTERRUPTS=48 -DKL_HAS_CACHES=0 -DKL_FLASH_NRF52840
# Smallest unit of flash that can be kept for data: a page.
BOARD_STORE_UNIT_nrf52840 := 4096
