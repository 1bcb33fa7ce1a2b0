// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "BlockEntry.h"

static uint32_t core_register(kl_profile *profile, const kl_state *state, uint32_t number) {
    return profile->has_registers ? state->registers[number]
                                  : profile->read_register(profile, number);
}

uint32_t kl_child(kl_profile *profile, uint32_t parent, uint32_t function) {
    if (profile->nodes[parent].depth >= KL_DEEPEST_NODE) {
        profile->is_truncated = true;
        parent = profile->nodes[parent].parent;
    }
    uint32_t slot = kl_child_slot(parent, function);
    for (;;) {
        slot &= profile->children_mask;
        uint32_t number = profile->children[slot];
        if (number == 0) {
            return profile->add_node(profile, parent, function);
        }
        const kl_node *node = &profile->nodes[number];
        if (node->parent == parent && node->function == function) {
            return number;
        }
        slot++;
    }
}

void kl_set_top(kl_profile *profile, uint32_t top) {
    profile->top = top;
    profile->node = profile->frames[top].node;
    kl_node *node = &profile->nodes[profile->node];
    if (node->epoch != profile->epoch) {
        node->epoch = profile->epoch;
        profile->touched[profile->touched_count++] = profile->node;
    }
}

static void push(kl_profile *profile, uint32_t function, uint32_t return_address, uint32_t stack) {
    if (profile->top + 1 == KL_MOST_FRAMES) {
        // The root stays.
        uint32_t kept = KL_MOST_FRAMES / 2;
        memmove(profile->frames + 1, profile->frames + KL_MOST_FRAMES - kept,
                kept * sizeof *profile->frames);
        profile->top = kept;
        profile->is_truncated = true;
    }
    uint32_t node = kl_child(profile, profile->frames[profile->top].node, function);
    profile->frames[profile->top + 1] = (kl_frame){node, function, return_address, stack};
    profile->nodes[node].calls++;
    kl_set_top(profile, profile->top + 1);
}

void kl_replace_top(kl_profile *profile, uint32_t function, bool counts) {
    if (profile->top == 0) {
        push(profile, function, KL_NO_RETURN, KL_ANY_STACK);
        return;
    }
    kl_frame *frame = &profile->frames[profile->top];
    uint32_t node = kl_child(profile, profile->nodes[frame->node].parent, function);
    frame->node = node;
    frame->function = function;
    if (counts) {
        profile->nodes[node].calls++;
    }
    kl_set_top(profile, profile->top);
}

// The outermost frame that a jump to `address` with this SP returns from, or 0.
static uint32_t returning_frame(const kl_profile *profile, uint32_t address, uint32_t stack) {
    for (uint32_t i = profile->top; i > 0 && profile->frames[i].stack <= stack; i--) {
        if (profile->frames[i].return_address == address) {
            return i;
        }
    }
    return 0;
}

// A jump to an address in a register or from memory: a return, a call made by hand, a tail call, a
// longjmp, or a way within the function.
static void jump(kl_state *state, kl_profile *profile, const kl_profile_block *block,
                 uint32_t address) {
    uint32_t stack = core_register(profile, state, 13);
    uint32_t returning = returning_frame(profile, address, stack);
    bool starts = (block->traits & KL_STARTS_FUNCTION) != 0;
    if (returning != 0) {
        kl_set_top(profile, returning - 1);
        starts = false;
    } else if (starts && (core_register(profile, state, 14) & ~1u) == profile->end) {
        push(profile, block->function, profile->end, stack);
        return;
    } else {
        const kl_frame *frames = profile->frames;
        uint32_t top = profile->top;
        while (frames[top].stack != KL_ANY_STACK && frames[top].stack < stack) {
            top--;
        }
        uint32_t same = top;
        while (!starts && same > 0 && frames[same].function != block->function &&
               frames[same].stack <= stack) {
            same--;
        }
        bool is_found = same > 0 && frames[same].function == block->function;
        kl_set_top(profile, is_found ? same : top);
    }
    if (starts || profile->frames[profile->top].function != block->function) {
        kl_replace_top(profile, block->function, starts);
    }
}

// Whether SP is where an epilogue leaves it, so that the usual rules hold.
static bool is_ordinary_stack(kl_profile *profile, const kl_state *state, uint32_t address) {
    uint32_t stack = core_register(profile, state, 13);
    if (profile->exit == KL_EXIT_INDIRECT &&
        !(profile->may_fall_through && address == profile->end)) {
        const kl_frame *frame = &profile->frames[profile->top];
        return frame->return_address == address && frame->stack == stack;
    }
    uint32_t entry = profile->frames[profile->top].stack;
    return entry != KL_VACANT && entry != KL_ANY_STACK && entry - stack <= KL_NEAR_STACK;
}

// A direct branch, or straight on.
static void go_on(kl_state *state, kl_profile *profile, const kl_profile_block *block,
                  uint32_t address) {
    if (block->function == profile->frames[profile->top].function) {
        return;
    }
    bool starts = (block->traits & KL_STARTS_FUNCTION) != 0;
    if (starts && address != profile->end &&
        (core_register(profile, state, 14) & ~1u) == profile->end) {
        push(profile, block->function, profile->end, core_register(profile, state, 13));
    } else {
        kl_replace_top(profile, block->function, starts);
    }
}

static void transfer(kl_state *state, kl_profile *profile, uint32_t number, uint32_t address) {
    if (profile->moves_stack && !is_ordinary_stack(profile, state, address)) {
        profile->stack_moved(profile, address);
    }
    const kl_profile_block *block = &profile->blocks[number];
    uint32_t exit = profile->exit;
    bool starts = (block->traits & KL_STARTS_FUNCTION) != 0;
    if (exit <= KL_EXIT_INDIRECT && address == profile->end &&
        (profile->may_fall_through || (exit == KL_EXIT_CALL && !starts))) {
        // The branch's condition failed; or `bl` to the next instruction, to learn the PC.
        exit = KL_EXIT_THROUGH;
    } else if (exit == KL_EXIT_RESUMED) {
        // At a function's start: another program on the same stack.
        exit = starts ? KL_EXIT_START : KL_EXIT_INDIRECT;
        profile->top = starts ? 0 : profile->top;
    }
    switch (exit) {
    case KL_EXIT_START:
        push(profile, block->function, KL_NO_RETURN, core_register(profile, state, 13));
        break;
    case KL_EXIT_CALL:
        push(profile, block->function, profile->end, core_register(profile, state, 13));
        break;
    case KL_EXIT_INDIRECT:
        jump(state, profile, block, address);
        break;
    default:
        go_on(state, profile, block, address);
    }
}

void kl_settle_profile(kl_state *state, int64_t ahead) {
    kl_profile *profile = state->profile;
    int64_t spent = profile->budget - kl_ticks_left(state) - ahead;
    profile->budget -= spent;
    profile->tally->ticks += spent;
    if (__builtin_expect(profile->is_spanning, 0)) {
        profile->settle_spanning(profile, spent);
    } else {
        profile->nodes[profile->node].ticks += spent;
    }
}

void kl_enter_block_profiled(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    kl_state *state = ((kl_site *)context)->state;
    kl_profile *profile = state->profile;
    kl_look_once(context, __builtin_return_address(0));
    kl_settle_profile(state, 0);
    profile->is_spanning = false;
    for (uint32_t i = 0; i < profile->conditional_count; i++) {
        profile->executions[profile->conditionals + i] += state->executed[i];
    }
    profile->conditional_count = 0;
    kl_enter_block(engine, address, size, context);
    bool is_here = (state->previous & ~(uint32_t)KL_SETTLE) == (uint32_t)address;
    if (!is_here || (state->is_stopping && kl_ticks_left(state) == profile->budget)) {
        // The engine stops instead; how the last block was left stays to be looked at.
        return;
    }
    const kl_edge *edge = kl_current_edge(state);
    profile->tally = &profile->tallies[edge - state->edges];
    profile->tally->count++;
    const kl_profile_block *block = &profile->blocks[edge->block];
    if (profile->exit != KL_EXIT_THROUGH || block->function != profile->function ||
        profile->moves_stack) {
        transfer(state, profile, edge->block, (uint32_t)address);
        block = &profile->blocks[edge->block];
    }
    profile->exit = block->exit;
    profile->end = block->end;
    profile->function = block->function;
    profile->moves_stack = (block->traits & KL_MOVES_STACK) != 0;
    profile->may_fall_through = (block->traits & KL_MAY_FALL_THROUGH) != 0;
    profile->conditionals = block->conditionals;
    profile->conditional_count = edge->traits >> 16;
    if ((block->traits & KL_SPANS_FUNCTIONS) != 0) {
        profile->enter_spanning(profile);
    }
}
