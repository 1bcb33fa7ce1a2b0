// SPDX-License-Identifier: GPL-2.0-or-later

#include "BlockEntry.h"

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
    state->previous = edge->address;
    kl_set_edge(state, edge);
    uint32_t conditionals = edge->traits >> 16;
    if (conditionals != 0) {
        state->conditionals += conditionals;
        for (uint32_t i = 0; i < conditionals; i++) {
            state->executed[i] = 0;
        }
    }
    kl_spend(state, kl_spent(edge));
    if (state->detail != NULL) {
        state->detail->delay_count = 0;
        state->detail->delay_ticks = 0;
    }
}

void kl_charge(kl_state *state, kl_edge *edge) {
    charge(state, edge);
}

void kl_watch_block(kl_state *state, uint32_t block) {
    const kl_watch *watch = &state->watches[block];
    state->bounds_block = block;
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
        if (state->asks_bounds && state->bounds_block != edge->block) {
            kl_watch_block(state, edge->block);
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

static void remember(kl_site *site, kl_edge *edge) {
    if (site->inline_block != 0 &&
        (site->inline_block != edge->block || site->inline_care != kl_care_of(edge))) {
        return;
    }
    site->address = edge->address | (kl_care_of(edge) != 0 ? 1 : 0);
    kl_way *way = site->ways;
    for (uint32_t i = 1; i < KL_WAYS && way->predecessor != KL_VACANT; i++) {
        way++;
    }
    if (way->predecessor != KL_VACANT) {
        way = site->ways + site->state->victim++ % KL_WAYS;
    }
    way->predecessor = edge->predecessor;
    way->address = edge->address;
    way->spent = kl_spent(edge);
    way->edge = edge;
}

void kl_enter_searching(uc_engine *engine, uint64_t where, uint32_t size, void *context) {
    (void)engine;
    kl_site *site = context;
    kl_state *state = site->state;
    uint32_t address = (uint32_t)where;
    uint32_t previous = state->previous;
    bool is_ours = (site->address & ~1u) == address;
    for (uint32_t i = 0; is_ours && i < KL_WAYS; i++) {
        if (site->ways[i].predecessor == previous) {
            enter_with_care(state, site->ways[i].edge, address, size);
            return;
        }
    }
    kl_edge *edge = kl_find_edge(state, address, previous);
    if (edge == NULL) {
        state->enter_slowly(state, address, size);
    } else if (enter_with_care(state, edge, address, size) && is_ours) {
        remember(site, edge);
    }
}

void kl_enter_block(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    kl_enter(engine, address, size, context);
}

void kl_enter_otherwise(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    ((kl_site *)context)->state->calls++;
    kl_enter_searching(engine, address, size, context);
}

void kl_enter_block_inline(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    kl_site *site = context;
    site->state->calls++;
    kl_enter(engine, address, size, context);
    if (!site->was_inlined && site->ways->predecessor != KL_VACANT) {
        site->was_inlined = true;
        kl_look_for_accesses(site->state, __builtin_return_address(0));
        kl_inline_entry(site, __builtin_return_address(0), size);
    }
}

static inline void execute(kl_state *state, uint32_t position) {
    if (state->executed[position] != 0) {
        return;
    }
    state->executed[position] = 1;
    state->conditionals_executed++;
    uint32_t ticks = state->savings[kl_current_edge(state)->savings + position];
    kl_spend(state, ticks * -((int64_t)1 << 32));
}

void kl_execute_conditional(kl_state *state, uint32_t position) {
    execute(state, position);
}

// Whatever a mark can mean beside a conditional instruction.
__attribute__((noinline)) static void reach_other(kl_state *state, uint32_t address,
                                                  uint32_t halfword, uint32_t mark) {
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
        kl_observe(state, halfword);
    }
}

void kl_reach_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    (void)engine;
    (void)size;
    kl_state *state = context;
    const kl_watch *watch = &state->watches[kl_current_edge(state)->block];
    uint32_t halfword = ((uint32_t)address - watch->address) >> 1;
    // A block that shares code with a watched one may have its calls without being watched.
    if (state->is_stopping || halfword >= watch->halfwords) {
        return;
    }
    uint32_t mark = watch->marks[halfword];
    if (__builtin_expect(mark - 1 < KL_OBSERVED - 1, 1)) {
        execute(state, mark - 1);
    } else {
        reach_other(state, (uint32_t)address, halfword, mark);
    }
}
