// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Flash of the STM32F746")
struct STM32F7FlashTests {
    /// r7: FLASH's registers; r6: sector 7.
    private static let setUp = """
        ldr r7, =0x40023C00
            ldr r6, =0x080C0000

        """
    private static let unlock = """
        ldr r0, =0x45670123
            str r0, [r7, #4]
            ldr r0, =0xCDEF89AB
            str r0, [r7, #4]

        """
    private static let unlockOptions = """
        ldr r0, =0x08192A3B
            str r0, [r7, #8]
            ldr r0, =0x4C5D6E7F
            str r0, [r7, #8]

        """
    private static func control(_ value: UInt32) -> String {
        "ldr r0, =\(value)\nstr r0, [r7, #16]\ndsb\n"
    }
    /// PG with PSIZE.
    private static func program(_ size: UInt32) -> String { control(size << 8 | 1) }
    private static func erase(_ sector: UInt32, size: UInt32 = 2) -> String {
        control(size << 8 | sector << 3 | 2 | 1 << 16)
    }

    private static func run(
        _ code: String, handlers: [Int: String] = [:],
        configure: (inout MachineConfiguration) -> Void = { _ in }
    ) throws -> MachineResult {
        try TestFirmware.run(
            on: "stm32f746g-disco", "reset: \(setUp)\n\(code)", handlers: handlers,
            configure: configure)
    }

    @Test("should program words after the key sequence, and erase the sector again")
    func programs() throws {
        let result = try Self.run(
            """
            \(Self.unlock)\(Self.program(2))
                ldr r1, =0x12345678
                str r1, [r6]
                ldr r2, =0xFF00FFFF
                str r2, [r6]            // only clears
                str r1, [r6, #-4]       // sector 6
                ldr r3, =0x002C0000     // the same cell through the ITCM interface
                ldr r3, [r3]
                ldr r4, =0x12005678
                cmp r3, r4
                bne fail
                \(Self.erase(7))
                ldr r0, [r6]
                adds r0, #1
                bne fail
                \(Self.control(1 << 31))
                ldr r0, [r7, #12]       // SR: no error, not busy
                cbnz r0, fail
                ldr r0, [r6, #-4]
                exit
            fail: movs r0, #99
                exit
            """)
        #expect(result.exitCode == 0x1234_5678, "\(result.summary)")
        #expect(result.warnings.isEmpty, "\(result.warnings)")
        // 16 us a word and 1 s for 256 KB at 216 MHz.
        #expect(
            result.flashCounts
                == FlashCounts(
                    erasedSectors: 1, programmedBytes: 12, busyCycles: 3 * 3456 + 216_000_000))
        #expect(result.total.cycles > result.flashCounts.busyCycles)
    }

    @Test(
        "should erase the sector of the datasheet's map, in the time of the chosen parallelism",
        arguments: [
            (0, 0x0, 0x8000, 2, 200), (3, 0x18000, 0x8000, 1, 250), (4, 0x20000, 0x20000, 0, 1100),
            (5, 0x40000, 0x40000, 2, 1000), (7, 0xC0000, 0x40000, 2, 1000),
        ] as [(UInt32, Int, Int, UInt32, UInt64)])
    func sectorMap(
        sector: UInt32, start: Int, length: Int, size: UInt32, milliseconds: UInt64
    ) throws {
        // The last lines run from SRAM, in case their own sector goes, and do not wait.
        let result = try Self.run(
            """
            \(Self.unlock)
                ldr r1, =0x20000400
                adr r2, routine
                ldmia r2, {r3, r4}
                stmia r1, {r3, r4}
                orr r1, #1
                ldr r0, =\(size << 8 | sector << 3 | 2 | 1 << 16)
                bx r1
                .align 2
            routine: str r0, [r7, #16]
                ldr r1, [r7, #12]
                bkpt #1
                nop
            """
        ) {
            $0.keepsFlash = true
            $0.initialFlash = [UInt8](repeating: 0, count: 1 << 20)
        }
        let flash = try #require(result.flash)
        #expect(flash[start..<start + length].allSatisfy { $0 == 0xFF })
        #expect(flash[(start + length)...].allSatisfy { $0 == 0 })
        if start > 0 { #expect(flash[start - 1] == 0) }
        #expect(result.flashCounts.busyCycles == milliseconds * 216_000)
        let status = result.fault?.registers.first { $0.name == "r1" }?.value
        #expect(status == 1 << 16, "BSY alone")
        #expect(result.total.cycles < 1000)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var setUp: String
        var act: String
        var flag: UInt32
        var reason: String
        var testDescription: String { reason }
    }

    static let sequence: UInt32 = 1 << 7
    static let wrongs = [
        Wrong(setUp: "", act: "str r1, [r6]", flag: sequence, reason: "FLASH_CR is locked"),
        Wrong(
            setUp: unlock, act: "str r1, [r6]", flag: sequence,
            reason: "does not select programming"),
        Wrong(
            setUp: unlock + control(0x203), act: "str r1, [r6]", flag: sequence,
            reason: "does not select programming"),
        Wrong(
            setUp: unlock + program(3), act: "str r1, [r6]", flag: sequence,
            reason: "external programming voltage"),
        Wrong(
            setUp: unlock + program(2), act: "strh r1, [r6]", flag: 1 << 6,
            reason: "a store of 2 bytes does not fit PSIZE, which selects 4"),
        Wrong(
            setUp: unlock + program(0), act: "str r1, [r6]", flag: 1 << 6,
            reason: "a store of 4 bytes does not fit PSIZE, which selects 1"),
        Wrong(
            setUp: unlock + program(2), act: "str r1, [r6, #14]", flag: 1 << 5,
            reason: "crosses a row of 128 bits"),
        Wrong(
            setUp: unlock + program(0), act: "str r1, [r6, #13]", flag: 1 << 5,
            reason: "crosses a row of 128 bits"),
        Wrong(
            setUp: unlock + program(2), act: "ldr r2, =0x002C0000\nstr r1, [r2]", flag: sequence,
            reason: "the ITCM interface only reads"),
        Wrong(
            setUp: unlockOptions
                + "ldr r0, =0x407FAAFE\nstr r0, [r7, #20]\n" + unlock + program(2),
            act: "str r1, [r6]", flag: 1 << 4, reason: "the sector is write-protected"),
        Wrong(
            setUp: unlock, act: control(1 << 16), flag: sequence,
            reason: "which selects no sector"),
        Wrong(
            setUp: unlock, act: control(8 << 3 | 2 | 1 << 16), flag: sequence,
            reason: "which selects no sector"),
    ]

    @Test(
        "should set an error flag and leave the flash alone when a rule is broken",
        arguments: wrongs)
    func wrongSequences(wrong: Wrong) throws {
        let result = try Self.run(
            """
            \(wrong.setUp)
                movs r1, #0
                b act
            act: \(wrong.act)
                ldr r0, [r7, #12]
                str r0, [r7, #12]       // writing ones clears
                ldr r1, [r7, #12]
                cbz r1, 1f
                movs r0, #1
            1:  exit
            """
        ) { $0.keepsFlash = true }
        #expect(result.exitCode == wrong.flag, "\(result.summary)")
        #expect(result.warnings.count == 1, "\(result.warnings)")
        let warning = result.warnings.first ?? ""
        #expect(warning.contains("at act") && warning.contains("had no effect"), "\(warning)")
        #expect(warning.contains(wrong.reason), "\(warning)")
        #expect(result.flash?[0xC0000...].allSatisfy { $0 == 0xFF } == true)
        #expect(result.flashCounts == FlashCounts())
    }

    @Test(
        "should answer a wrong key with a bus error, and stay locked until a reset",
        arguments: [
            ("movs r0, #1\nbad: str r0, [r7, #4]", "FLASH_KEYR was given a wrong key"),
            ("\(unlock)bad: str r0, [r7, #4]", "FLASH_KEYR was given a wrong key"),
            ("movs r0, #1\nbad: str r0, [r7, #8]", "FLASH_OPTKEYR was given a wrong key"),
        ])
    func wrongKey(code: String, reason: String) throws {
        let result = try Self.run("\(code)\nmovs r0, #0\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception.hasPrefix("BusFault"))
        #expect(fault.cause.contains(reason), "\(fault.cause)")
        #expect(fault.pc.symbol == "bad")
    }

    @Test("should lock the register until a reset after a wrong key that the firmware survives")
    func lockedUntilReset() throws {
        let result = try Self.run(
            """
            ldr r5, =0x20000100
                ldr r4, [r5]
                ldr r3, =0x600D
                cmp r4, r3
                beq again
                movs r0, #1
                str r0, [r7, #4]        // the handler steps over it
                ldr r0, =0x45670123
                str r0, [r7, #4]        // now wrong as well
                ldr r0, [r7, #16]
                lsrs r0, r0, #31
                beq fail
                str r3, [r5]
                ldr r1, =0xE000ED0C
                ldr r0, =0x05FA0004
                str r0, [r1]
            1:  b 1b
            again: \(Self.unlock)
                ldr r0, [r7, #16]
                exit
            fail: movs r0, #99
                exit
            handler: ldr r0, [sp, #24]
                adds r0, #2
                str r0, [sp, #24]
                ldr r1, =0xE000ED28
                ldr r0, [r1]
                str r0, [r1]
                bx lr
            """, handlers: [3: "handler"])
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.resets == 1)
    }

    @Test("should show the end of an operation only when its interrupt is enabled")
    func endOfOperation() throws {
        for (enable, expected) in [(UInt32(0), UInt32(0)), (1 << 24, 1)] {
            let result = try Self.run(
                """
                \(Self.unlock)\(Self.control(enable | 0x201))
                    str r0, [r6]
                    ldr r0, [r7, #12]
                    exit
                """)
            #expect(result.exitCode == expected, "\(result.summary)")
        }
    }
}
