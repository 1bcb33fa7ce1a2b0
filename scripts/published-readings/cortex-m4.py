#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the Cortex-M4's model with the readings that jnk0le/cortexm-AES publishes.

scripts/published-readings/cortex-m4.py CHECKOUT    prints a table for both timing modes

CHECKOUT is a working copy of github.com/jnk0le/cortexm-AES at 2730630153b5. Its functions run in the
flash of an emulated STM32F407 at 24 MHz, without wait states, with all data in one SRAM.
"""
from cortexm_aes import Comparison, main

COMPARISON = Comparison(
    # doc/aes/CM3_CM4_details.md at cf55af00987a: STM32F4 without wait states, mean of 1024 calls.
    readings={
        "setEncKey128": 302, "setEncKey192": 276, "setEncKey256": 378,
        "encrypt128": 626, "encrypt192": 742, "encrypt256": 858,
        "encryptDSP128": 844, "encryptDSP192": 1008, "encryptDSP256": 1172,
        "encryptUnrolled128": 601, "encryptUnrolled192": 711, "encryptUnrolled256": 821,
        "setDecKey128": 811, "setDecKey192": 987, "setDecKey256": 1164,
        "decrypt128": 629, "decrypt192": 745, "decrypt256": 863,
    },
    sources=[
        "lookup_tables.c", "target/CM3_1T/CM3_1T_AES128_keyschedule_enc.S",
        "target/CM3_1T/CM3_1T_AES192_keyschedule_enc.S",
        "target/CM3_1T/CM3_1T_AES256_keyschedule_enc.S",
        "target/CM3_1T/CM3_1T_AES_keyschedule_dec.S", "target/CM3_1T/CM3_1T_AES_encrypt.S",
        "target/CM3_1T/CM3_1T_AES_decrypt.S", "target/CM4_DSPsBOX/CM4_DSPsBOX_AES_encrypt.S",
        "target/CM3_1T/CM3_1T_AES128_encrypt_unrolled.S",
        "target/CM3_1T/CM3_1T_AES192_encrypt_unrolled.S",
        "target/CM3_1T/CM3_1T_AES256_encrypt_unrolled.S",
    ],
    flags=["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-DTABLES=CM3_1T", "-DNO_TABLES=CM4_DSPsBOX",
           "-DUNROLLED"],
    script="flash.ld", board=["stm32f407g-disc1", "--clock", "24MHz"])

if __name__ == "__main__":
    main(__doc__.splitlines()[0], COMPARISON)
