// SPDX-License-Identifier: Apache-2.0

// For boards whose flash controller we do not know.

#if !defined(KL_FLASH_NRF52840) && !defined(KL_FLASH_STM32F7)

#include "flash_driver.h"

static const char *const reason = "this board has no flash controller that the runtime knows";

const char *kl_flash_driver_erase(uint32_t start, uint32_t end) {
    (void)start;
    (void)end;
    return reason;
}

const char *kl_flash_driver_program(uint32_t address, const uint32_t *words, uint32_t count) {
    (void)address;
    (void)words;
    (void)count;
    return reason;
}

#endif
