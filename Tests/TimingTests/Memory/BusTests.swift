// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite("Buses that come to a memory")
struct BusTests {
    /// Flash at 0x0800_0000 and 0, core coupled memory at 0x1000_0000, two SRAMs from 0x2000_0000 on; a change takes 2
    /// cycles, the first load of a run from the second SRAM `first`.
    private func simulator(first: Int = 0) throws -> MemorySimulator {
        func region(_ origin: UInt32, _ memory: Int) -> MemorySystem.Region {
            var region = MemorySystem.Region(origin: origin, lengthBytes: 0x1000)
            region.memory = memory
            region.firstLoadCycles = memory == 3 ? first : 0
            return region
        }
        return try #require(
            MemorySimulator(
                MemorySystem(
                    memoryChangeCycles: 2,
                    regions: [
                        region(0, 0), region(0x0800_0000, 0), region(0x1000_0000, 1),
                        region(0x2000_0000, 2), region(0x2000_1000, 3),
                    ])))
    }

    /// "l2000_0000" loads, "s2000_0000" stores.
    @Test(
        "should make a load wait when the access before on its bus went to another memory",
        arguments: [
            ("l20000000 l20000004", [0, 0]),
            ("l20000000 l20001000 l20000000", [0, 2, 2]),
            ("l20000FFC l20001000", [0, 2]),
            // The write buffer takes stores, but they are the access before.
            ("l20000000 s20001000 l20001004 l20000000", [0, 0, 0, 2]),
            ("s20000000 l20001000", [0, 2]),
            // The D-Code bus below 0x2000_0000 and the System bus above are apart.
            ("l20000000 l08000000 l20000004 l08000004", [0, 0, 0, 0]),
            ("l08000000 l10000000 l20000000 l08000000", [0, 2, 0, 2]),
            // Flash by its other address; a peripheral in between.
            ("l08000000 l00000000 l10000000 l00000000", [0, 0, 2, 2]),
            ("l20000000 l40000000 l20000000 l40000000 l20001000", [0, 0, 0, 0, 2]),
        ])
    func changes(accesses: String, expected: [Int]) throws {
        let simulator = try simulator()
        let waits = try accesses.split(separator: " ").map { access in
            let address = try #require(UInt32(access.dropFirst(), radix: 16))
            return simulator.comeTo(address, isStore: access.hasPrefix("s"))
        }
        #expect(waits == expected, "\(accesses)")
        #expect(simulator.counts.busWaits == UInt64(expected.count { $0 > 0 }))
        #expect(simulator.counts.busWaitCycles == UInt64(expected.reduce(0, +)))
        #expect(simulator.counts.dataStallCycles == 0)
    }

    /// "p" is a load right behind another one.
    @Test(
        "should make the first of a run of loads wait where a memory asks for it",
        arguments: [
            ("l20001000 l20001004 p20001008 p2000100C l20001000", [3, 3, 0, 0, 3]),
            // The longer of the two, and no run over two memories.
            ("l20000000 l20001000 l20000000 p20001000 p20000000", [0, 3, 2, 3, 2]),
            ("s20001000 l20001000 s20001000 p20001000", [0, 3, 0, 0]),
            ("l20000000 p20000004 l08000000 l08000000", [0, 0, 0, 0]),
            // Right behind a load from the other bus a load is a cycle late, whatever else it waits for.
            ("l20000000 p08000000 p08000004 p20000004", [0, 1, 0, 1]),
            ("l20001000 l08000000 p20001004 p10000000", [3, 0, 4, 3]),
        ])
    func runs(accesses: String, expected: [Int]) throws {
        let simulator = try simulator(first: 3)
        let waits = try accesses.split(separator: " ").map { access in
            let address = try #require(UInt32(access.dropFirst(), radix: 16))
            return simulator.comeTo(
                address, isStore: access.hasPrefix("s"), pipelines: access.hasPrefix("p"))
        }
        #expect(waits == expected, "\(accesses)")
    }

    @Test("should forget after a reset what the buses went to")
    func reset() throws {
        let simulator = try simulator()
        #expect(simulator.comeTo(0x2000_0000, isStore: false) == 0)
        simulator.reset()
        #expect(simulator.comeTo(0x2000_1000, isStore: false) == 0)
    }

    /// Numbers of the instructions that are looked at because their bus may come to another memory; "@n" in a point.
    @Test(
        "should look only where another memory can come",
        arguments: [
            ("ldrb r1, [r0]\nldrb r2, [r0, #9]\nstrb r2, [r0], #1\nldrb r3, [r0]", "0"),
            ("ldrb r1, [r0]\nldrb r2, [r3]\nldrb r4, [r0]", "0 1p 2p"),
            ("push {r4, lr}\nldr r1, [sp, #4]\nldrb r2, [r0]\npop {r4, pc}", "0 2p 3"),
            ("ldrb r1, [r0, r2]\nldrb r3, [r0, r2]\nldrb r3, [r0, r2, lsl #1]", "0 2p"),
            // Constants by the memory that they lie in: the literals are in the code's.
            ("ldr r0, [pc, #4]\nldr r1, [pc, #8]\nstrb r1, [r2]", "0 2"),
            ("mov r0, #0x10000000\nldrb r1, [r0]\nldrb r2, [r0, #4]\nldr r3, [pc, #4]", "1 3"),
            // Peripherals are no memory.
            ("mov r0, #0x40000000\nstrb r1, [r0]", ""),
            // Through what was loaded, and under a condition.
            ("ldrb r1, [r0]\nldrb r2, [r1]\nldrb r3, [r1, #1]", "0 @1"),
            ("cmp r0, #1\nit eq\nldrbeq r1, [r0]\nldrb r2, [r0]", "3p @2"),
        ])
    func looks(code: String, expected: String) throws {
        #expect(try looks(code, on: simulator()) == expected)
    }

    /// "p" behind those that pipeline behind the load before.
    @Test(
        "should look at every run of loads where a memory makes each wait",
        arguments: [
            ("ldrb r1, [r0]\nldrb r2, [r0, #9]\nstrb r2, [r0]\nldrb r3, [r0]", "0 3"),
            ("ldrb r1, [r0]\nldrb r2, [r3]\nnop\nldrb r4, [r3]", "0 1p 3"),
            // A load whose address the one before brings begins a run; so does a list.
            ("ldrb r1, [r0]\nldrb r2, [r0, r1]\nldm r0, {r3, r4}", "0 @1 @2"),
            // Constants only where their own memory asks for it.
            ("ldr r0, [pc, #4]\nnop\nldr r1, [pc, #8]", "0"),
        ])
    func runLooks(code: String, expected: String) throws {
        #expect(try looks(code, on: simulator(first: 1)) == expected)
    }

    private func looks(_ code: String, on simulator: MemorySimulator) throws -> String {
        let bytes = try AssembledCode.bytes(of: code)
        let trace = BlockTrace(of: .decode(bytes: bytes, address: 0), on: MemoryTraits(simulator))
        func text(_ access: BlockTrace.Access) -> String {
            "\(access.instruction)" + (access.pipelines ? "p" : "")
        }
        let entry = trace.accesses.filter(\.comesToMemory).map(text)
        let points = trace.points.flatMap { $0.accesses.filter(\.comesToMemory) }
            .map { "@" + text($0) }
        return (entry + points).joined(separator: " ")
    }
}
