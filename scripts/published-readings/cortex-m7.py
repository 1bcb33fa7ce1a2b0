#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the Cortex-M7's model with the readings that jnk0le/cortexm-AES publishes.

scripts/published-readings/cortex-m7.py CHECKOUT    prints a table for both timing modes

CHECKOUT is a working copy of github.com/jnk0le/cortexm-AES at 2730630153b5. Its functions run in the
ITCM with their data in the DTCM of an emulated STM32F746, called as its own test calls them.
"""
from cortexm_aes import Comparison, main

COMPARISON = Comparison(
    # doc/aes/CM7_details.md and README.md there: STM32H743, mean of 1024 calls.
    readings={
        "setEncKey128": 139, "setEncKey192": 129, "setEncKey256": 178,
        "encrypt128": 292, "encrypt192": 346, "encrypt256": 400,
        "encryptDSP128": 400, "encryptDSP192": 478, "encryptDSP256": 556,
        "setDecKey128": 357, "setDecKey192": 433, "setDecKey256": 509,
        "decrypt128": 293, "decrypt192": 347, "decrypt256": 401,
    },
    sources=[
        "lookup_tables.c", "target/CM7_1T/CM7_1T_AES128_keyschedule_enc.S",
        "target/CM7_1T/CM7_1T_AES192_keyschedule_enc.S",
        "target/CM7_1T/CM7_1T_AES256_keyschedule_enc.S",
        "target/CM7_1T/CM7_1T_AES_keyschedule_dec.S", "target/CM7_1T/CM7_1T_AES_encrypt.S",
        "target/CM7_1T/CM7_1T_AES_decrypt.S", "target/CM7_DSPsBOX/CM7_DSPsBOX_AES_encrypt.S",
    ],
    flags=["-mcpu=cortex-m7", "-mfpu=fpv5-sp-d16", "-DTABLES=CM7_1T", "-DNO_TABLES=CM7_DSPsBOX"],
    script="itcm.ld", board=["stm32f746g-disco"])

if __name__ == "__main__":
    main(__doc__.splitlines()[0], COMPARISON)
