// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_FLASH_H
#define RUNTIME_FLASH_H

// The room at the end of the flash that the image leaves free, for what must survive a reset and
// the loss of power. Offsets count from its start. On a board the linker keeps __store_size bytes
// (0 unless it was told otherwise, see firmware/README.md); in the host twin the room is the file
// `flash.bin` of the `--files` folder.
//
// The core waits until an operation is done. Each returns null, or the reason why it failed.

#include <stdint.h>

uint32_t kl_flash_capacity(void);

// Sets at least the first `bytes` bytes to 0xFF: whole sectors, each once.
const char *kl_flash_erase(uint32_t bytes);

// Writes words at an offset that is a multiple of 4, in order. Bits can only be cleared.
const char *kl_flash_program(uint32_t offset, const uint32_t *words, uint32_t count);

const char *kl_flash_read(uint32_t offset, void *bytes, uint32_t length);

#endif
