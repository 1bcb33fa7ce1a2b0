// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "CodeWriter.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

// Which translation a place is in.
__attribute__((weak)) void *tcg_tb_lookup_arm(void *translator, uintptr_t place);

enum {
    CALL_BYTES = 5,
    SHIFT_BYTES = 3,
    // The longest look-up, and the shortest.
    MOST_BYTES = 48,
    LEAST_BYTES = 38,
    // Words of a translation's description among which its place and size are.
    DESCRIPTION_WORDS = 16,
    MOST_TRANSLATION_BYTES = 1 << 16,
    // What code for accesses may take of the room beside translations; entries need some, too.
    MOST_ACCESS_CODE = 1 << 21,
    REGISTERS = 16,
    // More than any access.
    LEAST_RAM = 1024,
};

// Unicorn's look-up of a load's or store's page, of which the access follows at `end`.
typedef struct {
    uint8_t *begin;
    uint8_t *end;
    // Last four bytes of the jump to the slow way.
    uint8_t *slow;
    // Of the host, with the address.
    uint32_t address;
    // Bytes of the access less one.
    uint32_t rest;
    bool is_store;
} lookup;

// and table(%rbp), %edi; add entries(%rbp), %rdi
static bool is_in_table(const uint8_t *at) {
    return at[0] == 0x23 && at[1] == 0xBD && at[6] == 0x48 && at[7] == 0x03 && at[8] == 0xBD &&
           kl_read32(at + 9) == kl_read32(at + 2) + 8;
}
enum { TABLE_BYTES = 13 };

// mov %register, %esi or %edi
static uint32_t move_bytes(uint32_t source) {
    return source < 8 ? 2 : 3;
}

static uint8_t *put_move(uint8_t *at, uint32_t source, uint32_t target) {
    if (source >= 8) {
        at = KL_PUT(at, 0x41);
    }
    return KL_PUT(at, 0x8B, (uint8_t)(0xC0 | target << 3 | (source & 7)));
}

static const uint8_t *skip_move(const uint8_t *at, uint32_t source) {
    uint8_t move[3];
    size_t count = (size_t)(put_move(move, source, KL_RSI) - move);
    return memcmp(at, move, count) == 0 ? at + count : NULL;
}

// lea rest(%register), %esi, or mov when `rest` is 0.
static const uint8_t *read_last_byte(const uint8_t *at, lookup *out) {
    bool is_high = *at == 0x41;
    at += is_high;
    out->address = (at[1] & 7) | (is_high ? 8 : 0);
    out->rest = 0;
    if (at[0] == 0x8B) {
        return (at[1] & 0xF8) == (0xC0 | KL_RSI << 3) ? at + 2 : NULL;
    }
    bool has_index = (out->address & 7) == 4;
    if (at[0] != 0x8D || (at[1] & 0xF8) != (0x40 | KL_RSI << 3) || (has_index && at[2] != 0x24)) {
        return NULL;
    }
    at += has_index ? 3 : 2;
    out->rest = *at;
    return at + 1;
}

// The look-up whose part in the table is at `table`. What stands before that is not looked at.
static bool read_lookup(uint8_t *table, uint32_t page_bits, lookup *out) {
    if (!is_in_table(table)) {
        return false;
    }
    const uint8_t *at = read_last_byte(table + TABLE_BYTES, out);
    // and $page, %esi: alignment is not asked for
    if (at == NULL || at[0] != 0x81 || at[1] != 0xE6 ||
        (uint32_t)kl_read32(at + 2) != UINT32_MAX << page_bits) {
        return false;
    }
    at += 6;
    // cmp (%rdi), %esi, or 4(%rdi) for a store
    out->is_store = at[0] == 0x3B && at[1] == 0x77 && at[2] == 4;
    if (!out->is_store && (at[0] != 0x3B || at[1] != 0x37)) {
        return false;
    }
    at = skip_move(at + (out->is_store ? 3 : 2), out->address);
    // jne slow; add 16(%rdi), %rsi
    if (at == NULL || at[0] != 0x0F || at[1] != 0x85 ||
        memcmp(at + 6, (const uint8_t[]){0x48, 0x03, 0x77, 0x10}, 4) != 0) {
        return false;
    }
    out->slow = table + (at + 2 - table);
    out->end = out->slow + 8;
    out->begin = table - SHIFT_BYTES - move_bytes(out->address);
    bool is_known = out->address != 4 && out->address != KL_RSI && out->address != KL_RDI;
    return is_known && out->end - out->begin >= LEAST_BYTES && out->end - out->begin <= MOST_BYTES;
}

// mov %register, %edi; shr $(page_bits - 5), %edi
static uint8_t *put_begin(uint8_t *at, const lookup *access, uint32_t page_bits) {
    at = put_move(at, access->address, KL_RDI);
    return KL_PUT(at, 0xC1, 0xEF, (uint8_t)(page_bits - 5));
}

static void put_idle(uint8_t *at, const uint8_t *end) {
    static const uint8_t idle[][9] = {
        {0x90},
        {0x66, 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0x00},
        {0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };
    while (at < end) {
        size_t count = (size_t)(end - at) < 9 ? (size_t)(end - at) : 9;
        at = kl_put(at, idle[count - 1], count);
    }
}

// In the look-up's place; `other` is where it is made for addresses elsewhere.
static void put_direct(const kl_direct *direct, const lookup *access, const uint8_t *other) {
    uint32_t low = access->address & 7;
    uint8_t *at = access->begin;
    // lea -origin(%register), %edi; cmp $last, %edi; ja other; lea memory(%rdi), %rsi
    if (access->address >= 8) {
        at = KL_PUT(at, 0x41);
    }
    at = KL_PUT(at, 0x8D, (uint8_t)(0x80 | KL_RDI << 3 | low));
    if (low == 4) {
        at = KL_PUT(at, 0x24);
    }
    at = kl_put32(KL_PUT(kl_put32(at, -direct->origin), 0x81, 0xFF),
                  direct->bytes - 1 - access->rest);
    at = kl_put_target(KL_PUT(at, 0x0F, 0x87), other);
    at = kl_put32(KL_PUT(at, 0x48, 0x8D, 0xB7), (uint32_t)(uintptr_t)direct->memory);
    put_idle(at, access->end);
}

static bool note_store(kl_direct *direct, uint8_t *place, uint8_t *other) {
    if (direct->store_count == direct->store_capacity) {
        uint32_t capacity = direct->store_capacity != 0 ? direct->store_capacity * 2 : 256;
        kl_direct_store *grown = realloc(direct->stores, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        direct->stores = grown;
        direct->store_capacity = capacity;
    }
    direct->stores[direct->store_count++] = (kl_direct_store){place, other};
    return true;
}

// The first passage through a look-up that calls; `frame` has rax to r15 and where the call returns
// to: to what is written in the call's place here.
static void settle(uint64_t *frame) {
    const kl_fast_path *path = kl_current_path;
    kl_state *state = path->state;
    kl_direct *direct = &state->direct;
    uint8_t *begin = (uint8_t *)(uintptr_t)frame[REGISTERS] - CALL_BYTES;
    frame[REGISTERS] = (uintptr_t)begin;
    uint8_t *table = begin + SHIFT_BYTES + (is_in_table(begin + SHIFT_BYTES + 2) ? 2 : 3);
    lookup access;
    // It could be read when the call was written.
    (void)read_lookup(table, path->page_bits, &access);
    put_begin(begin, &access, path->page_bits);
    uint32_t offset = (uint32_t)frame[access.address] - direct->origin;
    bool is_ours = offset < direct->bytes - access.rest;
    uint8_t *other = is_ours && path->enabled && !(access.is_store && direct->has_code)
                         ? kl_code_room(state)
                         : NULL;
    if (other == NULL || (access.is_store && !note_store(direct, begin, other))) {
        return;
    }
    const uint8_t *slow = access.slow + 4 + kl_read32(access.slow);
    uint8_t *at = kl_put(other, begin, (size_t)(access.end - begin));
    kl_put_target(other + (access.slow - begin), slow);
    kl_take_code(state, kl_put_jump(at, access.end));
    put_direct(direct, &access, other);
    direct->count++;
}

// What look-ups call: keeps all registers for the translation.
static uint8_t *put_stub(uint8_t *at) {
    for (uint8_t i = REGISTERS; i-- > 0;) {
        at = i >= 8 ? KL_PUT(at, 0x41, (uint8_t)(0x50 | (i & 7))) : KL_PUT(at, (uint8_t)(0x50 | i));
    }
    // mov %rsp, %rdi; sub $8, %rsp; call settle; add $8, %rsp
    at = KL_PUT(at, 0x48, 0x89, 0xE7, 0x48, 0x83, 0xEC, 8, 0x48, 0xB8);
    at = KL_PUT(kl_put64(at, (uintptr_t)settle), 0xFF, 0xD0, 0x48, 0x83, 0xC4, 8);
    for (uint8_t i = 0; i < REGISTERS; i++) {
        // Not rsp: into rdi, which is popped later.
        uint8_t target = i == 4 ? KL_RDI : i;
        at = i >= 8 ? KL_PUT(at, 0x41, (uint8_t)(0x58 | (i & 7)))
                    : KL_PUT(at, (uint8_t)(0x58 | target));
    }
    return KL_PUT(at, 0xC3);
}

// What look-ups call, or NULL.
static const uint8_t *find_stub(kl_state *state) {
    if (kl_code_room(state) == NULL || kl_code_bytes(state) > MOST_ACCESS_CODE) {
        return NULL;
    }
    uint8_t *stub = kl_code_stub(state);
    if (*stub == 0) {
        put_stub(stub);
    }
    return stub;
}

// Has each look-up in this code call.
static void prepare(kl_state *state, uint8_t *at, const uint8_t *end, uint32_t page_bits) {
    for (; at + MOST_BYTES < end; at++) {
        lookup access;
        if (!read_lookup(at, page_bits, &access)) {
            continue;
        }
        uint8_t begin[6];
        size_t count = (size_t)(put_begin(begin, &access, page_bits) - begin);
        const uint8_t *stub = find_stub(state);
        if (memcmp(access.begin, begin, count) == 0 && stub != NULL) {
            kl_put_target(KL_PUT(access.begin, 0xE8), stub);
        }
    }
}

void kl_look_for_accesses(kl_state *state, void *return_address) {
    const kl_fast_path *path = kl_current_path;
    uint8_t *translator = kl_translator(state->unicorn);
    if (path == NULL || !path->owns_translations || translator == NULL ||
        tcg_tb_lookup_arm == NULL || state->direct.bytes < LEAST_RAM ||
        !kl_is_low(state->direct.memory + state->direct.bytes)) {
        return;
    }
    uintptr_t place = (uintptr_t)return_address;
    const uint64_t *words = tcg_tb_lookup_arm(translator, place);
    for (int i = 0; words != NULL && i < DESCRIPTION_WORDS; i++) {
        uint64_t bytes = words[i + 1];
        if (place - words[i] < bytes && bytes < MOST_TRANSLATION_BYTES) {
            const uint8_t *end = (const uint8_t *)(uintptr_t)(words[i] + bytes);
            prepare(state, return_address, end, path->page_bits);
            return;
        }
    }
}

// Whether it still stands where it was written, and leads there.
static bool is_in_place(const kl_direct_store *store) {
    for (int lea = 6; lea <= 8; lea++) {
        const uint8_t *jump = store->place + lea + 6;
        if (jump[0] == 0x0F && jump[1] == 0x87 && jump + 6 + kl_read32(jump + 2) == store->other) {
            return true;
        }
    }
    return false;
}

void kl_store_slowly(kl_state *state) {
    kl_direct *direct = &state->direct;
    direct->has_code = true;
    for (uint32_t i = 0; i < direct->store_count; i++) {
        if (is_in_place(&direct->stores[i])) {
            kl_put_jump(direct->stores[i].place, direct->stores[i].other);
        }
    }
    direct->store_count = 0;
}

#else

void kl_look_for_accesses(kl_state *state, void *return_address) {
    (void)state, (void)return_address;
}

void kl_store_slowly(kl_state *state) {
    state->direct.has_code = true;
}

#endif
