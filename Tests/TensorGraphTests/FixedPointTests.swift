// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import Testing

@Suite("Fixed-point multipliers")
struct FixedPointTests {
    static let splits: [(factor: Double, multiplier: Int32, shift: Int)] = [
        (0.5, 1 << 30, 0), (1.0, 1 << 30, 1), (0.75, 3 << 29, 0), (0.0, 0, 0),
        (0x1p-32, 1 << 30, -31), (0x1p-33, 0, 0), (6.0, 3 << 29, 3),
        // Rounds up to 2^31, which becomes the next power of two.
        (1 - 0x1p-40, 1 << 30, 1),
    ]

    @Test("should split a factor into 31 bits and a power of two", arguments: splits)
    func split(_ factor: Double, _ multiplier: Int32, _ shift: Int) {
        let result = FixedPointMultiplier(factor)
        #expect(result.multiplier == multiplier)
        #expect(result.shift == shift)
    }

    @Test(
        "should give 0 for factors that are no positive number", arguments: [-1, .nan, .infinity])
    func noFactor(_ factor: Double) {
        #expect(FixedPointMultiplier(factor).multiplier == 0)
    }

    @Test("should round twice: 3/8 becomes 2/4, and that 1")
    func twice() {
        let eighth = FixedPointMultiplier(0.125)
        #expect([4, 12, -4, -12, 3, -3].map(eighth.apply) == [1, 2, -1, -2, 1, 0])
    }

    @Test("should round once on request, halves up")
    func once() {
        let eighth = FixedPointMultiplier(0.125)
        #expect([4, 12, -4, -12, 3, -3].map(eighth.applyRoundingOnce) == [1, 2, 0, -1, 0, 0])
    }

    @Test("should be within one unit of the real product")
    func accuracy() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let factor = Double.random(in: 1e-6..<1, using: &random)
            let value = Int32.random(in: -(1 << 24)..<1 << 24, using: &random)
            let multiplier = FixedPointMultiplier(factor)
            let exact = Double(value) * factor
            #expect(abs(Double(multiplier.apply(value)) - exact) <= 1)
            #expect(abs(Double(multiplier.applyRoundingOnce(value)) - exact) <= 0.51)
        }
    }
}
