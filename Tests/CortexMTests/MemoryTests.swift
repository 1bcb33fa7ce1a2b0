// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing

@Suite("Memory use and registers")
struct MemoryTests {
    /// Writes the word `value` to stimulus port `port`.
    private static func mark(_ port: Int, _ value: String) -> String {
        "ldr r0, =0xE00000\(String(4 * port, radix: 16, uppercase: true))\nldr r1, =\(value)\nstr r1, [r0]\n"
    }

    @Test("should follow the stack to its deepest point and restart for each step")
    func stackPeak() throws {
        let result = try TestFirmware.run(
            """
            reset: \(Self.mark(24, "0"))
                bl deep
                \(Self.mark(25, "0"))
                \(Self.mark(24, "1"))
                bl shallow
                \(Self.mark(25, "1"))
                movs r0, #0
                exit
            deep: push {r4-r7, lr}
                sub sp, #200
                bl shallow
                add sp, #200
                pop {r4-r7, pc}
            shallow: push {r4, lr}
                pop {r4, pc}
            """)
        #expect(result.memory.mainStackPeakBytes == 20 + 200 + 8)
        #expect(result.memory.peakBytes == 228)
        #expect(result.steps.map(\.sramPeakBytes) == [228, 8])
    }

    @Test("should follow the heap through sbrk and add what is in use at one time")
    func heapPeak() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20002000
                ldr r1, =0x20001000
                str r0, [r1]
                movs r0, #100
                bl _sbrk
                movs r0, #200
                bl _sbrk
                mvn r0, #249
                bl _sbrk
                movs r0, #10
                bl _sbrk
                push {r0-r7}
                pop {r0-r7}
                movs r0, #0
                exit
            _sbrk: ldr r1, =0x20001000
                ldr r2, [r1]
                adds r3, r2, r0
                str r3, [r1]
                mov r0, r2
                bx lr
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.memory.heapPeakBytes == 300)
        #expect(result.memory.mainStackPeakBytes == 32)
        // The stack was deepest when only 60 bytes of heap were in use.
        #expect(result.memory.peakBytes == 300)
    }

    @Test("should count the SRAM bytes whose paint is gone")
    func touched() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20000000
                movs r1, #250
                movs r2, #0
            1:  stmia r0!, {r2}
                subs r1, #1
                bne 1b
                movs r0, #0x18
                ldr r1, =0x20026
                bkpt 0xab
            """)
        // 1000 zero bytes; a few of them are the paint's own value.
        #expect(result.memory.touchedBytes > 980 && result.memory.touchedBytes <= 1000)
    }

    @Test("should count static sections but not those that only reserve stack and heap")
    func staticBytes() throws {
        let board = try TestFirmware.board()
        var image = try TestFirmware.image("reset: movs r0, #0\nexit")
        func section(_ name: String, _ address: UInt32, _ size: UInt32, zero: Bool = true)
            -> Section
        {
            Section(
                name: name, address: address, size: size, isAllocated: true, isWritable: true,
                isExecutable: false, isZeroInitialised: zero)
        }
        image.sections = [
            section(".text", 0, 400, zero: false), section(".data", 0x2000_0000, 100, zero: false),
            section(".bss", 0x2000_0064, 300),
            section("._user_heap_stack", 0x2000_0200, 0x600),
        ]
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.maxCycles = 1000
        let result = try Machine.run(configuration)
        #expect(result.memory.staticBytes == 400)
        #expect(result.memory.peakBytes == 408)
    }

    @Test("should report a stack that runs into static data before it overwrites it")
    func overflow() throws {
        let board = try TestFirmware.board()
        var image = try TestFirmware.image(
            """
            reset: \(Self.mark(24, "3"))
                \(Self.mark(26, "2"))
                movs r4, #0
            conv_bwd: push {r4, lr}
                sub sp, #0x180
                adds r4, #1
                bl conv_bwd
            """)
        image.sections = [
            Section(
                name: ".bss", address: 0x2000_0000, size: 0xF000, isAllocated: true,
                isWritable: true, isExecutable: false, isZeroInitialised: true)
        ]
        image.symbols.append(
            Symbol(
                name: "activations", address: 0x2000_E000, size: 0x1000, kind: .object,
                isGlobal: true))
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.maxCycles = 100_000
        let result = try Machine.run(configuration)
        let fault = try #require(result.fault, "\(result.summary)")
        // 4096 bytes of room: the eleventh frame of 392 bytes goes 216 bytes too far.
        #expect(
            fault.cause
                == "stack crossed into activations by 216 B in conv_bwd(), step 3, backward")
        #expect(fault.exception == "stack overflow")
        #expect(fault.step == 3)
        #expect(fault.phase == "backward")
    }

    @Test("should read unknown peripheral registers as written and list each")
    func unknownRegisters() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x40010000
                ldr r0, [r4]            // 0 before
                ldr r1, =0x11223344
                str r1, [r4]
                movs r1, #0x99
                strb r1, [r4, #1]
                ldrh r1, [r4]
                adds r0, r1
                ldr r2, =0x50000004
                str r0, [r2]
                exit
            """)
        #expect(result.exitCode == 0x9944, "\(result.summary)")
        #expect(
            result.touchedRegisters == [
                TouchedRegister(address: 0x4001_0000, reads: 2, writes: 2),
                TouchedRegister(address: 0x5000_0004, reads: 0, writes: 1),
            ])
    }

    @Test("should alias single bits of SRAM and peripherals on a core with bit-banding")
    func bitBand() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000104
                movs r0, #0
                str r0, [r4]
                ldr r5, =0x22002080 + 9 * 4     // bit 9 of 0x20000104
                movs r0, #1
                str r0, [r5]
                ldr r6, =0x42000000 + 4 * 4     // bit 4 of 0x40000000
                str r0, [r6]
                ldr r0, [r4]
                ldr r1, [r5]
                adds r0, r1
                ldr r2, =0x40000000
                ldr r1, [r2]
                adds r0, r1
                exit
            """)
        #expect(result.exitCode == 0x211, "\(result.summary)")
    }
}
