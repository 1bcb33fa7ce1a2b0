// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_CMEMORYSYSTEM_H
#define KINGLET_CMEMORYSYSTEM_H

#include <stdbool.h>
#include <stdint.h>

// Caches, flash lines and buses between a core and its memories, simulated line by line. Times are
// core cycles; what a function returns is how long the core waits beyond its own cycles. What is
// simulated and where it comes from: docs/fidelity.md. C, because the block hook calls it.

typedef struct ms_system ms_system;

typedef struct {
    // 0 for no cache. Sets are a power of two.
    uint32_t size_bytes;
    uint32_t line_bytes;
    uint32_t ways;
} ms_cache_shape;

typedef struct {
    uint32_t wait_cycles;
    // A power of two.
    uint32_t line_bytes;
    // Lines that the controller keeps, at most MS_MOST_LINES.
    uint32_t instruction_lines;
    uint32_t data_lines;
    bool prefetches;
} ms_flash_shape;

typedef struct {
    uint32_t origin;
    uint32_t length_bytes;
    uint32_t access_cycles;
    bool is_flash;
    bool is_accelerated;
    bool is_instruction_cached;
    bool is_data_cached;
    // Aliases of one memory have the same number.
    uint32_t memory;
    // Cycles that the first of a run of loads waits.
    uint32_t first_load_cycles;
} ms_region;

typedef struct {
    uint32_t origin;
    uint32_t length_bytes;
} ms_range;

enum { MS_MOST_LINES = 1024, MS_MOST_REGIONS = 32 };

typedef struct {
    // Lines of the core's caches that were asked for.
    uint64_t instruction_hits;
    uint64_t instruction_misses;
    uint64_t data_hits;
    uint64_t data_misses;
    // Changed lines that had to go back to memory.
    uint64_t write_backs;
    // Flash lines that instructions asked for: kept or prefetched in time, and waited for.
    uint64_t flash_fetch_hits;
    uint64_t flash_fetch_misses;
    // Flash lines that loads asked for.
    uint64_t flash_data_hits;
    uint64_t flash_data_misses;
    // Cycles that the core waited for instructions, and for data.
    uint64_t fetch_stall_cycles;
    uint64_t data_stall_cycles;
    // Loads that waited for their bus to come to their memory, and how long.
    uint64_t bus_waits;
    uint64_t bus_wait_cycles;
} ms_counts;

// A unit of `ms_fetch_bytes` that a block of code runs into.
typedef struct {
    uint32_t address;
    // From the block's entry to the first instruction in it, without what the core waits for.
    uint32_t cycles_before;
    // Of that instruction, in the block.
    uint32_t halfword;
} ms_unit;

// All caches empty; those of the core are on. A load waits `change_cycles` when the load or store
// before it on the same bus went to another memory. NULL when there is no memory.
ms_system *ms_create(ms_cache_shape instruction, ms_cache_shape data, ms_flash_shape flash,
                     uint32_t change_cycles);
void ms_destroy(ms_system *system);
// False when there are too many. Addresses outside all regions take no time.
bool ms_add_region(ms_system *system, ms_region region);

// Turns the core's caches on or off; what they hold stays.
void ms_enable(ms_system *system, bool instruction, bool data);
// Empties them, without writing anything back.
void ms_invalidate_instructions(ms_system *system);
void ms_invalidate_instruction_line(ms_system *system, uint32_t address);
void ms_invalidate_data(ms_system *system);
// What a maintenance operation does to the line of an address, or to the line in a place: the
// operand of DCISW and its like, set and way (ARMv7-M ARM B2.2.7).
void ms_maintain_address(ms_system *system, uint32_t address, bool cleans, bool invalidates);
void ms_maintain_place(ms_system *system, uint32_t set_and_way, bool cleans, bool invalidates);
// The flash controller's lines too: after the flash was programmed, and at reset.
void ms_invalidate_flash(ms_system *system);
// The buses too: the next load of each waits for no change.
void ms_release_buses(ms_system *system);

// Bytes of the unit in which instructions at this address are fetched; 0 when that takes no time.
uint32_t ms_fetch_bytes(const ms_system *system, uint32_t address);
// Whether loads, or stores, of this region can make the core wait.
bool ms_charges_loads(const ms_system *system, uint32_t region);
bool ms_charges_stores(const ms_system *system, uint32_t region);

// Execution comes to the unit of `ms_fetch_bytes` at `address`, at time `now`.
uint32_t ms_fetch(ms_system *system, uint32_t address, uint64_t now);
// Execution comes to the units of a block that is entered at time `entry`: what `ms_fetch` does for
// each in turn, until one is not kept. Returns how many are done; that one is for `ms_fetch`, as are
// those in memory that keeps nothing.
uint32_t ms_fetch_hits(ms_system *system, const ms_unit *units, uint32_t count, uint64_t entry);
// An instruction loads or stores this range, up to 256 bytes, at time `now`.
uint32_t ms_load(ms_system *system, uint32_t address, uint32_t bytes, uint64_t now);
uint32_t ms_store(ms_system *system, uint32_t address, uint32_t bytes, uint64_t now);

// A core's data buses: D-Code, and System from 0x20000000 (ARMv7-M ARM table B3-1).
enum { MS_BUSES = 2 };
static inline uint32_t ms_bus_of(uint32_t address) {
    return address >= 0x20000000u;
}
typedef struct {
    // Of each bus, addresses that a load waits for nothing to come to.
    ms_range held[MS_BUSES];
    // The bus of the last load or store; who comes to what its bus holds keeps it up to date.
    uint32_t last;
} ms_buses;

ms_buses *ms_buses_of(ms_system *system);
// A load or store of other addresses than its bus holds, or from the other bus than the load right
// before it: how long it waits. `pipelines`: it comes right behind a load, in one run with it when
// they go to the same memory, and a cycle later than the core has it when to another bus.
uint32_t ms_come_to(ms_system *system, uint32_t address, bool is_store, bool pipelines);

// What `ms_fetch` of the same units once more, in the same order and with nothing else fetched in
// between, does when all of them hit: it counts these hits and changes nothing that matters later.
// False when it is not so, because lines are read ahead.
bool ms_can_repeat(const ms_system *system);
void ms_repeat(ms_system *system, uint64_t instruction_hits, uint64_t flash_fetch_hits);

const ms_counts *ms_read_counts(const ms_system *system);

#endif
