// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "CodeWriter.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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

bool kl_write_jump(void *place, const void *target) {
    int64_t distance = (int64_t)((uintptr_t)target - ((uintptr_t)place + 5));
    uint8_t code[5] = {0xE9};
    memcpy(code + 1, &(int32_t){(int32_t)distance}, sizeof(int32_t));
    return place != NULL && distance == (int32_t)distance &&
           kl_write_code(place, code, sizeof code);
}

const uint8_t kl_check[KL_CHECK_BYTES - 4] = {0x8B, 0x5D, 0xF0, 0x85, 0xDB, 0x0F, 0x8C};

enum { READS_AND_WRITES = PROT_READ | PROT_WRITE };

void *kl_map_low(size_t bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
#ifdef MAP_32BIT
    void *low = mmap(NULL, bytes, READS_AND_WRITES, flags | MAP_32BIT, -1, 0);
    if (low != MAP_FAILED) {
        return low;
    }
#endif
    void *memory = mmap(NULL, bytes, READS_AND_WRITES, flags, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void kl_unmap_low(void *memory, size_t bytes) {
    munmap(memory, bytes);
}

// Its code follows in memory, which is taken from the system only as far as it is written.
struct kl_arena {
    uint8_t *at;
    uint8_t stub[KL_STUB_BYTES];
};

void kl_use_room(kl_state *state, void *room) {
    state->arena = room;
    kl_reuse_code(state);
}

uint8_t *kl_code_room(const kl_state *state) {
    const struct kl_arena *arena = state->arena;
    // Of some 40,000 blocks; only code that rewrites itself without end asks for more.
    bool has_room = arena != NULL && arena->at + KL_MOST_CODE <= (uint8_t *)arena + KL_CODE_BYTES;
    return has_room ? arena->at : NULL;
}

uint8_t *kl_code_stub(const kl_state *state) {
    return state->arena->stub;
}

void kl_take_code(kl_state *state, uint8_t *end) {
    state->arena->at = end;
}

uint64_t kl_code_bytes(const kl_state *state) {
    return state->arena != NULL ? (uint64_t)(state->arena->at - (uint8_t *)state->arena) : 0;
}

void kl_reuse_code(kl_state *state) {
    state->direct.store_count = 0;
    if (state->arena != NULL) {
        state->arena->at = (uint8_t *)(state->arena + 1);
    }
}

void kl_free_code(kl_state *state) {
    free(state->direct.stores);
}

uint8_t *kl_call_before(uint8_t *end, const void *function) {
    uint8_t *direct = end - 5;
    if (direct[0] == 0xE8 &&
        (uintptr_t)end + (uintptr_t)(intptr_t)kl_read32(direct + 1) == (uintptr_t)function) {
        return direct;
    }
    uint8_t *indirect = end - 6;
    if (indirect[0] == 0xFF && indirect[1] == 0x15 &&
        kl_read64(end + kl_read32(indirect + 2)) == (uintptr_t)function) {
        return indirect;
    }
    return NULL;
}

uint8_t *kl_load_before(uint8_t *end, uint8_t number, uint64_t value) {
    uint8_t *wide = end - 10;
    if (wide[0] == 0x48 && wide[1] == 0xB8 + number && kl_read64(wide + 2) == value) {
        return wide;
    }
    uint8_t *near = end - 7;
    if (near[0] == 0x48 && near[1] == 0x8D && near[2] == (0x05 | number << 3) &&
        (uintptr_t)end + (uintptr_t)(intptr_t)kl_read32(near + 3) == value) {
        return near;
    }
    uint8_t *narrow = end - 5;
    if (narrow[0] == 0xB8 + number && (uint32_t)kl_read32(narrow + 1) == value) {
        return narrow;
    }
    return NULL;
}
