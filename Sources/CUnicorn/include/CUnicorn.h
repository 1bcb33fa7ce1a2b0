// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CUNICORN_H
#define KINGLET_CUNICORN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

// uc_hook_add and uc_ctl are variadic, which Swift cannot call: one wrapper for each use.

static inline uc_err kl_hook_add(uc_engine *engine, uc_hook *handle, int type, void *callback,
                                 void *user_data, uint64_t begin, uint64_t end) {
    return uc_hook_add(engine, handle, type, callback, user_data, begin, end);
}

static inline uc_err kl_set_cpu_model(uc_engine *engine, int model) {
    return uc_ctl_set_cpu_model(engine, model);
}

// With the exit list on and empty no address ends a run, not even 0.
static inline uc_err kl_use_no_exits(uc_engine *engine) {
    return uc_ctl_exits_enable(engine);
}

static inline uc_err kl_page_size(uc_engine *engine, uint32_t *bytes) {
    return uc_ctl_get_page_size(engine, bytes);
}

static inline uc_err kl_discard_code(uc_engine *engine, uint64_t begin, uint64_t end) {
    return uc_ctl_remove_cache(engine, begin, end);
}

// The begin and end words inside a hook, or NULL when they are not where they can be told for
// sure. `begin` and `end` are what the hook was added with and must not occur elsewhere in it.
uint64_t *kl_hook_bounds(uc_hook handle, uint64_t begin, uint64_t end);

// The store fast path; see README.md. One context per engine, entered by the thread that runs it.

enum { KL_MAX_REGIONS = 32 };

typedef struct {
    uint64_t origin;
    uint64_t length;
    // One byte per page, 1 when code was translated from it. Aliases share the bytes.
    uint8_t *code_pages;
} kl_region;

typedef struct {
    // What Unicorn calls CPUState; known after the first page was entered in its TLB.
    void *cpu;
    // What Unicorn calls CPUARMState; known after kl_registers.
    void *environment;
    bool enabled;
    uint32_t page_bits;
    uint32_t region_count;
    kl_region regions[KL_MAX_REGIONS];
} kl_fast_path;

// Whether this build links the wrappers at all.
bool kl_fast_path_is_linked(void);

// Makes `context` the one that the wrappers use on this thread; returns the one before.
kl_fast_path *kl_fast_path_enter(kl_fast_path *context);

// Notes that code was translated from these bytes: their pages store the slow way from now on.
// Returns true when a page is new.
bool kl_mark_code(kl_fast_path *context, uint64_t address, uint32_t size);

// Forgets every page translation; the next access of each page decides anew.
void kl_flush_pages(kl_fast_path *context);

// Whether code was translated from any page of this range.
bool kl_has_code(const kl_fast_path *context, uint64_t address, uint64_t size);

// The words of r0 to r15 where the core keeps them, or NULL when they cannot be told for sure.
uint32_t *kl_registers(uc_engine *engine, kl_fast_path *context);

#endif
