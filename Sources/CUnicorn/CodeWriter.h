// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CODEWRITER_H
#define KINGLET_CODEWRITER_H

// x86-64 code for and in Unicorn's translations, and a look at what stands there.

#include <stdint.h>
#include <string.h>

#include "CUnicorn.h"

enum {
    KL_RCX = 1,
    KL_RDX = 2,
    KL_RSI = 6,
    KL_RDI = 7,
    // More than any piece of code beside translations takes.
    KL_MOST_CODE = 512,
    KL_STUB_BYTES = 80,
    // What an engine has for such code.
    KL_CODE_BYTES = 1 << 22,
};

// Has code beside translations written to KL_CODE_BYTES of memory, which jumps from and to them
// reach.
void kl_use_room(kl_state *state, void *room);
// KL_MOST_CODE bytes there, or NULL. They are taken when kl_take_code says where their code ended.
uint8_t *kl_code_room(const kl_state *state);
void kl_take_code(kl_state *state, uint8_t *end);
// KL_STUB_BYTES there, for one piece of code that stays; zeroed at first.
uint8_t *kl_code_stub(const kl_state *state);

// Where the call of `function` begins that returns to `end`; NULL when it is none, or not one of
// those that Unicorn uses.
uint8_t *kl_call_before(uint8_t *end, const void *function);

// Where the instruction begins that ends at `end` and loads this value into this register; NULL
// when it is none of those that Unicorn uses.
uint8_t *kl_load_before(uint8_t *end, uint8_t number, uint64_t value);

// How Unicorn's translations ask whether a stop was requested, but for the last word, where to go
// then: mov -16(%rbp), %ebx; test %ebx, %ebx; jl.
enum { KL_CHECK_BYTES = 11 };
extern const uint8_t kl_check[KL_CHECK_BYTES - 4];

// Whether code can name a place in 32 bits.
static inline bool kl_is_low(const void *memory) {
    return (uintptr_t)memory <= INT32_MAX;
}

static inline int32_t kl_read32(const uint8_t *at) {
    int32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t kl_read64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint8_t *kl_put(uint8_t *at, const void *bytes, size_t count) {
    memcpy(at, bytes, count);
    return at + count;
}

#define KL_PUT(at, ...)                                                                            \
    kl_put(at, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static inline uint8_t *kl_put32(uint8_t *at, uint32_t value) {
    return kl_put(at, &value, sizeof value);
}

static inline uint8_t *kl_put64(uint8_t *at, uint64_t value) {
    return kl_put(at, &value, sizeof value);
}

// The last four bytes of a jump.
static inline uint8_t *kl_put_target(uint8_t *at, const uint8_t *target) {
    return kl_put32(at, (uint32_t)(target - (at + 4)));
}

static inline uint8_t *kl_put_jump(uint8_t *at, const uint8_t *target) {
    return kl_put_target(KL_PUT(at, 0xE9), target);
}

#endif
