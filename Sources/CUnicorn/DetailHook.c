// SPDX-License-Identifier: GPL-2.0-or-later
#include "BlockEntry.h"

enum { TICKS = 256 };

__attribute__((noinline, cold)) static const uint32_t *copy_registers(kl_detail *detail) {
    static const int numbers[] = {UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,
                                  UC_ARM_REG_R4,  UC_ARM_REG_R5,  UC_ARM_REG_R6,  UC_ARM_REG_R7,
                                  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
                                  UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14};
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uc_reg_read(detail->unicorn, numbers[i], &detail->copies[i]);
    }
    return detail->copies;
}

static inline __attribute__((always_inline)) const uint32_t *registers_of(const kl_state *state) {
    bool copies = __builtin_expect(state->detail->copies_registers, 0);
    return copies ? copy_registers(state->detail) : state->registers;
}

static void charge(kl_state *state, uint32_t key, int64_t ticks) {
    kl_detail *detail = state->detail;
    detail->delay_ticks += ticks;
    if (detail->delay_count < KL_MOST_DELAYS) {
        detail->delays[detail->delay_count++] = (kl_delay){key, (int32_t)ticks};
    } else {
        // More than a block of any page has; from here on the place is the last one's.
        detail->delays[KL_MOST_DELAYS - 1].ticks += (int32_t)ticks;
    }
    state->budget -= ticks * ((int64_t)1 << 32);
    if (state->budget < 0) {
        state->previous |= KL_SETTLE;
    }
}

static uint64_t cycle_of(const kl_detail *detail, uint32_t cycles_before) {
    return (detail->entry_ticks + (uint64_t)detail->delay_ticks) / TICKS + cycles_before;
}

static void divide(kl_state *state, const kl_access *access, const uint32_t *registers) {
    kl_detail *detail = state->detail;
    int64_t ticks =
        detail->divide(state->engine, registers[access->base & 15], registers[access->index & 15],
                       (access->traits & KL_IS_SIGNED) != 0);
    detail->divides++;
    detail->divide_ticks += ticks;
    if (ticks != 0) {
        charge(state, access->halfword * 2u + 1, ticks);
    }
}

static inline __attribute__((always_inline)) void look_at(kl_state *state, const kl_access *access,
                                                          const uint32_t *registers) {
    kl_detail *detail = state->detail;
    if (__builtin_expect((access->traits & KL_DIVIDES) != 0, 0)) {
        divide(state, access, registers);
        return;
    }
    uint32_t address = access->displacement;
    if (access->base != KL_NO_REGISTER) {
        address += registers[access->base];
    }
    if (access->index != KL_NO_REGISTER) {
        address += registers[access->index] << access->shift;
    }
    bool stores = (access->traits & KL_STORES) != 0;
    if ((access->traits & KL_MAY_BE_UNALIGNED) != 0 &&
        __builtin_expect((address & (access->bytes - 1u)) != 0, 0)) {
        uint32_t size = (uint32_t)__builtin_ctz(access->bytes) & 3;
        int64_t ticks = (int64_t)detail->unaligned[stores][size][address & 7] * TICKS;
        detail->unaligned_accesses++;
        detail->unaligned_ticks += ticks;
        if (ticks != 0) {
            charge(state, access->halfword * 2u + 1, ticks);
        }
    }
    if ((access->traits & KL_COMES_TO_MEMORY) != 0) {
        ms_buses *buses = detail->buses;
        uint32_t bus = ms_bus_of(address);
        bool pipelines = (access->traits & KL_PIPELINES) != 0;
        bool is_held = address - buses->held[bus].origin < buses->held[bus].length_bytes;
        if (__builtin_expect(is_held && !(pipelines && buses->last != bus), 1)) {
            buses->last = bus;
        } else {
            uint32_t cycles = ms_come_to(detail->memory, address, stores, pipelines);
            if (cycles != 0) {
                charge(state, access->halfword * 2u + 1, (int64_t)cycles * TICKS);
            }
        }
    }
    if ((access->traits & KL_TAKES_TIME) == 0 ||
        address - detail->free_origin < detail->free_bytes) {
        return;
    }
    uint64_t now = cycle_of(detail, access->cycles_before);
    uint32_t cycles = stores ? ms_store(detail->memory, address, access->bytes, now)
                             : ms_load(detail->memory, address, access->bytes, now);
    if (cycles != 0) {
        charge(state, access->halfword * 2u + 1, (int64_t)cycles * TICKS);
    }
}

static void fetch_units(kl_state *state, const kl_block_detail *block) {
    kl_detail *detail = state->detail;
    const ms_unit *units = block->units;
    uint32_t count = block->unit_count;
    if (units->address == detail->last_unit && count == 1) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        i += ms_fetch_hits(detail->memory, units + i, count - i, cycle_of(detail, 0));
        if (i == count) {
            break;
        }
        uint64_t now = cycle_of(detail, units[i].cycles_before);
        uint32_t cycles = ms_fetch(detail->memory, units[i].address, now);
        if (cycles != 0) {
            charge(state, units[i].halfword * 2, (int64_t)cycles * TICKS);
        }
    }
    detail->last_unit = units[count - 1].address;
}

// A loop of one block fetches the same units again and again.
static inline void fetch(kl_state *state, const kl_block_detail *block) {
    kl_detail *detail = state->detail;
    if (block != detail->fetched) {
        detail->fetched = block;
        detail->repeats = false;
        fetch_units(state, block);
    } else if (detail->repeats) {
        ms_repeat(detail->memory, detail->repeated_instruction_hits, detail->repeated_flash_hits);
    } else {
        const ms_counts *counts = ms_read_counts(detail->memory);
        const ms_counts before = *counts;
        fetch_units(state, block);
        detail->repeats = ms_can_repeat(detail->memory) &&
                          counts->fetch_stall_cycles == before.fetch_stall_cycles &&
                          counts->instruction_misses == before.instruction_misses &&
                          counts->flash_fetch_misses == before.flash_fetch_misses;
        detail->repeated_instruction_hits = counts->instruction_hits - before.instruction_hits;
        detail->repeated_flash_hits = counts->flash_fetch_hits - before.flash_fetch_hits;
    }
}

// Whether the direction was predicted wrong; learns it.
static bool misses_direction(kl_branch *branch, bool is_backward, bool is_taken) {
    if (branch->counter == KL_UNMET) {
        branch->counter = is_backward ? 2 : 1;
    }
    bool is_wrong = (branch->counter >= 2) != is_taken;
    if (is_taken) {
        branch->counter += branch->counter < 3;
    } else {
        branch->counter -= branch->counter > 0;
    }
    return is_wrong;
}

static void predict(kl_state *state, const kl_block_detail *block, const kl_edge *edge) {
    const kl_predicted_edge *predicted = block->predicted;
    const kl_predicted_edge *end = predicted + block->predicted_count;
    while (predicted->predecessor != edge->predecessor) {
        if (++predicted == end) {
            return;
        }
    }
    kl_detail *detail = state->detail;
    detail->predictions++;
    bool is_wrong;
    if (predicted->is_indirect && predicted->is_taken) {
        is_wrong = predicted->is_conditional && misses_direction(predicted->branch, false, true);
        is_wrong |= predicted->branch->target != edge->address;
        predicted->branch->target = edge->address;
    } else {
        is_wrong = misses_direction(predicted->branch, predicted->is_backward, predicted->is_taken);
    }
    if (is_wrong) {
        detail->mispredictions++;
        detail->misprediction_ticks += predicted->wrong_ticks;
        charge(state, 0, predicted->wrong_ticks);
    }
}

// Whether all accesses at the block's entry go to RAM that never makes the core wait, aligned, and
// their bus went there last.
static inline __attribute__((always_inline)) bool
are_free(kl_detail *detail, const kl_block_detail *block, const uint32_t *registers) {
    const uint32_t origin = detail->free_origin;
    const uint32_t bytes = *detail->held_origin == origin ? detail->free_bytes : 0;
    const kl_free_access *end = block->free_accesses + block->free_count;
    for (const kl_free_access *access = block->free_accesses; access != end; access++) {
        uint32_t address = access->displacement + registers[access->base];
        if (access->index != KL_NO_REGISTER) {
            address += registers[access->index] << access->shift;
        }
        if ((address & access->alignment) != 0 || address - origin >= bytes) {
            return false;
        }
    }
    detail->buses->last = ms_bus_of(origin);
    return true;
}

// Of a block whose passage is not one of a loop that waits for nothing.
__attribute__((noinline)) static void follow_all(kl_state *state, const kl_edge *edge,
                                                 const kl_block_detail *block) {
    if (block->predicted_count + block->unit_count + block->access_count == 0) {
        return;
    }
    kl_detail *detail = state->detail;
    detail->entry_ticks = state->horizon - (uint64_t)kl_ticks_left(state) - edge->ticks;
    if (block->predicted_count != 0) {
        predict(state, block, edge);
    }
    if (block->unit_count != 0) {
        fetch(state, block);
    }
    if (block->entry_count != 0) {
        const uint32_t *registers = registers_of(state);
        if (block->may_be_free && are_free(detail, block, registers)) {
            return;
        }
        for (uint32_t i = 0; i < block->entry_count; i++) {
            look_at(state, &block->accesses[i], registers);
        }
    }
}

// What a block adds that was just entered through this edge.
static inline void follow(kl_state *state, const kl_edge *edge) {
    kl_detail *detail = state->detail;
    detail->delay_count = 0;
    detail->delay_ticks = 0;
    const kl_block_detail *block = &state->watches[edge->block].detail;
    bool repeats = block == detail->fetched && detail->repeats && block->is_simple;
    if (repeats && are_free(detail, block, registers_of(state))) {
        ms_repeat(detail->memory, detail->repeated_instruction_hits, detail->repeated_flash_hits);
    } else {
        follow_all(state, edge, block);
    }
}

void kl_enter_block_in_detail(uc_engine *engine, uint64_t address, uint32_t size, void *context) {
    const kl_way *way = kl_enter(engine, address, size, context);
    kl_site *site = context;
    kl_state *state = site->state;
    kl_look_once(site, __builtin_return_address(0));
    if (__builtin_expect(way != NULL, 1)) {
        follow(state, way->edge);
        return;
    }
    const kl_edge *edge = kl_current_edge(state);
    if (!state->is_stopping && edge->address == (uint32_t)address) {
        follow(state, edge);
    }
}

void kl_enter_block_profiled_in_detail(uc_engine *engine, uint64_t address, uint32_t size,
                                       void *context) {
    kl_state *state = ((kl_site *)context)->state;
    kl_look_once(context, __builtin_return_address(0));
    kl_enter_block_profiled(engine, address, size, context);
    const kl_edge *edge = kl_current_edge(state);
    if (!state->is_stopping && edge->address == (uint32_t)address) {
        follow(state, edge);
    }
}

void kl_observe(kl_state *state, uint32_t halfword) {
    const kl_block_detail *block = &state->watches[kl_current_edge(state)->block].detail;
    uint32_t low = 0;
    uint32_t high = block->point_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (block->points[middle].halfword < halfword) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == block->point_count || block->points[low].halfword != halfword) {
        return;
    }
    const kl_point *point = &block->points[low];
    const uint32_t *registers = registers_of(state);
    for (uint32_t i = point->first; i < point->first + point->count; i++) {
        look_at(state, &block->accesses[i], registers);
    }
}
