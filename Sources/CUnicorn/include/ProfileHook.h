// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_PROFILE_HOOK_H
#define KINGLET_PROFILE_HOOK_H

// Who spends the ticks: a block hook around the usual one, in engines that profile. See README.md.
// Included by CUnicorn.h.

typedef struct kl_profile kl_profile;

enum {
    // How control left a block: to the next one or by a direct branch, ...
    KL_EXIT_THROUGH = 0,
    // ... `bl` or `blx`, ...
    KL_EXIT_CALL = 1,
    // ... to an address in a register or from memory, ...
    KL_EXIT_INDIRECT = 2,
    // ... and no block of this stack went before: the first one of a handler or thread, ...
    KL_EXIT_START = 3,
    // ... or a context was restored with another PC than the one it was left with.
    KL_EXIT_RESUMED = 4,
};

enum {
    // kl_profile_block.traits: the block's first byte is its function's first.
    KL_STARTS_FUNCTION = 1,
    // Another function begins inside the block.
    KL_SPANS_FUNCTIONS = 2,
    // The block sets SP outright.
    KL_MOVES_STACK = 4,
    // Its last instruction has a condition: control may go straight on.
    KL_MAY_FALL_THROUGH = 8,
};

typedef struct {
    uint32_t function;
    // Address behind the block.
    uint32_t end;
    // Where its conditional instructions are counted, in kl_profile.executions.
    uint32_t conditionals;
    uint8_t exit;
    uint8_t traits;
} kl_profile_block;

// One way of calls from a root to a function.
typedef struct {
    // Since the engine last took them; 1/256 cycle.
    int64_t ticks;
    // How often the function's start was entered this way.
    uint64_t calls;
    uint32_t parent;
    uint32_t function;
    uint32_t depth;
    // kl_profile.epoch when the node is listed in `touched`.
    uint32_t epoch;
} kl_node;

// A function that was entered and has not returned. The first frame of a stack stands for the root.
typedef struct {
    uint32_t node;
    uint32_t function;
    // Even; 1 when the function cannot return.
    uint32_t return_address;
    // SP at the entry, or KL_ANY_STACK, or for the root KL_VACANT.
    uint32_t stack;
} kl_frame;

enum { KL_ANY_STACK = 0, KL_NO_RETURN = 1 };

// Passages along one edge, in the order of the edge table.
typedef struct {
    uint64_t count;
    int64_t ticks;
} kl_tally;

enum {
    // A longer chain of calls counts as one between siblings.
    KL_DEEPEST_NODE = 1000,
    // When they are used up, the older half is forgotten.
    KL_MOST_FRAMES = 4096,
    // SP may be this far from a function's entry after it was set outright.
    KL_NEAR_STACK = 4096,
};

struct kl_profile {
    // kl_ticks_left up to which ticks are attributed.
    int64_t budget;
    kl_node *nodes;
    // The one that is spending.
    uint32_t node;
    // How the running block is left, and its end, function and conditional instructions.
    uint32_t exit;
    uint32_t end;
    uint32_t function;
    bool moves_stack;
    bool may_fall_through;
    // Other functions begin inside it.
    bool is_spanning;
    uint32_t conditionals;
    uint32_t conditional_count;
    kl_tally *tally;
    kl_tally *tallies;
    kl_profile_block *blocks;
    uint64_t *executions;
    kl_frame *frames;
    // The innermost frame.
    uint32_t top;
    // Nodes by parent and function: open addressing; 0 is vacant.
    uint32_t *children;
    uint32_t children_mask;
    // Nodes that may have ticks, each once.
    uint32_t *touched;
    uint32_t touched_count;
    uint32_t epoch;
    // Frames were forgotten, or a call was deeper than KL_DEEPEST_NODE.
    bool is_truncated;
    // False where kl_state.registers tells nothing.
    bool has_registers;
    // Adds a node and returns its number; may move every table.
    uint32_t (*add_node)(kl_profile *profile, uint32_t parent, uint32_t function);
    // The block just entered is spanning.
    void (*enter_spanning)(kl_profile *profile);
    // What a spanning block spent is to be attributed to its functions.
    void (*settle_spanning)(kl_profile *profile, int64_t ticks);
    // SP was set outright, and not to where a return or an epilogue sets it.
    void (*stack_moved)(kl_profile *profile, uint32_t address);
    uint32_t (*read_register)(kl_profile *profile, uint32_t number);
    void *engine;
};

// UC_HOOK_BLOCK callback; `context` is a kl_site.
void kl_enter_block_profiled(uc_engine *engine, uint64_t address, uint32_t size, void *context);

// Attributes what was charged since the last time, but for the last `ahead` ticks.
void kl_settle_profile(kl_state *state, int64_t ahead);
// The node of `function` called from `parent`.
uint32_t kl_child(kl_profile *profile, uint32_t parent, uint32_t function);
// Makes a frame the innermost one and its node the one that spends.
void kl_set_top(kl_profile *profile, uint32_t top);
// Puts another function in the place of the innermost one.
void kl_replace_top(kl_profile *profile, uint32_t function, bool counts);
// Where a node stands in `children` if it is alone there.
static inline uint32_t kl_child_slot(uint32_t parent, uint32_t function) {
    return parent * 0x9E3779B1u ^ function * 0x85EBCA77u;
}

#endif
