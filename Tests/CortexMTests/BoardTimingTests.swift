// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing
import Timing

@Suite("Timing of board files")
struct BoardTimingTests {
    static let yaml = """
        schema_version: 1
        name: tiny
        core: cortex-m7
        clock: 40 MHz
        vector_table: 0x0
        interrupts: 32
        priority_bits: 4
        memories:
          - {name: rom, kind: flash, origin: 0x08000000, length: 64KiB, aliases: [0, 0x00200000]}
          - {name: ram, kind: sram, origin: 0x20010000, length: 8KiB}
          - {name: near, kind: dtcm, origin: 0x20000000, length: 4KiB}
        timing:
          flash:
            wait_states: [{up_to: 30MHz, cycles: 0}, {up_to: 45MHz, cycles: 1}, {up_to: 64MHz, cycles: 3}]
            line: 32
            prefetch: true
            instruction_lines: 64
            data_lines: 8
            accelerated_at: [0x00200000]
          instruction_cache: {size: 4KiB, line: 32, ways: 2}
          data_cache: {size: 8KiB, line: 32, ways: 4, memories: [ram]}
          access: {ram: 2, near: 0}
          memory_change: 1
          first_load: {ram: 3}
          fast:
            flash_misses_per_block: 0.25
            store_to_load_cycles: 2.8
            first_load_cycles: 0.45
        """

    private func board(_ old: String = "", _ new: String = "") throws -> Board {
        try Board.parse(yaml: Self.yaml.replacing(old, with: new), file: "tiny.yaml")
    }

    @Test(
        "should charge the mean misses with the wait states of the clock's row",
        arguments: [
            (1, 0.0), (30_000_000, 0), (30_000_001, 0.25), (45_000_000, 0.25),
            (64_000_000, 0.75),
        ] as [(UInt64, Double)])
    func waitStates(hertz: UInt64, cycles: Double) throws {
        let timing = try board().clocked(atHz: hertz).memoryTiming
        #expect(
            timing
                == MemoryTiming(
                    flashFetchMeanCyclesPerBlock: cycles, storeToLoadCycles: 2.8,
                    firstLoadCycles: 0.45))
    }

    @Test("should describe lines, caches and regions, aliases included, at the clock")
    func memorySystem() throws {
        let system = try board().memorySystem
        #expect(
            system.flash
                == MemorySystem.Flash(
                    waitCycles: 1, lineBytes: 32, prefetches: true, instructionLines: 64,
                    dataLines: 8))
        #expect(
            system.instructionCache
                == MemorySystem.Cache(sizeBytes: 4096, lineBytes: 32, ways: 2))
        #expect(system.instructionCache?.sets == 64)
        #expect(system.dataCache == MemorySystem.Cache(sizeBytes: 8192, lineBytes: 32, ways: 4))
        #expect(
            system.regions.map(\.origin) == [0, 0x0020_0000, 0x0800_0000, 0x2000_0000, 0x2001_0000])
        #expect(system.regions.map(\.isFlash) == [true, true, true, false, false])
        #expect(system.regions.map(\.isAccelerated) == [false, true, false, false, false])
        #expect(system.regions.map(\.isInstructionCached) == [true, false, true, false, true])
        #expect(system.regions.map(\.isDataCached) == [false, false, false, false, true])
        #expect(system.regions.map(\.accessCycles) == [0, 0, 0, 0, 2])
        #expect(system.regions.map(\.memory) == [0, 0, 0, 2, 1])
        #expect(system.regions.map(\.firstLoadCycles) == [0, 0, 0, 0, 3])
        #expect(system.memoryChangeCycles == 1 && system.busesWait)
        #expect(system.region(at: 0x2000_0FFF)?.origin == 0x2000_0000)
        #expect(system.region(at: 0x2000_1000) == nil)
    }

    @Test("should accelerate every address of flash when the file names none")
    func acceleratedEverywhere() throws {
        let regions = try board("    accelerated_at: [0x00200000]\n").memorySystem.regions
        #expect(regions.filter(\.isAccelerated).map(\.origin) == [0, 0x0020_0000, 0x0800_0000])
        #expect(regions.filter(\.isInstructionCached).count == 4)
    }

    @Test("should charge nothing for memories when a board has no timing")
    func absent() throws {
        let text = try #require(Self.yaml.firstRange(of: "timing:"))
        let board = try Board.parse(
            yaml: String(Self.yaml[..<text.lowerBound]), file: "tiny.yaml")
        #expect(board.memoryTiming == MemoryTiming())
        #expect(board.memorySystem.flash == nil)
        #expect(board.memorySystem.regions.allSatisfy { !$0.isFlash && !$0.isDataCached })
        #expect(try board.clocked(atHz: 1_000_000_000).clockHz == 1_000_000_000)
    }

    @Test("should refuse a clock beyond the table, and name the limit")
    func clockLimit() throws {
        let board = try board()
        let error = #expect(throws: BoardError.self) { try board.clocked(atHz: 64_500_000) }
        #expect(
            error?.description
                == "board 'tiny': a clock of 64.5 MHz is beyond its flash's wait state table; valid: "
                + "up to 64 MHz")
        #expect(throws: BoardError.self) { try board.clocked(atHz: 0) }
        let own = #expect(throws: BoardError.self) { try self.board("40 MHz", "65 MHz") }
        #expect(own?.description.contains("a clock of 65 MHz is beyond") == true)
    }

    @Test(
        "should refuse a broken timing with its line, its value and what would be valid",
        arguments: [
            (
                "{up_to: 45MHz", "{up_to: 30MHz",
                "14:54: 'up_to' is '30MHz'; valid: a frequency above"
            ),
            ("{up_to: 45MHz", "{up_to: soon", "14:54: 'up_to' is 'soon'"),
            ("cycles: 3", "cycles: 0", "14:96: 'cycles' is '0'; valid: wait states, 1 to 64"),
            ("cycles: 3", "cycles: 65", "14:96: 'cycles' is '65'"),
            (
                "cycles: 3", "cycle: 3",
                "14:88: unknown key 'cycle', did you mean 'cycles'?; valid keys: up_to, cycles"
            ),
            (
                "line: 32\n    prefetch", "line: 24\n    prefetch",
                "15:11: 'line' is '24'; valid: a pow"
            ),
            ("line: 32\n    prefetch", "line: 512\n    prefetch", "15:11: 'line' is '512'"),
            ("    line: 32\n", "", "'line' is missing"),
            ("prefetch: true", "prefetch: 1", "16:15: 'prefetch' is '1'; valid: true or false"),
            (
                "instruction_lines: 64", "instruction_lines: -1",
                "17:24: 'instruction_lines' is '-1'"
            ),
            ("data_lines: 8", "data_lines: 4097", "18:17: 'data_lines' is '4097'; valid: a number"),
            (
                "[0x00200000]\n  inst", "[0x00100000]\n  inst",
                "19:22: 'accelerated_at' is '0x00100000'; valid: an origin or alias of flash: "
                    + "0x08000000, 0x00000000, 0x00200000"
            ),
            (
                "{size: 4KiB", "{size: 6KiB",
                "20:29: 'size' is '6KiB'; valid: line × ways (64 bytes) times a power of two"
            ),
            ("ways: 2", "ways: 0", "20:51: 'ways' is '0'; valid: 1 to 64"),
            (
                "memories: [ram]", "memories: [sdram]",
                "21:58: 'memories' is 'sdram'; valid: rom, ram"
            ),
            ("{ram: 2", "{ram: 1001", "22:17: 'ram' is '1001'; valid: cycles, 0 to 1000"),
            (
                "{ram: 2", "{sdram: 2",
                "22:12: unknown key 'sdram', did you mean 'ram'?; valid keys: rom, ram, near"
            ),
            (
                "memory_change: 1", "memory_change: 17",
                "23:18: 'memory_change' is '17'; valid: cycles, 0 to 16"
            ),
            ("{ram: 3}", "{ram: 17}", "24:21: 'ram' is '17'; valid: cycles, 0 to 16"),
            ("{ram: 3}", "{sdram: 3}", "24:16: unknown key 'sdram', did you mean 'ram'?"),
            (
                "block: 0.25", "block: -1",
                "26:29: 'flash_misses_per_block' is '-1'; valid: 0 to 100"
            ),
            ("block: 0.25", "block: nan", "26:29: 'flash_misses_per_block' is 'nan'"),
            (
                "cycles: 2.8", "cycles: many",
                "27:27: 'store_to_load_cycles' is 'many'; valid: cycles"
            ),
            ("cycles: 0.45", "cycles: 1001", "28:24: 'first_load_cycles' is '1001'; valid: cycles"),
            (
                "  fast:", "  means:",
                "25:3: unknown key 'means'; valid keys: flash, instruction_cache"
            ),
        ])
    func broken(old: String, new: String, message: String) {
        let error = #expect(throws: BoardError.self) { try board(old, new) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test("should refuse flash misses without a wait state table")
    func missesWithoutTable() throws {
        let start = try #require(Self.yaml.firstRange(of: "  flash:\n"))
        let end = try #require(Self.yaml.firstRange(of: "  instruction_cache"))
        var text = Self.yaml
        text.removeSubrange(start.lowerBound..<end.lowerBound)
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: text, file: "tiny.yaml")
        }
        #expect(
            error?.description.contains("'flash_misses_per_block' is '0.25'; valid: 0,") == true)
    }

    @Test(
        "should give the boards the wait states of their manuals",
        arguments: [
            ("nrf52840", 64, 2), ("stm32f746g-disco", 30, 0), ("stm32f746g-disco", 31, 1),
            ("stm32f746g-disco", 180, 5), ("stm32f746g-disco", 216, 7),
            // RM0433 table 17: 3 and 4 cycles of an AXI clock that is half the core's.
            ("nucleo-h743zi", 420, 4), ("nucleo-h743zi", 450, 6), ("nucleo-h743zi", 480, 8),
        ] as [(String, UInt64, Int)])
    func boards(name: String, megahertz: UInt64, cycles: Int) throws {
        let board = try Board.named(name).clocked(atHz: megahertz * 1_000_000)
        #expect(board.memorySystem.flash?.waitCycles == cycles)
        #expect(cycles > 0 || board.memoryTiming.flashFetchMeanCyclesPerBlock == 0)
    }

    @Test(
        "should give the boards the reads and the lines of flash of their manuals, in bytes",
        arguments: [
            ("nrf52840", 16, 2048, 0), ("stm32f407g-disc1", 16, 1024, 128),
            ("nucleo-l4r5zi", 8, 1024, 256), ("stm32f746g-disco", 32, 2048, 2048),
            ("nucleo-f767zi", 32, 2048, 2048), ("nucleo-h743zi", 32, 0, 0),
        ])
    func lines(name: String, read: Int, instructions: Int, data: Int) throws {
        let flash = try #require(try Board.named(name).memorySystem.flash)
        #expect(flash.lineBytes == read)
        #expect(flash.instructionLines * read == instructions)
        #expect(flash.dataLines * read == data)
    }
}
