// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_FLASH_DRIVER_H
#define RUNTIME_FLASH_DRIVER_H

// What flash.c asks of the one driver that a board's .mk selects. Addresses are the chip's; null,
// or the reason why not.

#include <stdint.h>

// Erases the sectors from `start`, where one begins, up to the one that holds the byte below `end`.
const char *kl_flash_driver_erase(uint32_t start, uint32_t end);

// Writes whole words to erased flash, or clears more of their bits.
const char *kl_flash_driver_program(uint32_t address, const uint32_t *words, uint32_t count);

#endif
