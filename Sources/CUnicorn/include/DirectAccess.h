// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_DIRECTACCESS_H
#define KINGLET_DIRECTACCESS_H

#include <stdbool.h>
#include <stdint.h>

// A store in a translation that looks for no page, and where it does so.
typedef struct {
    uint8_t *place;
    uint8_t *other;
} kl_direct_store;

// RAM that translations access directly, without Unicorn's look for a page.
typedef struct {
    uint32_t origin;
    // 0 for none.
    uint32_t bytes;
    uint8_t *memory;
    // Those of its region. Stores to it are not direct when it has code.
    const uint8_t *code_pages;
    bool has_code;
    // Loads and stores that are direct, or were.
    uint32_t count;
    kl_direct_store *stores;
    uint32_t store_count;
    uint32_t store_capacity;
} kl_direct;

struct kl_state;

// Has the loads and stores of the translation that calls from before `return_address` find out,
// each at its first time, whether they go to kl_state.direct; see README.md.
void kl_look_for_accesses(struct kl_state *state, void *return_address);
// From now on stores ask for their page: it may hold code.
void kl_store_slowly(struct kl_state *state);

#endif
