// SPDX-License-Identifier: GPL-2.0-or-later

/// Fixed-point softmax of TFLite's reference kernel (reference/softmax.h), with gemmlowp's
/// exponential and reciprocal (fixedpoint.h). "Qn.m" numbers have n integer and m fraction bits.
extension Interpreter {
    /// Integer bits of a scaled difference: Q5.26.
    private static var differenceIntegerBits: Int { 5 }
    /// Integer bits of the sum of exponentials: Q12.19.
    private static var sumIntegerBits: Int { 12 }

    func softmax(_ node: Node, _ beta: Float, _ values: [Int8]) -> [Int8] {
        let fractionBits = 31 - Self.differenceIntegerBits
        let scale = Double(beta) * Double(graph.quantization(of: node.inputs[0]).scale)
        let factor = FixedPointMultiplier(
            min(scale * Double(1 << fractionBits), Double(Int32.max)))
        // Differences below this would not fit the scaled number; their exponential is 0.
        let limit = Double(((1 << Self.differenceIntegerBits) - 1) << fractionBits)
        let smallest = -Int32(
            min(limit / Double(sign: .plus, exponent: factor.shift, significand: 1), 0x1p30)
                .rounded(.down))
        let depth = graph.outputShape(of: node).channels
        var result: [Int8] = []
        result.reserveCapacity(values.count)
        for start in stride(from: 0, to: values.count, by: depth) {
            let row = values[start..<start + depth].map(Int32.init)
            let largest = row.reduce(-128, max)
            let exponentials = row.map { value -> Int32? in
                let difference = value - largest
                guard difference >= smallest else { return nil }
                return Self.exponential(factor.apply(difference))
            }
            let sum = exponentials.reduce(Int32(0)) { sum, exponential in
                sum &+ FixedPoint.roundingShift(exponential ?? 0, by: Self.sumIntegerBits)
            }
            let headroom = sum.leadingZeroBitCount
            let reciprocal = Self.reciprocal(
                Int32(bitPattern: UInt32(bitPattern: sum) << UInt32(headroom)) &- .min)
            let shift = Self.sumIntegerBits - headroom + 31 - 8
            for exponential in exponentials {
                guard let exponential else {
                    result.append(-128)
                    continue
                }
                let product = FixedPoint.doublingHighProduct(reciprocal, exponential)
                let value = FixedPoint.roundingShift(product, by: max(0, min(31, shift)))
                result.append(ClosedRange(uncheckedBounds: (-128, 127)).clamp(value &- 128))
            }
        }
        return result
    }

    /// e^x of a Q5.26 number at most 0, as Q0.31.
    static func exponential(_ x: Int32) -> Int32 {
        guard x != 0 else { return .max }
        let quarter: Int32 = 1 << 24
        // x = r - remainder, r in -1/4..<0, and the remainder is a multiple of 1/4.
        let r = (x & (quarter - 1)) - quarter
        let remainder = r &- x
        var result = exponentialNearZero(
            FixedPoint.saturatingShift(r, by: differenceIntegerBits))
        // e^-(2^k) as Q0.31, for k from -2.
        let powers: [Int32] = [
            1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242,
        ]
        for (index, power) in powers.enumerated() where remainder & (quarter << Int32(index)) != 0 {
            result = FixedPoint.doublingHighProduct(result, power)
        }
        return result
    }

    /// e^x of a Q0.31 number in -1/4..<0: a Taylor polynomial around -1/8.
    private static func exponentialNearZero(_ a: Int32) -> Int32 {
        let product = FixedPoint.doublingHighProduct
        let atCentre: Int32 = 1_895_147_668  // e^(-1/8)
        let third: Int32 = 715_827_883
        let x = a &+ (1 << 28)
        let x2 = product(x, x)
        let x3 = product(x2, x)
        let x4 = product(x2, x2)
        let tail = product(FixedPoint.roundingShift(x4, by: 2) &+ x3, third) &+ x2
        return atCentre &+ product(atCentre, x &+ FixedPoint.roundingShift(tail, by: 1))
    }

    /// 1 / (1 + a) of a Q0.31 number in 0..<1, as Q0.31: Newton's method on half the denominator.
    private static func reciprocal(_ a: Int32) -> Int32 {
        let product = FixedPoint.doublingHighProduct
        let halfDenominator = Int32((Int64(a) + Int64(Int32.max) + 1) / 2)
        // Q2.29: 48/17 - 32/17 * halfDenominator.
        var x = 1_515_870_810 &+ product(halfDenominator, -1_010_580_540)
        for _ in 0..<3 {
            let error = (1 << 29) &- product(halfDenominator, x)
            x = x &+ FixedPoint.saturatingShift(product(x, error), by: 2)
        }
        return FixedPoint.saturatingShift(x, by: 1)
    }
}
