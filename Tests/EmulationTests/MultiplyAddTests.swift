// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport
import Testing

@Suite("Fused multiply-add")
struct MultiplyAddTests {
    @Test("should round once, as IEEE 754 does, before and after something was inexact")
    func rounding() throws {
        // VFMA twice: from the second time on inexactness is no news.
        let bench = try Bench(
            """
                movs r1, #0
                vmsr fpscr, r1
                vmov s3, s2
                vfma.f32 s3, s0, s1
                vadd.f32 s4, s5, s6
                vfma.f32 s2, s0, s1
                vmrs r0, fpscr
                bkpt #0
            """)
        var random = SeededGenerator(seed: 11)
        func pattern() -> UInt32 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                [0, 0x8000_0000, 0x7F80_0000, 0x0080_0000, 1, 0x7F7F_FFFF].randomElement(
                    using: &random) ?? 0
            case 1: random.next() & 0x807F_FFFF
            case 2, 3: random.next()
            // Near 1, so that sums cancel and ties occur.
            default: 0x3F80_0000 ^ (random.next() & 0x80FF_F000)
            }
        }
        var special = 0
        var inexact = 0
        for _ in 0..<20_000 {
            let (a, b, c) = (pattern(), pattern(), pattern())
            bench.engine[single: 0] = a
            bench.engine[single: 1] = b
            bench.engine[single: 2] = c
            bench.engine[single: 5] = 0x3F80_0000
            bench.engine[single: 6] = 0x3080_0000
            bench.engine.pc = Bench.code
            _ = try bench.engine.run()
            let expected = Float(bitPattern: c).addingProduct(
                Float(bitPattern: a), Float(bitPattern: b))
            if !expected.isNormal { special += 1 }
            if Double(expected) != Double(Float(bitPattern: c))
                + Double(Float(bitPattern: a)) * Double(Float(bitPattern: b))
            {
                inexact += 1
            }
            for result in [bench.engine[single: 2], bench.engine[single: 3]] {
                let isRight =
                    expected.isNaN
                    ? Float(bitPattern: result).isNaN : result == expected.bitPattern
                #expect(isRight, "\(hex(a)) * \(hex(b)) + \(hex(c)) = \(hex(result))")
            }
            // IXC stays set.
            #expect(bench.engine[.r0] & 0x10 != 0)
        }
        #expect(special > 1000 && inexact > 1000)
    }

    private func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
