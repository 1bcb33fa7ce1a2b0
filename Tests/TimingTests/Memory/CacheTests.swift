// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import Timing

/// One access and what it must cost; `at` is when it is made.
struct MemoryStep: Sendable {
    enum Kind: Sendable { case fetch, load, store }
    var kind: Kind
    var address: UInt32
    var bytes = 4
    var at: UInt64 = 0
    var stall: Int

    static func fetch(_ address: UInt32, at: UInt64 = 0, _ stall: Int) -> MemoryStep {
        MemoryStep(kind: .fetch, address: address, at: at, stall: stall)
    }
    static func load(
        _ address: UInt32, bytes: Int = 4, at: UInt64 = 0, _ stall: Int
    ) -> MemoryStep {
        MemoryStep(kind: .load, address: address, bytes: bytes, at: at, stall: stall)
    }
    static func store(
        _ address: UInt32, bytes: Int = 4, at: UInt64 = 0, _ stall: Int
    ) -> MemoryStep {
        MemoryStep(kind: .store, address: address, bytes: bytes, at: at, stall: stall)
    }
}

/// Steps through a memory system, worked out by hand.
struct MemoryTable: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [MemoryStep]
    var testDescription: String { name }

    func check(on system: MemorySystem) throws -> MemorySimulator {
        let simulator = try #require(MemorySimulator(system))
        for (index, step) in steps.enumerated() {
            let stall =
                switch step.kind {
                case .fetch: simulator.fetch(step.address, at: step.at)
                case .load: simulator.load(step.address, bytes: step.bytes, at: step.at)
                case .store: simulator.store(step.address, bytes: step.bytes, at: step.at)
                }
            #expect(stall == step.stall, "step \(index) at \(step.address)")
        }
        return simulator
    }
}

@Suite("Caches of the core")
struct CacheTests {
    /// 256 bytes each in lines of 32: instructions 2 ways of 4 sets, data 4 ways of 2 sets. Flash takes
    /// 7 cycles, RAM 2.
    static let system: MemorySystem = {
        var flash = MemorySystem.Region(origin: 0x0800_0000, lengthBytes: 0x10000)
        flash.isFlash = true
        flash.isInstructionCached = true
        flash.isDataCached = true
        var ram = MemorySystem.Region(origin: 0x2001_0000, lengthBytes: 0x10000)
        ram.isInstructionCached = true
        ram.isDataCached = true
        ram.accessCycles = 2
        let tightlyCoupled = MemorySystem.Region(origin: 0x2000_0000, lengthBytes: 0x10000)
        return MemorySystem(
            flash: .init(waitCycles: 7, lineBytes: 32),
            instructionCache: .init(sizeBytes: 256, lineBytes: 32, ways: 2),
            dataCache: .init(sizeBytes: 256, lineBytes: 32, ways: 4),
            regions: [flash, tightlyCoupled, ram])
    }()

    // Sets of instructions: (address / 32) mod 4; of data: (address / 32) mod 2. The bus is busy for
    // four cycles behind the first word of a line.
    static let tables = [
        MemoryTable(
            name: "a second line of a set stays beside the first",
            steps: [
                .fetch(0x0800_0000, 7), .fetch(0x0800_0080, at: 100, 7),
                .fetch(0x0800_0000, at: 200, 0), .fetch(0x0800_0080, at: 300, 0),
            ]),
        MemoryTable(
            name: "a third line of a set takes the place of the one filled first, though used last",
            steps: [
                .fetch(0x0800_0000, 7), .fetch(0x0800_0080, at: 100, 7),
                .fetch(0x0800_0000, at: 200, 0), .fetch(0x0800_0100, at: 300, 7),
                .fetch(0x0800_0080, at: 400, 0), .fetch(0x0800_0000, at: 500, 7),
            ]),
        MemoryTable(
            name: "code that stays in its line asks for nothing",
            steps: [.fetch(0x0800_0000, 7), .fetch(0x0800_0004, 0), .fetch(0x0800_001C, 0)]),
        MemoryTable(
            name: "the next line waits for the bus to bring the rest of the one before",
            steps: [.fetch(0x0800_0000, at: 10, 7), .fetch(0x0800_0020, at: 18, 3 + 7)]),
        MemoryTable(
            name: "words of one line: the first misses",
            steps: [
                .load(0x2001_0004, 2), .load(0x2001_0000, at: 9, 0),
                .load(0x2001_001C, at: 9, 0), .load(0x2001_0020, at: 90, 2),
            ]),
        MemoryTable(
            name: "four lines of a set stay, a fifth takes the first one's place",
            steps: [
                .load(0x2001_0000, at: 0, 2), .load(0x2001_0040, at: 100, 2),
                .load(0x2001_0080, at: 200, 2), .load(0x2001_00C0, at: 300, 2),
                .load(0x2001_0000, at: 400, 0), .load(0x2001_0100, at: 500, 2),
                .load(0x2001_0040, at: 600, 0), .load(0x2001_0000, at: 700, 2),
            ]),
        MemoryTable(
            name: "a load over the end of a line asks for two lines",
            steps: [.load(0x2001_001E, at: 0, 2 + 4 + 2), .load(0x2001_0020, at: 100, 0)]),
        MemoryTable(
            name: "a list of ten words asks for two lines",
            steps: [.load(0x2001_0000, bytes: 40, at: 0, 2 + 4 + 2), .load(0x2001_0024, at: 99, 0)]
        ),
        MemoryTable(
            name: "stores allocate a line and do not wait for it, the third in a row does",
            steps: [
                // Each line keeps the bus for 2 + 4 cycles.
                .store(0x2001_0000, at: 0, 0), .store(0x2001_0020, at: 0, 0),
                .store(0x2001_0040, at: 0, 6), .load(0x2001_0040, at: 50, 0),
            ]),
        MemoryTable(
            name: "a load behind a store's miss waits for its line to come first",
            steps: [.store(0x2001_0000, at: 0, 0), .load(0x2001_0020, at: 1, 5 + 2)]),
        MemoryTable(
            name: "a changed line that gives way keeps the bus for four cycles more",
            steps: [
                .store(0x2001_0000, at: 0, 0), .load(0x2001_0040, at: 100, 2),
                .load(0x2001_0080, at: 200, 2), .load(0x2001_00C0, at: 300, 2),
                // Gone from the bus at 400 + 2 + 4 + 4.
                .load(0x2001_0100, at: 400, 2), .load(0x2001_0020, at: 403, 7 + 2),
            ]),
        MemoryTable(
            name: "tightly coupled memory, and what is no memory, never waits",
            steps: [
                .load(0x2000_0000, 0), .store(0x2000_0004, 0), .fetch(0x2000_0100, 0),
                .load(0x4000_0000, 0), .store(0x4000_0000, 0),
            ]),
    ]

    @Test("should hit and miss as worked out by hand", arguments: tables)
    func table(_ table: MemoryTable) throws { _ = try table.check(on: Self.system) }

    @Test("should count hits, misses and lines that go back to memory")
    func counts() throws {
        let table = MemoryTable(
            name: "",
            steps: [
                .fetch(0x0800_0000, 7), .fetch(0x0800_0020, at: 20, 7),
                .fetch(0x0800_0000, at: 40, 0), .store(0x2001_0000, at: 60, 0),
                .load(0x2001_0000, at: 80, 0), .load(0x2001_0040, at: 100, 2),
                .load(0x2001_0080, at: 200, 2), .load(0x2001_00C0, at: 300, 2),
                .load(0x2001_0100, at: 400, 2), .load(0x0800_0000, at: 500, 7),
            ])
        let counts = try table.check(on: Self.system).counts
        #expect(counts.instructionHits == 1)
        #expect(counts.instructionMisses == 2)
        #expect(counts.dataHits == 1)
        #expect(counts.dataMisses == 6)
        #expect(counts.writeBacks == 1)
        #expect(counts.fetchStallCycles == 14)
        #expect(counts.dataStallCycles == 8 + 7)
    }

    @Test("should wait for each line and each load while off, and find the caches empty after")
    func off() throws {
        let simulator = try #require(MemorySimulator(Self.system))
        simulator.enableCaches(instruction: false, data: false)
        #expect(simulator.fetch(0x0800_0000) == 7)
        #expect(simulator.fetch(0x0800_0020) == 7)
        #expect(simulator.fetch(0x0800_0000) == 7)
        #expect(simulator.load(0x2001_0000) == 2)
        #expect(simulator.load(0x2001_0000) == 2)
        #expect(simulator.store(0x2001_0000) == 0)
        simulator.enableCaches(instruction: true, data: true)
        #expect(simulator.fetch(0x0800_0000, at: 100) == 7)
        #expect(simulator.load(0x2001_0000, at: 200) == 2)
        #expect(simulator.load(0x2001_0000, at: 300) == 0)
    }

    @Test("should forget lines as the maintenance registers say")
    func maintenance() throws {
        let simulator = try #require(MemorySimulator(Self.system))
        func reloads(_ address: UInt32, at cycle: UInt64) -> Bool {
            simulator.load(address, at: cycle) > 0
        }
        _ = simulator.store(0x2001_0000)
        simulator.maintain(register: 0xE000_EF68, value: 0x2001_0000)  // DCCMVAC
        #expect(simulator.counts.writeBacks == 1)
        #expect(!reloads(0x2001_0000, at: 100))
        simulator.maintain(register: 0xE000_EF5C, value: 0x2001_0000)  // DCIMVAC
        #expect(reloads(0x2001_0000, at: 200))
        // Set 0, way 0 and then way 1, which is empty: four ways stand in the top two bits.
        simulator.maintain(register: 0xE000_EF74, value: 1 << 30)
        #expect(!reloads(0x2001_0000, at: 300))
        simulator.maintain(register: 0xE000_EF74, value: 0)
        #expect(reloads(0x2001_0000, at: 400))
        #expect(simulator.counts.writeBacks == 1)
        _ = simulator.fetch(0x0800_0000, at: 500)
        simulator.maintain(register: 0xE000_EF50, value: 0)  // ICIALLU
        #expect(simulator.fetch(0x0800_0000, at: 600) == 7)
    }
}
