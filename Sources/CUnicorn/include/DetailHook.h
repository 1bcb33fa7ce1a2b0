// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_DETAILHOOK_H
#define KINGLET_DETAILHOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

#include "CMemorySystem.h"

// The detailed mode (kl_state.detail is set): what a passage through a block costs beyond its edge.

enum {
    // kl_access.base and .index: none.
    KL_NO_REGISTER = 0xFF,
    // kl_access.traits. The base is the dividend's register, the index the divisor's.
    KL_DIVIDES = 1,
    KL_IS_SIGNED = 2,
    KL_STORES = 4,
    // Memory may make the core wait.
    KL_TAKES_TIME = 8,
    KL_MAY_BE_UNALIGNED = 16,
    // It may wait for its bus to come to its memory.
    KL_COMES_TO_MEMORY = 32,
    // In one run with the load right before it, when both go to the same memory.
    KL_PIPELINES = 64,
};

// A load, store or divide, with its address in terms of the registers where it is looked at.
typedef struct {
    uint32_t displacement;
    // From the block's entry to the instruction, without what it waits for.
    uint32_t cycles_before;
    uint16_t halfword;
    uint16_t bytes;
    uint8_t base;
    uint8_t index;
    uint8_t shift;
    uint8_t traits;
} kl_access;

// A place inside a block where accesses are looked at, before its instruction executes.
typedef struct {
    uint32_t halfword;
    uint32_t first;
    uint32_t count;
} kl_point;

// The address of one or several loads or stores at a block's entry, where they have a base.
typedef struct {
    uint32_t displacement;
    uint8_t base;
    uint8_t index;
    uint8_t shift;
    // Bits that are 0 when they are aligned, or need not be.
    uint8_t alignment;
} kl_free_access;

// What is known of a branch: a two-bit counter and where it went last (Timing.BranchPredictor).
typedef struct {
    // KL_UNMET, or 0 to 3: 2 and 3 predict taken.
    uint32_t counter;
    // Odd before the first time.
    uint32_t target;
} kl_branch;

enum { KL_UNMET = 4 };

// An edge into the block whose branch is predicted.
typedef struct {
    uint32_t predecessor;
    // What a wrong prediction adds.
    uint32_t wrong_ticks;
    kl_branch *branch;
    bool is_taken;
    bool is_conditional;
    bool is_backward;
    bool is_indirect;
} kl_predicted_edge;

typedef struct {
    kl_predicted_edge *predicted;
    uint32_t predicted_count;
    ms_unit *units;
    kl_access *accesses;
    kl_point *points;
    uint32_t unit_count;
    // Of `accesses`: those that are looked at on entry; the points have the others.
    uint32_t entry_count;
    uint32_t access_count;
    uint32_t point_count;
    // Stand for the `entry_count` first, unless one of them is more than an address: while they go
    // to RAM that never makes the core wait, aligned, there is nothing else to look at.
    kl_free_access *free_accesses;
    uint32_t free_count;
    bool may_be_free;
    // Nothing is predicted, and all accesses may be free.
    bool is_simple;
} kl_block_detail;

// What the running block waited for, or gained: before its instruction executes (even keys) or as
// it does (odd keys). `key` is twice the instruction's halfword, or one more.
typedef struct {
    uint32_t key;
    int32_t ticks;
} kl_delay;

enum { KL_MOST_DELAYS = 1024 };

typedef struct {
    ms_system *memory;
    ms_buses *buses; // of it
    // This is free_origin while the bus of that RAM went there last, or always if no bus waits.
    const uint32_t *held_origin;
    // RAM that never makes the core wait.
    uint32_t free_origin;
    uint32_t free_bytes;
    // Cycles by [is store][log2 of bytes][address mod 8].
    uint8_t unaligned[2][4][8];
    // What a divide costs beyond the edge's mean, ticks.
    int32_t (*divide)(void *engine, uint32_t dividend, uint32_t divisor, bool is_signed);
    // The unit that instructions came from last; odd when it is not known.
    uint32_t last_unit;
    // The block whose units were fetched last, or NULL, and whether that was right after itself and
    // without a wait: then the next passage's fetches are these hits.
    const kl_block_detail *fetched;
    bool repeats;
    uint64_t repeated_instruction_hits;
    uint64_t repeated_flash_hits;
    // Total ticks when the running block was entered, and what it waited for since.
    uint64_t entry_ticks;
    int64_t delay_ticks;
    uint32_t delay_count;
    kl_delay delays[KL_MOST_DELAYS];
    // Set where the core's registers are not known: they are copied for each look.
    bool copies_registers;
    uint32_t copies[16];
    uc_engine *unicorn;
    uint64_t unaligned_accesses;
    uint64_t divides;
    uint64_t predictions;
    uint64_t mispredictions;
    int64_t misprediction_ticks;
    int64_t unaligned_ticks;
    int64_t divide_ticks;
} kl_detail;

#endif
