// SPDX-License-Identifier: GPL-2.0-or-later
#include "CodeWriter.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

__attribute__((weak)) uint32_t helper_add_setq_arm(void *environment, uint32_t a, uint32_t b);

enum {
    // mov %rbp, %rdi
    FIRST_ARGUMENT_BYTES = 3,
    // A word of the core's state, from rbp.
    MOST_DISPLACEMENT = 1 << 16,
};

uint32_t kl_add_setq(void *environment, uint32_t a, uint32_t b) {
    int32_t sum;
    if (__builtin_expect(__builtin_add_overflow((int32_t)a, (int32_t)b, &sum), 0)) {
        memcpy((char *)environment + kl_q_offset(), &(uint32_t){1}, sizeof(uint32_t));
    }
    return (uint32_t)sum;
}

// The end of the instruction at `at` if it moves between registers of the host, or between one and
// a word near rbp or rsp; else `at`.
static const uint8_t *skip_move(const uint8_t *at) {
    const uint8_t *code = (at[0] & 0xF0) == 0x40 ? at + 1 : at;
    if (code[0] != 0x8B && code[0] != 0x89) {
        return at;
    }
    uint8_t mode = code[1] >> 6;
    uint8_t base = code[1] & 7;
    if (mode == 3) {
        return code + 2;
    }
    bool is_stack = base == 4 && code[2] == 0x24;
    bool extends_base = code != at && (at[0] & 3) != 0;
    if (mode == 0 || extends_base || (base != 5 && !is_stack)) {
        return at;
    }
    code += is_stack ? 3 : 2;
    if (mode == 1) {
        return code + 1;
    }
    int32_t displacement = kl_read32(code);
    return displacement > -MOST_DISPLACEMENT && displacement < MOST_DISPLACEMENT ? code + 4 : at;
}

// Where the arguments of the call at `call` begin: rdi, and maybe esi and edx, between other moves.
static uint8_t *arguments_before(uint8_t *call) {
    enum { LONGEST = 64 };
    for (uint8_t *at = call - FIRST_ARGUMENT_BYTES; at >= call - LONGEST; at--) {
        if (at[0] != 0x48 || at[1] != 0x8B || at[2] != 0xFD) {
            continue;
        }
        const uint8_t *code = at + FIRST_ARGUMENT_BYTES;
        for (const uint8_t *next = code; code < call; code = next) {
            next = skip_move(code);
            if (next == code) {
                break;
            }
        }
        if (code == call) {
            return at;
        }
    }
    return NULL;
}

// Writes the addition over its call. What remains beside the translation is that Q is set.
static void inline_addition(kl_state *state, uint8_t *end) {
    uint8_t *call = kl_call_before(end, (void *)helper_add_setq_arm);
    uint8_t *beside = call != NULL ? kl_code_room(state) : NULL;
    // A direct call leaves a byte too little.
    if (beside == NULL || call[0] != 0xFF) {
        return;
    }
    uint8_t *begin = arguments_before(call);
    if (begin == NULL) {
        // addr32 call, of a jump to the plain function
        kl_put_target(KL_PUT(call, 0x67, 0xE8), beside);
        beside = KL_PUT(beside, 0xFF, 0x25, 0, 0, 0, 0);
        kl_take_code(state, kl_put64(beside, (uintptr_t)kl_add_setq));
        return;
    }
    size_t moves = (size_t)(call - begin) - FIRST_ARGUMENT_BYTES;
    memmove(begin, begin + FIRST_ARGUMENT_BYTES, moves);
    // add %esi, %edx; xchg %eax, %edx; jo
    kl_put_target(KL_PUT(begin + moves, 0x01, 0xF2, 0x92, 0x0F, 0x80), beside);
    // movl $1, q(%rbp)
    beside = kl_put32(kl_put32(KL_PUT(beside, 0xC7, 0x85), kl_q_offset()), 1);
    kl_take_code(state, kl_put_jump(beside, end));
}

uint32_t kl_add_setq_inlining(void *environment, uint32_t a, uint32_t b) {
    const kl_fast_path *context = kl_current_path;
    if (context != NULL && context->owns_translations) {
        inline_addition(context->state, __builtin_return_address(0));
    }
    return kl_add_setq(environment, a, b);
}

#endif
