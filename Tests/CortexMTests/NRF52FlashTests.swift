// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing

@Suite("Flash of the nRF52840")
struct NRF52FlashTests {
    /// r7: the NVMC's registers from 0x400; r6: page 0x40; r5: CYCCNT, running.
    private static let setUp = """
        ldr r7, =0x4001E400
            ldr r6, =0x40000
            ldr r5, =0xE0001000
            movs r0, #1
            str r0, [r5]
            adds r5, #4

        """
    private static func enable(_ mode: Int) -> String {
        "movs r0, #\(mode)\nstr r0, [r7, #0x104]\n"
    }
    private static let erase = enable(2) + "str r6, [r7, #0x108]\n"

    private static func run(
        _ code: String, configure: (inout MachineConfiguration) -> Void = { _ in }
    ) throws -> MachineResult {
        try TestFirmware.run(on: "nrf52840", "reset: \(setUp)\n\(code)", configure: configure)
    }

    @Test("should clear bits word by word while writing is enabled, and set them by erasing a page")
    func programs() throws {
        let result = try Self.run(
            """
            \(Self.enable(1))
                ldr r1, =0x12345678
                str r1, [r6]
                ldr r2, =0xFF00FFFF
                str r2, [r6]            // only clears
                movs r1, #5
                str r1, [r6, #0xFFC]
                str r1, [r6, #-4]       // the page below
                \(Self.enable(0))
                ldr r3, [r6]
                ldr r4, =0x12005678
                cmp r3, r4
                bne fail
                \(Self.erase)
                ldr r0, [r6]
                ldr r1, [r6, #0xFFC]
                ands r0, r1
                adds r0, #1
                bne fail
                ldr r0, [r6, #-4]       // still 5
                exit
            fail: movs r0, #99
                exit
            """)
        #expect(result.exitCode == 5, "\(result.summary)")
        #expect(result.warnings.isEmpty)
        #expect(result.touchedRegisters.isEmpty)
        // 41 us a word and 85 ms a page at 64 MHz.
        #expect(
            result.flashCounts
                == FlashCounts(
                    erasedSectors: 1, programmedBytes: 16, busyCycles: 4 * 2624 + 5_440_000))
        #expect(result.total.cycles > result.flashCounts.busyCycles)
    }

    @Test("should let the core wait while it runs from the flash that is written, exactly")
    func stalls() throws {
        /// Cycles between two reads of CYCCNT in one block, with two stores in between.
        func cycles(storingTo address: String) throws -> UInt32 {
            let result = try Self.run(
                """
                \(Self.enable(1))
                    ldr r1, =\(address)
                    b 1f
                1:  ldr r2, [r5]
                    str r0, [r1]
                    str r0, [r1, #4]
                    ldr r3, [r5]
                    subs r0, r3, r2
                    exit
                """)
            return try #require(result.exitCode, "\(result.summary)")
        }
        let toRAM = try cycles(storingTo: "0x20000100")
        #expect(try cycles(storingTo: "0x40000") == toRAM + 2 * 2624)
    }

    @Test("should go on while code in SRAM writes, with READY at 0 until the word is written")
    func runsBesideInSRAM() throws {
        let result = try Self.run(
            """
            \(Self.enable(1))
                ldr r1, =0x20000401
                adr r2, routine
                ldmia r2, {r3, r4, r8-r11}
                ldr r2, =0x20000400
                stmia r2, {r3, r4, r8-r11}
                dsb
                isb
                blx r1
                exit
                .align 2
            routine: ldr r2, [r5]
                str r0, [r6]
                ldr r0, [r7]            // busy: 0
                cbnz r0, 2f
            1:  ldr r0, [r7]
                cmp r0, #0
                beq 1b
                ldr r3, [r5]
                subs r0, r3, r2
            2:  bx lr
                nop
                nop
            """)
        let cycles = try #require(result.exitCode, "\(result.summary)")
        #expect((2624..<2650).contains(cycles), "\(cycles)")
    }

    @Test(
        "should fault on a store that the controller does not allow, and leave the flash alone",
        arguments: [
            (0, "str r1, [r6]", "NVMC.CONFIG does not enable writing (Wen)"),
            (2, "str r1, [r6]", "NVMC.CONFIG does not enable writing (Wen)"),
            (1, "strb r1, [r6]", "only whole words"), (1, "strh r1, [r6]", "only whole words"),
            (1, "str r1, [r6, #2]", "at multiples of 4"),
        ])
    func faults(mode: Int, store: String, reason: String) throws {
        let result = try Self.run(
            "\(Self.enable(mode))movs r1, #0\nbad: \(store)\nmovs r0, #0\nexit"
        ) { $0.keepsFlash = true }
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception == "BusFault (escalated to HardFault)")
        #expect(fault.cfsr == 0x8200)
        #expect(fault.bfar.map { $0 & ~3 } == 0x40000)
        #expect(fault.pc.symbol == "bad", "\(fault.pc)")
        #expect(fault.cause.contains("which is in flash and cannot be written: "), "\(fault.cause)")
        #expect(fault.cause.contains(reason), "\(fault.cause)")
        #expect(result.flash?[0x40000..<0x40004] == [0xFF, 0xFF, 0xFF, 0xFF])
    }

    @Test("should return from the handler of a refused store to the instruction itself")
    func handledFault() throws {
        // The handler enables writing and returns: the store is made again.
        let result = try TestFirmware.run(
            on: "nrf52840",
            """
            reset: \(Self.setUp)
                movs r1, #7
                str r1, [r6]
                ldr r0, [r6]
                exit
            handler: ldr r2, =0x4001E504
                movs r3, #1
                str r3, [r2]
                bx lr
            """, handlers: [3: "handler"])
        #expect(result.exitCode == 7, "\(result.summary)")
        #expect(result.warnings.contains { $0.contains("was handled by the firmware") })
    }

    @Test(
        "should erase nothing, with a warning, when the request is not lawful",
        arguments: [
            (1, "str r6, [r7, #0x108]", "does not enable erasing (Een)"),
            (2, "adds r6, #4\nstr r6, [r7, #0x108]", "0x00040004, which is the start of no page"),
            (2, "mvn r0, #0\nstr r0, [r7, #0x108]", "0xffffffff, which is the start of no page"),
            (3, "str r6, [r7, #0x108]", "writing and erasing at once is not defined"),
        ])
    func refusesErase(mode: Int, code: String, reason: String) throws {
        let result = try Self.run("\(Self.enable(mode))\(code)\nmovs r0, #0\nexit") {
            $0.keepsFlash = true
            $0.initialFlash = [UInt8](repeating: 0, count: 1 << 20)
        }
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.warnings.contains { $0.contains(reason) }, "\(result.warnings)")
        #expect(result.flash?[0x40000] == 0)
        #expect(result.flashCounts.erasedSectors == 0)
    }

    @Test("should write UICR as flash, keep it over a reset and erase it by ERASEUICR")
    func writesUICR() throws {
        let result = try Self.run(
            """
            ldr r4, =0x10001080     // CUSTOMER[0]
                ldr r1, [r4]
                adds r2, r1, #1
                bne again               // was written before the reset
                \(Self.enable(1))
                movs r1, #7
                str r1, [r4]
                ldr r0, =0xE000ED0C
                ldr r1, =0x05FA0004
                str r1, [r0]
            1:  b 1b
            again: \(Self.enable(2))
                movs r0, #1
                str r0, [r7, #0x114]    // ERASEUICR
                ldr r0, [r4]
                adds r0, #1
                bne fail
                mov r0, r1
                exit
            fail: movs r0, #99
                exit
            """)
        #expect(result.exitCode == 7, "\(result.summary)")
        #expect(result.resets == 1)
        #expect(result.touchedRegisters.isEmpty)
        #expect(result.flashCounts.erasedSectors == 1)
        #expect(result.flashCounts.programmedBytes == 4)
    }

    @Test("should load UICR from the image, and keep it for the next run")
    func loadsUICR() throws {
        var image = try TestFirmware.image("reset: ldr r4, =0x10001014\nldr r0, [r4]\nexit")
        let bare = image
        image.segments.append(
            Segment(
                loadAddress: 0x1000_1014, virtualAddress: 0x1000_1014, bytes: [5, 0, 0, 0],
                memorySize: 4))
        let board = try Board.named("nrf52840")
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.keepsFlash = true
        let first = try Machine.run(configuration)
        #expect(first.exitCode == 5, "\(first.summary)")
        let flash = try #require(first.flash)
        #expect(flash.count == 1 << 20 + 4096)

        configuration.image = bare
        #expect(try Machine.run(configuration).exitCode == .max)
        configuration.initialFlash = flash
        #expect(try Machine.run(configuration).exitCode == 5)
        // A file of the flash alone leaves UICR erased.
        configuration.initialFlash = Array(flash.prefix(1 << 20))
        #expect(try Machine.run(configuration).exitCode == .max)
    }

    @Test("should refuse a store to UICR while the NVMC is not enabled for writing")
    func refusesUICR() throws {
        let result = try Self.run("ldr r4, =0x10001080\nmovs r1, #0\nbad: str r1, [r4]\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.bfar == 0x1000_1080)
        #expect(fault.cause.contains("NVMC.CONFIG does not enable writing (Wen)"), "\(fault.cause)")
    }

    @Test("should erase the whole flash and UICR, the running program with them")
    func erasesAll() throws {
        let result = try Self.run(
            "\(Self.enable(2))movs r0, #1\nstr r0, [r7, #0x10C]\nb 1f\n1: nop"
        ) {
            $0.keepsFlash = true
        }
        #expect(result.flash?.allSatisfy { $0 == 0xFF } == true)
        #expect(result.flashCounts.erasedSectors == 257)
        // 0xFFFF is an undefined instruction, and the vector of its handler is gone as well.
        #expect(result.fault?.cause.contains("undefined instruction 0xffff") == true)
    }

    @Test("should run code that was written to flash, and forget code that was erased")
    func runsWrittenCode() throws {
        let result = try Self.run(
            """
            \(Self.enable(1))
                ldr r1, =0x47702001     // movs r0, #1; bx lr
                str r1, [r6]
                orr r4, r6, #1
                blx r4
                mov r8, r0
                \(Self.erase)
                \(Self.enable(1))
                ldr r1, =0x47702020
                str r1, [r6]
                blx r4
                add r0, r8
                exit
            """)
        #expect(result.exitCode == 0x21, "\(result.summary)")
    }

    @Test("should keep what one run left in flash for the next, under the image")
    func carriesFlash() throws {
        let first = try Self.run("\(Self.enable(1))movs r1, #42\nstr r1, [r6]\nmovs r0, #0\nexit") {
            $0.keepsFlash = true
        }
        let flash = try #require(first.flash)
        let second = try Self.run("ldr r0, [r6]\nexit") { $0.initialFlash = flash }
        #expect(second.exitCode == 42, "\(second.summary)")
        #expect(second.warnings.contains { $0.contains("holds another image") })
        let third = try Self.run("ldr r0, [r6]\nexit")
        #expect(third.exitCode == .max)
    }
}
