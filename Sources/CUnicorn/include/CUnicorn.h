// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CUNICORN_H
#define KINGLET_CUNICORN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

#include "DetailHook.h"

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

// The user data word inside a hook that was added with `user_data`, or NULL likewise.
void **kl_hook_user_data(uc_hook handle, const void *user_data);

// The block hook's fast way; see README.md. All of it belongs to one engine.

// One edge predecessor -> block of the executed program. 32 bytes.
typedef struct {
    uint32_t address;
    uint32_t predecessor;
    // Charged at entry, conditional instructions as if they were skipped; 1/256 cycle.
    uint32_t ticks;
    // Counted at entry: all instructions but the conditional ones.
    uint32_t instructions;
    // Bytes below SP that the block goes at most.
    uint32_t stack_descent;
    // KL_... bits; the number of conditional instructions from bit 16.
    uint32_t traits;
    uint32_t block;
    // Where the edge's savings begin.
    uint32_t savings;
} kl_edge;

enum {
    // Translated with calls before some of its instructions, and those calls are in place.
    KL_WATCHED = 1,
    // The remaining ones are for the engine to look at, at every entry.
    KL_ALIGNMENT = 2,
    KL_VERIFIED = 4,
    KL_SWITCHES_STACK = 8,
    KL_READS_STACK = 16,
    // Alignments that kl_watch.alignment holds; failing ones are for the engine.
    KL_ALIGNMENT_LISTED = 32,
    KL_ENGINE_TRAITS = KL_ALIGNMENT | KL_VERIFIED | KL_SWITCHES_STACK | KL_READS_STACK,
};

enum {
    // In kl_state.previous: the next entry takes the slow way. Code addresses are even.
    KL_SETTLE = 1,
    // In kl_watch.marks: the engine is to be told. The rest is a conditional's position + 1.
    KL_DELEGATED = 0x8000,
    // With KL_DELEGATED: only when an address is no multiple of 4. The rest is a
    // kl_watch.alignment entry.
    KL_WHEN_MISALIGNED = 0x4000,
    // With or without the others: a kl_point of the detailed mode.
    KL_OBSERVED = 0x2000,
    KL_MOST_ALIGNMENTS = 8,
};

enum { KL_CODE_HOOKS = 6 };

// What the calls inside a watched block do, instruction by instruction.
typedef struct {
    uint32_t address;
    uint32_t halfwords;
    // First and last instruction of the runs that have calls before them; idle ones lie nowhere.
    uint64_t ranges[KL_CODE_HOOKS][2];
    // One per halfword; NULL when the block is not watched.
    uint16_t *marks;
    // Unicorn's translation has the calls.
    bool is_armed;
    // What must be a multiple of 4 at the block's entry: register << 2 | what is added to it mod 4.
    uint8_t alignment_count;
    uint8_t alignment[KL_MOST_ALIGNMENTS];
    kl_block_detail detail;
} kl_watch;

typedef struct kl_state kl_state;

// What one translation of a block passes to the hook: an edge it was entered through. Three more
// such edges stand KL_SITES places apart; what matches none of them is looked up in the edge table.
typedef struct {
    kl_state *state;
    // KL_VACANT until it is known which block the translation is of; odd when its entry needs care.
    uint32_t address;
    uint32_t previous;
    uint32_t ticks;
    uint32_t instructions;
    kl_edge *edge;
} kl_site;

enum {
    // Sites come in chunks of this many, followed by as many for each further edge.
    KL_SITES = 512,
    KL_SITE_EDGES = 4,
};

struct kl_state {
    // Ticks until the next event; at or below 0 no block may be entered.
    int64_t budget;
    // Total ticks when the budget is used up.
    uint64_t horizon;
    uint64_t instructions;
    kl_edge *edges;
    // Bytes of the edge table less one edge.
    uint32_t mask;
    // Address of the running block, which the next one has as predecessor.
    uint32_t previous;
    // The edge it was entered through, unless `site` is set: then the site's.
    kl_edge *current;
    kl_site *site;
    // Which of a site's edges gives way to a new one.
    uint32_t victim;
    // r0 to r15 in the core, or a constant that never goes below the floor.
    const uint32_t *registers;
    // Lowest address that the stack in use has reached.
    uint32_t stack_floor;
    // A stop is under way: what still executes does not count.
    bool is_stopping;
    // Conditional instructions of the blocks entered, and how many of them executed. `instructions`
    // has the others.
    uint64_t conditionals;
    uint64_t conditionals_executed;
    const uint32_t *savings;
    // By position: conditional instructions of the running block that executed.
    uint8_t *executed;
    kl_watch *watches;
    // The watched block entered last.
    const uint16_t *marks;
    uint32_t marks_block;
    uint32_t marks_address;
    uint32_t marks_halfwords;
    // Unicorn compares the CODE hooks' bounds at each call too, not only when it translates.
    bool asks_bounds;
    // The CODE hooks' bounds, or NULL.
    uint64_t *bounds[KL_CODE_HOOKS];
    void (*enter_slowly)(kl_state *state, uint32_t address, uint32_t size);
    void (*reached)(kl_state *state, uint32_t address);
    void *engine;
    // NULL unless the engine profiles.
    struct kl_profile *profile;
    // NULL in the fast mode.
    kl_detail *detail;
    // Loads and stores that kl_count_access saw.
    uint64_t accesses;
};

// Address of a slot of the edge table that was never used; like all odd ones, no block's.
#define KL_VACANT UINT32_MAX

// Where an edge stands in the table if it is alone there, in bytes before masking.
static inline uint32_t kl_edge_offset(uint32_t address, uint32_t previous) {
    return (address + previous * 0x9E3779B1u) << 4;
}

// UC_HOOK_BLOCK and UC_HOOK_CODE callbacks; `context` is a kl_site and the kl_state.
void kl_enter_block(uc_engine *engine, uint64_t address, uint32_t size, void *context);
void kl_reach_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *context);
// Those that the detailed mode has instead; the second one profiles.
void kl_enter_block_in_detail(uc_engine *engine, uint64_t address, uint32_t size, void *context);
void kl_enter_block_profiled_in_detail(uc_engine *engine, uint64_t address, uint32_t size,
                                       void *context);
// UC_HOOK_MEM_READ and UC_HOOK_MEM_WRITE callback; `context` is the kl_state.
void kl_count_access(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value,
                     void *context);
// Looks at the accesses of the running block that belong to this place.
void kl_observe(kl_state *state, uint32_t halfword);

// The edge in the table, by linear probing, or NULL.
kl_edge *kl_find_edge(const kl_state *state, uint32_t address, uint32_t previous);
// Moves the CODE hooks onto the watched instructions of this block.
void kl_watch_block(kl_state *state, uint32_t block);
// Charges the entry of a block through this edge.
void kl_charge(kl_state *state, kl_edge *edge);
// Counts a conditional instruction of the running block as executed.
void kl_execute_conditional(kl_state *state, uint32_t position);

// The store fast path; see README.md. One context per engine, entered by the thread that runs it.

enum { KL_MAX_REGIONS = 32 };

typedef struct {
    uint64_t origin;
    uint64_t length;
    // One byte per page, 1 when code was translated from it. Aliases share the bytes.
    uint8_t *code_pages;
} kl_region;

typedef struct {
    // What Unicorn calls CPUState; NULL until kl_fast_path_install found it.
    void *cpu;
    // Whose CODE hooks it has.
    kl_state *state;
    bool enabled;
    uint32_t page_bits;
    uint32_t region_count;
    kl_region regions[KL_MAX_REGIONS];
} kl_fast_path;

// Whether the Unicorn in use has what the fast path calls.
bool kl_fast_path_is_linked(void);

// Whether Unicorn is a part of this program; else it is the shared library.
bool kl_is_unicorn_static(void);

// Puts our function between this engine's core and its page translation. False when the place is
// not found for sure; everything works without, but slower.
bool kl_fast_path_install(uc_engine *engine, kl_fast_path *context);

// Makes `context` the one that the thread's page translations use; returns the one before.
kl_fast_path *kl_fast_path_enter(kl_fast_path *context);

// Notes that code was translated from these bytes: their pages store the slow way from now on.
// Returns true when a page is new.
bool kl_mark_code(kl_fast_path *context, uint64_t address, uint32_t size);

// Forgets every page translation; the next access of each page decides anew.
void kl_flush_pages(kl_fast_path *context);

// Whether code was translated from any page of this range.
bool kl_has_code(const kl_fast_path *context, uint64_t address, uint64_t size);

// The words of r0 to r15 where the core keeps them, or NULL when they cannot be told for sure.
uint32_t *kl_registers(uc_engine *engine, const kl_fast_path *context);

// Puts a faster function in the place of the one that Unicorn's translations call for SMLAD, SMLABB
// and their kin; see README.md. Once for the whole process, before its first engine. False when
// that is not possible: slower, same results.
bool kl_replace_saturation_helper(void);

// The same for the function through which translations call CODE hooks; only where Unicorn is a
// part of this program.
bool kl_replace_trace_helper(void);

#include "ProfileHook.h"

#endif
