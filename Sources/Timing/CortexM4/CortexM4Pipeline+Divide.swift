// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM4Pipeline {
    /// The cost of a quotient of 10 to 12 bits, as in scaling and formatting code (estimated).
    package var meanDivideCycles: UInt32 { 6 }

    /// 2 to 12 cycles (TRM table 3-1): 2 for a quotient that is trivially 0 or 1, else growing with the quotient's bits.
    ///
    /// The manual gives the range and "early termination by leading zeros and ones"; that the steps between are even
    /// is estimated.
    package func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 {
        let bits = DivideOperands.quotientBits(
            dividend: dividend, divisor: divisor, isSigned: isSigned)
        return bits < 2 ? 2 : 2 + (10 * bits + 31) / 32
    }
}

enum DivideOperands {
    /// Upper bound of the quotient's length by leading zeros of the magnitudes; 0 for a quotient of 0.
    static func quotientBits(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 {
        let numerator = isSigned ? Int32(bitPattern: dividend).magnitude : dividend
        let denominator = isSigned ? Int32(bitPattern: divisor).magnitude : divisor
        guard denominator != 0, numerator >= denominator else { return 0 }
        return UInt32(denominator.leadingZeroBitCount - numerator.leadingZeroBitCount + 1)
    }
}
