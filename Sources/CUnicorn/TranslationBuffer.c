// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <malloc.h>
#include <sys/mman.h>

#include "CodeWriter.h"
#include "Internals.h"

#ifdef __x86_64__

// Of 2.0.1 on x86-64, in its static and shared library: where the engine has the translator's
// context, and where that has what it knows of the memory for translations.
enum {
    CONTEXT = 0x2C0,
    ENGINE = 0x9170,
    BUFFER = 0xA0,
    BUFFER_BYTES = 0xB8,
    NEXT = 0xC0,
    HIGH_WATER = 0xD0,
    REGION_START = 0x90F8,
    REGION_END = 0x9108,
    REGIONS = 0x9110,
    REGIONS_TAKEN = 0x9128,
    // What Unicorn leaves free behind the high-water mark.
    MARGIN = 0x400,
};

uint8_t *kl_translator(uc_engine *engine) {
    if (!kl_is_known_version() || malloc_usable_size(engine) < CONTEXT + sizeof(uint64_t)) {
        return NULL;
    }
    uint8_t *context = (uint8_t *)kl_read64((uint8_t *)engine + CONTEXT);
    bool is_context = context != NULL && malloc_usable_size(context) >= ENGINE + sizeof(uint64_t) &&
                      kl_read64(context + ENGINE) == (uintptr_t)engine;
    return is_context ? context : NULL;
}

// Nothing is translated yet, and all words have the values that they must have then.
static bool is_untouched(const uint8_t *context) {
    uint64_t start = kl_read64(context + REGION_START);
    uint64_t end = kl_read64(context + REGION_END);
    return start != 0 && kl_read64(context + BUFFER) == start &&
           kl_read64(context + NEXT) == start && end > start &&
           kl_read64(context + HIGH_WATER) == end - MARGIN &&
           kl_read64(context + BUFFER_BYTES) - (end - start) < (1 << 16) &&
           kl_read64(context + REGIONS) == 1 && kl_read64(context + REGIONS_TAKEN) == 0;
}

bool kl_bound_translations(uc_engine *engine, kl_state *state, uint64_t bytes) {
    enum { PAGE = 1 << 12, MOST_BYTES = 1 << 29 };
    uint8_t *context = kl_translator(engine);
    if (context == NULL || bytes <= MARGIN || bytes > MOST_BYTES || !is_untouched(context)) {
        return false;
    }
    uint64_t start = kl_read64(context + REGION_START);
    uint64_t end = (start + bytes + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    if (end + KL_CODE_BYTES > kl_read64(context + REGION_END)) {
        return false;
    }
    kl_put64(context + REGION_END, end);
    kl_put64(context + HIGH_WATER, end - MARGIN);
    kl_put64(context + BUFFER_BYTES, end - start);
    // Else 2.0.1 would begin again at the start when the buffer is full, without forgetting what
    // it translated.
    kl_put64(context + REGIONS_TAKEN, 1);
    // Unicorn asked for large pages.
    madvise((void *)end, KL_CODE_BYTES, MADV_NOHUGEPAGE);
    kl_use_room(state, (void *)end);
    return true;
}

uint64_t kl_translated_bytes(uc_engine *engine) {
    const uint8_t *context = kl_translator(engine);
    return context != NULL ? kl_read64(context + NEXT) - kl_read64(context + REGION_START) : 0;
}

#else

uint8_t *kl_translator(uc_engine *engine) {
    (void)engine;
    return NULL;
}

bool kl_bound_translations(uc_engine *engine, kl_state *state, uint64_t bytes) {
    (void)engine, (void)state, (void)bytes;
    return false;
}

uint64_t kl_translated_bytes(uc_engine *engine) {
    (void)engine;
    return 0;
}

#endif
