// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_BLOCKENTRY_H
#define KINGLET_BLOCKENTRY_H

// The block hook's one look, as part of whatever hook it is made in.

#include "CUnicorn.h"

// The entry is of none of the first two ways, or needs care. Takes what the hook takes, so that
// the hook need not keep anything for it.
void kl_enter_searching(uc_engine *engine, uint64_t where, uint32_t size, void *context);

static inline void kl_spend(kl_state *state, int64_t spent) {
    state->budget += spent;
    if (__builtin_expect(state->budget < 0, 0)) {
        state->previous |= KL_SETTLE;
    }
}

// The way, if one of the first two fitted and nothing else was to be done.
static inline __attribute__((always_inline)) const kl_way *
kl_enter(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    kl_site *site = context;
    kl_state *state = site->state;
    uint32_t previous = state->previous;
    const kl_way *way = site->ways;
    if (__builtin_expect(way->predecessor != previous, 0)) {
        way++;
        if (way->predecessor != previous) {
            kl_enter_searching(engine, address, size, context);
            return NULL;
        }
    }
    // Not ours, or odd: then with care.
    if (__builtin_expect(site->address != (uint32_t)address, 0)) {
        kl_enter_searching(engine, address, size, context);
        return NULL;
    }
    state->previous = (uint32_t)address;
    state->way = way->self;
    kl_spend(state, way->spent);
    return way;
}

// Once for each translation, as soon as it is one that is entered again. Called by what the
// translation calls, with where that returns to.
static inline __attribute__((always_inline)) void kl_look_once(kl_site *site,
                                                               void *return_address) {
    if (__builtin_expect(!site->was_inlined, 0) && site->ways->predecessor != KL_VACANT) {
        site->was_inlined = true;
        kl_look_for_accesses(site->state, return_address);
    }
}

#endif
