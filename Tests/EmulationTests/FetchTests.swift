// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem
import TestSupport
import Testing

@Suite("Fetching")
struct FetchTests {
    private static let lines: UInt32 = 24

    /// Flash of 16-byte lines and 5 wait states at 0, with lines of its own or behind a cache of two ways.
    private static func system(
        instructionLines: UInt32, prefetches: Bool = false, isCached: Bool = false
    ) throws -> OpaquePointer {
        let cache = ms_cache_shape(size_bytes: isCached ? 128 : 0, line_bytes: 16, ways: 2)
        let flash = ms_flash_shape(
            wait_cycles: 5, line_bytes: 16, instruction_lines: instructionLines, data_lines: 0,
            prefetches: prefetches)
        let system = try #require(ms_create(cache, ms_cache_shape(), flash, 0))
        #expect(
            ms_add_region(
                system,
                ms_region(
                    origin: 0, length_bytes: lines * 16, access_cycles: 0, is_flash: true,
                    is_accelerated: true, is_instruction_cached: isCached, is_data_cached: false,
                    memory: 0, first_load_cycles: 0)))
        return system
    }

    @Test("should give up the line that was used least recently, whatever came before")
    func leastRecentlyUsed() throws {
        let system = try Self.system(instructionLines: 7)
        defer { ms_destroy(system) }
        var random = SeededGenerator(seed: 7)
        var kept: [UInt32] = []
        var current: UInt32?
        for passage in 0..<20_000 {
            let line = UInt32.random(in: 0..<(passage % 2 == 0 ? 8 : Self.lines), using: &random)
            let isFree = current == line || kept.contains(line)
            let stall = ms_fetch(system, line * 16, 0)
            try #require(stall == (isFree ? 0 : 5), "passage \(passage)")
            if current != line { kept = (kept.filter { $0 != line } + [line]).suffix(7) }
            current = line
        }
    }

    @Test(
        "should fetch the units of a block in turn as one by one",
        arguments: [0, 3, 9] as [UInt32], [(false, false), (true, false), (false, true)])
    func inTurn(kept: UInt32, flash: (prefetches: Bool, isCached: Bool)) throws {
        let systems = try (0..<2).map { _ in
            try Self.system(
                instructionLines: kept, prefetches: flash.prefetches, isCached: flash.isCached)
        }
        defer { systems.forEach(ms_destroy) }
        var random = SeededGenerator(seed: 1)
        var now: UInt64 = 0
        var first: UInt32 = 0
        for _ in 0..<5_000 {
            // Loops come back to where they were, and end beyond the region at times.
            if Int.random(in: 0..<3, using: &random) == 0 {
                first = UInt32.random(in: 0..<Self.lines, using: &random)
            }
            let units = (0..<UInt32.random(in: 1...6, using: &random)).map {
                ms_unit(address: (first + $0) * 16, cycles_before: $0 * 4, halfword: $0 * 8)
            }
            var stall: UInt64 = 0
            for unit in units {
                let time = now + stall + UInt64(unit.cycles_before)
                stall += UInt64(ms_fetch(systems[0], unit.address, time))
            }
            var stallInTurn: UInt64 = 0
            var done = 0
            while done < units.count {
                let rest = Array(units[done...])
                done += Int(ms_fetch_hits(systems[1], rest, UInt32(rest.count), now + stallInTurn))
                guard done < units.count else { break }
                let time = now + stallInTurn + UInt64(units[done].cycles_before)
                stallInTurn += UInt64(ms_fetch(systems[1], units[done].address, time))
                done += 1
            }
            #expect(stall == stallInTurn)
            now += stall + 20
        }
        let counts = systems.map { ms_read_counts($0).pointee }
        #expect(counts[0].flash_fetch_hits == counts[1].flash_fetch_hits)
        #expect(counts[0].flash_fetch_misses == counts[1].flash_fetch_misses)
        #expect(counts[0].instruction_hits == counts[1].instruction_hits)
        #expect(counts[0].fetch_stall_cycles == counts[1].fetch_stall_cycles)
        #expect(counts[0].instruction_hits + counts[0].flash_fetch_hits > 0 || kept == 0)
    }
}
