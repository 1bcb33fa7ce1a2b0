// SPDX-License-Identifier: Apache-2.0
#include "runtime/flash.h"

#include "flash_driver.h"

#include <string.h>

extern uint8_t __store_start[], __store_end[];

uint32_t kl_flash_capacity(void) {
    return (uint32_t)(__store_end - __store_start);
}

static const char *check(uint32_t offset, uint32_t length) {
    const uint32_t capacity = kl_flash_capacity();
    if (capacity == 0)
        return "no flash is kept for data: link with --defsym=__store_size=BYTES";
    return offset > capacity || length > capacity - offset
               ? "the flash kept for data (__store_size) is too small"
               : NULL;
}

const char *kl_flash_erase(uint32_t bytes) {
    const char *problem = check(0, bytes);
    if (problem || bytes == 0)
        return problem;
    return kl_flash_driver_erase((uint32_t)__store_start, (uint32_t)__store_start + bytes);
}

const char *kl_flash_program(uint32_t offset, const uint32_t *words, uint32_t count) {
    if (offset % 4 != 0)
        return "flash is written in words, at multiples of 4";
    const char *problem =
        count > UINT32_MAX / 4 ? check(offset, UINT32_MAX) : check(offset, 4 * count);
    if (problem)
        return problem;
    problem = kl_flash_driver_program((uint32_t)__store_start + offset, words, count);
    if (!problem && memcmp(__store_start + offset, words, 4 * count) != 0)
        problem = "the flash does not hold what was written: it was not erased, or is worn out";
    return problem;
}

const char *kl_flash_read(uint32_t offset, void *bytes, uint32_t length) {
    const char *problem = check(offset, length);
    if (!problem)
        memcpy(bytes, __store_start + offset, length);
    return problem;
}
