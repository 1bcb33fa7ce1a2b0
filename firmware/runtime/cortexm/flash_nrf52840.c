// SPDX-License-Identifier: Apache-2.0

// The non-volatile memory controller of the nRF52840 (product specification, "NVMC"). Code that
// runs from flash stands still while it works, interrupts with it: 41 us a word, 85 ms a page.

#ifdef KL_FLASH_NRF52840

#include "flash_driver.h"

#include "runtime/core.h"

#include <stddef.h>

#define NVMC_READY KL_REGISTER(0x4001E400u)
#define NVMC_CONFIG KL_REGISTER(0x4001E504u)
#define NVMC_ERASEPAGE KL_REGISTER(0x4001E508u)

enum { READ_ONLY, WRITE_ENABLED, ERASE_ENABLED };

static const uint32_t page_bytes = 4096;

static void wait(void) {
    while ((NVMC_READY & 1) == 0) {
    }
}

static void enable(uint32_t mode) {
    NVMC_CONFIG = mode;
    wait();
    kl_synchronise();
}

const char *kl_flash_driver_erase(uint32_t start, uint32_t end) {
    enable(ERASE_ENABLED);
    for (uint32_t page = start; page < end; page += page_bytes) {
        NVMC_ERASEPAGE = page;
        wait();
    }
    enable(READ_ONLY);
    return NULL;
}

const char *kl_flash_driver_program(uint32_t address, const uint32_t *words, uint32_t count) {
    enable(WRITE_ENABLED);
    for (uint32_t i = 0; i < count; i++) {
        KL_REGISTER(address + 4 * i) = words[i];
        wait();
    }
    enable(READ_ONLY);
    return NULL;
}

#endif
