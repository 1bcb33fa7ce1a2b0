// SPDX-License-Identifier: Apache-2.0

// The flash interface of the STM32F74x and STM32F75x (RM0385, "Embedded Flash memory (FLASH)"), 32
// bits at once, which needs a supply of 2.7 V or more. Code that runs from flash stands still while
// it works: 16 us a word, 1 s for a sector of 256 KB.

#ifdef KL_FLASH_STM32F7

#include "flash_driver.h"

#include "runtime/core.h"

#include <stddef.h>

#define FLASH_KEYR KL_REGISTER(0x40023C04u)
#define FLASH_SR KL_REGISTER(0x40023C0Cu)
#define FLASH_CR KL_REGISTER(0x40023C10u)

static const uint32_t key_1 = 0x45670123, key_2 = 0xCDEF89AB;
static const uint32_t busy = 1u << 16;
static const uint32_t errors = 0xF2; // ERSERR, PGPERR, PGAERR, WRPERR, OPERR
static const uint32_t lock = 1u << 31;
static const uint32_t start_erase = 1u << 16;
static const uint32_t word_parallelism = 2u << 8;
static const uint32_t sector_erase = 2, programming = 1;
// Sectors of 256 KB; the first of them is number 5. The linker keeps only such ones.
static const uint32_t sector_bytes = 256 * 1024, flash_origin = 0x08000000;

static const char *finish(void) {
    kl_synchronise();
    while (FLASH_SR & busy) {
    }
    if ((FLASH_SR & errors) == 0)
        return NULL;
    if (FLASH_SR & (1u << 4))
        return "the flash sector is write-protected (WRPERR)";
    return "the flash controller refused to work (error flags in FLASH_SR)";
}

static void begin(void) {
    while (FLASH_SR & busy) {
    }
    if (FLASH_CR & lock) {
        FLASH_KEYR = key_1;
        FLASH_KEYR = key_2;
    }
    FLASH_SR = errors;
}

// The data cache may hold what the flash held before (ARMv7-M ARM, B2.2.7: DCIMVAC). Its lines of
// flash are never dirty.
static void end_with(uint32_t from, uint32_t to) {
    FLASH_CR = lock;
    kl_synchronise();
    if (KL_REGISTER(KL_CCR) & KL_CCR_DC)
        for (uint32_t line = from & ~31u; line < to; line += 32)
            KL_REGISTER(KL_DCIMVAC) = line;
    kl_synchronise();
}

const char *kl_flash_driver_erase(uint32_t start, uint32_t end) {
    const char *problem = NULL;
    begin();
    uint32_t sector = start;
    for (; sector < end && !problem; sector += sector_bytes) {
        const uint32_t number = 4 + (sector - flash_origin) / sector_bytes;
        FLASH_CR = word_parallelism | sector_erase | number << 3;
        FLASH_CR = word_parallelism | sector_erase | number << 3 | start_erase;
        problem = finish();
    }
    end_with(start, sector);
    return problem;
}

const char *kl_flash_driver_program(uint32_t address, const uint32_t *words, uint32_t count) {
    const char *problem = NULL;
    begin();
    FLASH_CR = word_parallelism | programming;
    kl_synchronise();
    for (uint32_t i = 0; i < count && !problem; i++) {
        // The barrier in finish() also keeps the core from joining two stores into a wider one.
        KL_REGISTER(address + 4 * i) = words[i];
        problem = finish();
    }
    end_with(address, address + 4 * count);
    return problem;
}

#endif
