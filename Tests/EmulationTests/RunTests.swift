// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("Running")
struct RunTests {
    @Test("should count a loop's instructions and the cost of each of its edges")
    func countsLoop() throws {
        let bench = try Bench(
            """
                movs r0, #3
            loop:
                subs r0, #1
                bne loop
                bkpt #0
            """)
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 6))
        // movs, 3 × (subs, bne), bkpt; the loop's block is entered by a jump twice.
        #expect(bench.engine.counters.instructions == 8)
        #expect(bench.engine.counters.cycles == 8 + 20)
    }
}
