// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "CUnicorn.h"
#include "CodeWriter.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

enum {
    // The call of the block hook as Unicorn writes it when no pointer in it is near or low.
    CALL_BYTES = 36,
    MOST_CONDITIONALS = 32,
    SP = 13,
};

// Where the call of the hook that returns to `end` begins, its arguments included.
static uint8_t *entry_before(uint8_t *end, const kl_site *site, uint32_t address, uint32_t size) {
    uint8_t *at = kl_call_before(end, (void *)kl_enter_block_inline);
    at = at != NULL ? kl_load_before(at, KL_RCX, (uintptr_t)site) : NULL;
    at = at != NULL ? kl_load_before(at, KL_RDX, size) : NULL;
    at = at != NULL ? kl_load_before(at, KL_RSI, address) : NULL;
    return at != NULL ? kl_load_before(at, KL_RDI, (uintptr_t)site->state->unicorn) : NULL;
}

// What looks at the first way and charges it. rbp points to r0 of the core, rcx is the state, rax
// the way, and edx the predecessor.
typedef struct {
    uint8_t *end;
    // Where to go on with another way.
    uint8_t *charge;
    // Last four bytes of the jumps for another predecessor, and when the budget is used up.
    uint8_t *other;
    uint8_t *settle;
    // And of those to the engine.
    uint8_t *slow[KL_MOST_ALIGNMENTS + 1];
    int slow_count;
} entry;

// Jumps if the condition (second byte of the instruction) holds.
static uint8_t *put_slow(uint8_t *at, uint8_t condition, entry *out) {
    at = KL_PUT(at, 0x0F, condition);
    out->slow[out->slow_count++] = at;
    return at + 4;
}

static uint8_t *put_care(uint8_t *at, const kl_site *site, entry *out) {
    const kl_edge *edge = site->ways->edge;
    if (edge->stack_descent != 0) {
        // mov 52(%rbp), %edx; sub $descent, %edx; cmp floor(%rcx), %edx; jb
        at = KL_PUT(at, 0x8B, 0x55, SP * 4, 0x81, 0xEA);
        at = kl_put32(at, edge->stack_descent);
        at = KL_PUT(at, 0x3B, 0x51, offsetof(kl_state, stack_floor));
        at = put_slow(at, 0x82, out);
    }
    const kl_watch *watch = &site->state->watches[edge->block];
    bool is_listed = (edge->traits & KL_ALIGNMENT_LISTED) != 0;
    for (uint32_t i = 0; is_listed && i < watch->alignment_count; i++) {
        // mov r(%rbp), %edx; add $offset, %edx; test $3, %dl; jne
        uint8_t place = (uint8_t)((watch->alignment[i] >> 2 & 15) * 4);
        at = KL_PUT(at, 0x8B, 0x55, place, 0x83, 0xC2, watch->alignment[i] & 3, 0xF6, 0xC2, 3);
        at = put_slow(at, 0x85, out);
    }
    uint8_t conditionals = (uint8_t)(edge->traits >> 16);
    if (conditionals != 0) {
        // mov executed(%rcx), %rdx; movl $0, place(%rdx); addq $conditionals, conditionals(%rcx)
        at = KL_PUT(at, 0x48, 0x8B, 0x51, offsetof(kl_state, executed));
        for (uint8_t place = 0; place < conditionals; place += sizeof(uint32_t)) {
            at = kl_put32(KL_PUT(at, 0xC7, 0x42, place), 0);
        }
        at = KL_PUT(at, 0x48, 0x83, 0x41, offsetof(kl_state, conditionals), conditionals);
    }
    return at;
}

// Whether that is all that an entry through this edge needs.
static bool is_able(const kl_state *state, const kl_edge *edge) {
    uint32_t traits = edge->traits & 0xFFFF;
    bool is_watched = (traits & KL_WATCHED) != 0;
    return (traits & ~(uint32_t)(KL_ALIGNMENT_LISTED | KL_WATCHED)) == 0 &&
           edge->traits >> 16 <= MOST_CONDITIONALS &&
           (!is_watched || (!state->asks_bounds && state->watches[edge->block].is_armed));
}

static entry put_entry(uint8_t *at, const kl_site *site) {
    entry out = {0};
    at = kl_put32(KL_PUT(at, 0xB8), (uint32_t)(uintptr_t)site->ways);  // mov $ways, %eax
    at = kl_put32(KL_PUT(at, 0xB9), (uint32_t)(uintptr_t)site->state); // mov $state, %ecx
    at = KL_PUT(at, 0x8B, 0x51, offsetof(kl_state, previous));         // mov previous(%rcx), %edx
    at = KL_PUT(at, 0x3B, 0x10, 0x0F, 0x85);                           // cmp (%rax), %edx; jne
    out.other = at;
    out.charge = at + 4;
    at = put_care(at + 4, site, &out);
    // mov address(%rax), %rdx; mov %rdx, previous(%rcx): `self` and `way` too
    at = KL_PUT(at, 0x48, 0x8B, 0x50, offsetof(kl_way, address));
    at = KL_PUT(at, 0x48, 0x89, 0x51, offsetof(kl_state, previous));
    // mov spent(%rax), %rdx; add %rdx, (%rcx); js
    at = KL_PUT(at, 0x48, 0x8B, 0x50, offsetof(kl_way, spent), 0x48, 0x01, 0x11, 0x0F, 0x88);
    out.settle = at;
    out.end = at + 4;
    return out;
}

// What the entry leaves: the other ways, the call of the engine, the end of the budget.
static uint8_t *put_rest(uint8_t *at, const kl_site *site, const entry *main, uint32_t size,
                         const uint8_t *exit, const uint8_t *back) {
    kl_put_target(main->other, at);
    for (uint8_t way = 1; way < KL_WAYS; way++) {
        uint8_t offset = (uint8_t)(way * sizeof(kl_way));
        // cmp offset(%rax), %edx; jne 1f; add $offset, %eax; jmp charge; 1:
        at = KL_PUT(at, 0x3B, 0x50, offset, 0x75, 8, 0x83, 0xC0, offset);
        at = kl_put_jump(at, main->charge);
    }
    for (int i = 0; i < main->slow_count; i++) {
        kl_put_target(main->slow[i], at);
    }
    at = kl_put64(KL_PUT(at, 0x48, 0xB8 + KL_RDI), (uintptr_t)site->state->unicorn);
    at = kl_put32(KL_PUT(at, 0xB8 + KL_RSI), site->ways->address);
    at = kl_put32(KL_PUT(at, 0xB8 + KL_RDX), size);
    at = kl_put64(KL_PUT(at, 0x48, 0xB8 + KL_RCX), (uintptr_t)site);
    at = kl_put64(KL_PUT(at, 0x48, 0xB8), (uintptr_t)kl_enter_otherwise);
    at = KL_PUT(at, 0xFF, 0xD0); // call *%rax
    at = kl_put_target(kl_put(at, kl_check, sizeof kl_check), exit);
    at = kl_put_jump(at, back);
    kl_put_target(main->settle, at);
    // After the first time the entry goes on here from the hook's return, with any rcx.
    at = kl_put32(KL_PUT(at, 0xB9), (uint32_t)(uintptr_t)site->state);
    at = KL_PUT(at, 0x83, 0x49, offsetof(kl_state, previous), KL_SETTLE); // orl
    return kl_put_jump(at, back);
}

void kl_inline_entry(kl_site *site, void *return_address, uint32_t size) {
    kl_state *state = site->state;
    const kl_edge *edge = site->ways->edge;
    uint8_t *end = return_address;
    if (!kl_is_low(state) || !kl_is_low(state->ways) || !is_able(state, edge) ||
        memcmp(end, kl_check, sizeof kl_check) != 0) {
        return;
    }
    uint8_t *begin = entry_before(end, site, edge->address, size);
    uint8_t *at = begin != NULL ? kl_code_room(state) : NULL;
    if (at == NULL) {
        return;
    }
    const uint8_t *back = end + KL_CHECK_BYTES;
    const uint8_t *exit = back + kl_read32(end + sizeof kl_check);
    bool fits = end - begin == CALL_BYTES && (site->address & 1) == 0;
    entry main = put_entry(fits ? begin : at, site);
    if (fits) {
        // The hook's return address is that of the last jump, which does no harm then.
        KL_PUT(main.end, 0x0F, 0x1F, 0x44, 0x00, 0x00); // nop
    } else {
        kl_put_jump(begin, at);
        at = kl_put_jump(main.end, back);
    }
    kl_take_code(state, put_rest(at, site, &main, size, exit, back));
    site->inline_block = edge->block;
    site->inline_care = kl_care_of(edge);
}

#else

void kl_inline_entry(kl_site *site, void *return_address, uint32_t size) {
    (void)site, (void)return_address, (void)size;
}

#endif
