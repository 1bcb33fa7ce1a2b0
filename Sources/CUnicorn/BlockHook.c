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

static inline void charge(kl_state *state, kl_edge *edge) {
    state->instructions += edge->instructions;
    state->previous = edge->address;
    state->current = edge;
    state->site = NULL;
    uint32_t conditionals = edge->traits >> 16;
    if (conditionals != 0) {
        state->conditionals += conditionals;
        for (uint32_t i = 0; i < conditionals; i++) {
            state->executed[i] = 0;
        }
    }
    state->budget -= edge->ticks;
    if (state->budget <= 0) {
        state->previous |= KL_SETTLE;
    }
    if (state->detail != NULL) {
        state->detail->delay_count = 0;
        state->detail->delay_ticks = 0;
    }
}

void kl_charge(kl_state *state, kl_edge *edge) {
    charge(state, edge);
}

static inline void use_marks(kl_state *state, const kl_watch *watch, uint32_t block) {
    state->marks = watch->marks;
    state->marks_block = block;
    state->marks_address = watch->address;
    state->marks_halfwords = watch->halfwords;
}

void kl_watch_block(kl_state *state, uint32_t block) {
    const kl_watch *watch = &state->watches[block];
    use_marks(state, watch, block);
    for (int i = 0; i < KL_CODE_HOOKS && state->bounds[i] != NULL; i++) {
        state->bounds[i][0] = watch->ranges[i][0];
        state->bounds[i][1] = watch->ranges[i][1];
    }
}

// Blocks that lower SP or are watched; the rest is the engine's. False when it was asked.
static bool enter_with_care(kl_state *state, kl_edge *edge, uint32_t address, uint32_t size) {
    if ((edge->traits & KL_ENGINE_TRAITS) != 0 || goes_deeper(state, edge)) {
        state->enter_slowly(state, address, size);
        return false;
    }
    const kl_watch *watch = &state->watches[edge->block];
    if ((edge->traits & KL_ALIGNMENT_LISTED) != 0 && is_listed_misaligned(state, watch)) {
        state->enter_slowly(state, address, size);
        return false;
    }
    if ((edge->traits & KL_WATCHED) != 0) {
        if (!watch->is_armed) {
            state->enter_slowly(state, address, size);
            return false;
        }
        if (state->marks_block == edge->block) {
            // As it was left.
        } else if (state->asks_bounds) {
            kl_watch_block(state, edge->block);
        } else {
            use_marks(state, watch, edge->block);
        }
    }
    charge(state, edge);
    return true;
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

static uint64_t extra_of(const kl_edge *edge) {
    uint64_t extra;
    memcpy(&extra, &edge->stack_descent, sizeof extra);
    return extra;
}

// The entry is of none of the first two edges, or needs care. Takes what the hook takes, so that
// the hook need not keep anything for it.
__attribute__((noinline)) static void enter_otherwise(uc_engine *engine, uint64_t where,
                                                      uint32_t size, void *context) {
    (void)engine;
    kl_site *site = context;
    kl_state *state = site->state;
    uint32_t address = (uint32_t)where;
    uint32_t previous = state->previous;
    bool is_ours = (site->address & ~1u) == address;
    kl_site *place = site;
    for (uint32_t i = 0; is_ours && i < KL_SITE_EDGES; i++, place += KL_SITES) {
        if (place->previous == previous) {
            enter_with_care(state, place->edge, address, size);
            return;
        }
    }
    kl_edge *edge = kl_find_edge(state, address, previous);
    if (edge == NULL) {
        state->enter_slowly(state, address, size);
        return;
    }
    if (!enter_with_care(state, edge, address, size) || !is_ours) {
        return;
    }
    site->address = address | (extra_of(edge) != 0 ? 1 : 0);
    place = site;
    for (uint32_t i = 1; i < KL_SITE_EDGES && place->previous != KL_VACANT; i++) {
        place += KL_SITES;
    }
    if (place->previous != KL_VACANT) {
        place = site + (state->victim++ % KL_SITE_EDGES) * KL_SITES;
    }
    place->address = site->address;
    place->previous = previous;
    place->ticks = edge->ticks;
    place->instructions = edge->instructions;
    place->edge = edge;
}

void kl_enter_block(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    kl_site *site = context;
    kl_state *state = site->state;
    uint32_t previous = state->previous;
    if (__builtin_expect(site->previous != previous, 0)) {
        site += KL_SITES;
        if (site->previous != previous) {
            enter_otherwise(engine, address, size, context);
            return;
        }
    }
    // Not ours, or odd: then with care.
    if (__builtin_expect(site->address != (uint32_t)address, 0)) {
        enter_otherwise(engine, address, size, context);
        return;
    }
    state->previous = (uint32_t)address;
    state->site = site;
    state->instructions += site->instructions;
    state->budget -= site->ticks;
    if (__builtin_expect(state->budget <= 0, 0)) {
        state->previous = (uint32_t)address | KL_SETTLE;
    }
}

static inline void execute(kl_state *state, uint32_t position) {
    if (state->executed[position] != 0) {
        return;
    }
    state->executed[position] = 1;
    state->conditionals_executed++;
    state->budget -= state->savings[state->current->savings + position];
    if (__builtin_expect(state->budget <= 0, 0)) {
        state->previous |= KL_SETTLE;
    }
}

void kl_execute_conditional(kl_state *state, uint32_t position) {
    execute(state, position);
}

// Whatever a mark can mean beside a conditional instruction.
__attribute__((noinline)) static void reach_other(kl_state *state, uint32_t address,
                                                  uint32_t mark) {
    bool is_idle = (mark & KL_WHEN_MISALIGNED) != 0 && !is_misaligned(state, mark & 63);
    uint32_t position = mark & ~(uint32_t)(KL_OBSERVED | KL_DELEGATED);
    if (is_idle) {
        // An aligned access.
    } else if ((mark & KL_DELEGATED) != 0) {
        state->reached(state, address);
    } else if (position != 0) {
        execute(state, position - 1);
    }
    if ((mark & KL_OBSERVED) != 0 && !state->is_stopping) {
        kl_observe(state, (address - state->marks_address) >> 1);
    }
}

void kl_reach_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    (void)engine;
    (void)size;
    kl_state *state = context;
    uint32_t halfword = ((uint32_t)address - state->marks_address) >> 1;
    // A block that shares code with the watched one may have its calls without being watched.
    if (state->is_stopping || halfword >= state->marks_halfwords || state->site != NULL ||
        state->current->block != state->marks_block) {
        return;
    }
    uint32_t mark = state->marks[halfword];
    if (__builtin_expect(mark - 1 < KL_OBSERVED - 1, 1)) {
        execute(state, mark - 1);
    } else {
        reach_other(state, (uint32_t)address, mark);
    }
}
