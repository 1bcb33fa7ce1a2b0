// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "CUnicorn.h"
#include "Internals.h"

// What SMLAD, SMLABB and their kin call for each addition: Q is set when the sum overflows. Weak:
// without it there is nothing to replace.
__attribute__((weak)) uint32_t helper_add_setq_arm(void *environment, uint32_t a, uint32_t b);

enum {
    // Larger than what Unicorn 2.0.x calls CPUARMState.
    ENVIRONMENT_BYTES = 1 << 16,
};

static uint32_t q_offset;
// Where Q is, by having it set; false unless that is the only thing that happens.
static bool find_q(void) {
    static uint32_t environment[ENVIRONMENT_BYTES / sizeof(uint32_t)];
    if (helper_add_setq_arm(environment, 0x7FFFFFFE, 1) != 0x7FFFFFFF ||
        helper_add_setq_arm(environment, 0x80000000, 0x7FFFFFFF) != 0xFFFFFFFF) {
        return false;
    }
    for (uint32_t i = 0; i < sizeof environment / sizeof *environment; i++) {
        if (environment[i] != 0) {
            return false;
        }
    }
    if (helper_add_setq_arm(environment, 0x80000000, 0xFFFFFFFF) != 0x7FFFFFFF) {
        return false;
    }
    uint32_t places = 0;
    for (uint32_t i = 0; i < sizeof environment / sizeof *environment; i++) {
        if (environment[i] != 0) {
            q_offset = i * (uint32_t)sizeof *environment;
            places += environment[i] == 1 ? 1 : 2;
        }
    }
    return places == 1;
}

#ifdef __x86_64__
// Unicorn's own asks for the operands' signs first, which in a dot product is as good as tossing a
// coin; that the sum overflows hardly ever happens.
static const uint8_t addition[] = {
    0x89, 0xF0,                      // mov  %esi, %eax
    0x01, 0xD0,                      // add  %edx, %eax
    0x70, 0x01,                      // jo   1f
    0xC3,                            // ret
    0xC7, 0x87, 0,    0,    0,    0, // 1: movl $1, q_offset(%rdi)
    0x01, 0x00, 0x00, 0x00, 0xC3,    // ret
};
enum { OFFSET_PLACE = 9, ALIGNMENT = 16 };

// Where the function that makes calls of itself inline is in reach, a jump to it. False: it is not.
static bool jump_to_inlining(uintptr_t place) {
#ifdef KINGLET_STATIC_UNICORN
    return kl_is_known_version() && kl_write_jump((void *)place, (void *)kl_add_setq_inlining);
#else
    (void)place;
    return false;
#endif
}

static bool replace(void) {
    uintptr_t place = (uintptr_t)helper_add_setq_arm;
    // No shorter code does the same; so what begins at a multiple of 16 has at least 32 bytes.
    if (place == 0 || place % ALIGNMENT != 0 || uc_version(NULL, NULL) >> 24 != 2 || !find_q()) {
        return false;
    }
    if (jump_to_inlining(place)) {
        return true;
    }
    uint8_t code[sizeof addition];
    memcpy(code, addition, sizeof code);
    memcpy(code + OFFSET_PLACE, &q_offset, sizeof q_offset);
    return kl_write_code((void *)place, code, sizeof code);
}
#else
static bool replace(void) {
    return false;
}
#endif

uint32_t kl_q_offset(void) {
    return kl_replace_saturation_helper() ? q_offset : 0;
}

KL_ONCE(kl_replace_saturation_helper, replace)
