// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "CUnicorn.h"

static bool goes_deeper(const kl_state *state, const kl_edge *edge) {
    return state->registers[13] - edge->stack_descent < state->stack_floor;
}

static bool is_misaligned(const kl_state *state, uint32_t alignment) {
    return ((state->registers[alignment >> 2 & 15] + (alignment & 3)) & 3) != 0;
}

static bool is_listed_misaligned(const kl_state *state, const kl_watch *watch) {
    for (uint32_t i = 0; i < watch->alignment_count; i++) {
        if (is_misaligned(state, watch->alignment[i])) {
            return true;
        }
    }
    return false;
}

void kl_charge(kl_state *state, kl_edge *edge) {
    state->instructions += edge->instructions;
    state->previous = edge->address;
    state->current = edge;
    uint32_t conditionals = edge->traits >> 16;
    if (conditionals != 0) {
        state->skipped += conditionals;
        state->late_ticks = 0;
        state->late_instructions = 0;
        memset(state->executed, 0, conditionals);
    }
    state->budget -= edge->ticks;
    if (state->budget <= 0) {
        state->previous |= KL_SETTLE;
    }
}

// Blocks that lower SP or are watched; the rest is the engine's.
__attribute__((noinline)) static void enter_with_care(kl_state *state, kl_edge *edge,
                                                      uint32_t address, uint32_t size) {
    if ((edge->traits & KL_ENGINE_TRAITS) != 0 || goes_deeper(state, edge)) {
        state->enter_slowly(state, address, size);
        return;
    }
    const kl_watch *watch = &state->watches[edge->block];
    if ((edge->traits & KL_ALIGNMENT_LISTED) != 0 && is_listed_misaligned(state, watch)) {
        state->enter_slowly(state, address, size);
        return;
    }
    if ((edge->traits & KL_WATCHED) != 0) {
        if (!watch->is_armed) {
            state->enter_slowly(state, address, size);
            return;
        }
        if (state->bounds != NULL) {
            state->bounds[0] = watch->begin;
            state->bounds[1] = watch->end;
        }
    }
    kl_charge(state, edge);
}

kl_edge *kl_find_edge(const kl_state *state, uint32_t address, uint32_t previous) {
    uint32_t offset = kl_edge_offset(address, previous) & state->mask;
    for (;;) {
        kl_edge *edge = (kl_edge *)((char *)state->edges + offset);
        if (edge->address == address && edge->predecessor == previous) {
            return edge;
        }
        if (edge->address == KL_VACANT) {
            return NULL;
        }
        offset = (offset + sizeof *edge) & state->mask;
    }
}

// The edge does not stand where it would if it were alone, or the entry needs the engine.
__attribute__((noinline)) static void enter_elsewhere(kl_state *state, uint32_t address,
                                                      uint32_t size) {
    kl_edge *edge = kl_find_edge(state, address, state->previous);
    if (edge == NULL) {
        state->enter_slowly(state, address, size);
    } else {
        enter_with_care(state, edge, address, size);
    }
}

void kl_enter_block(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    (void)engine;
    kl_state *state = context;
    uint32_t previous = state->previous;
    uint32_t offset = kl_edge_offset((uint32_t)address, previous) & state->mask;
    kl_edge *edge = (kl_edge *)((char *)state->edges + offset);
    if (__builtin_expect(edge->address != (uint32_t)address || edge->predecessor != previous, 0)) {
        enter_elsewhere(state, (uint32_t)address, size);
        return;
    }
    uint64_t extra;
    memcpy(&extra, &edge->stack_descent, sizeof extra);
    if (extra != 0) {
        enter_with_care(state, edge, (uint32_t)address, size);
        return;
    }
    state->instructions += edge->instructions;
    state->previous = (uint32_t)address;
    state->current = edge;
    state->budget -= edge->ticks;
    if (__builtin_expect(state->budget <= 0, 0)) {
        state->previous = (uint32_t)address | KL_SETTLE;
    }
}

void kl_execute_conditional(kl_state *state, uint32_t position) {
    if (state->executed[position] != 0) {
        return;
    }
    state->executed[position] = 1;
    uint32_t ticks = state->savings[state->current->savings + position];
    state->late_ticks += ticks;
    state->late_instructions++;
    state->instructions++;
    state->skipped--;
    state->budget -= ticks;
    if (state->budget <= 0) {
        state->previous |= KL_SETTLE;
    }
}

void kl_reach_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    (void)engine;
    (void)size;
    kl_state *state = context;
    const kl_watch *watch = &state->watches[state->current->block];
    uint32_t halfword = ((uint32_t)address - watch->address) >> 1;
    if (state->is_stopping || halfword >= watch->halfwords) {
        return;
    }
    uint16_t mark = watch->marks[halfword];
    if ((mark & KL_WHEN_MISALIGNED) != 0 && !is_misaligned(state, mark & 63)) {
        return;
    }
    if ((mark & KL_DELEGATED) != 0) {
        state->reached(state, (uint32_t)address);
    } else if (mark != 0) {
        kl_execute_conditional(state, (uint32_t)mark - 1);
    }
}
