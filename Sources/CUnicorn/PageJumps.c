// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)
// The last function of the translator; the one that is looked for stands before it.
__attribute__((weak)) void gen_intermediate_code_arm(void);

// What decides whether a jump to a known address may go straight to the translation there: it does
// when the target is on the page that the block begins (first test) or ends on (second one).
static const uint8_t decision[] = {
    0x85, 0xCE,       // test %ecx, %esi
    0x74, 0x0C,       // je   1f
    0x8B, 0x47, 0x0C, // mov  12(%rdi), %eax
    0x83, 0xE8, 0x01, // sub  $1, %eax
    0x31, 0xD0,       // xor  %edx, %eax
    0x85, 0xC8,       // test %ecx, %eax
    0x75, 0x56,       // jne  2f
};
enum { BRANCH = 2, FURTHEST = 0x30000 };

static bool replace(void) {
    uint8_t *end = (uint8_t *)gen_intermediate_code_arm;
    if (end == NULL || !kl_is_known_version()) {
        return false;
    }
    uint8_t *found = NULL;
    for (uint8_t *at = end - sizeof decision; at > end - FURTHEST; at--) {
        if (memcmp(at, decision, sizeof decision) == 0) {
            if (found != NULL) {
                return false;
            }
            found = at;
        }
    }
    // je becomes jmp.
    return found != NULL && kl_write_code(found + BRANCH, (const uint8_t[]){0xEB}, 1);
}
#else
static bool replace(void) {
    return false;
}
#endif

KL_ONCE(kl_join_pages, replace)
