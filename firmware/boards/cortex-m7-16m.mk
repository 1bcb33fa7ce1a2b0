# SPDX-License-Identifier: Apache-2.0
# No real chip: a Cortex-M7 with 16 MB of flash at 0x08000000 and 16 MB of SRAM at 0x20000000, to
# measure what fits no board. kinglet run --cpu cortex-m7 --flash 0x08000000:16MiB
# --ram 0x20000000:16MiB
BOARD_CPU_cortex-m7-16m := -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16
BOARD_DEFINES_cortex-m7-16m := -DKL_EXTERNAL_INTERRUPTS=240 -DKL_HAS_CACHES=1
BOARD_STORE_UNIT_cortex-m7-16m := 4096
