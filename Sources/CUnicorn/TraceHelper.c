// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "CUnicorn.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)
// Called by translations before an instruction in a CODE hook's bounds: runs through all CODE
// hooks.
__attribute__((weak)) void helper_uc_tracecode(int32_t size, uint32_t index, void *engine,
                                               int64_t address);

// UC_HOOK_CODE_IDX, and the bits of `index` beside the flag for IT blocks.
enum { CODE_INDEX = 2, INDEX_BITS = 0x3F };

// All CODE hooks of all engines in this program have one callback, which finds out by itself
// whether an instruction is watched.
static void trace(int32_t size, uint32_t index, void *engine, int64_t address) {
    kl_fast_path *context = kl_current_path;
    if (context == NULL || (index & INDEX_BITS) != CODE_INDEX) {
        return;
    }
    context->state->calls++;
    if (context->owns_translations) {
        kl_inline_mark(context->state, __builtin_return_address(0), (uint32_t)address,
                       (uint32_t)size);
    }
    kl_reach_instruction(engine, (uint64_t)address, (uint32_t)size, context->state);
}

static bool replace(void) {
    return helper_uc_tracecode != NULL && kl_is_known_version() &&
           kl_write_jump((void *)helper_uc_tracecode, (void *)trace);
}
#else
static bool replace(void) {
    return false;
}
#endif

KL_ONCE(kl_replace_trace_helper, replace)
