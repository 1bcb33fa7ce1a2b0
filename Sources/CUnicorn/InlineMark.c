// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "CodeWriter.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

__attribute__((weak)) void helper_uc_tracecode(int32_t size, uint32_t index, void *engine,
                                               int64_t address);

enum { PC = 15, SET_PC_BYTES = 7, REGISTER_BYTES = 4, MOST_HALFWORDS = 4096 };

// The call of a CODE hook.
typedef struct {
    // movl $address, 60(%rbp), then the arguments; `index` is one of them.
    uint8_t *begin;
    uint8_t *call;
    // Where the firmware's instruction begins.
    uint8_t *after;
    uint32_t index;
} call_site;

static bool find_call(call_site *out, const kl_state *state, uint8_t *end, uint32_t address,
                      uint32_t size) {
    static const uint32_t indices[] = {0x02, 0x42};
    out->call = kl_call_before(end, (void *)helper_uc_tracecode);
    uint8_t *at = out->call;
    at = at != NULL ? kl_load_before(at, KL_RCX, address) : NULL;
    at = at != NULL ? kl_load_before(at, KL_RDX, (uintptr_t)state->unicorn) : NULL;
    for (size_t i = 0; at != NULL && i < sizeof indices / sizeof *indices; i++) {
        uint8_t *before = kl_load_before(at, KL_RSI, indices[i]);
        before = before != NULL ? kl_load_before(before, KL_RDI, size) : NULL;
        if (before == NULL) {
            continue;
        }
        before -= SET_PC_BYTES;
        static const uint8_t set_pc[] = {0xC7, 0x45, PC * REGISTER_BYTES};
        if (memcmp(before, set_pc, sizeof set_pc) == 0 &&
            (uint32_t)kl_read32(before + sizeof set_pc) == address) {
            out->begin = before;
            out->index = indices[i];
            bool has_check = memcmp(end, kl_check, sizeof kl_check) == 0;
            out->after = has_check ? end + KL_CHECK_BYTES : end;
            return true;
        }
    }
    return false;
}

// The call only if the address is no multiple of 4. The engine and the size are not looked at, and
// left out.
static void put_alignment(const call_site *site, uint32_t alignment, uint32_t address) {
    uint8_t place = (uint8_t)((alignment >> 2 & 15) * REGISTER_BYTES);
    // mov r(%rbp), %edx; add $offset, %edx; test $3, %dl; je after
    uint8_t *at = KL_PUT(site->begin, 0x8B, 0x55, place, 0x83, 0xC2, alignment & 3, 0xF6, 0xC2, 3);
    at = KL_PUT(at, 0x74, (uint8_t)(site->after - (at + 2)));
    at = kl_put32(KL_PUT(at, 0xC7, 0x45, PC * REGISTER_BYTES), address);
    at = kl_put32(KL_PUT(at, 0xB8 + KL_RSI), site->index);
    at = kl_put32(KL_PUT(at, 0xB8 + KL_RCX), address);
    while (at < site->call) {
        at = KL_PUT(at, 0x90);
    }
}

enum { ALIGNMENT_BYTES = 28 };

// Notes that a conditional instruction executes (as kl_execute_conditional does).
static void put_conditional(kl_state *state, const call_site *site, uint32_t position) {
    uint8_t *begin = kl_code_room(state);
    if (begin == NULL) {
        return;
    }
    uint8_t *skips[3];
    uint8_t *at = begin;
    at = kl_put32(KL_PUT(at, 0xB9), (uint32_t)(uintptr_t)state);
    // cmpb $0, is_stopping(%rcx); jne
    at = KL_PUT(at, 0x80, 0x79, offsetof(kl_state, is_stopping), 0, 0x0F, 0x85);
    skips[0] = at;
    // mov executed(%rcx), %rax; cmpb $0, position(%rax); jne
    at = KL_PUT(at + 4, 0x48, 0x8B, 0x41, offsetof(kl_state, executed));
    at = KL_PUT(kl_put32(KL_PUT(at, 0x80, 0xB8), position), 0, 0x0F, 0x85);
    skips[1] = at;
    // movb $1, position(%rax); incq conditionals_executed(%rcx)
    at = KL_PUT(kl_put32(KL_PUT(at + 4, 0xC6, 0x80), position), 1);
    at = KL_PUT(at, 0x48, 0xFF, 0x41, offsetof(kl_state, conditionals_executed));
    // mov way(%rcx), %eax; mov edge(%rax), %rax; mov savings(%rax), %eax
    at = KL_PUT(at, 0x8B, 0x41, offsetof(kl_state, way), 0x48, 0x8B, 0x40, offsetof(kl_way, edge));
    at = KL_PUT(at, 0x8B, 0x40, offsetof(kl_edge, savings));
    // mov savings(%rcx), %rdx; mov 4 * position(%rdx, %rax, 4), %edx
    at = KL_PUT(at, 0x48, 0x8B, 0x51, offsetof(kl_state, savings), 0x8B, 0x94, 0x82);
    at = kl_put32(at, (uint32_t)sizeof(uint32_t) * position);
    // shl $32, %rdx; sub %rdx, (%rcx); jns
    at = KL_PUT(at, 0x48, 0xC1, 0xE2, 32, 0x48, 0x29, 0x11, 0x0F, 0x89);
    skips[2] = at;
    // orl $KL_SETTLE, previous(%rcx)
    at = KL_PUT(at + 4, 0x83, 0x49, offsetof(kl_state, previous), KL_SETTLE);
    for (int i = 0; i < 3; i++) {
        kl_put_target(skips[i], at);
    }
    kl_take_code(state, kl_put_jump(at, site->after));
    kl_put_jump(site->begin, begin);
}

void kl_inline_mark(kl_state *state, void *return_address, uint32_t address, uint32_t size) {
    const kl_edge *edge = kl_current_edge(state);
    const kl_watch *watch = &state->watches[edge->block];
    uint32_t halfword = (address - edge->address) >> 1;
    // Of the block that runs, watched or not?
    bool is_known = edge->block != 0 && halfword < MOST_HALFWORDS &&
                    (watch->halfwords == 0 || watch->address == edge->address);
    if (state->is_stopping || !is_known || !kl_is_low(state)) {
        return;
    }
    // A block that shares code with a watched one may have its calls.
    uint32_t mark = halfword < watch->halfwords ? watch->marks[halfword] : 0;
    bool is_alignment = (mark & ~63u) == (KL_DELEGATED | KL_WHEN_MISALIGNED);
    call_site site;
    if ((mark >= KL_OBSERVED && !is_alignment) ||
        !find_call(&site, state, return_address, address, size)) {
        return;
    }
    if (mark == 0) {
        kl_put_jump(site.begin, site.after);
    } else if (mark < KL_OBSERVED) {
        put_conditional(state, &site, mark - 1);
    } else if (site.call - site.begin >= ALIGNMENT_BYTES) {
        put_alignment(&site, mark & 63, address);
    }
}

#else

void kl_inline_mark(kl_state *state, void *return_address, uint32_t address, uint32_t size) {
    (void)state, (void)return_address, (void)address, (void)size;
}

#endif
