// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Registers that a board describes")
struct RegisterTests {
    static let yaml =
        BoardTests.minimal + """

            bit_band: true
            registers:
              - name: CR
                address: 0x40023800
                reset: 0x83
                ones: 0x100
                zeros: 0x200
                follow: {17: 16, 4: 0x40007000.31}
              - {name: ID, address: 0xE0042000, reset: 0x413}
            """

    private func board(_ old: String = "", _ new: String = "") throws -> Board {
        try Board.parse(yaml: Self.yaml.replacing(old, with: new), file: "tiny.yaml")
    }

    private func run(_ code: String, limit: UInt64 = 10_000) throws -> MachineResult {
        var board = try board()
        board.memories = try TestFirmware.board().memories
        var configuration = MachineConfiguration(
            board: board, image: try TestFirmware.image(code, cpu: "cortex-m4"))
        configuration.maxCycles = limit
        return try Machine.run(configuration)
    }

    @Test("should read reset values, bits that are fixed, and bits that follow what was written")
    func answers() throws {
        let result = try run(
            """
            .macro check expected
                ldr r1, [r4]
                ldr r2, =\\expected
                cmp r1, r2
                bne wrong
                adds r0, #1
            .endm
            reset:
                movs r0, #0
                ldr r4, =0x40023800
                ldr r5, =0x40007000
                check 0x00000183
                ldr r1, =0xFFFFFFFF
                str r1, [r4]
                check 0xFFFFFDEF
                str r1, [r5]
                check 0xFFFFFDFF
                movs r1, #0
                strh r1, [r4, #2]
                check 0x0000FDFF        @ bit 17 follows bit 16
                ldr r6, =0x42470040     @ bit 16, bit-banded
                movs r1, #1
                str r1, [r6]
                check 0x0003FDFF
                ldrb r1, [r4, #2]
                cmp r1, #3
                bne wrong
                ldr r4, =0xE0042000
                check 0x00000413
                exit
            wrong:
                adds r0, #100
                exit
            """)
        #expect(result.exitCode == 6, "\(result.summary)")
    }

    @Test("should give registers their reset values back when the chip is reset")
    func reset() throws {
        let result = try run(
            """
            reset:
                ldr r4, =0x40023800
                ldr r5, =0x20000100
                ldr r1, [r4]
                ldr r2, =0x00000183
                cmp r1, r2
                bne wrong
                ldr r0, [r5]
                movs r1, #42
                str r1, [r5]
                cmp r0, #42
                beq 1f
                ldr r1, =0x00000F00
                str r1, [r4]
                ldr r0, =0xE000ED0C
                ldr r1, =0x05FA0004
                str r1, [r0]
                dsb
                b .
            1:  movs r0, #7
                exit
            wrong:
                movs r0, #1
                exit
            """)
        #expect(result.exitCode == 7, "\(result.summary)")
    }

    @Test(
        "should have a random number at once, another each time, and the same ones in every run",
        arguments: [
            ("nrf52840", "0x4000D000", 0x100, 0x508, 0xFFFF_FF00 as UInt32),
            ("stm32f407g-disc1", "0x50060800", 4, 8, 0),
            ("stm32f746g-disco", "0x50060800", 4, 8, 0), ("nucleo-l4r5zi", "0x50060800", 4, 8, 0),
            ("nucleo-f767zi", "0x50060800", 4, 8, 0), ("nucleo-h743zi", "0x48021800", 4, 8, 0),
        ])
    func random(board: String, base: String, ready: Int, value: Int, zeros: UInt32) throws {
        let code = """
            reset: ldr r4, =\(base)
                movs r0, #5             // nRF: START; STM32: RNGEN
                str r0, [r4]
            1:  ldr r0, [r4, #\(ready)]
                lsls r0, #31
                beq 1b
                ldr r5, [r4, #\(value)]
                ldr r6, [r4, #\(value)]
                eors r0, r5, r6
                exit
            """
        let result = try TestFirmware.run(on: board, code) { $0.maxCycles = 10_000 }
        let difference = try #require(result.exitCode, "\(result.summary)")
        #expect(difference != 0 && difference & zeros == 0)
        #expect(try TestFirmware.run(on: board, code).exitCode == difference)
    }

    @Test(
        "should say at a limit which register firmware without a model for it waits for",
        arguments: [
            ("0x40011000", 200_000, true), ("0x40011000", 10_000, false),
            ("0x40023800", 200_000, false),
        ])
    func polls(register: String, limit: UInt64, isNamed: Bool) throws {
        let result = try run(
            """
            reset:
                ldr r4, =\(register)
                ldr r5, =0x40012000
                ldr r0, [r5]
            1:  ldr r0, [r4]
                lsls r0, #1
                bpl 1b
                exit
            """, limit: limit)
        guard case .cycleLimit = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        let named = result.warnings.contains {
            $0.hasPrefix("\(register) was read ")
                && $0.hasSuffix("'registers' in a board file can say what it reads")
        }
        #expect(named == isNamed, "\(result.warnings)")
    }

    @Test(
        "should refuse a description that is wrong, and say where and why",
        arguments: [
            ("address: 0x40023800", "address: 0x60000000", "is no multiple of 4 inside a periph"),
            ("address: 0x40023800", "address: 0x40023801", "is no multiple of 4 inside a periph"),
            ("0x40007000.31", "0x20000000.31", "follows 0x20000000, no multiple of 4 inside"),
            ("0x40007000.31", "31.32", "tiny.yaml:21:25: 'follow' is '31.32'; valid: BIT: BIT or"),
            ("17: 16", "32: 16", "tiny.yaml:21:14: 'follow' is '32'"),
            ("17: 16", "17: [16]", "'follow' is 'a list or mapping'"),
            ("{17: 16, 4: 0x40007000.31}", "[17]", "'follow' is 'a list'; valid: BIT"),
            ("{17: 16, 4: 0x40007000.31}", "17", "'follow' is '17'; valid: BIT"),
            (
                "reset: 0x83", "reset: all",
                "tiny.yaml:18:12: 'reset' is 'all'; valid: a number of 32"
            ),
            ("zeros: 0x200", "zeros: 0x300", "has a bit in two of ones, zeros and follow"),
            ("ones: 0x100", "ones: 0x20000", "has a bit in two of ones, zeros and follow"),
            ("0xE0042000", "0x40023800", "register ID at 0x40023800 stands twice"),
            ("0xE0042000", "0xE000ED00", "register ID at 0xe000ed00 is no multiple of 4 inside"),
            ("name: CR", "title: CR", "unknown key 'title'; valid keys: name, address, reset"),
        ])
    func broken(old: String, new: String, message: String) {
        let error = #expect(throws: BoardError.self) { try board(old, new) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
