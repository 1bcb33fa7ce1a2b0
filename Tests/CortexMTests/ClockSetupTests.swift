// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

/// What vendors' clock set-up code does, register by register: it sets a control bit and waits for its
/// status bit, without a limit.
@Suite("Clock set-up on the boards")
struct ClockSetupTests {
    /// `set ADDRESS, BITS` ors bits in; `put ADDRESS, VALUE` writes; `await ADDRESS, MASK, VALUE` polls.
    private static let macros = """
        .macro set address, bits
            ldr r0, =\\address
            ldr r1, [r0]
            ldr r2, =\\bits
            orrs r1, r2
            str r1, [r0]
        .endm
        .macro put address, value
            ldr r0, =\\address
            ldr r1, =\\value
            str r1, [r0]
        .endm
        .macro await address, mask, value
            ldr r0, =\\address
            ldr r2, =\\mask
            ldr r3, =\\value
        1:  ldr r1, [r0]
            ands r1, r2
            cmp r1, r3
            bne 1b
        .endm

        """

    static let steps: [(board: String, code: String)] = [
        (
            "stm32f407g-disc1",
            """
                set 0x40023800, 0x00010000          @ HSEON
                await 0x40023800, 0x00020000, 0x00020000
                set 0x40007000, 0x0000C000          @ VOS
                put 0x40023804, 0x07405408          @ M 8, N 336, P 2, Q 7, HSE
                set 0x40023800, 0x01000000          @ PLLON
                await 0x40023800, 0x02000000, 0x02000000
                await 0x40007004, 0x00004000, 0x00004000
                put 0x40023C00, 0x00000705          @ 5 wait states, caches, prefetch
                await 0x40023C00, 0x0000000F, 5
                put 0x40023808, 0x00009402          @ AHB 1, APB 4 and 2, PLL
                await 0x40023808, 0x0000000C, 0x00000008
                ldr r0, =0x42470060                 @ PLLON of RCC_CR, bit-banded
                movs r1, #0
                str r1, [r0]
                await 0x40023800, 0x02000000, 0
            """
        ),
        (
            "nucleo-l4r5zi",
            """
                await 0x40021000, 0x00000002, 0x00000002    @ MSIRDY at reset
                set 0x40007080, 0
                put 0x40007000, 0x00000200          @ range 1
                await 0x40007014, 0x00000400, 0
                set 0x40021000, 0x00000100          @ HSION
                await 0x40021000, 0x00000400, 0x00000400
                put 0x4002100C, 0x01003C12          @ PLL
                set 0x40021000, 0x01000000
                await 0x40021000, 0x02000000, 0x02000000
                put 0x40022000, 0x00000605
                await 0x40022000, 0x0000000F, 5
                put 0x40021008, 3                   @ PLL
                await 0x40021008, 0x0000000C, 0x0000000C
                set 0x40021098, 1                   @ HSI48ON
                await 0x40021098, 2, 2
            """
        ),
        (
            "stm32f746g-disco",
            """
                set 0x40023800, 0x00010000          @ HSEON
                await 0x40023800, 0x00020000, 0x00020000
                set 0x40023800, 0x01000000          @ PLLON
                await 0x40023800, 0x02000000, 0x02000000
                set 0x40007000, 0x00010000          @ ODEN
                await 0x40007004, 0x00010000, 0x00010000
                set 0x40007000, 0x00020000          @ ODSWEN
                await 0x40007004, 0x00020000, 0x00020000
                put 0x40023C00, 0x00000307
                await 0x40023C00, 0x0000000F, 7
                put 0x40023808, 0x00009402
                await 0x40023808, 0x0000000C, 0x00000008
            """
        ),
        (
            "nucleo-f767zi",
            """
                set 0x40023874, 1                   @ LSION
                await 0x40023874, 2, 2
                set 0x40023800, 0x00010000
                await 0x40023800, 0x00020000, 0x00020000
                set 0x40023800, 0x11000000          @ PLLON, PLLSAION
                await 0x40023800, 0x22000000, 0x22000000
                set 0x40007000, 0x00030000          @ ODEN, ODSWEN
                await 0x40007004, 0x00034000, 0x00034000
                put 0x40023C00, 0x00000307
                await 0x40023C00, 0x0000000F, 7
                put 0x40023808, 0x00009402
                await 0x40023808, 0x0000000C, 0x00000008
            """
        ),
        (
            "nucleo-h743zi",
            """
                put 0x5802480C, 0x00000002          @ LDO supply
                await 0x58024804, 0x00002000, 0x00002000
                put 0x58024818, 0x0000C000          @ voltage scale 1
                await 0x58024818, 0x00002000, 0x00002000
                await 0x58024804, 0x0000C000, 0x0000C000
                set 0x58000404, 1                   @ ODEN: scale 0
                await 0x58024818, 0x00002000, 0x00002000
                set 0x58024400, 0x00010000          @ HSEON
                await 0x58024400, 0x00020000, 0x00020000
                set 0x58024400, 0x01000000          @ PLL1ON
                await 0x58024400, 0x02000000, 0x02000000
                await 0x58024400, 0x0000C000, 0x0000C000
                put 0x52002000, 0x00000024
                await 0x52002000, 0x0000000F, 4
                put 0x58024410, 3                   @ PLL1
                await 0x58024410, 0x00000038, 0x00000018
            """
        ),
        (
            "nrf52840",
            """
                put 0x40000100, 0
                put 0x40000000, 1                   @ TASKS_HFCLKSTART
                await 0x40000100, 1, 1
                put 0x40000008, 1                   @ TASKS_LFCLKSTART
                await 0x40000104, 1, 1
                await 0x40000418, 0x00010000, 0x00010000
            """
        ),
    ]

    @Test("should run to its end", arguments: steps.map(\.board))
    func completes(name: String) throws {
        let code = try #require(Self.steps.first { $0.board == name }?.code)
        let result = try TestFirmware.run(
            on: name, Self.macros + "reset:\n" + code + "\n    movs r0, #7\n    exit\n")
        #expect(result.exitCode == 7, "\(result.summary)")
        #expect(result.total.cycles < 2000)
    }

    @Test("should cover every board")
    func everyBoard() {
        #expect(Set(Self.steps.map(\.board)) == Set(Board.all.map(\.name)))
    }

    @Test("should wait for ever where no status bit follows, as for an oscillator that is broken")
    func hangs() throws {
        let code = Self.macros + "reset:\n    await 0x40023800, 0x00020000, 0x00020000\n"
        let result = try TestFirmware.run(on: "stm32f407g-disc1", code) { $0.maxCycles = 10_000 }
        guard case .cycleLimit = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
    }
}
