// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "CUnicorn.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)
enum { JUMP_BYTES = 5, LONGEST = 128, FUNCTIONS = 4 };

// What the translator calls for a load or store of the firmware; each ends with a jump to
// `check_exit_request`, which has the translation ask whether a stop was requested.
__attribute__((weak)) void tcg_gen_qemu_ld_i32_arm(void);
__attribute__((weak)) void tcg_gen_qemu_st_i32_arm(void);
__attribute__((weak)) void tcg_gen_qemu_ld_i64_arm(void);
__attribute__((weak)) void tcg_gen_qemu_st_i64_arm(void);
__attribute__((weak)) void check_exit_request_arm(void *translation);

static void check_exit_request(void *translation) {
    const kl_fast_path *context = kl_current_path;
    if (context == NULL || !context->owns_translations) {
        check_exit_request_arm(translation);
    }
}

static bool retarget(void) {
    void (*const functions[FUNCTIONS])(void) = {
        tcg_gen_qemu_ld_i32_arm,
        tcg_gen_qemu_st_i32_arm,
        tcg_gen_qemu_ld_i64_arm,
        tcg_gen_qemu_st_i64_arm,
    };
    uint8_t *jumps[FUNCTIONS];
    if (check_exit_request_arm == NULL || !kl_is_known_version()) {
        return false;
    }
    for (int i = 0; i < FUNCTIONS; i++) {
        uint8_t *code = (uint8_t *)functions[i];
        jumps[i] = NULL;
        for (int at = 0; code != NULL && at < LONGEST && jumps[i] == NULL; at++) {
            int32_t distance;
            memcpy(&distance, code + at + 1, sizeof distance);
            uintptr_t target = (uintptr_t)code + at + JUMP_BYTES + (intptr_t)distance;
            if (code[at] == 0xE9 && target == (uintptr_t)check_exit_request_arm) {
                jumps[i] = code + at;
            }
        }
        int64_t reach = (int64_t)((uintptr_t)check_exit_request - (uintptr_t)jumps[i] - JUMP_BYTES);
        if (jumps[i] == NULL || reach != (int32_t)reach) {
            return false;
        }
    }
    bool is_replaced = true;
    for (int i = 0; i < FUNCTIONS; i++) {
        int32_t distance =
            (int32_t)((uintptr_t)check_exit_request - (uintptr_t)jumps[i] - JUMP_BYTES);
        is_replaced &= kl_write_code(jumps[i] + 1, (const uint8_t *)&distance, sizeof distance);
    }
    return is_replaced;
}
#else
static bool retarget(void) {
    return false;
}
#endif

KL_ONCE(kl_replace_exit_checks, retarget)
