// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM4Pipeline {
    /// The cost of a quotient of 8 to 12 bits, as in scaling and formatting code (estimated).
    package var meanDivideCycles: UInt32 { 7 }

    /// 2 to 12 cycles (TRM table 3-1, "early termination"), exactly as measured: 2 when an operand is 0, 3 when the
    /// dividend is the shorter one, else 5 and one for each four bits by which it is longer
    /// (compendium.i-0.nl, "Division timing").
    package func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 {
        if dividend == 0 || divisor == 0 { return 2 }
        let bits = [dividend, divisor].map { operand in
            32 - (isSigned ? Int32(bitPattern: operand).magnitude : operand).leadingZeroBitCount
        }
        return bits[0] < bits[1] ? 3 : 5 + UInt32(bits[0] - bits[1]) / 4
    }
}
