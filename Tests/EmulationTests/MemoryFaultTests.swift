// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("Memory faults and peripherals")
struct MemoryFaultTests {
    @Test(
        "should report a refused access with its address, size and the registers of that moment",
        arguments: [
            ("ldr r2, [r1]", 0x3000_0000, MemoryFault.Kind.unmappedRead, 4),
            ("ldrb r2, [r1, #3]", 0x3000_0003, .unmappedRead, 1),
            ("ldrsh r2, [r1, #2]", 0x3000_0002, .unmappedRead, 2),
            ("ldr r2, [r1], #4", 0x3000_0000, .unmappedRead, 4),
            ("ldmia r1!, {r2, r3}", 0x3000_0000, .unmappedRead, 4),
            ("vldr d0, [r1]", 0x3000_0000, .unmappedRead, 8),
            ("str r2, [r1]", 0x3000_0000, .unmappedWrite, 4),
            ("strh r2, [r1, #4]", 0x3000_0004, .unmappedWrite, 2),
            ("str r2, [r1, #8]!", 0x3000_0008, .unmappedWrite, 4),
            ("stmia r1!, {r2, r3}", 0x3000_0000, .unmappedWrite, 4),
            ("strb r2, [r7]", 0x8000, .protectedWrite, 1),
        ] as [(String, UInt32, MemoryFault.Kind, Int)])
    func refused(code: String, address: UInt32, kind: MemoryFault.Kind, size: Int) throws {
        let bench = try Bench(
            """
                movs r0, #1
                ldr r1, =0x30000000
                movs r2, #77
                ldr r7, =0x8000
                \(code)
                movs r0, #2
                bkpt #0
                .ltorg
            """)
        #expect(
            try bench.engine.run()
                == .memoryFault(MemoryFault(kind: kind, address: address, size: size)))
        #expect(bench.engine[.r0] == 1)
        #expect(bench.engine[.r1] == 0x3000_0000)
        #expect(bench.engine[.r2] == 77)
        // The block is charged whole; told where it was left, the engine charges what ran.
        bench.engine.truncateCurrentBlock(
            beforeInstruction: 4, at: Bench.code + 10, ticksBefore: 4 * 256)
        #expect(bench.engine.counters == ExecutionCounters(ticks: 4 * 256, instructions: 4))
    }

    @Test("should put registers back when the rest of an IT block ran on after a fault")
    func faultInITBlock() throws {
        let bench = try Bench(
            """
                ldr r1, =0x30000000
                movs r2, #0
                ittt eq
                ldreq r3, [r1]
                moveq r4, #9
                moveq r5, #9
                movs r6, #9
                bkpt #0
                .ltorg
            """)
        let fault = MemoryFault(kind: .unmappedRead, address: 0x3000_0000, size: 4)
        #expect(try bench.engine.run() == .memoryFault(fault))
        #expect((3...6).map { bench.engine.coreRegister($0) } == [0, 0, 0, 0])
        bench.engine.truncateCurrentBlock(
            beforeInstruction: 3, at: Bench.code + 8, ticksBefore: 3 * 256)
        #expect(bench.engine.counters == ExecutionCounters(ticks: 3 * 256, instructions: 3))
    }

    @Test("should go on in a handler after a fault, its block having no predecessor")
    func resumeElsewhere() throws {
        let bench = try Bench(
            """
                ldr r1, =0x30000000
                ldr r0, [r1]
                bkpt #0
                .ltorg
                .org 0x40
                movs r0, #5
                bkpt #1
            """)
        _ = try bench.engine.run()
        bench.engine.truncateCurrentBlock(
            beforeInstruction: 1, at: Bench.code + 4, ticksBefore: 256)
        bench.engine.pc = Bench.code + 0x40
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 0x42))
        #expect(bench.engine[.r0] == 5)
        #expect(bench.engine.counters == ExecutionCounters(ticks: 3 * 256, instructions: 3))
    }

    @Test("should pass reads and writes to the handler in order, with their widths")
    func peripheral() throws {
        let bench = try Bench(
            """
                ldr r1, =0x40000000
                ldr r0, [r1]
                strb r0, [r1, #5]
                strh r0, [r1, #6]
                strd r0, r1, [r1, #8]
                ldrsb r3, [r1, #1]
                bkpt #0
                .ltorg
            """)
        let port = Port(bench.engine)
        port.answer = 0x1234_56F8
        try bench.engine.mapMMIO(origin: 0x4000_0000, lengthBytes: 0x1000, handler: port)
        _ = try bench.engine.run()
        #expect(
            port.log == [
                "read32 40000000", "write8 40000005 f8", "write16 40000006 56f8",
                "write32 40000008 123456f8", "write32 4000000c 40000000", "read8 40000001",
            ])
        #expect(bench.engine[.r3] == 0xFFFF_FFF8)
    }

    @Test("should stop a run on request from a handler, and do no store twice")
    func requestStop() throws {
        let bench = try Bench(
            """
                ldr r1, =0x40000000
                ldr r2, =0x20000000
            loop:
                ldr r0, [r2]
                adds r0, #1
                str r0, [r2]
                str r0, [r1]
                adds r3, #1
                cmp r3, #3
                bne loop
                bkpt #0
                .ltorg
            """)
        let port = Port(bench.engine)
        port.onAccess = { $0.engine.requestStop() }
        try bench.engine.mapMMIO(origin: 0x4000_0000, lengthBytes: 0x1000, handler: port)
        var stops = 0
        while try bench.engine.run() == .requested { stops += 1 }
        #expect(stops == 3)
        #expect(port.log.map { $0.suffix(1) } == ["1", "2", "3"])
        #expect(try bench.engine.read32(Bench.ram) == 3)
        #expect(bench.engine.counters.instructions == 2 + 3 * 7 + 1)
    }

    @Test("should show a handler the registers and the exact counters of the access")
    func handlerSeesRegisters() throws {
        let bench = try Bench(
            """
                ldr r1, =0x40000000
                movs r4, #44
                adds r4, #1
                mov lr, r4
                str r4, [r1]
                movs r4, #0
                bkpt #0
                .ltorg
            """)
        let port = Port(bench.engine)
        var seen: [UInt32] = []
        var counters = ExecutionCounters()
        port.onAccess = {
            seen = [$0.engine[.r4], $0.engine[.lr], $0.engine[.sp]]
            counters = $0.engine.counters(
                beforeInstruction: 4, at: Bench.code + 10, ticksBefore: 4 * 256)
        }
        try bench.engine.mapMMIO(origin: 0x4000_0000, lengthBytes: 0x1000, handler: port)
        _ = try bench.engine.run()
        #expect(seen == [45, 45, Bench.stackTop])
        #expect(counters == ExecutionCounters(ticks: 4 * 256, instructions: 4))
        #expect(bench.engine.counters.instructions == 7)
    }

    @Test("should turn a refused peripheral access into a fault")
    func refusedByHandler() throws {
        let bench = try Bench(
            "ldr r1, =0x40000000\n movs r0, #1\n str r0, [r1, #4]\n movs r0, #2\n bkpt #0\n .ltorg")
        let port = Port(bench.engine)
        port.onAccess = { $0.engine.refuseAccess() }
        try bench.engine.mapMMIO(origin: 0x4000_0000, lengthBytes: 0x1000, handler: port)
        let fault = MemoryFault(kind: .refusedWrite, address: 0x4000_0004, size: 4)
        #expect(try bench.engine.run() == .memoryFault(fault))
        #expect(bench.engine[.r0] == 1)
        #expect(port.log.count == 1)
    }
}
