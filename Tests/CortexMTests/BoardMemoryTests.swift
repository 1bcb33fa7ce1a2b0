// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing
import Timing

@Suite("Memories of the boards")
struct BoardMemoryTests {
    @Test(
        "should have the flash, SRAM, interrupts and vector table of their manuals",
        arguments: [
            ("nrf52840", 1024, 256, 48, 0), ("stm32f407g-disc1", 1024, 192, 82, 0),
            ("nucleo-l4r5zi", 2048, 640, 95, 0), ("stm32f746g-disco", 1024, 320, 98, 0x0020_0000),
            ("nucleo-f767zi", 2048, 512, 110, 0x0020_0000),
            ("nucleo-h743zi", 2048, 996, 150, 0x0800_0000),
        ] as [(String, UInt64, UInt64, Int, UInt32)])
    func sizes(name: String, flash: UInt64, sram: UInt64, interrupts: Int, vectors: UInt32) throws {
        let board = try Board.named(name)
        #expect(board.flashLimitBytes == flash << 10)
        #expect(board.sramLimitBytes == sram << 10)
        #expect(board.interruptCount == interrupts)
        #expect(board.vectorTable == vectors)
        #expect(board.hasBitBand == ["stm32f407g-disc1", "nucleo-l4r5zi"].contains(name))
    }

    @Test("should run the STM32F407 without flash cost at 16 and 24 MHz, and with it at 168 MHz")
    func zeroWaitStates() throws {
        let board = try Board.named("stm32f407g-disc1")
        for megahertz: UInt64 in [16, 24, 30] {
            let clocked = try board.clocked(atHz: megahertz * 1_000_000)
            #expect(clocked.memoryTiming.flashFetchMeanCyclesPerBlock == 0)
            #expect(clocked.memorySystem.flash?.waitCycles == 0)
        }
        #expect(board.memorySystem.flash?.waitCycles == 5)
        #expect(board.memoryTiming.flashFetchMeanCyclesPerBlock > 0)
        #expect(board.memorySystem.flash?.instructionLines == 64)
        #expect(board.memorySystem.flash?.dataLines == 8)
    }

    @Test("should show the STM32F407's flash at 0 and bit-band its SRAM, but not its CCM")
    func aliases() throws {
        let result = try TestFirmware.run(
            on: "stm32f407g-disc1",
            """
            reset:
                ldr r0, =0x08000004
                movs r1, #4
                ldr r0, [r0]
                ldr r1, [r1]
                cmp r0, r1
                bne wrong
                ldr r0, =0x20000100
                movs r1, #0
                str r1, [r0]
                ldr r2, =0x2200200C     @ bit 3 of 0x20000100
                movs r1, #1
                str r1, [r2]
                ldr r1, [r0]
                cmp r1, #8
                bne wrong
                ldr r0, =0x1000FFFC     @ the last word of the CCM
                str r1, [r0]
                ldr r1, [r0]
                cmp r1, #8
                bne wrong
                ldr r0, =0x2001C000     @ SRAM1 and SRAM2 are one behind the other
                subs r0, #2
                ldr r1, =0x12345678
                str r1, [r0]
                ldr r2, [r0]
                cmp r1, r2
                bne wrong
                movs r0, #7
                exit
            wrong:
                movs r0, #1
                exit
            """)
        #expect(result.exitCode == 7, "\(result.summary)")
    }

    @Test("should refuse to run code in the STM32F407's CCM with a bus fault that says why")
    func dataOnly() throws {
        let result = try TestFirmware.run(
            on: "stm32f407g-disc1",
            """
            reset:
                ldr r0, =0x10000100
                ldr r1, =0x4770BF00     @ nop; bx lr
                str r1, [r0]
                adds r0, #1
                blx r0
                movs r0, #7
                exit
            """)
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(
            fault.cause
                == "instruction fetch from 0x10000100, which is in ccm and holds data only")
        #expect(fault.cfsr & 0x100 != 0)
    }

    @Test(
        "should show SRAM2 of the STM32L4R5 and SRAM1 of the STM32H743 at both of their addresses",
        arguments: [
            ("nucleo-l4r5zi", "0x20030000", "0x10000000"),
            ("nucleo-h743zi", "0x30000000", "0x10000000"),
        ])
    func secondAddresses(board: String, first: String, second: String) throws {
        let result = try TestFirmware.run(
            on: board,
            """
            reset:
                ldr r0, =\(first)
                ldr r1, =0x4770202A     @ movs r0, #42; bx lr
                str r1, [r0]
                ldr r0, =\(second) + 1
                dsb
                isb
                blx r0
                exit
            """)
        #expect(result.exitCode == 42, "\(result.summary)")
    }

    @Test("should let a semihosting call write across two memories that lie one behind the other")
    func acrossMemories() throws {
        let result = try TestFirmware.run(
            on: "stm32f746g-disco",
            """
            reset:
                ldr r4, =0x2000FFFC     @ the last word of the DTCM, then SRAM1
                ldr r1, =0x20000100
                str r4, [r1]
                movs r0, #16
                str r0, [r1, #4]
                movs r0, #0x15          @ SYS_GET_CMDLINE
                bkpt 0xab
                ldr r0, [r4, #4]
                uxtb r0, r0
                exit
            """
        ) { $0.commandLine = "abcdefgh" }
        #expect(result.exitCode == 101, "\(result.summary)")
    }

    @Test(
        "should name the caches' size to firmware that asks for it",
        arguments: [
            ("stm32f746g-disco", "0xF003E019", "0xF007E009"),
            ("nucleo-h743zi", "0xF00FE019", "0xF01FE009"),
        ])
    func cacheSizes(board: String, data: String, instruction: String) throws {
        let result = try TestFirmware.run(
            on: board,
            """
            reset:
                ldr r4, =0xE000ED80     @ CCSIDR
                ldr r5, =0xE000ED84     @ CSSELR
                movs r0, #0
                str r0, [r5]
                ldr r1, [r4]
                ldr r2, =\(data)
                cmp r1, r2
                bne wrong
                movs r0, #1
                str r0, [r5]
                ldr r1, [r4]
                ldr r2, =\(instruction)
                cmp r1, r2
                bne wrong
                movs r0, #7
                exit
            wrong:
                movs r0, #1
                exit
            """)
        #expect(result.exitCode == 7, "\(result.summary)")
    }

    @Test("should refuse 'execute' where it has no meaning")
    func execute() throws {
        let yaml = BoardTests.minimal.replacing(
            "    length: 8K", with: "    length: 8K\n    execute: false")
        let board = try Board.parse(yaml: yaml, file: "tiny.yaml")
        #expect(board.memories.map(\.isExecutable) == [true, false])
        let flash = BoardTests.minimal.replacing(
            "length: 64KiB}", with: "length: 64KiB, execute: false}")
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: flash, file: "tiny.yaml")
        }
        #expect(
            error?.description == "tiny.yaml:9:67: 'execute' is 'false'; valid: true, for flash")
    }
}
