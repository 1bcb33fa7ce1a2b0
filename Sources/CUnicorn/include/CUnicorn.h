// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CUNICORN_H
#define KINGLET_CUNICORN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

#include "DetailHook.h"
#include "DirectAccess.h"

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

// An edge through which a translation of a block was entered. Members are named by offset in the
// code that InlineEntry.c writes.
typedef struct {
    // KL_VACANT when the way is free.
    uint32_t predecessor;
    uint32_t reserved;
    // What kl_state.previous and .way become.
    uint32_t address;
    uint32_t self;
    // What the passage adds to kl_state.budget.
    int64_t spent;
    kl_edge *edge;
} kl_way;

enum { KL_WAYS = 4, KL_MOST_SITES = 1 << 16 };

// What one translation of a block passes to the hook.
typedef struct {
    kl_state *state;
    // KL_WAYS of them; what matches none is looked up in the edge table.
    kl_way *ways;
    // KL_VACANT until it is known which block the translation is of; odd when its entry needs care.
    uint32_t address;
    // Of the edges that may become ways once the entry is inline: their block, and the care that is
    // written there (kl_edge.stack_descent and .traits). 0: any.
    uint32_t inline_block;
    uint64_t inline_care;
    // kl_inline_entry was asked already.
    bool was_inlined;
} kl_site;

// The first members are named by offset in the code that InlineEntry.c writes.
struct kl_state {
    // In the upper half, signed: ticks until the next event less one. Negative: no block may be
    // entered. In the lower half, unsigned: instructions since kl_set_budget.
    int64_t budget;
    // Address of the running block, which the next one has as predecessor.
    uint32_t previous;
    // The way that it was entered by, as the lower half of its address.
    uint32_t way;
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
    // Total ticks when the budget is used up.
    uint64_t horizon;
    // Without those in `budget`.
    uint64_t instructions;
    kl_edge *edges;
    // Bytes of the edge table less one edge.
    uint32_t mask;
    // Which of a site's ways gives way to a new one.
    uint32_t victim;
    // All ways of all sites. The first one is no site's: it has the edge of a block that was
    // entered otherwise. In the low 2 GiB where the system has room there.
    kl_way *ways;
    // r0 to r15 in the core, or a constant that never goes below the floor.
    const uint32_t *registers;
    kl_watch *watches;
    // The block whose ranges the CODE hooks' bounds are.
    uint32_t bounds_block;
    // Unicorn compares the CODE hooks' bounds at each call too, not only when it translates.
    bool asks_bounds;
    // The CODE hooks' bounds, or NULL.
    uint64_t *bounds[KL_CODE_HOOKS];
    void (*enter_slowly)(kl_state *state, uint32_t address, uint32_t size);
    void (*reached)(kl_state *state, uint32_t address);
    void *engine;
    uc_engine *unicorn;
    // Calls out of translations, at a block's entry or before a watched instruction.
    uint64_t calls;
    // Code beside translations; NULL where there is no room for it.
    struct kl_arena *arena;
    // NULL unless the engine profiles.
    struct kl_profile *profile;
    // NULL in the fast mode.
    kl_detail *detail;
    // Loads and stores that kl_count_access saw.
    uint64_t accesses;
    kl_direct direct;
};

// Ticks until the next event; at or below 0 no block may be entered.
static inline int64_t kl_ticks_left(const kl_state *state) {
    return (state->budget >> 32) + 1;
}

// Instructions counted so far, but for conditional ones.
static inline uint64_t kl_instructions(const kl_state *state) {
    return state->instructions + (uint32_t)state->budget;
}

// The edge that the running block was entered through.
static inline kl_edge *kl_current_edge(const kl_state *state) {
    uint32_t offset = state->way - (uint32_t)(uintptr_t)state->ways;
    return ((kl_way *)((char *)state->ways + offset))->edge;
}

static inline void kl_set_edge(kl_state *state, kl_edge *edge) {
    state->ways->edge = edge;
    state->way = (uint32_t)(uintptr_t)state->ways;
}

enum { KL_MOST_TICKS = INT32_MAX };

// `ticks` are 1 to KL_MOST_TICKS; those since the last time are not looked at.
static inline void kl_set_budget(kl_state *state, int64_t ticks) {
    state->instructions = kl_instructions(state);
    state->budget = (ticks - 1) * ((int64_t)1 << 32);
}

// What an entry through this edge asks for beside being charged, or 0.
static inline uint64_t kl_care_of(const kl_edge *edge) {
    return (uint64_t)edge->traits << 32 | edge->stack_descent;
}

// What a passage adds to the budget.
static inline int64_t kl_spent(const kl_edge *edge) {
    return edge->instructions - (int64_t)edge->ticks * ((int64_t)1 << 32);
}

// Address of a slot of the edge table that was never used; like all odd ones, no block's.
#define KL_VACANT UINT32_MAX

// Where an edge stands in the table if it is alone there, in bytes before masking.
static inline uint32_t kl_edge_offset(uint32_t address, uint32_t previous) {
    return (address + previous * 0x9E3779B1u) << 4;
}

// UC_HOOK_BLOCK and UC_HOOK_CODE callbacks; `context` is a kl_site and the kl_state.
void kl_enter_block(uc_engine *engine, uint64_t address, uint32_t size, void *context);
// Instead of kl_enter_block where entries may become inline.
void kl_enter_block_inline(uc_engine *engine, uint64_t address, uint32_t size, void *context);
void kl_reach_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *context);
// What an inline entry calls when none of the site's ways fits.
void kl_enter_otherwise(uc_engine *engine, uint64_t address, uint32_t size, void *context);
// Those that the detailed mode has instead; the second one profiles.
void kl_enter_block_in_detail(uc_engine *engine, uint64_t address, uint32_t size, void *context);
void kl_enter_block_profiled_in_detail(uc_engine *engine, uint64_t address, uint32_t size,
                                       void *context);
// UC_HOOK_MEM_READ and UC_HOOK_MEM_WRITE callback; `context` is the kl_state.
void kl_count_access(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value,
                     void *context);
// Looks at the accesses of the running block that belong to this place.
void kl_observe(kl_state *state, uint32_t halfword);

// Puts the look at the site's ways into the translation that calls from before `return_address`;
// see README.md.
void kl_inline_entry(kl_site *site, void *return_address, uint32_t size);
// Puts what a mark asks for before the instruction at `address` in the place of the CODE hook's
// call that returns to `return_address`.
void kl_inline_mark(kl_state *state, void *return_address, uint32_t address, uint32_t size);
// Memory in the low 2 GiB, or elsewhere where there is none; zeroed. NULL: no memory.
void *kl_map_low(size_t bytes);
void kl_unmap_low(void *memory, size_t bytes);
// The code that was written beside translations is used no more: its room is.
void kl_reuse_code(kl_state *state);
// Frees what is noted of that code. Before the state goes.
void kl_free_code(kl_state *state);
// Bytes that it takes.
uint64_t kl_code_bytes(const kl_state *state);

// The edge in the table, by linear probing, or NULL.
kl_edge *kl_find_edge(const kl_state *state, uint32_t address, uint32_t previous);
// Moves the CODE hooks onto the watched instructions of this block.
void kl_watch_block(kl_state *state, uint32_t block);
// Charges the entry of a block through this edge.
void kl_charge(kl_state *state, kl_edge *edge);
// Counts a conditional instruction of the running block as executed.
void kl_execute_conditional(kl_state *state, uint32_t position);

#include "FastPath.h"
#include "ProfileHook.h"

#endif
