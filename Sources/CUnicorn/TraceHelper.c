// SPDX-License-Identifier: GPL-2.0-or-later
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CUnicorn.h"
#include "Internals.h"

bool kl_write_code(void *place, const uint8_t *code, size_t length) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = (uintptr_t)place & ~(page - 1);
    size_t size = ((uintptr_t)place + length - begin + page - 1) & ~(page - 1);
    if (mprotect((void *)begin, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
        return false;
    }
    memcpy(place, code, length);
    mprotect((void *)begin, size, PROT_READ | PROT_EXEC);
    return true;
}

static bool is_replaced;

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)
// Called by translations before an instruction in a CODE hook's bounds: runs through all CODE
// hooks.
__attribute__((weak)) void helper_uc_tracecode(int32_t size, uint32_t index, void *engine,
                                               int64_t address);

// UC_HOOK_CODE_IDX, and the bits of `index` beside the flag for IT blocks.
enum { CODE_INDEX = 2, INDEX_BITS = 0x3F, VERSION = 0x02000100 };

// All CODE hooks of all engines in this program have one callback, which finds out by itself
// whether an instruction is watched.
static void trace(int32_t size, uint32_t index, void *engine, int64_t address) {
    kl_fast_path *context = kl_current_path;
    if (context != NULL && (index & INDEX_BITS) == CODE_INDEX) {
        kl_reach_instruction(engine, (uint64_t)address, (uint32_t)size, context->state);
    }
}

static void replace(void) {
    if (helper_uc_tracecode == NULL || (uc_version(NULL, NULL) & 0xFFFFFF00) != VERSION) {
        return;
    }
    int64_t distance = (int64_t)((uintptr_t)trace - ((uintptr_t)helper_uc_tracecode + 5));
    if (distance != (int32_t)distance) {
        return;
    }
    uint8_t jump[5] = {0xE9};
    memcpy(jump + 1, &(int32_t){(int32_t)distance}, 4);
    is_replaced = kl_write_code((void *)helper_uc_tracecode, jump, sizeof jump);
}
#else
static void replace(void) {}
#endif

bool kl_replace_trace_helper(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, replace);
    return is_replaced;
}
