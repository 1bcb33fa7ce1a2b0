// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import TestSupport
import Testing

@Suite("Loading, limits and hostile images")
struct MachineTests {
    @Test("should stop at the cycle limit, at the first block boundary at or after it")
    func cycleLimit() throws {
        let result = try TestFirmware.run("reset: adds r0, #1\nb reset") { $0.maxCycles = 10_000 }
        guard case .cycleLimit = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect((10_000..<10_010).contains(result.total.cycles))
    }

    @Test("should count sleep towards the cycle limit")
    func sleepLimit() throws {
        let result = try TestFirmware.run(
            """
            reset: systick 0xFFFFFF, 7
            1:  wfi
                b 1b
            tick: bx lr
            """, handlers: [15: "tick"]
        ) { $0.maxCycles = 100_000_000 }
        guard case .cycleLimit = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(result.total.cycles + result.sleepCycles >= 100_000_000)
        #expect(result.total.cycles + result.sleepCycles < 100_000_100)
    }

    @Test("should stop after the host seconds given")
    func timeout() throws {
        let result = try TestFirmware.run("reset: adds r0, #1\nb reset") {
            $0.maxCycles = nil
            $0.timeoutSeconds = 0.05
        }
        guard case .timeout = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
    }

    @Test("should recognise an endless loop that nothing can interrupt")
    func endlessLoop() throws {
        let result = try TestFirmware.run("reset: movs r0, #1\nforever: b forever") {
            $0.maxCycles = nil
        }
        guard case .sleepsForever = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(result.warnings.contains { $0.contains("loops forever at forever") })
    }

    @Test("should report progress on long runs")
    func progress() throws {
        let console = Console()
        _ = try TestFirmware.run("reset: adds r0, #1\nb reset") {
            $0.maxCycles = 65_000_000
            $0.progress = { console.append([UInt8($0.cycles / 20_000_000)]) }
        }
        #expect(Array(console.text.utf8) == [1, 2, 3])
    }

    @Test("should give the same result for the same configuration")
    func deterministic() throws {
        func summary() throws -> String {
            let result = try TestFirmware.run(
                """
                reset: ldr r0, =0xE000E010
                    movs r1, #77
                    str r1, [r0, #4]
                    movs r1, #7
                    str r1, [r0]
                    movs r4, #0
                1:  adds r4, #1
                    cmp r4, #4000
                    bne 1b
                    mov r0, r4
                    exit
                tick: ldr r0, [sp, #24]
                    bx lr
                """, handlers: [15: "tick"])
            return "\(result.outcome) \(result.total) \(result.memory)"
        }
        #expect(try summary() == summary())
    }

    @Test("should refuse a segment that fits no memory, and name it")
    func misplacedSegment() throws {
        var image = try TestFirmware.image("reset: b reset")
        image.segments.append(
            Segment(
                loadAddress: 0x0800_0000, virtualAddress: 0x0800_0000, bytes: [1, 2, 3],
                memorySize: 3))
        let board = try TestFirmware.board()
        let error = #expect(throws: MachineError.self) {
            try Machine.run(MachineConfiguration(board: board, image: image))
        }
        let message = try #require(error?.description)
        #expect(message.contains("segment 1 of the image, 3 bytes at 0x08000000"))
        #expect(message.contains("flash 256 KiB at 0x00000000"))
    }

    @Test(
        "should refuse a vector table that cannot start the core",
        arguments: [
            (0, UInt32(0x3000_0000), "initial stack pointer"), (0, 0, "initial stack pointer"),
            (4, 0x100, "Thumb address"), (4, 0x6000_0001, "Thumb address"), (4, 0, "Thumb address"),
        ])
    func badVectorTable(offset: Int, value: UInt32, message: String) throws {
        var image = try TestFirmware.image("reset: b reset")
        for byte in 0..<4 {
            image.segments[0].bytes[offset + byte] = UInt8(
                truncatingIfNeeded: value >> UInt32(8 * byte))
        }
        let board = try TestFirmware.board()
        let error = #expect(throws: MachineError.self) {
            try Machine.run(MachineConfiguration(board: board, image: image))
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test("should start an image that a boot loader would start from its own vector table")
    func bootLoader() throws {
        var image = try TestFirmware.image("reset: ldr r0, =0xE000ED08\nldr r0, [r0]\nexit")
        for index in image.segments.indices {
            image.segments[index].loadAddress += 0x4000
            image.segments[index].virtualAddress += 0x4000
            // The reset vector moves with the image.
            image.segments[index].bytes[5] += 0x40
        }
        let board = try TestFirmware.board()
        let result = try Machine.run(MachineConfiguration(board: board, image: image))
        #expect(result.exitCode == 0x4000, "\(result.summary)")
        #expect(result.warnings.contains { $0.contains("boot loader") })
    }

    @Test("should boot the STM32F746 through the ITCM alias of its flash")
    func itcmAlias() throws {
        var image = try TestFirmware.image("reset: adr r0, reset\nlsrs r0, r0, #16\nexit")
        image.segments[0].loadAddress = 0x0800_0000
        image.segments[0].virtualAddress = 0x0800_0000
        // Reset vector in the AXI range, as linked images have it.
        image.segments[0].bytes[7] = 0x08
        let result = try Machine.run(
            MachineConfiguration(board: try Board.named("stm32f746g-disco"), image: image))
        #expect(result.exitCode == 0x0800, "\(result.summary)")
    }

    @Test("should run code that was copied to RAM, and see it change")
    func codeInRAM() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000100
                ldr r0, =0x47702005     // movs r0, #5; bx lr
                str r0, [r4]
                dsb
                isb
                adds r5, r4, #1
                blx r5
                mov r6, r0
                ldr r0, =0x47702007
                str r0, [r4]
                dsb
                isb
                blx r5
                lsls r0, r0, #4
                orrs r0, r6
                exit
            """)
        #expect(result.exitCode == 0x75, "\(result.summary)")
    }

    @Test(
        "should identify itself as the core that it models",
        arguments: [
            ("cortex-m4", UInt32(0x410F_C241), UInt32(0)), ("cortex-m4f", 0x410F_C241, 0x1011_0021),
            ("cortex-m7", 0x411F_C271, 0x1011_0221),
        ])
    func identification(cpu: String, cpuid: UInt32, features: UInt32) throws {
        let code = "reset: ldr r1, =0xE000ED00\nldr r0, [r1, #%]\nexit"
        let id = try TestFirmware.run(code.replacing("%", with: "0"), cpu: cpu)
        #expect(id.exitCode == cpuid)
        let mvfr = try TestFirmware.run(code.replacing("%", with: "0x240"), cpu: cpu)
        #expect(mvfr.exitCode == features)
    }

    @Test("should accept cache maintenance and TCM control on the M7 without listing it as unknown")
    func caches() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0xE000EF50
                movs r0, #0
                str r0, [r4]            // ICIALLU
                ldr r5, =0xE000ED14
                ldr r1, [r5]
                orr r1, r1, #0x30000
                str r1, [r5]            // both caches on
                ldr r2, =0xE000ED80
                ldr r3, [r2]
                str r3, [r4, #0x10]     // DCCSW and the like
                ldr r0, [r5]
                lsrs r0, r0, #16
                and r0, r0, #3
                exit
            """, cpu: "cortex-m7")
        #expect(result.exitCode == 3, "\(result.summary)")
        #expect(result.touchedRegisters.isEmpty)
    }

    @Test("should keep MPU settings, and warn that they protect nothing")
    func memoryProtection() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0xE000ED90
                ldr r0, [r4]            // 8 regions
                lsrs r0, r0, #8
                movs r1, #3
                str r1, [r4, #8]
                ldr r1, =0x20000000
                str r1, [r4, #12]
                ldr r1, =0x0300001F
                str r1, [r4, #16]
                movs r1, #5
                str r1, [r4, #4]
                ldr r2, [r4, #16]
                ldr r1, =0x0300001F
                subs r2, r2, r1
                adds r0, r2
                exit
            """)
        #expect(result.exitCode == 8, "\(result.summary)")
        #expect(result.warnings.contains { $0.contains("MPU") })
    }

    @Test("should end every random program with an outcome", arguments: 0..<8)
    func hostile(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let base = try TestFirmware.image("reset: nop\nhandler: bx lr", handlers: [11: "handler"])
        let boards = [
            try TestFirmware.board("cortex-m4f"), try TestFirmware.board("cortex-m7"),
            try TestFirmware.board("cortex-m4"),
        ]
        for round in 0..<40 {
            var image = base
            image.segments[0].bytes += (0..<512).map { _ in
                // Every fourth byte favours loads, stores, branches and system instructions.
                UInt8.random(in: 0...255, using: &random)
            }
            // Vectors anywhere, the first two kept.
            for offset in 8..<128 where round % 2 == 1 {
                image.segments[0].bytes[offset] = UInt8.random(in: 0...255, using: &random)
            }
            var configuration = MachineConfiguration(board: boards[round % 3], image: image)
            configuration.maxCycles = 100_000
            configuration.console = { _ in }
            let result = try Machine.run(configuration)
            #expect(result.total.cycles <= 200_000)
        }
    }
}
