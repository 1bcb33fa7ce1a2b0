// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite("What the detailed mode follows in a block")
struct BlockTraceTests {
    /// Flash with wait states at 0, RAM that takes time at 0x2001_0000, free RAM at 0x2000_0000.
    private func traits(ramTakesTime: Bool = true) throws -> MemoryTraits {
        var flash = MemorySystem.Region(origin: 0, lengthBytes: 0x10000)
        flash.isFlash = true
        flash.isAccelerated = true
        var ram = MemorySystem.Region(origin: 0x2001_0000, lengthBytes: 0x10000)
        ram.accessCycles = ramTakesTime ? 2 : 0
        let free = MemorySystem.Region(origin: 0x2000_0000, lengthBytes: 0x10000)
        let system = MemorySystem(
            flash: .init(waitCycles: 5, lineBytes: 16), regions: [flash, free, ram])
        return MemoryTraits(try #require(MemorySimulator(system)))
    }

    private func trace(_ code: String, ramTakesTime: Bool = true) throws -> BlockTrace {
        let bytes = try AssembledCode.bytes(of: code)
        return BlockTrace(
            of: .decode(bytes: bytes, address: 0), on: try traits(ramTakesTime: ramTakesTime))
    }

    /// "1:r0+r2<<2+8" for each access: instruction, base, index, constant; "@n" before those of a point.
    private func text(_ trace: BlockTrace) -> String {
        func term(_ access: BlockTrace.Access) -> String {
            let address = access.address
            var text = "\(access.instruction):"
            text += address.base.map { "r\($0)" } ?? ""
            text += address.index.map { "+r\($0)<<\(address.shift)" } ?? ""
            let constant = Int32(bitPattern: address.constant)
            return constant == 0 ? text : text + (constant > 0 ? "+" : "") + "\(constant)"
        }
        let entry = trace.accesses.map(term)
        let points = trace.points.flatMap { ["@\($0.instruction)"] + $0.accesses.map(term) }
        return (entry + points).joined(separator: " ")
    }

    @Test(
        "should express addresses in terms of the registers where they are looked at",
        arguments: [
            ("ldr r1, [r0]", "0:r0"),
            ("ldr r1, [r0, #8]\nstrb r1, [r2, #-3]", "0:r0+8 1:r2-3"),
            ("ldr r1, [r0], #4\nldr r2, [r0], #4\nldr r3, [r0]", "0:r0 1:r0+4 2:r0+8"),
            ("ldr r1, [r0, #4]!\nldr r2, [r0, #4]!", "0:r0+4 1:r0+8"),
            ("ldr r1, [r0, r2, lsl #2]", "0:r0+r2<<2"),
            (
                "add.w r3, r0, r2, lsl #1\nldrsh r4, [r3, #2]!\nstrh r4, [r3]",
                "1:r0+r2<<1+2 2:r0+r2<<1+2"
            ),
            ("add.w r3, r1, r2, lsl #9\nldr r4, [r3]", "1:r1+r2<<9"),
            ("add r3, r0, r2\nldr r4, [r3]", "1:r0+r2<<0"),
            ("lsls r3, r2, #2\nldr r4, [r0, r3]", "1:r0+r2<<2"),
            ("mov r3, r0\nsubs r3, #12\nldr r4, [r3]", "2:r0-12"),
            ("add r3, r0, #0x80000000\nsub r3, r3, #0x80000000\nldr r4, [r3]", "2:r0"),
            // Looked at again where a base comes from memory or from arithmetic.
            ("ldr r1, [r0]\nldr r2, [r1]\nldr r3, [r1, #4]", "0:r0 @1 1:r1 2:r1+4"),
            ("eor r1, r0, r2\nldr r3, [r1]\nadds r0, #4\nldr r3, [r0]", "@1 1:r1 3:r0+4"),
            ("ldm r0!, {r1, r2}\nldr r3, [r0]\nldr r4, [r1]", "0:r0 1:r0+8 @2 2:r1"),
            ("stmdb r0!, {r1, r2}\nldr r3, [r0]", "0:r0-8 1:r0-8"),
            ("push {r4, lr}\nldr r0, [sp, #8]", "0:r13-8 1:r13"),
            // Under a condition: where it executes, and nothing rests on it.
            (
                "cmp r1, #0\nit eq\nldreq r2, [r0], #4\nldr r3, [r0]\nldr r3, [r4]",
                "@2 2:r0 @3 3:r0 4:r4"
            ),
            // Divides show their operands.
            ("udiv r3, r1, r2\nldr r4, [r0]\nldr r5, [r3]", "@0 0:r1+r2<<0 1:r0 @2 2:r3"),
            // The aligned PC and the table behind tbb.
            ("nop\nldr r0, [pc, #8]", "1:+12"), ("tbb [pc, r2]", "0:r2+4"),
            ("movw r0, #0x4000\nmovt r0, #0x2001\nldr r1, [r0, #4]", "2:+536952836"),
            // Constant addresses of free memory, and peripherals, need no look.
            ("movw r0, #0x4000\nmovt r0, #0x2000\nldrb r1, [r0]", ""),
            ("mov r0, #0x40000000\nldr r1, [r0]", ""),
        ])
    func addresses(code: String, expected: String) throws {
        #expect(text(try trace(code)) == expected)
    }

    @Test("should not look at what cannot cost anything")
    func idle() throws {
        let trace = try trace(
            "push {r4, lr}\nldr r0, [sp, #4]\nstrb r0, [r1]\nstrd r2, r3, [r1]",
            ramTakesTime: false)
        #expect(trace.accesses.isEmpty && trace.points.isEmpty)
    }

    @Test("should look at stores that may be unaligned, and at loads that may come from flash")
    func unaligned() throws {
        let trace = try trace(
            "str r0, [r1]\nstr r0, [sp, #4]\nstrh r0, [sp, #3]\nldrb r2, [r1]\nldr r2, [r1]",
            ramTakesTime: false)
        #expect(text(trace) == "0:r1 2:r13+3 3:r1 4:r1")
        #expect(trace.accesses.map(\.mayBeUnaligned) == [true, true, false, true])
        #expect(trace.accesses.map(\.takesTime) == [false, false, true, true])
    }

    @Test("should find the flash lines of a block with the first instruction that needs each")
    func fetchUnits() throws {
        // 14 bytes, then a wide instruction over the line's end.
        let trace = try trace(String(repeating: "nop\n", count: 7) + "movw r0, #1\nnop")
        #expect(trace.fetchUnits.map(\.address) == [0, 16])
        #expect(trace.fetchUnits.map(\.instruction) == [0, 7])
    }
}
