// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

/// Flash in which stores clear bits, except at the addresses that it refuses.
private final class ClearingFlash: ReadOnlyStoreHandler {
    struct Store: Equatable {
        var address: UInt32
        var size: Int
        var value: UInt64
    }
    let engine: Engine
    var stores: [Store] = []
    var refused: Set<UInt32> = []

    init(_ engine: Engine) {
        self.engine = engine
        engine.readOnlyStoreHandler = self
    }

    func store(address: UInt32, size: Int, value: UInt64) -> Bool {
        guard !refused.contains(address) else { return false }
        stores.append(Store(address: address, size: size, value: value))
        engine.requestStop()
        _ = try? engine.withMemory(at: address, count: size) { bytes in
            for index in 0..<size {
                bytes[index] &= UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
            }
        }
        return true
    }
}

@Suite("Stores to memory without write permission")
struct ReadOnlyStoreTests {
    @Test("should hand every store to the handler, and let later loads see what it wrote")
    func passesStores() throws {
        let bench = try Bench(
            """
                ldr r1, =0x8000
                ldr r2, =0x11223344
                ldr r3, =0xF0F0F0F0
                str r2, [r1]
                strh r2, [r1, #4]
                strb r2, [r1, #6]
                stm r1!, {r2, r3}
                vmov d0, r2, r3
                vstr d0, [r1]
                ldr r4, [r1, #-8]
                ldr r5, [r1, #4]
                bkpt #0
                .ltorg
            """)
        try bench.engine.write([UInt8](repeating: 0xFF, count: 64), at: 0x8000)
        let flash = ClearingFlash(bench.engine)
        // All of it is one block: the stop that the handler asked for comes behind it.
        let end = try bench.engine.run()
        guard case .breakpoint = end else {
            Issue.record("\(end)")
            return
        }
        #expect(bench.engine[.r4] == 0x1122_3344)
        #expect(bench.engine[.r5] == 0xF0F0_F0F0)
        #expect(
            flash.stores == [
                .init(address: 0x8000, size: 4, value: 0x1122_3344),
                .init(address: 0x8004, size: 2, value: 0x3344),
                .init(address: 0x8006, size: 1, value: 0x44),
                .init(address: 0x8000, size: 4, value: 0x1122_3344),
                .init(address: 0x8004, size: 4, value: 0xF0F0_F0F0),
                .init(address: 0x8008, size: 8, value: 0xF0F0_F0F0_1122_3344),
            ])
    }

    @Test("should fault at a store that the handler refuses, the ones before it done")
    func refusesStores() throws {
        let bench = try Bench(
            """
                ldr r1, =0x8000
                movs r2, #5
                str r2, [r1]
                str r2, [r1, #4]
                movs r2, #6
                bkpt #0
                .ltorg
            """)
        try bench.engine.write([UInt8](repeating: 0xFF, count: 64), at: 0x8000)
        let flash = ClearingFlash(bench.engine)
        flash.refused = [0x8004]
        #expect(
            try bench.engine.run()
                == .memoryFault(
                    MemoryFault(kind: .protectedWrite, address: 0x8004, size: 4)))
        #expect(bench.engine[.r2] == 5)
        #expect(try bench.engine.read32(0x8000) == 5)
        #expect(try bench.engine.read32(0x8004) == .max)
    }

    @Test("should fault without a handler, also behind a load from the same page")
    func faultsBehindLoad() throws {
        let bench = try Bench(
            """
                ldr r1, =0x8000
                ldr r2, [r1]
                str r1, [r1, #4]
                bkpt #0
                .ltorg
            """)
        #expect(
            try bench.engine.run()
                == .memoryFault(
                    MemoryFault(kind: .protectedWrite, address: 0x8004, size: 4)))
        #expect(try bench.engine.read32(0x8004) == 0)
    }

    @Test("should run code written into flash, at its new cost", arguments: [true, false])
    func runsWrittenCode(fastPath: Bool) throws {
        // At 0x8000 stands `movs r0, #0xFF; bx lr`; cleared bits make it `movs r0, #1`.
        let bench = try Bench(
            """
                ldr r6, =0x8000
                ldr r2, =0x2001
                orr r5, r6, #1
                blx r5
                mov r7, r0
                strh r2, [r6]
                b 1f
            1:  blx r5
                bkpt #0
                .ltorg
            """, fastPath: fastPath)
        try bench.engine.write([0xFF, 0x20, 0x70, 0x47], at: 0x8000)
        let flash = ClearingFlash(bench.engine)
        #expect(try bench.engine.run() == .requested)
        bench.engine.invalidateCode(at: 0x8000, length: 2)
        let known = bench.factsCount
        let end = try bench.engine.run()
        guard case .breakpoint = end else {
            Issue.record("\(end)")
            return
        }
        #expect(flash.stores.count == 1)
        #expect(bench.engine[.r7] == 0xFF)
        #expect(bench.engine[.r0] == 1)
        #expect(bench.discardedCount == 1)
        // The two blocks behind the stop, and the changed one anew.
        #expect(bench.factsCount - known == 3)
    }
}
